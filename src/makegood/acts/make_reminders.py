"""Act: make reminders of credits that expire soon and are not used up; one an award for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from makegood.store import effects, lots
from makegood.store.book import Book
from makegood.store.points import reach

MADE = 50_000


def make_reminders(book: Book, ahead: timedelta, now: datetime, many: int = MADE) -> int:
    """Make at most so many reminders of what expires within `ahead`; how many, none where `ahead` is no time.

    What was granted with less than twice that time left gets none. The awards are looked up outside of the transaction,
    so that no writer waits: a row that another worker made meanwhile stays as it is, and what is used meanwhile is
    found when the reminder is sent.
    """
    found = lots.soon_over(book, ahead, now, many) if ahead > timedelta() else []
    if not found:
        return 0
    with book.writing():
        made = effects.add_reminders(book, found, now)
        reach("reminder.made")
    return made
