"""Verb: put postings into the book, each once; with its place in the log and its outbox row, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from makegood.errors import BadState, KeyReused, Refused
from makegood.keys import content_hash
from makegood.ledger.merkle import leaf_hash
from makegood.ledger.posting import FIELDS, Posted, Posting, content_text, leaf_data
from makegood.spans import to_us
from makegood.store import bases
from makegood.store.book import Book
from makegood.store.log import Head, grow, head_of
from makegood.store.points import reach

COLUMNS = (
    "position",
    "key",
    "kind",
    "debit",
    "credit",
    "unit",
    "amount",
    "account",
    "cause",
    "turn",
    "basis",
    "lot",
    "reverses",
    "at_us",
    "leaf",
)
_NAMES = ", ".join(COLUMNS)
_MARKS = ", ".join(["%s"] * len(COLUMNS))
_SOME = 500  # as many keys are asked for at once
_SKEW_US = 5_000_000  # clocks of several workers may differ by so much
SENT = ("award", "reversal")


@dataclass(frozen=True)
class Put:
    """What became of postings: where the fresh ones begin, the repeats with their first answer, and the losses that an
    award at a position made good already."""

    first: int
    fresh: tuple[Posting, ...]
    repeats: tuple[Posted, ...]
    collisions: tuple[tuple[Posting, int], ...]
    at_us: int


def put(book: Book, postings: Sequence[Posting], now: datetime) -> Put:
    """Put postings into the book within the caller's transaction, which holds the lock.

    The same key and content again gives the first answer; the same key with other content raises KeyReused with the
    field; a loss that is made good already is left out and told. Raise Refused where the clock stands before the last
    posting.
    """
    reach("posting.locked")
    head = head_of(book)
    at_us = _moment(head, now)
    numbers = _basis_numbers(book, postings)
    if _insert(book, head, postings, numbers, at_us):
        return Put(head.size, tuple(postings), (), (), at_us)
    fresh, repeats, collisions = _sorted(book, postings)
    if fresh and not _insert(book, head, fresh, numbers, at_us):
        raise BadState("the book changed under a writer that holds its lock; run `makegood ledger audit`.")
    return Put(head.size, tuple(fresh), tuple(repeats), tuple(collisions), at_us)


def _moment(head: Head, now: datetime) -> int:
    at_us = to_us(now)
    if at_us < head.at_us - _SKEW_US:
        raise Refused("the clock stands before the last posting; nothing is posted into the past. Set the clock right.")
    return max(at_us, head.at_us)


def _basis_numbers(book: Book, postings: Sequence[Posting]) -> dict[str, int]:
    wanted = {one.basis for one in postings}
    known = {hash: number for number, hash in bases.hashes(book).items()}
    if missing := wanted - known.keys():
        raise BadState(f"no basis {min(missing)[:12]} is kept in this book; keep it before posting.")
    return known


def _insert(book: Book, head: Head, postings: Sequence[Posting], numbers: Mapping[str, int], at_us: int) -> bool:
    """Insert all of them, or nothing; False where one stands there already."""
    if not postings:
        return True
    rows, leaves = _rows(head.size, postings, numbers, at_us)
    mark = transaction.savepoint(using=book.alias)
    inserted = _insert_rows(book, rows)
    reach("posting.inserted")
    if inserted != len(rows):
        transaction.savepoint_rollback(mark, using=book.alias)
        return False
    transaction.savepoint_commit(mark, using=book.alias)
    book.run(
        "INSERT INTO outbox (position, state, tries, due_us, taken_by, taken_until_us, remote, said) "
        "SELECT position, 'waiting', 0, at_us, '', 0, '', '' FROM posting "
        "WHERE position >= %s AND kind IN ('award', 'reversal')",
        (head.size,),
    )
    reach("posting.boxed")
    grow(book, head, leaves, at_us)
    reach("posting.rooted")
    return True


def _rows(
    base: int, postings: Sequence[Posting], numbers: Mapping[str, int], at_us: int
) -> tuple[list[tuple[Any, ...]], list[bytes]]:
    rows, leaves = [], []
    for position, one in enumerate(postings, base):
        leaf = leaf_hash(leaf_data(content_text(one), at_us))
        leaves.append(leaf)
        rows.append(
            (
                position,
                one.key,
                one.kind,
                one.debit,
                one.credit,
                one.unit,
                one.amount,
                one.account,
                one.cause or None,
                one.turn,
                numbers[one.basis],
                one.lot,
                one.reverses,
                at_us,
                leaf,
            )
        )
    return rows, leaves


def _insert_rows(book: Book, rows: list[tuple[Any, ...]]) -> int:
    """Staged and then inserted by one statement where the database has COPY; row by row inside it elsewhere."""
    if book.vendor == "postgresql" and len(rows) > _SOME:
        book.run("CREATE TEMP TABLE IF NOT EXISTS stage (LIKE posting) ON COMMIT DELETE ROWS")
        book.add("stage", COLUMNS, rows)
        reach("posting.staged")
        return book.run(f"INSERT INTO posting ({_NAMES}) SELECT {_NAMES} FROM stage ON CONFLICT DO NOTHING")
    sql = f"INSERT INTO posting ({_NAMES}) VALUES ({_MARKS}) ON CONFLICT DO NOTHING"
    reach("posting.staged")
    return book.run_many(sql, rows)


def _sorted(book: Book, postings: Sequence[Posting]) -> tuple[list[Posting], list[Posted], list[tuple[Posting, int]]]:
    """Fresh ones, repeats and collisions; every posting given is in exactly one of them."""
    fresh: dict[str, Posting] = {}
    repeats: list[Posted] = []
    collisions: list[tuple[Posting, int]] = []
    losses: dict[tuple[str, str], int] = {}
    for start in range(0, len(postings), _SOME):
        part = postings[start : start + _SOME]
        known = {one.posting.key: one for one in by_keys(book, [one.key for one in part])}
        for one in part:
            before = known.get(one.key)
            if before is not None or one.key in fresh:
                first = before or Posted(-1, 0, fresh[one.key], b"")
                _same(first.posting, one)
                repeats.append(replace(first, repeat=True))
                continue
            turn, standing = _turn(book, one)
            loss = (one.account, one.cause)
            if standing is None and one.cause and one.kind == "award" and loss in losses:
                standing = losses[loss]
            if standing is not None:
                collisions.append((one, standing))
                continue
            if one.cause and one.kind == "award":
                losses[loss] = -1
            fresh[one.key] = replace(one, turn=turn)
    return list(fresh.values()), repeats, collisions


def _turn(book: Book, one: Posting) -> tuple[int, int | None]:
    """Which turn an award for its loss has, and the position of the award that stands in its way, if any."""
    if one.kind != "award" or not one.cause:
        return one.turn, None
    last = book.rows(
        "SELECT a.position, a.turn, r.position FROM posting AS a LEFT JOIN posting AS r ON r.reverses = a.position "
        "WHERE a.account = %s AND a.cause = %s ORDER BY a.turn DESC LIMIT 1",
        (one.account, one.cause),
    )
    if not last:
        return 0, None
    position, turn, reversal = last[0]
    return (turn + 1, None) if reversal is not None else (turn, position)


def _same(first: Posting, again: Posting) -> None:
    for name in FIELDS:
        if name != "turn" and getattr(first, name) != getattr(again, name):
            raise KeyReused(
                f"the key {again.key[:120]} was used before with another {name} "
                f"({getattr(first, name)!r:.60} then, {getattr(again, name)!r:.60} now); use a key of its own.",
                name,
            )


def by_keys(book: Book, keys: Sequence[str]) -> list[Posted]:
    """The postings of these business keys, by position."""
    marks = ", ".join(["%s"] * len(keys))
    return read(book, f"key IN ({marks})", keys)


def read(book: Book, where: str, params: Sequence[Any] = ()) -> list[Posted]:
    """Postings by position; `where` is SQL over the columns of posting, with marks for the params."""
    known = bases.hashes(book)
    rows = book.rows(f"SELECT {_NAMES} FROM posting WHERE {where} ORDER BY position", params)
    return [posted(row, known) for row in rows]


def posted(row: tuple[Any, ...], known: Mapping[int, str]) -> Posted:
    """A row of posting, in the order of COLUMNS, as it stands in the book."""
    position, key, kind, debit, credit, unit, amount, account, cause, turn, basis, lot, reverses, at_us, leaf = row
    content = Posting(
        key, kind, debit, credit, unit, amount, account, cause or "", turn, known.get(basis, ""), lot, reverses
    )
    return Posted(position, at_us, content, bytes(leaf))


def outward_id(book: Book, position: int, key: str) -> str:
    """The posting's id outside of the book: unique over all books, stable over every try."""
    return "mg_" + content_hash([book.id, position, key])[:40]
