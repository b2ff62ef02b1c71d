"""Verb: put another model's name into a JSON body, and leave every other byte as it is."""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]

import orjson

_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\n\r]*")


def with_model(body: bytes, model: str) -> bytes:
    """The body with `model` as the value of each top-level "model"; unchanged where it is no JSON object."""
    try:
        text = body.decode("utf-8")
        places = _places(text)
    except (ValueError, IndexError, RecursionError):
        return body
    name = orjson.dumps(model).decode()
    for start, end in reversed(places):
        text = f"{text[:start]}{name}{text[end:]}"
    return text.encode("utf-8")


def _places(text: str) -> list[tuple[int, int]]:
    """Where the values of top-level members called "model" begin and end."""
    at = _blank(text, 0)
    if text[at] != "{":
        raise ValueError("no object")
    at = _blank(text, at + 1)
    places = []
    while text[at] != "}":
        if text[at] != '"':
            raise ValueError("no member")
        key, at = scanstring(text, at + 1, True)
        at = _blank(text, at)
        if text[at] != ":":
            raise ValueError("no value")
        start = _blank(text, at + 1)
        _, at = _DECODER.raw_decode(text, start)
        if key == "model":
            places.append((start, at))
        at = _blank(text, at)
        if text[at] == ",":
            at = _blank(text, at + 1)
    return places


def _blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at
