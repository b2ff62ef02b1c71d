"""Verb: write a recorded attempt as its line in a journal, whatever foreign text or numbers it holds."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

import orjson

from makegood.records.recorded import Recorded
from makegood.records.typed import COUNT_LIMIT, RETRY_LIMIT, TEXT_LIMIT

_OPTION = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
_ORDINARY = 1024  # bytes of a line in which no text can be too long
_MOST_MS, _MOST_NANO = (1 << 31) - 1, (1 << 63) - 1
_UNFIT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_LIMITS = {
    "retry": RETRY_LIMIT,
    "input_tokens": COUNT_LIMIT,
    "cached_tokens": COUNT_LIMIT,
    "output_tokens": COUNT_LIMIT,
    "duration_ms": _MOST_MS,
    "first_byte_ms": _MOST_MS,
}


def line_of(one: Recorded) -> bytes:
    """The row as one line of canonical JSON, its line end included.

    Control characters and broken characters become U+FFFD, text ends after 1,024 characters, and a number that no
    attempt can have is recorded as not known: 0 for counts, null for lengths of time and for amounts.
    """
    if _numbers_fit(one):
        try:
            line = orjson.dumps(one, option=_OPTION)
        except TypeError:  # broken characters, or a value of another kind
            return orjson.dumps(_mended(one), option=_OPTION)
        if len(line) <= _ORDINARY and b"\\" not in line and b"\x7f" not in line:
            return line
    return orjson.dumps(_mended(one), option=_OPTION)


def _numbers_fit(one: Recorded) -> bool:
    duration, first, extra = one.duration_ms, one.first_byte_ms, one.extra_nano
    return (
        0 <= one.retry <= RETRY_LIMIT
        and 0 <= one.input_tokens <= COUNT_LIMIT
        and 0 <= one.cached_tokens <= COUNT_LIMIT
        and 0 <= one.output_tokens <= COUNT_LIMIT
        and (duration is None or 0 <= duration <= _MOST_MS)
        and (first is None or 0 <= first <= _MOST_MS)
        and (extra is None or -_MOST_NANO <= extra <= _MOST_NANO)
    )


def _mended(one: Recorded) -> Recorded:
    given: dict[str, Any] = {field.name: getattr(one, field.name) for field in fields(one)}
    fit: dict[str, Any] = {name: _text(value) for name, value in given.items() if isinstance(value, str)}
    for name, limit in _LIMITS.items():
        value = given[name]
        if value is not None and not 0 <= value <= limit:
            fit[name] = None if name.endswith("_ms") else 0
    if given["extra_nano"] is not None and abs(given["extra_nano"]) > _MOST_NANO:
        fit["extra_nano"] = None
    return replace(one, **fit)


def _text(value: str) -> str:
    return _UNFIT.sub("\ufffd", value[:TEXT_LIMIT])


def attempt_of(line: bytes) -> str | None:
    """The attempt that a line of a journal is of; None for a line that is torn or no row."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    attempt = row.get("attempt") if isinstance(row, dict) else None
    return attempt if isinstance(attempt, str) else None
