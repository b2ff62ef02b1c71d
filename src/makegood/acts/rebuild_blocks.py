"""Act: make the projection of block roots again from the postings."""

from __future__ import annotations

from datetime import datetime

from makegood.store import log, people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor


def rebuild_blocks(book: Book, actor: Actor, now: datetime) -> int:
    """How many roots were made; only the owner may, and no fact is touched."""
    with acting(Doing(book, actor, "rebuild_blocks", now)) as doing:
        people.require(book, actor, "owner")
        made = log.rebuild_blocks(book)
        doing.detail["blocks"] = made
    return made
