"""Verb: read a body too large to read whole by its two ends; its kind at the head, its usage at the tail."""

from __future__ import annotations

import json
import re
from typing import Any

_USAGE = re.compile(rb'"usage"\s*:\s*(?=\{)')
_NAMED = re.compile(rb'"(type|object|model|status)"\s*:\s*"([^"\\]{1,128})"')
_VECTOR = re.compile(rb'"embedding"\s*:\s*(?:\[\s*-?\d|"[^"])')
_DECODER = json.JSONDecoder()


def glimpse(head: bytes, tail: bytes) -> dict[str, Any]:
    """What the two ends show: the first type, object, model and status, the usage, and one vector in short."""
    seen: dict[str, Any] = {}
    for part in (head, tail):
        for name, value in _NAMED.findall(part):
            seen.setdefault(name.decode(), value.decode("utf-8", "replace"))
        for found in _USAGE.finditer(part):
            seen["usage"] = _object(part[found.end() :])
    if _VECTOR.search(head):
        seen["data"] = [{"embedding": [0]}]
    return seen


def looks_whole(head: bytes, tail: bytes) -> bool:
    """Whether it begins and ends as an object does."""
    return head.lstrip()[:1] == b"{" and tail.rstrip()[-1:] == b"}"


def _object(text: bytes) -> object:
    try:
        return _DECODER.raw_decode(text.decode("utf-8", "replace"))[0]
    except (ValueError, RecursionError):
        return None
