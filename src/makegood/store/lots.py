"""Verb: read what customers hold; their lots, and which of them are over or soon will be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from makegood.errors import BadPeriod
from makegood.ledger.basis import HELD_FORMS, Basis
from makegood.ledger.lots import Held, held, lot_of
from makegood.ledger.posting import Posted, Posting
from makegood.spans import to_us
from makegood.store import bases, moved, postings
from makegood.store.book import Book

_SOME = 500  # as many accounts or positions are asked for at once
_HELD = ", ".join(f"'{form}'" for form in HELD_FORMS)
_NAMES = ", ".join(f"p.{name}" for name in postings.COLUMNS)
_MOVED = "COALESCE(l.used, 0), COALESCE(l.expired, 0), COALESCE(l.taken, 0)"
_REST = "a.amount - COALESCE(l.used + l.expired + l.taken, 0)"
# A cross join has SQLite begin with the bases, of which few are over; it would go through all postings.
_ENDING = (
    "FROM basis AS b CROSS JOIN posting AS a LEFT JOIN lot AS l ON l.position = a.position "
    "WHERE a.basis = b.number AND a.kind = 'award' AND"
)
_AWARDS = f"SELECT {_NAMES}, {_MOVED} FROM posting AS p LEFT JOIN lot AS l ON l.position = p.position WHERE "


def of_account(book: Book, account: str) -> tuple[list[Posted], dict[str, Basis]]:
    """All postings of an account by position, and their bases by hash."""
    found = postings.read(book, "account = %s", (account,))
    return found, bases.bases(book, {one.posting.basis for one in found})


def held_by(book: Book, accounts: Sequence[str]) -> dict[int, tuple[Posted, Held]]:
    """Every award of these accounts by position, with where its amount went; from the projection."""
    rows: list[tuple[Any, ...]] = []
    for part, marks in _parts(accounts):
        own = f"p.account IN ({marks}) AND p.kind = 'award' AND p.cause IS"  # an index serves each of the two
        rows += book.rows(f"{_AWARDS}{own} NOT NULL UNION ALL {_AWARDS}{own} NULL", (*part, *part))
    return _held(book, rows)


def held_at(book: Book, position: int) -> tuple[Posted, Held] | None:
    """The award at a position with where its amount went, None where no award stands there."""
    rows = book.rows(f"{_AWARDS}p.position = %s AND p.kind = 'award'", (position,))
    return _held(book, rows).get(position)


def _held(book: Book, rows: Iterable[tuple[Any, ...]]) -> dict[int, tuple[Posted, Held]]:
    rows = sorted(rows, key=itemgetter(0))
    hashes = bases.hashes(book, {row[postings.COLUMNS.index("basis")] for row in rows})
    known = bases.bases(book, set(hashes.values()))
    found = {}
    for *row, used, expired, taken in rows:
        award = postings.posted(tuple(row), hashes)
        basis = known.get(award.posting.basis)
        with suppress(BadPeriod):  # the audit tells of it, and nothing can be drawn on it
            if basis is not None:
                found[award.position] = award, Held(lot_of(award, basis), used, expired, taken)
    return found


def rests(book: Book, positions: Sequence[int]) -> dict[int, int]:
    """What is left of the awards at these positions, in minor units; 0 for what is no award."""
    left = dict.fromkeys(positions, 0)
    for part, marks in _parts(positions):
        left |= book.rows(
            f"SELECT a.position, {_REST} FROM posting AS a LEFT JOIN lot AS l ON l.position = a.position "
            f"WHERE a.position IN ({marks}) AND a.kind = 'award'",
            part,
        )
    return left


def _parts(things: Sequence[Any]) -> Iterator[tuple[Sequence[Any], str]]:
    for start in range(0, len(things), _SOME):
        part = things[start : start + _SOME]
        yield part, ", ".join(["%s"] * len(part))


def over(book: Book, now: datetime, many: int) -> list[str]:
    """The first so many accounts with something left of an award whose time is over."""
    rows = book.rows(
        f"SELECT DISTINCT a.account {_ENDING} b.expires_us <= %s AND {_REST} > 0 LIMIT %s",
        (to_us(now), many),
    )
    return [account for (account,) in rows]


def soon_over(book: Book, ahead: timedelta, now: datetime, many: int) -> list[int]:
    """Positions of the first so many awards that expire within `ahead`, are not used up and have no reminder row.

    An award that was granted with less than twice `ahead` left is not among them, nor what is not held, as a refund.
    """
    twice_us = 2 * ahead // timedelta(microseconds=1)
    rows = book.rows(
        f"SELECT a.position {_ENDING} b.expires_us > %s AND b.expires_us <= %s "
        f"AND b.form IN ({_HELD}) AND a.at_us <= b.expires_us - %s AND {_REST} > 0 "
        "AND NOT EXISTS (SELECT 1 FROM reminder AS r WHERE r.position = a.position) ORDER BY a.position LIMIT %s",
        (to_us(now), to_us(now + ahead), twice_us, many),
    )
    return [position for (position,) in rows]


def drawn(book: Book) -> Iterator[list[Posted]]:
    """The postings of each account of which something moved, by position, within the caller's transaction.

    What is no number is left out: the log tells of it.
    """
    known = bases.hashes(book)
    names = "position, key, kind, debit, credit, unit, amount, account, basis, lot, reverses, at_us"
    sql = (
        f"SELECT {names} FROM posting WHERE account IN (SELECT account FROM posting WHERE kind <> 'award') "
        "ORDER BY account, position"
    )
    rows = (row for batch in book.stream(sql) for row in batch)
    for _, own in groupby(rows, key=itemgetter(7)):
        yield [_drawn(row, known) for row in own if isinstance(row[6], int) and isinstance(row[11], int)]


def _drawn(row: tuple[Any, ...], known: Mapping[int, str]) -> Posted:
    position, key, kind, debit, credit, unit, amount, account, basis, lot, reverses, at_us = row
    content = Posting(key, kind, debit, credit, unit, amount, account, "", 0, known.get(basis, ""), lot, reverses)
    return Posted(position, at_us, content, b"")


def rebuild(book: Book) -> int:
    """Make the projection again by the fold of all postings, within the caller's transaction; how many rows it has."""
    book.run("DELETE FROM lot")
    known, made = bases.bases(book), 0
    for entries in drawn(book):
        rows = [row for one in held(entries, known).lots if (row := row_of(one))]
        book.add(moved.TABLE, moved.COLUMNS, rows)
        made += len(rows)
    return made


def row_of(held_: Held) -> tuple[int, str, int, int, int] | None:
    """The row that the projection is to have of a lot; None where nothing of it moved, or all of it came back."""
    figures = (held_.used, held_.expired, held_.taken)
    return (held_.lot.position, held_.lot.account, *figures) if any(figures) else None
