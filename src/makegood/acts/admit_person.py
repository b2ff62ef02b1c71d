"""Act: admit a person, with rights and a first key; the first one ever is the owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from makegood.errors import Refused
from makegood.store import people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor

FIRST = Actor("setup")


@dataclass(frozen=True)
class Admitted:
    """The new person's id, the rights given, and the key's secret, which is shown once and kept nowhere."""

    person: str
    rights: tuple[str, ...]
    secret: str


def admit_person(book: Book, actor: Actor, who: tuple[str, str], rights: Sequence[str], now: datetime) -> Admitted:
    """Admit (name, e-mail); only the owner may, but for the first person, who becomes the owner.

    Raise Refused where the actor may not, or the mailbox is somebody's already; BadUse for a bad name or right.
    """
    wanted = people.checked_rights(rights)
    with acting(Doing(book, actor, "admit_person", now, who[1])) as doing:
        if actor == FIRST:
            if people.anyone(book):
                raise Refused("this book has an owner already; the owner admits people.")
            wanted = ("owner", *(right for right in wanted if right != "owner"))
        else:
            people.require(book, actor, "owner")
        person = people.add_person(book, who, "" if actor == FIRST else actor.person, now)
        by = person if actor == FIRST else actor.person
        people.give(book, person, wanted, by, now)
        secret = people.issue_key(book, person, by, now)
        doing.subject = person
        doing.detail = {"name": who[0], "email": who[1], "rights": list(wanted), "key": people.digest_of(secret)}
    return Admitted(person, wanted, secret)
