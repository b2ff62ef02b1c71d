"""Verb: append to the journal; every row's hash covers the row before, so nothing can be taken out unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from makegood.keys import canonical
from makegood.spans import to_us
from makegood.store.book import Book

COLUMNS = ("number", "at_us", "person", "key", "act", "subject", "outcome", "detail", "hash")
DONE, REFUSED = "done", "refused"
EMPTY = "0" * 64
_LONGEST = 2000


@dataclass(frozen=True)
class Actor:
    """Who acts: a person's id and the id of the key used; the worker and the first set-up have no key."""

    person: str
    key: str = ""


WORKER = Actor("worker")


@dataclass(frozen=True)
class Record:
    """What was done or refused; `detail` holds text and whole numbers only."""

    actor: Actor
    act: str
    subject: str
    outcome: str = DONE
    detail: Mapping[str, Any] = field(default_factory=dict)


def append(book: Book, record: Record, now: datetime) -> int:
    """Append one row within the caller's transaction; its number."""
    return append_all(book, [record], now)[0] - 1


def append_all(book: Book, records: Sequence[Record], now: datetime) -> tuple[int, str]:
    """Append rows in their order within the caller's transaction; how many the journal has then, and its last hash."""
    (number, hash), rows = last(book), []
    for record in records:
        row = (
            number,
            to_us(now),
            record.actor.person,
            record.actor.key,
            record.act,
            record.subject[:_LONGEST],
            record.outcome,
            canonical(dict(record.detail)),
        )
        hash = chained(hash, row)
        rows.append((*row, hash))
        number += 1
    book.add("journal", COLUMNS, rows)
    return number, hash


def chained(before: str, row: tuple[Any, ...]) -> str:
    """The hash of a journal row: SHA-256 of the hash before and the row's canonical text, without its own hash."""
    return hashlib.sha256(f"{before}\n{canonical(list(row))}".encode()).hexdigest()


def last(book: Book) -> tuple[int, str]:
    """How many rows the journal has, and the hash of the last."""
    found = book.rows("SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1")
    return (found[0][0] + 1, found[0][1]) if found else (0, EMPTY)


def hash_at(book: Book, rows: int) -> str | None:
    """The hash after so many rows, None where the journal is shorter."""
    if rows == 0:
        return EMPTY
    found = book.rows("SELECT hash FROM journal WHERE number = %s", (rows - 1,))
    return found[0][0] if found else None
