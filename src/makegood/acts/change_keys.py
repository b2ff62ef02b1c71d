"""Act: issue a new key to a person, or end one."""

from __future__ import annotations

from datetime import datetime

from makegood.store import people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor


def issue_key(book: Book, actor: Actor, person: str, now: datetime) -> str:
    """The secret of a new key; the owner may issue for anyone, everybody for themselves."""
    with acting(Doing(book, actor, "issue_key", now, person)) as doing:
        people.key_in_use(book, actor)
        if actor.person != person:
            people.require(book, actor, "owner")
        secret = people.issue_key(book, people.person_of(book, person).id, actor.person, now)
        doing.detail["key"] = people.digest_of(secret)  # so that nobody puts a key of theirs in its place
    return secret


def end_key(book: Book, actor: Actor, key: str, now: datetime) -> None:
    """End a key; the owner may end any, everybody their own."""
    with acting(Doing(book, actor, "end_key", now, key)):
        people.key_in_use(book, actor)
        if people.holder_of(book, key) != actor.person:
            people.require(book, actor, "owner")
        people.end_key(book, key, actor.person, now)
