"""Verb: keep what many postings share once; the number of a basis, and the basis of a number."""

from __future__ import annotations

import json
from collections.abc import Iterable

from makegood.keys import canonical
from makegood.ledger.basis import Basis
from makegood.store.book import Book


def keep(book: Book, bases: Iterable[Basis]) -> dict[str, int]:
    """Numbers by hash; those not known yet are added, within the caller's transaction."""
    numbers: dict[str, int] = {}
    for basis in bases:
        found = book.rows("SELECT number FROM basis WHERE hash = %s", (basis.hash,))
        if not found:
            number = book.one("SELECT COUNT(*) FROM basis")[0]
            book.add("basis", ("number", "hash", "data"), [(number, basis.hash, canonical(basis.as_data()))])
            found = [(number,)]
        numbers[basis.hash] = found[0][0]
    return numbers


def hashes(book: Book) -> dict[int, str]:
    """Hashes by number."""
    return dict(book.rows("SELECT number, hash FROM basis"))


def bases(book: Book) -> dict[str, Basis]:
    """Every basis by its hash."""
    return {hash: Basis(**json.loads(data)) for hash, data in book.rows("SELECT hash, data FROM basis")}


def with_hash(book: Book, hash: str) -> Basis | None:
    """The basis of a hash, None where the book holds none."""
    found = book.rows("SELECT data FROM basis WHERE hash = %s", (hash,))
    return Basis(**json.loads(found[0][0])) if found else None


def basis_of(book: Book, number: int) -> Basis:
    """The basis of a number."""
    return Basis(**json.loads(book.one("SELECT data FROM basis WHERE number = %s", (number,))[0]))
