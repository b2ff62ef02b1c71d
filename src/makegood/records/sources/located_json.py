"""JSON with places: objects know their line, repeated keys are found, and numbers stay decimal."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from decimal import Decimal
from json.decoder import JSONArray, JSONObject  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any

_LONGEST_INTEGER = 40  # digits; longer ones are kept as decimals, since no count or time is that long


class Located(dict[str, Any]):
    """A JSON object with the line it starts on and the first key it repeats, if any."""

    line: int = 0
    repeated: str | None = None


class NotJson(str):
    """A line that is not JSON: its text says why; it knows its line."""

    line: int = 0


def parse_lines(text: str) -> list[Any]:
    """Parse JSON lines; a line that is not JSON becomes `NotJson` in its place, blank lines nothing."""
    found: list[Any] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            one = parse(line)
        except (json.JSONDecodeError, RecursionError) as fault:
            one = NotJson(f"it is not JSON ({str(fault)[:80]})")
        if isinstance(one, Located | NotJson):
            one.line = number
        found.append(one)
    return found


def parse(text: str) -> Any:
    """Parse one JSON document; raise json.JSONDecodeError (or RecursionError) where it is not one.

    Objects are `Located`, fractions are Decimal, NaN and Infinity become Decimal("NaN") for readers to refuse.
    """
    return _Decoder(text).decode(text)


def repeated_key(value: Any) -> str | None:
    """The first key that stands twice in the value or anywhere inside it."""
    for inner in _objects(value):
        if inner.repeated is not None:
            return f"the key '{inner.repeated[:60]}' stands twice in one object (line {inner.line})"
    return None


def _objects(value: Any) -> Iterator[Located]:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Located):
            yield current
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)


class _Decoder(json.JSONDecoder):
    """The standard decoder with its Python scanner, so that each object can be told where it starts."""

    def __init__(self, text: str) -> None:
        super().__init__(parse_float=Decimal, parse_int=_integer, parse_constant=lambda _: Decimal("NaN"))
        self._line_starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.parse_object = self._object
        self.parse_array = JSONArray
        self.scan_once = py_make_scanner(self)

    def _object(self, text_and_end: tuple[str, int], *rest: Any) -> tuple[Located, int]:
        strict, scan_once, _, _, memo = rest
        pairs, end = JSONObject(text_and_end, strict, scan_once, None, list, memo)
        found = Located(pairs)
        found.line = bisect_right(self._line_starts, text_and_end[1] - 1)
        if len(found) != len(pairs):
            seen: set[str] = set()
            found.repeated = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        return found, end


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else Decimal(digits)
