"""Act: set what one human may grant alone."""

from __future__ import annotations

from datetime import datetime

from makegood.ledger.unit import unit_of
from makegood.store import people, policy
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor


def set_limit(book: Book, actor: Actor, unit: str, amount: int, now: datetime) -> None:
    """Set the limit of a unit in minor units; only the owner may, who can then not grant alone what is above."""
    with acting(Doing(book, actor, "set_limit", now, unit, {"amount": amount})):
        people.require(book, actor, "owner")
        policy.set_limit(book, unit_of(unit).code, amount, actor.person, now)
