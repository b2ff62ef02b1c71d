"""Act: check the book against what was noted of it outside; an older copy in its place is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from makegood.errors import Refused
from makegood.store import journal, log
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor


@dataclass(frozen=True)
class Witnessed:
    """What was noted outside of a book: the log's size and root (hex), the journal's rows and last hash."""

    book: str
    size: int
    root: str
    rows: int
    hash: str


def as_it_stands(book: Book) -> Witnessed:
    """What there is to note now."""
    head = log.head_of(book)
    rows, hash = journal.last(book)
    return Witnessed(book.id, head.size, head.root.hex(), rows, hash)


def check_witness(book: Book, actor: Actor, noted: Witnessed, now: datetime) -> None:
    """Raise Refused where the book does not go on from what was noted: an old copy, another book, a changed log."""
    fault = _fault(book, noted)
    if fault is None:
        return
    with acting(Doing(book, actor, "check_witness", now, noted.book, {"size": noted.size, "rows": noted.rows})):
        raise Refused(f"{fault} Find out what happened before anything else is done; `makegood ledger audit` helps.")


def _fault(book: Book, noted: Witnessed) -> str | None:
    if noted.book != book.id:
        return f"this is the book {book.id[:8]}, and what was noted here is of the book {noted.book[:8]}."
    size, rows = log.head_of(book).size, journal.last(book)[0]
    if size < noted.size or rows < noted.rows:
        return (
            f"the book holds {size} postings and {rows} acts, fewer than the {noted.size} and {noted.rows} that were "
            "noted before: an older copy stands in its place."
        )
    root = log.root_at(book, noted.size)
    if root is None or root.hex() != noted.root or journal.hash_at(book, noted.rows) != noted.hash:
        return "the book does not go on from what was noted before: its past was changed."
    return None
