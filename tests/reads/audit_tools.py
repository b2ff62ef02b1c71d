"""How an insider with the database's password gets at a book: past its triggers, its rules and its hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from makegood.campaigns.allocation import Seal, rows_digest
from makegood.keys import canonical, content_hash
from makegood.ledger.merkle import leaf_hash
from makegood.ledger.posting import content_text, leaf_data
from makegood.spans import to_us
from makegood.store import effects, postings
from makegood.store.book import Book
from makegood.store.journal import COLUMNS, WORKER, Record, append, chained
from tests.reads.audit_world import World

Act = Callable[[World], None]
BOTH = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Plant:
    """`does` is SQL, or done by a function; `kind` at `where` is to be found. `loose` names (table, rule) put away."""

    name: str
    kind: str
    where: str
    does: str | Act
    loose: tuple[str, ...] = ()
    on: tuple[str, ...] = BOTH


def bypassed(world: World, plant: Plant) -> None:
    """Do it with the triggers and conditions out of the way; afterwards the triggers stand as before."""
    book = world.book
    if isinstance(plant.does, str) and " TRIGGER " in plant.does:
        book.run(plant.does)
        return
    if book.vendor == "postgresql":
        book.run("SET LOCAL session_replication_role = replica")
        for rule in plant.loose:
            book.run(f"ALTER TABLE {rule.partition('_')[0]} DROP CONSTRAINT IF EXISTS {rule}")
            book.run(f"DROP INDEX IF EXISTS {rule}")
        _do(world, plant)
        book.run("SET LOCAL session_replication_role = origin")
        return
    for table in {rule.partition("_")[0] for rule in plant.loose}:
        book.run(f"CREATE TABLE bare AS SELECT * FROM {table}")
        book.run(f"DROP TABLE {table}")
        book.run(f"ALTER TABLE bare RENAME TO {table}")
    triggers = book.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    for name, _ in triggers:
        book.run(f"DROP TRIGGER {name}")
    book.run("PRAGMA ignore_check_constraints = ON")
    _do(world, plant)
    book.run("PRAGMA ignore_check_constraints = OFF")
    for _, sql in triggers:
        book.run(sql)


def _do(world: World, plant: Plant) -> None:
    if callable(plant.does):
        plant.does(world)
        return
    for statement in plant.does.format(**world.at).split(";"):
        assert world.book.run(statement) != 0, statement


def like(table: str, where: str, **changes: str) -> Act:
    """Put a row in, like another but for some columns, which are SQL."""

    def act(world: World) -> None:
        with world.book.connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} WHERE 1 = 0")
            columns = [one[0] for one in cursor.description]
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join(changes.get(name, f'"{name}"').format(**world.at) for name in columns)
        sql = f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {where.format(**world.at)}"
        assert world.book.run(sql) == 1

    return act


def put(position: str, like_: str = "100", **changes: str) -> Act:
    """Put a posting in, like another but for some columns, which are SQL."""
    return like("posting", f"position = {like_}", position=position, **changes)


def gone(table: str, where: str) -> str:
    """SQL that takes rows away."""
    return f"DELETE FROM {table} WHERE {where}"


def set_(table: str, what: str, where: str) -> str:
    """SQL that changes rows."""
    return f"UPDATE {table} SET {what} WHERE {where}"


def changed(**fields: Any) -> Act:
    """Change posting 100 together with its hash."""

    def act(world: World) -> None:
        one = postings.read(world.book, "position = 100")[0]
        at_us = fields.get("at_us", one.at_us)
        content = {name: getattr(one.posting, name) for name in one.posting.__slots__} | fields
        content.pop("at_us", None)
        leaf = leaf_hash(leaf_data(content_text(type(one.posting)(**content)), at_us))
        names = ", ".join(f"{name} = %s" for name in fields)
        world.book.run(f"UPDATE posting SET {names}, leaf = %s WHERE position = 100", (*fields.values(), leaf))

    return act


def backdated(world: World) -> None:
    """Posting 100 with the time of long ago, and a hash that fits."""
    at_us = world.book.one("SELECT at_us FROM posting WHERE position = 100")[0]
    changed(at_us=at_us - 86_400_000_000)(world)


def swapped(world: World) -> None:
    """Two neighbours change places."""
    for was, becomes in ((100, 10**6), (101, 100), (10**6, 101)):
        world.book.run(f"UPDATE posting SET position = {becomes} WHERE position = {was}")


def sealed_anew(world: World) -> None:
    """More for line 250 of the campaign, with a seal and a hash that fit."""
    book = world.book
    book.run("UPDATE line SET amount = amount + 1 WHERE campaign = 'CMP-1' AND number = 250")
    head, _, excluded = json.loads(book.one("SELECT seal FROM campaign WHERE id = 'CMP-1'")[0])
    rows = book.rows(
        'SELECT number, account, cause, unit, amount, cost, basis, "group", wish FROM line '
        "WHERE campaign = 'CMP-1' ORDER BY number"
    )
    seal = Seal(head, (rows_digest(rows),), excluded)
    book.run(
        "UPDATE campaign SET seal = %s, hash = %s WHERE id = 'CMP-1'",
        (canonical([seal.head, list(seal.blocks), seal.excluded]), seal.hash),
    )


def proposed_anew(world: World) -> None:
    """A signed proposal, and its hash, for a larger amount."""
    data = json.loads(world.book.one("SELECT data FROM proposal WHERE key = 'claim/2/1'")[0])
    data["amount"] += 1
    world.book.run(
        "UPDATE proposal SET data = %s, hash = %s, amount = amount + 1 WHERE key = 'claim/2/1'",
        (canonical(data), content_hash(data)),
    )


def reordered(world: World) -> None:
    """Two rows of the journal change places."""
    for was, becomes in ((10, 10**6), (11, 10), (10**6, 11)):
        world.book.run(f"UPDATE journal SET number = {becomes} WHERE number = {was}")


def chained_anew(world: World) -> None:
    """A row of the journal is changed, and all after it are chained anew."""
    book = world.book
    book.run("UPDATE journal SET person = 'P-3' WHERE number = 12")
    before = book.one("SELECT hash FROM journal WHERE number = 11")[0]
    for row in book.rows(f"SELECT {', '.join(COLUMNS)} FROM journal WHERE number > 11 ORDER BY number"):
        before = chained(before, row[:-1])
        book.run("UPDATE journal SET hash = %s WHERE number = %s", (before, row[0]))


def logged_anew(world: World) -> None:
    """Everything after posting 100 is taken out, heads and all: a log that is sound by itself."""
    book = world.book
    for sql in (
        "DELETE FROM posting WHERE position >= 83",
        "DELETE FROM head WHERE size > 83",
        "DELETE FROM block WHERE number > 0",
    ):
        book.run(sql)


def no_op(world: World) -> None:
    """The trigger that keeps postings does nothing any more."""
    if world.book.vendor == "postgresql":
        world.book.run(
            "CREATE OR REPLACE FUNCTION makegood_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NULL; END $$"
        )


def head_anew(size: int, by: int = 1) -> Act:
    """A head with another root and edge, which fit each other, after so many postings."""

    def act(world: World) -> None:
        from makegood.ledger.merkle import Frontier

        edge = Frontier().extend([hashlib.sha256(bytes([by, one % 256])).digest() for one in range(size)]).frontier
        world.book.run("UPDATE head SET root = %s, frontier = %s WHERE size = %s", (edge.root(), edge.as_bytes(), size))

    return act


def reminded(state: str) -> Act:
    """A reminder of a use, in a state."""

    def act(world: World) -> None:
        assert effects.add_reminders(world.book, [world.at["use"]], world.now) == 1
        world.book.run("UPDATE reminder SET state = %s, tries = 1", (state,))

    return act


def reminded_too_often(world: World) -> None:
    """Two reminders are marked as done where the journal tells of one."""
    effects.add_reminders(world.book, [100, 101], world.now)
    append(world.book, Record(WORKER, "send_reminders", "", detail={"done": 1}), world.now)
    sql = "UPDATE reminder SET state = 'done', tries = 1, taken_by = 'w1', done_us = %s"
    world.book.run(sql, (to_us(world.now),))


def head_put_in(world: World) -> None:
    """A head where no commit ended."""
    world.book.add("head", ("size", "root", "frontier", "at_us"), [(90, b"r" * 32, b"f" * 40, 1)])


def blob(column: str, table: str, where: str) -> Act:
    """Other bytes in a column."""

    def act(world: World) -> None:
        world.book.run(f"UPDATE {table} SET {column} = %s WHERE {where}", (b"\x07" * 32,))

    return act


def journal_row(**row: Any) -> Act:
    """A row of the journal that follows rightly from the one before: what anybody with the password can append."""

    def act(world: World) -> None:
        book: Book = world.book
        number, before = book.rows("SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1")[0]
        fields = {"at_us": to_us(world.now), "key": "", "outcome": "done", "detail": "{}"}
        full = fields | row | {"number": number + 1}
        values = tuple(full[name] for name in COLUMNS[:-1])
        book.add("journal", COLUMNS, [(*values, chained(before, values))])

    return act
