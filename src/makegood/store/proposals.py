"""Verb: keep single awards as they were asked for, and who signed them."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.store.book import Book


@dataclass(frozen=True)
class Waiting:
    """A proposal without a signature and without its posting."""

    key: str
    account: str
    unit: str
    amount: int
    by: str
    hash: str


def waiting(book: Book) -> list[Waiting]:
    """What waits for another human, oldest first."""
    sql = (
        "SELECT p.key, p.account, p.unit, p.amount, p.by, p.hash FROM proposal AS p "
        "LEFT JOIN posting AS d ON d.key = p.key WHERE d.position IS NULL ORDER BY p.at_us, p.key"
    )
    return [Waiting(*row) for row in book.rows(sql)]
