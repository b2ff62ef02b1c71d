"""Keys: canonical text of data and its SHA-256, the one way content is hashed here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import chain
from typing import Any

_FLAT = {str, int, bool, type(None)}
_DENSE, _LOOSE = (
    json.JSONEncoder(ensure_ascii=False, separators=(comma, ":"), check_circular=False) for comma in (",", ",\n")
)


def canonical(data: Any) -> str:
    """JSON with sorted keys and no spaces; only str, int, bool, None, lists and dicts are let in."""
    _refuse_floats(data)
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def content_hash(data: Any) -> str:
    """SHA-256 (hex) of the canonical text."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def _refuse_floats(data: Any) -> None:
    if isinstance(data, float):
        raise TypeError("a float has no canonical text; pass a decimal as text")
    if isinstance(data, dict):
        for value in data.values():
            _refuse_floats(value)
    elif isinstance(data, list | tuple):
        for value in data:
            _refuse_floats(value)


def canonical_rows(rows: Sequence[Sequence[str | int | None]]) -> str:
    """The canonical text of each flat row, a line each and the last line ended too; for many rows at once."""
    if not rows:
        return ""
    if not set(map(type, chain.from_iterable(rows))) <= _FLAT:
        return "".join(f"{canonical(list(row))}\n" for row in rows)  # which refuses what has no canonical text
    text = _DENSE.encode(rows if isinstance(rows, list) else list(rows))
    if text.count("],[") == len(rows) - 1:  # which then stands between two rows only, and in no text
        return text[1:-1].replace("],[", "]\n[") + "\n"
    # A raw line break is in no JSON string, so that it tells where a row ends and where a field does.
    text = _LOOSE.encode(rows if isinstance(rows, list) else list(rows))
    return text[1:-1].replace("],\n[", "]\n[").replace(",\n", ",") + "\n"
