"""Verb: keep how much of each lot was used, has expired or was taken back; a projection of the postings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from makegood.ledger.posting import FIELDS
from makegood.store.book import Book

TABLE, COLUMNS = "lot", ("position", "account", "used", "expired", "taken")
_COLUMN = {"use": "used", "expiry": "expired", "award": "taken"}
_KIND, _AMOUNT, _ACCOUNT, _LOT, _REVERSES = map(FIELDS.index, ("kind", "amount", "account", "lot", "reverses"))
_SOME = 500  # as many positions are asked for at once
_ADD = (
    "INSERT INTO lot (position, account, used, expired, taken) VALUES (%s, %s, %s, %s, %s) ON CONFLICT (position) "
    "DO UPDATE SET used = lot.used + excluded.used, expired = lot.expired + excluded.expired, "
    "taken = lot.taken + excluded.taken"
)


def count_in(book: Book, contents: Sequence[tuple[Any, ...]]) -> None:
    """Count in postings that were just put, each as a tuple of its fields, within their transaction.

    Awards move nothing, so that they cost nothing here.
    """
    moves = [one for one in contents if one[_KIND] != "award"]
    if not moves:
        return
    reversed_ = _reversed(book, {one[_REVERSES] for one in moves if one[_KIND] == "reversal"})
    sums: dict[tuple[int, str], dict[str, int]] = {}
    for one in moves:
        kind, lot, amount = one[_KIND], one[_LOT], one[_AMOUNT]
        if kind == "reversal":
            kind, lot = reversed_.get(one[_REVERSES], ("", None))
            amount = amount if kind == "award" else -amount
        if lot is not None and kind in _COLUMN:
            counted = sums.setdefault((lot, one[_ACCOUNT]), dict.fromkeys(_COLUMN.values(), 0))
            counted[_COLUMN[kind]] += amount
    book.run_many(_ADD, [(*lot, *counted.values()) for lot, counted in sorted(sums.items())])


def _reversed(book: Book, positions: Iterable[int]) -> dict[int, tuple[str, int | None]]:
    """Of what is taken back: its kind, and the position of the award that it moved."""
    found: dict[int, tuple[str, int | None]] = {}
    wanted = sorted(positions)
    for start in range(0, len(wanted), _SOME):
        part = wanted[start : start + _SOME]
        sql = f"SELECT position, kind, lot FROM posting WHERE position IN ({', '.join(['%s'] * len(part))})"
        found |= {at: (kind, at if kind == "award" else lot) for at, kind, lot in book.rows(sql, part)}
    return found
