"""Act: give a person rights, or take them away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from makegood.errors import Refused
from makegood.store import people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor


def give_rights(book: Book, actor: Actor, person: str, rights: Sequence[str], now: datetime) -> None:
    """Give rights; only the owner may, and nobody to themselves."""
    with acting(Doing(book, actor, "give_rights", now, person, {"rights": list(rights)})):
        people.require(book, actor, "owner")
        if actor.person == person:
            raise Refused("nobody gives rights to themselves; another owner has to.")
        people.give(book, people.person_of(book, person).id, rights, actor.person, now)


def take_rights(book: Book, actor: Actor, person: str, rights: Sequence[str], now: datetime) -> None:
    """Take rights away; only the owner may, and the last owner stays one."""
    with acting(Doing(book, actor, "take_rights", now, person, {"rights": list(rights)})):
        people.require(book, actor, "owner")
        owners = [one.id for one in people.everyone(book) if "owner" in one.rights]
        if "owner" in rights and owners == [person]:
            raise Refused(f"{person} is the only owner; make somebody else an owner first.")
        people.take(book, people.person_of(book, person).id, rights, actor.person, now)
