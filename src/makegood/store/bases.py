"""Verb: keep what many postings share once; the number of a basis, and the basis of a number."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from makegood.keys import canonical
from makegood.ledger.basis import Basis
from makegood.store.book import Book

_SOME = 500  # as many are asked for by name; for more the whole table is read


def keep(book: Book, bases: Iterable[Basis]) -> dict[str, int]:
    """Numbers by hash; those not known yet are added, within the caller's transaction."""
    wanted = {basis.hash: basis for basis in bases}
    numbers = numbers_of(book, wanted)
    new = [basis for hash, basis in wanted.items() if hash not in numbers]
    if new:
        start = book.one("SELECT COALESCE(MAX(number) + 1, 0) FROM basis")[0]
        rows = [(start + step, one.hash, canonical(one.as_data())) for step, one in enumerate(new)]
        book.add("basis", ("number", "hash", "data"), rows)
        numbers |= {hash: number for number, hash, _ in rows}
    return numbers


def numbers_of(book: Book, hashes: Collection[str]) -> dict[str, int]:
    """Numbers by hash, of those that are kept."""
    if len(hashes) > _SOME:
        return {hash: number for hash, number in book.rows("SELECT hash, number FROM basis") if hash in hashes}
    marks = ", ".join(["%s"] * len(hashes))
    sql = f"SELECT hash, number FROM basis WHERE hash IN ({marks})"
    return dict(book.rows(sql, list(hashes))) if hashes else {}


def hashes(book: Book, numbers: Collection[int] | None = None) -> dict[int, str]:
    """Hashes by number; all, or those of some numbers."""
    if numbers is None or len(numbers) > _SOME:
        return dict(book.rows("SELECT number, hash FROM basis"))
    marks = ", ".join(["%s"] * len(numbers))
    sql = f"SELECT number, hash FROM basis WHERE number IN ({marks})"
    return dict(book.rows(sql, list(numbers))) if numbers else {}


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
