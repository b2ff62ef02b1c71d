"""Act: use credit; draw on a customer's lots in their order, under a key that is unique for ever."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from makegood.errors import BadState, BadUse
from makegood.ledger.basis import Basis
from makegood.ledger.lots import Use, burn
from makegood.ledger.posting import USED, Posted, Posting, holder
from makegood.ledger.unit import text
from makegood.store import bases, lots, people, postings
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor
from makegood.store.repeats import reused

_MOST_LOTS = 1_000


@dataclass(frozen=True)
class Spending:
    """What is used: minor units of a unit, for a product on a plan; `key` is the caller's own."""

    key: str
    account: str
    unit: str
    amount: int
    product: str = ""
    plan: str = ""


def use_credit(book: Book, actor: Actor, spending: Spending, now: datetime) -> tuple[Posted, ...]:
    """Draw the whole amount, a posting a lot, or nothing; the same key and content again gives the first answer.

    Raise BadState where the lots that fit do not hold so much, KeyReused for another content under the same key.
    """
    with acting(Doing(book, actor, "use_credit", now, spending.key)) as doing:
        people.require(book, actor, "post")
        if spending.amount <= 0:
            raise BadUse("what is used is above zero; give an amount in minor units.")
        basis = Basis("credit", product=spending.product, plan=spending.plan, reason="use")
        bases.keep(book, [basis])
        first = _before(book, spending, basis)
        if first:
            doing.silent = True
            return first
        owned = lots.held_by(book, [spending.account])
        use = Use(
            account=spending.account,
            unit=spending.unit,
            amount=spending.amount,
            product=spending.product,
            plan=spending.plan,
        )
        burnt = burn((one for _, one in owned.values()), use, now)
        if burnt.short or len(burnt.draws) > _MOST_LOTS:
            raise BadState(
                f"{spending.account[:60]} lacks {text(burnt.short, spending.unit)} for this; nothing is used."
            )
        drawn = [_posting(spending, basis, step, draw) for step, draw in enumerate(burnt.draws)]
        postings.put(book, drawn, now)
        return tuple(postings.by_keys(book, [one.key for one in drawn]))


def _posting(spending: Spending, basis: Basis, step: int, draw: tuple[int, int]) -> Posting:
    lot, amount = draw
    used = f"{USED}/{spending.product or 'any'}"
    key = f"use/{spending.key}/{step}"
    return Posting(
        key, "use", holder(spending.account), used, spending.unit, amount, spending.account, "", 0, basis.hash, lot
    ).checked()


def _before(book: Book, spending: Spending, basis: Basis) -> tuple[Posted, ...]:
    """The first answer where the key was used before; raise KeyReused where the content was another."""
    found: list[Posted] = []
    while step := postings.by_keys(book, [f"use/{spending.key}/{len(found)}"]):
        found += step
    if not found:
        return ()
    first = found[0].posting
    scope = bases.with_hash(book, first.basis) or basis
    amount = sum(one.posting.amount for one in found)
    was = Spending(spending.key, first.account, first.unit, amount, scope.product, scope.plan)
    for name, now in asdict(spending).items():
        if getattr(was, name) != now:
            raise reused(spending.key, name, getattr(was, name), now)
    return tuple(replace(one, repeat=True) for one in found)
