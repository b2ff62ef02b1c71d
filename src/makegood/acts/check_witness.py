"""Act: check the book against what was noted of it outside; an older copy in its place is refused."""

from __future__ import annotations

from datetime import datetime

from makegood.errors import Refused
from makegood.store import journal, log
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor
from makegood.store.witness import OLDER, OTHER_BOOK, Witnessed, as_it_stands, fault_of

__all__ = ["Witnessed", "as_it_stands", "check_witness"]


def check_witness(book: Book, actor: Actor, noted: Witnessed, now: datetime) -> None:
    """Raise Refused where the book does not go on from what was noted: an old copy, another book, a changed log."""
    fault = fault_of(book, noted)
    if fault is None:
        return
    with acting(Doing(book, actor, "check_witness", now, noted.book, {"size": noted.size, "rows": noted.rows})):
        raise Refused(
            f"{_said(book, noted, fault)} Find out what happened before anything else is done; "
            "`makegood ledger audit` helps."
        )


def _said(book: Book, noted: Witnessed, fault: str) -> str:
    if fault == OTHER_BOOK:
        return f"this is the book {book.id[:8]}, and what was noted here is of the book {noted.book[:8]}."
    if fault == OLDER:
        size, rows = log.head_of(book).size, journal.last(book)[0]
        return (
            f"the book holds {size} postings and {rows} acts, fewer than the {noted.size} and {noted.rows} that were "
            "noted before: an older copy stands in its place."
        )
    return "the book does not go on from what was noted before: its past was changed."
