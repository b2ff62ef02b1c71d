"""Verb: keep what many postings share once; the number of a basis, and the basis of a number."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from makegood.keys import canonical
from makegood.ledger.basis import Basis
from makegood.spans import moment, to_us
from makegood.store.book import Book

_SOME = 500  # as many are asked for by name; for more the whole table is read


def keep(book: Book, bases: Iterable[Basis]) -> dict[str, int]:
    """Numbers by hash; those not known yet are added, within the caller's transaction."""
    wanted = {basis.hash: basis for basis in bases}
    numbers = numbers_of(book, wanted)
    new = [basis for hash, basis in wanted.items() if hash not in numbers]
    if new:
        start = book.one("SELECT COALESCE(MAX(number) + 1, 0) FROM basis")[0]
        rows = [(start + step, one.hash, canonical(one.as_data()), *told(one)) for step, one in enumerate(new)]
        book.add("basis", ("number", "hash", "data", "form", "expires_us"), rows)
        numbers |= {hash: number for number, hash, *_ in rows}
    return numbers


def told(basis: Basis) -> tuple[str, int | None]:
    """What a basis's row says beside its data: the form, and when it expires; raise BadPeriod where that is no time."""
    return basis.form, to_us(moment(basis.expires)) if basis.expires else None


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


def bases(book: Book, hashes: Collection[str] | None = None) -> dict[str, Basis]:
    """Bases by hash; all, or those of some hashes that are kept.

    Single awards have reasons of their own, so that there can be as many bases as postings: who needs a few asks for
    those.
    """
    if hashes is None:
        return _read(book.rows("SELECT hash, data FROM basis"))
    wanted = sorted(hashes)
    found: dict[str, Basis] = {}
    for start in range(0, len(wanted), _SOME):
        part = wanted[start : start + _SOME]
        marks = ", ".join(["%s"] * len(part))
        found |= _read(book.rows(f"SELECT hash, data FROM basis WHERE hash IN ({marks})", part))
    return found


def _read(rows: Iterable[tuple[str, str]]) -> dict[str, Basis]:
    return {hash: Basis(**json.loads(data)) for hash, data in rows}


def with_hash(book: Book, hash: str) -> Basis | None:
    """The basis of a hash, None where the book holds none."""
    found = book.rows("SELECT data FROM basis WHERE hash = %s", (hash,))
    return Basis(**json.loads(found[0][0])) if found else None
