"""Act: expire credits; what is left of a lot whose time is over goes to breakage, once a lot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from makegood.ledger.basis import Basis
from makegood.ledger.lots import expired
from makegood.ledger.posting import BREAKAGE, Posted, Posting
from makegood.store import bases, lots, postings
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import WORKER

PART = 1_000
_AT_ONCE = 100  # accounts of one transaction: so long do other writers wait


def expire_credits(book: Book, now: datetime, many: int = PART) -> int:
    """Post the expiry of at most so many accounts' lots; how many postings were made.

    Which accounts they are is looked up outside of any transaction; what is used meanwhile is not expired.
    """
    accounts = lots.over(book, now, many)
    return sum(_expire(book, accounts[at : at + _AT_ONCE], now) for at in range(0, len(accounts), _AT_ONCE))


def _expire(book: Book, accounts: Sequence[str], now: datetime) -> int:
    with acting(Doing(book, WORKER, "expire_credits", now)) as doing:
        owned = lots.held_by(book, accounts)
        ends = expired((one for _, one in owned.values()), now)
        turns = postings.next_free(book, [f"expiry/{lot}" for lot, _ in ends])
        basis = Basis("credit", reason="expired")
        bases.keep(book, [basis])
        # what a reversed use gives back after its lot expired is expired by itself
        made = [
            _posting(owned[lot][0], f"{key}/{turns[key]}", rest, basis.hash)
            for lot, rest in ends
            if (key := f"expiry/{lot}")
        ]
        put = postings.put(book, made, now) if made else None
        doing.silent = not made
        doing.detail["expired"] = len(made)
    return len(put.fresh) if put else 0


def _posting(award: Posted, key: str, rest: int, basis: str) -> Posting:
    one = award.posting
    return Posting(
        key, "expiry", one.credit, BREAKAGE, one.unit, rest, one.account, "", 0, basis, award.position
    ).checked()
