"""Act: make what is kept for speed again from the postings; the roots of blocks, and what moved of each award."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from makegood.store import log, lots, people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor


@dataclass(frozen=True)
class Rebuilt:
    """How many roots of blocks were made, and how many awards something moved of."""

    blocks: int
    lots: int


def rebuild(book: Book, actor: Actor, now: datetime) -> Rebuilt:
    """Make both projections again in one transaction; only the owner may, and no fact is touched."""
    with acting(Doing(book, actor, "rebuild", now)) as doing:
        people.require(book, actor, "owner")
        made = Rebuilt(log.rebuild_blocks(book), lots.rebuild(book))
        doing.detail |= {"blocks": made.blocks, "lots": made.lots}
    return made
