"""Ground: foreign JSON taken as it comes; what has not the expected shape reads as nothing."""

from __future__ import annotations

import json
from typing import Any

import orjson

_MOST = 2**63 - 1


class _Nothing:
    """What is not JSON; JSON has no such value."""


NOT_JSON = _Nothing()


def parsed(text: bytes | bytearray | str) -> object:
    """The JSON value, or NOT_JSON.

    What the fast parser refuses is tried again by the usual one, which takes a lone surrogate and NaN, as callers do.
    """
    try:
        return orjson.loads(text)
    except ValueError:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return NOT_JSON


def mapping(value: object) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def listing(value: object) -> list[Any]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else []


def count(value: object) -> int:
    """The whole number from 0 to 2**63 - 1, or 0."""
    return value if type(value) is int and 0 <= value <= _MOST else 0
