"""Noun: a witness; what was noted of a book outside of it, so that an older copy or a cut past is seen."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.store import journal, log
from makegood.store.book import Book

OTHER_BOOK, OLDER, CHANGED_LOG, CHANGED_JOURNAL = "other_book", "older", "changed_log", "changed_journal"


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


def fault_of(book: Book, noted: Witnessed) -> str | None:
    """OTHER_BOOK, OLDER, CHANGED_LOG or CHANGED_JOURNAL where the book does not go on from what was noted, or None."""
    if noted.book != book.id:
        return OTHER_BOOK
    if log.head_of(book).size < noted.size or journal.last(book)[0] < noted.rows:
        return OLDER
    root = log.root_at(book, noted.size)
    if root is None or root.hex() != noted.root:
        return CHANGED_LOG
    return None if journal.hash_at(book, noted.rows) == noted.hash else CHANGED_JOURNAL
