"""Read: are the guards in place; the triggers that keep facts from being changed, and the tables' own rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import CheckConstraint, UniqueConstraint

from makegood.store import triggers
from makegood.store.book import Book

_KEY = "primary key"
_CONSTRAINT = re.compile(r'CONSTRAINT "(\w+)" (?:UNIQUE|CHECK)')
GONE, OFF, OTHER, STRANGE = "gone", "off", "other", "strange"


@dataclass(frozen=True)
class Guard:
    """A trigger or a rule of a table, and what is wrong: GONE, OFF (disabled), OTHER (changed) or STRANGE."""

    table: str
    name: str
    fault: str


def faults(book: Book) -> list[Guard]:
    """Every guard that is not as the migrations made it, and every trigger that they did not make."""
    found = _postgresql(book) if book.vendor == "postgresql" else _sqlite(book)
    return [*found, *_rules(book)]


def _sqlite(book: Book) -> Iterator[Guard]:
    rows = book.rows("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
    known = {name: (table, sql) for table, name, sql in rows}
    for table, name, wanted in triggers.wanted("sqlite"):
        there = known.pop(name, None)
        if there is None:
            yield Guard(table, name, GONE)
        elif there != (table, wanted):
            yield Guard(table, name, OTHER)
    for name, (table, _) in sorted(known.items()):
        yield Guard(table, name, STRANGE)


def _postgresql(book: Book) -> Iterator[Guard]:
    rows = book.rows(
        "SELECT c.relname, t.tgname, t.tgenabled::text, pg_get_triggerdef(t.oid), p.prosrc FROM pg_trigger AS t "
        "JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_proc AS p ON p.oid = t.tgfoid "
        "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
    )
    known = {name: (table, enabled, sql, does) for table, name, enabled, sql, does in rows}
    body = triggers.FUNCTION.split("$$")[1].strip()
    for table, name, wanted in triggers.wanted("postgresql"):
        there = known.pop(name, None)
        if there is None:
            yield Guard(table, name, GONE)
        elif there[1] not in ("O", "A"):
            yield Guard(table, name, OFF)
        elif there[0] != table or _plain(there[2]) != _plain(wanted) or there[3].strip() != body:
            yield Guard(table, name, OTHER)
    for name, (table, *_) in sorted(known.items()):
        yield Guard(table, name, STRANGE)


def _plain(sql: str) -> tuple[str, ...]:
    """The words of a trigger's text in any order, as the server writes its verbs in an order of its own."""
    return tuple(sorted(re.sub(r'"|\bpublic\.', "", sql).replace("()", "").upper().split()))


def _rules(book: Book) -> Iterator[Guard]:
    """Unique keys and conditions of the tables, by the name that the migrations gave them."""
    there = _rules_there(book)
    for model in apps.get_app_config("store").get_models():
        table = model._meta.db_table
        for one in model._meta.constraints:
            if isinstance(one, UniqueConstraint | CheckConstraint) and (table, one.name) not in there:
                yield Guard(table, one.name, GONE)
        if (table, _KEY) not in there:
            yield Guard(table, _KEY, GONE)


def _rules_there(book: Book) -> set[tuple[str, str]]:
    """(table, name) of every rule that the database keeps; a table's primary key goes by one name everywhere."""
    if book.vendor == "postgresql":
        return set(
            book.rows(
                "SELECT c.relname, CASE WHEN i.indisprimary THEN %s ELSE x.relname END FROM pg_index AS i "
                "JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_class AS x ON x.oid = i.indexrelid "
                "WHERE i.indisunique AND i.indisvalid AND c.relnamespace = current_schema()::regnamespace "
                "UNION ALL SELECT c.relname, k.conname FROM pg_constraint AS k "
                "JOIN pg_class AS c ON c.oid = k.conrelid "
                "WHERE k.contype = 'c' AND k.convalidated AND c.relnamespace = current_schema()::regnamespace",
                (_KEY,),
            )
        )
    there: set[tuple[str, str]] = set()
    for kind, table, name, sql in book.rows("SELECT type, tbl_name, name, COALESCE(sql, '') FROM sqlite_master"):
        if kind == "index" and sql.startswith("CREATE UNIQUE"):
            there.add((table, name))
        if kind == "table":
            there |= {(table, found) for found in _CONSTRAINT.findall(sql)}
            there |= {(table, _KEY)} if "PRIMARY KEY" in sql else set()
    return there
