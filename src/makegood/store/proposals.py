"""Verb: keep single awards and reversals as they were asked for, and who signed them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from makegood.store.book import Book
from makegood.store.reversals import KEY


@dataclass(frozen=True)
class Waiting:
    """A proposal without a signature and without its posting; `reverses` is the award that it takes back, if one."""

    key: str
    account: str
    unit: str
    amount: int
    by: str
    hash: str
    reverses: int | None = None


def waiting(book: Book) -> list[Waiting]:
    """What waits for another human, oldest first; but for what takes back an award that was taken back otherwise."""
    sql = (
        "SELECT p.key, p.account, p.unit, p.amount, p.by, p.hash, p.data FROM proposal AS p "
        "LEFT JOIN posting AS d ON d.key = p.key WHERE d.position IS NULL ORDER BY p.at_us, p.key"
    )
    found = [
        Waiting(key, account, unit, amount, by, hash, _reverses(key, data))
        for key, account, unit, amount, by, hash, data in book.rows(sql)
    ]
    return [one for one in found if one.reverses is None or not _taken_back(book, one.reverses)]


def _reverses(key: str, data: str) -> int | None:
    return json.loads(data)["reverses"] if key.startswith(KEY) else None


def _taken_back(book: Book, position: int) -> bool:
    return bool(book.rows("SELECT 1 FROM posting WHERE reverses = %s", (position,)))
