"""Verb: read what customers hold; postings with their bases, folded into lots, and lots that soon expire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from makegood.ledger.basis import HELD_FORMS, Basis
from makegood.ledger.lots import held
from makegood.ledger.posting import Posted
from makegood.spans import moment, to_us
from makegood.store import bases, postings
from makegood.store.book import Book


def of_account(book: Book, account: str) -> tuple[list[Posted], dict[str, Basis]]:
    """All postings of an account by position, and their bases by hash."""
    found = postings.read(book, "account = %s", (account,))
    return found, _bases_of(book, found)


def rests(book: Book, positions: Sequence[int]) -> dict[int, int]:
    """What is left of the awards at these positions, in minor units; 0 for what is no award."""
    marks = ", ".join(["%s"] * len(positions))
    moves = f"SELECT position FROM posting WHERE position IN ({marks}) OR lot IN ({marks})"
    back = f"SELECT position FROM posting WHERE reverses IN ({moves})"
    found = postings.read(book, f"position IN ({moves} UNION {back})", (*positions,) * 4) if positions else []
    left = {one.lot.position: one.rest for one in held(found, _bases_of(book, found)).lots}
    return {position: left.get(position, 0) for position in positions}


def _bases_of(book: Book, entries: Sequence[Posted]) -> dict[str, Basis]:
    return bases.bases(book, {one.posting.basis for one in entries})


def soon_over(book: Book, ahead: timedelta, now: datetime, many: int) -> list[int]:
    """Positions of the first so many awards that expire within `ahead`, are not used up and have no reminder row.

    An award that was granted with less than twice `ahead` left is not among them. One pass over the postings, and none
    where no basis expires in that time.
    """
    near = _near(book, ahead, now)
    if not near:
        return []
    latest = ", ".join(f"({number}, {at_us})" for number, at_us in near)
    rows = book.rows(
        f"WITH near (basis, latest_us) AS (VALUES {latest}) SELECT a.position FROM posting AS a "
        "JOIN near ON near.basis = a.basis AND a.at_us <= near.latest_us LEFT JOIN posting AS d ON d.lot = a.position "
        "WHERE a.kind = 'award' AND NOT EXISTS (SELECT 1 FROM reminder AS r WHERE r.position = a.position) "
        "GROUP BY a.position, a.amount HAVING COALESCE(SUM("
        "CASE WHEN d.kind = 'reversal' AND d.reverses <> a.position THEN -d.amount ELSE d.amount END), 0) "
        "< a.amount ORDER BY a.position LIMIT %s",
        (many,),
    )
    return [position for (position,) in rows]


def _near(book: Book, ahead: timedelta, now: datetime) -> list[tuple[int, int]]:
    """Bases of what is held and expires within `ahead`: their numbers, and when an award of them was granted at last
    to have twice that time."""
    known, found = bases.bases(book), []
    for number, hash in bases.hashes(book).items():
        basis = known[hash]
        if basis.form in HELD_FORMS and basis.expires and now < moment(basis.expires) <= now + ahead:
            found.append((number, to_us(moment(basis.expires) - 2 * ahead)))
    return found
