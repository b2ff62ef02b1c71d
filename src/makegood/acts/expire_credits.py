"""Act: expire credits; what is left of a lot whose time is over goes to breakage, once a lot."""

from __future__ import annotations

from datetime import datetime

from makegood.ledger.basis import Basis
from makegood.ledger.lots import expired, held
from makegood.ledger.posting import BREAKAGE, Posting
from makegood.spans import moment
from makegood.store import bases, lots, postings
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import WORKER

PART = 1_000


def expire_credits(book: Book, now: datetime, many: int = PART) -> int:
    """Post the expiry of at most so many accounts' lots; how many postings were made."""
    over = [one.hash for one in bases.bases(book).values() if one.expires and moment(one.expires) <= now]
    if not over:
        return 0
    with acting(Doing(book, WORKER, "expire_credits", now)) as doing:
        numbers = {hash: number for number, hash in bases.hashes(book).items()}
        marks = ", ".join(["%s"] * len(over))
        accounts = book.rows(
            "SELECT DISTINCT a.account FROM posting AS a LEFT JOIN posting AS d ON d.lot = a.position "
            f"WHERE a.kind = 'award' AND a.basis IN ({marks}) "
            "GROUP BY a.position, a.account, a.amount HAVING COALESCE(SUM("
            "CASE WHEN d.kind = 'reversal' AND d.reverses <> a.position THEN -d.amount ELSE d.amount END), 0) "
            "< a.amount LIMIT %s",
            (*(numbers[hash] for hash in over), many),
        )
        made = [one for (account,) in accounts for one in _of_account(book, account, now)]
        basis = Basis("credit", reason="expired")
        bases.keep(book, [basis])
        put = postings.put(book, [_with_basis(one, basis) for one in made], now) if made else None
        doing.silent = not made
        doing.detail["expired"] = len(made)
    return len(put.fresh) if put else 0


def _of_account(book: Book, account: str, now: datetime) -> list[Posting]:
    entries, known = lots.of_account(book, account)
    by_position = {one.position: one.posting for one in entries}
    found = []
    for lot, rest in expired(held(entries, known).lots, now):
        award = by_position[lot]
        # what a reversed use gives back after its lot expired is expired by itself
        turn = sum(one.posting.kind == "expiry" and one.posting.lot == lot for one in entries)
        key = f"expiry/{lot}/{turn}"
        found.append(Posting(key, "expiry", award.credit, BREAKAGE, award.unit, rest, account, "", 0, "", lot))
    return found


def _with_basis(posting: Posting, basis: Basis) -> Posting:
    fields = {name: getattr(posting, name) for name in posting.__slots__}
    return Posting(**{**fields, "basis": basis.hash}).checked()
