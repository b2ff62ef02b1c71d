"""Act: let what was refused, differs, is in doubt or reached nobody be tried again, once a human looked at it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from makegood.store import effects, people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor


def try_again(book: Book, actor: Actor, positions: Sequence[int], now: datetime) -> int:
    """Put these positions of outbox, notices and reminders back where they are in trouble or reached nobody; how many.

    Their tries are counted anew. The billing system is asked first whether it has them. A notice in doubt may arrive
    twice then: that is for the human to weigh.
    """
    with acting(Doing(book, actor, "try_again", now, "", {"positions": list(positions)})) as doing:
        people.require(book, actor, "operate")
        count = sum(effects.again(book, table, positions, now) for table in effects.TABLES)
        doing.detail["rows"] = count
    return count
