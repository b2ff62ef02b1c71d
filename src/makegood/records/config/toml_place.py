"""Verb: the line of a TOML text on which a field stands, so that a sentence about it can name the line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence

_LONGEST = 1_000  # of a line; what is longer names no field
_HEADING = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """The first line (from 1) of the longest beginning of `place` that is found, such as ("routes", "a", "budget")."""
    found: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    arrays: dict[tuple[str | int, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        heading = _HEADING.match(line[:_LONGEST])
        if heading:
            table = _table(heading[2], heading[1] == "[[", arrays)
            keys: tuple[str, ...] = ()
        else:
            keys = _keys(line[:_LONGEST].partition("=")[0]) if "=" in line[:_LONGEST] else ()
        for length in range(min(len(table) + len(keys), len(place)) + 1):
            found.setdefault((*table, *keys)[:length], number)
    for length in range(len(place), 0, -1):
        if tuple(place[:length]) in found:
            return found[tuple(place[:length])]
    return None


def _table(heading: str, array: bool, arrays: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    table: tuple[str | int, ...] = ()
    keys = _keys(heading)
    for index, key in enumerate(keys):
        table = (*table, key)
        if array and index == len(keys) - 1:
            arrays[table] = arrays.get(table, -1) + 1
        if table in arrays:
            table = (*table, arrays[table])
    return table


def _keys(text: str) -> tuple[str, ...]:
    """The parts of a dotted key, as TOML itself reads them; none where it is no key."""
    try:
        value: object = tomllib.loads(f"{text.strip()} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    keys: list[str] = []
    while isinstance(value, dict) and len(value) == 1:
        ((key, value),) = value.items()
        keys.append(key)
    return tuple(keys)
