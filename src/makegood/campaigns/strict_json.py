"""JSON from outside: parsed strictly, bounded, and looked into with a place for every fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

from makegood.campaigns.names import quotable

DEEPEST = 40
LARGEST = 10**18  # a count above it is no count of anything that is counted here
_MOST_DIGITS = 40
_KINDS: dict[type, str] = {
    bool: "true or false",
    dict: "an object",
    list: "a list",
    str: "text",
    int: "a whole number",
    type(None): "null",
    float: "a number with a fraction",
    Decimal: "a number with a fraction",
}


class Wrong(Exception):
    """What is wrong and where, as a sentence without an end; caught where the file's name is known."""


def parse_strictly(raw: bytes) -> object:
    """The JSON value; raise Wrong for a repeated key, a fraction, NaN, an endless number, or what is not JSON."""
    try:
        return json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
    except UnicodeDecodeError as fault:
        raise Wrong(f"byte {fault.start} is not UTF-8") from fault
    except json.JSONDecodeError as fault:
        raise Wrong(f"line {fault.lineno} is not JSON at column {fault.colno}: {fault.msg}") from fault
    except RecursionError as fault:
        raise Wrong("it is nested too deeply") from fault


def bounded(data: dict[str, Any]) -> None:
    """Raise Wrong for what no hash can be taken of: depth, fractions, endless numbers, half characters, other types."""
    waiting: list[tuple[str, int, dict[Any, Any] | list[Any]]] = [("", 1, data)]
    while waiting:
        place, depth, value = waiting.pop()
        if depth > DEEPEST:
            raise Wrong(f"{place[:80]} is nested more than {DEEPEST} deep")
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(value, dict):
                _whole_text(name, place)
            if isinstance(inner, dict | list):
                waiting.append((_inside(place, name), depth + 1, inner))
            elif isinstance(inner, str):
                _whole_text(inner, place)
            elif inner is not None and not (isinstance(inner, int) and abs(inner) < 10**_MOST_DIGITS):
                what = "a number too large" if isinstance(inner, int) else kind(inner)
                raise Wrong(f"{_inside(place, name)} is {what}")


def member(one: dict[str, Any], place: str, name: str, wanted: type) -> Any:
    """The field of an object that stands at `place`; raise Wrong where it is missing or of another type."""
    if name not in one:
        raise Wrong(f"{_inside(place, name)} is missing")
    value = one[name]
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise Wrong(f"{_inside(place, name)} is {kind(value)}, not {_KINDS[wanted]}")
    return value


def count(one: dict[str, Any], place: str, name: str) -> int:
    """A whole number from 0 to LARGEST; raise Wrong otherwise."""
    value = member(one, place, name, int)
    if not 0 <= value <= LARGEST:
        raise Wrong(f"{_inside(place, name)} is {shown(value)}, not a whole number, 0 or more")
    return int(value)


def objects(one: dict[str, Any], place: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and object of each element of a list of objects; raise Wrong for any other element."""
    at = _inside(place, name)
    for number, inner in enumerate(member(one, place, name, list)):
        if not isinstance(inner, dict):
            raise Wrong(f"{at}[{number}] is {kind(inner)}, not an object")
        yield f"{at}[{number}]", inner


def kind(value: object) -> str:
    """What a JSON value is, in words."""
    return _KINDS.get(type(value), "nothing that JSON knows")


def shown(value: object) -> str:
    """The value as a sentence shows it; long or nested ones by their kind."""
    if isinstance(value, str):
        return quotable(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) <= LARGEST else "a number too large"
    return kind(value)


def _inside(place: str, name: str | int) -> str:
    if isinstance(name, int):
        return f"{place}[{name}]"
    legible = quotable(name)[1:-1]
    return f"{place}.{legible}" if place else legible


def _whole_text(text: object, place: str) -> None:
    if not isinstance(text, str):
        raise Wrong(f"{place[:80]} has a key that is not text")
    if not text.isascii() and any("\ud800" <= mark <= "\udfff" for mark in text):
        raise Wrong(f"{place[:80]} holds half a character (a lone surrogate)")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Wrong(f"the key {quotable(twice)} stands twice in one object")
    return found


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise Wrong(f"it holds a number of {len(digits)} digits")
    return int(digits)


def _no_fraction(text: str) -> NoReturn:
    raise Wrong(f"it holds the number {quotable(text)}, and amounts stand as text")
