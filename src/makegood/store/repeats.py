"""Verb: hold a repeat against its first; the same key with other content is refused, and the field is named."""

from __future__ import annotations

from collections.abc import Mapping

from makegood.errors import KeyReused
from makegood.ledger.basis import Basis
from makegood.ledger.posting import Posting
from makegood.store import bases
from makegood.store.book import Book

# What a caller names comes first; debit and credit follow from it. `turn` is the book's own.
_ORDER = ("kind", "account", "cause", "unit", "amount", "lot", "reverses", "basis", "debit", "credit")
_OF_BASIS = tuple(Basis.__dataclass_fields__)


def same(book: Book, first: Posting, again: Posting, known: Mapping[str, Basis] | None = None) -> None:
    """Raise KeyReused unless both say the same; `field` is that of the posting, or such as basis.expires.

    `known` are bases by hash that the book may not hold yet.
    """
    for name in _ORDER:
        then, now = getattr(first, name), getattr(again, name)
        if then != now and name == "basis":
            _same_basis(book, first, again, known or {})
        if then != now:
            raise reused(again.key, name, then, now)


def reused(key: str, field: str, then: object, now: object) -> KeyReused:
    """The refusal of a key that was used before with another value of a field."""
    return KeyReused(
        f"the key {key[:120]} was used before with another {field} ({then!r:.60} then, {now!r:.60} now); "
        "use a key of its own.",
        field,
    )


def _same_basis(book: Book, first: Posting, again: Posting, known: Mapping[str, Basis]) -> None:
    """Raise KeyReused with the first field in which the reasons differ, where both are known."""
    found = {one.basis: known.get(one.basis) or bases.with_hash(book, one.basis) for one in (first, again)}
    then, now = found[first.basis], found[again.basis]
    for name in _OF_BASIS if then and now else ():
        if getattr(then, name) != getattr(now, name):
            raise reused(again.key, f"basis.{name}", getattr(then, name), getattr(now, name))
