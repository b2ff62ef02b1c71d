"""Act: import customers; how to reach them, and what their plan can use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from makegood.campaigns.customer import Customer
from makegood.errors import BadState, Refused
from makegood.store import at_stake, causes, people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor

_NAMED = 20


def import_customers(book: Book, actor: Actor, customers: Sequence[Customer], source: str, now: datetime) -> int:
    """Keep customers; how many are new or changed. Earlier rows stay, the newest of an account holds.

    Raise Refused where the actor may not import, or would turn money elsewhere that the actor set moving; BadState
    where an account would get another billing id while a posting is on its way to the one it has.
    """
    with acting(Doing(book, actor, "import_customers", now, source[:500])) as doing:
        people.require(book, actor, "import")
        moved = causes.rebilled(book, customers)
        doing.detail |= {"rebilled": len(moved), "such_as": sorted(moved)[:_NAMED]}
        if moved:
            _check(book, actor, moved)
        changed = causes.add_customers(book, customers, actor.person, now)
        doing.detail |= {"given": len(customers), "changed": changed}
    return changed


def _check(book: Book, actor: Actor, moved: set[str]) -> None:
    own = moved & at_stake.set_moving_by(book, actor.person)
    if own:
        raise Refused(
            f"{actor.person} drew or gave what is on its way to {min(own)[:60]} and so does not change its billing id; "
            "nothing is imported. Somebody else with the right to import has to."
        )
    away = moved & at_stake.under_way(book)
    if away:
        raise BadState(
            f"a posting is on its way to {min(away)[:60]}, whose billing id does not change meanwhile; nothing is "
            "imported. Import again when the outbox is empty."
        )
