"""Legible: text of unknown origin made safe to look at, on paper, on a screen and in a terminal."""

from __future__ import annotations

import unicodedata

NAME_LIMIT = 96
TEXT_LIMIT = 400
# Characters that reorder or hide what stands beside them; a name that holds one shows it instead of obeying it.
_REORDERING = frozenset(
    "\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_HIDDEN = frozenset({"Cc", "Cs", "Co", "Cn"})


def legible(text: object, limit: int = NAME_LIMIT) -> str:
    """The text on one line with control and reordering characters written out; cut in the middle beyond `limit`."""
    whole = str(text)
    cut = whole if len(whole) <= limit else f"{whole[: limit * 2 // 3]}…{whole[-(limit // 3) :]}"
    return "".join(_written(one) for one in cut)


def counted(n: int, one: str) -> str:
    """A count in an English sentence for the keeper: 1 alert, 1,200 alerts."""
    return f"{n:,} {one}" if n == 1 else f"{n:,} {one}s"


def _written(character: str) -> str:
    if character in "\t\n\r":
        return " "
    if character in _REORDERING or unicodedata.category(character) in _HIDDEN:
        return f"\\u{ord(character):04x}"
    return character
