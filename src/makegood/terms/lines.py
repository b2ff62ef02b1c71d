"""Noun: a YAML, TOML or JSON text as plain data whose every value knows its line; all scalars stay text, no floats."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Literal

import yaml
from yaml.reader import Reader

from makegood.records.config.places import DEEPEST, json_places, last_toml_key, toml_places, too_deep, twice
from makegood.records.config.places import BadText as BadText
from makegood.records.config.places import Path as Path

Kind = Literal["yaml", "toml", "json"]
# Read by the library's C half where it was built with it: ten times as fast, with the same words and lines.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BLANKS = " \t\r\n"
_NULL = ("", "~", "null", "Null", "NULL")
_OBEYED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]"
)
# The parser takes a time that grows with the square of the words of a dotted key.
_DOTTED = r"""(?:[ \t]*+(?:[A-Za-z0-9_-]++|"[^"\n]*"|'[^'\n]*')[ \t]*+\.)"""
_ENDLESS_KEY = re.compile(rf"(?:^|[{{,])(?:[ \t]*+\[{{1,2}})?{_DOTTED}{{{DEEPEST}}}", re.MULTILINE)
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class KeyTwice(Exception):
    """A key stands twice in an object of a JSON value; `json_places` says where."""


@dataclass(frozen=True)
class Lined:
    """`data` in dicts, lists, text and None; `lines` maps the path of each key and item to its line (1-based)."""

    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of the path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def kind_of(file: str) -> Kind:
    """The kind of text that the suffix of a file's name promises; YAML when it promises none."""
    suffix = file.casefold().rpartition(".")[2]
    return "toml" if suffix == "toml" else "json" if suffix == "json" else "yaml"


def read_lined(text: str, kind: Kind = "yaml") -> Lined:
    """Parse one document; its data is None when there is nothing in it. Raise BadText with the first fault's line."""
    readers = {"yaml": _yaml, "toml": _toml, "json": _json}
    lined = readers[kind](text.removeprefix("\ufeff").replace("\r\n", "\n"))
    if "\\u" in text or "\\U" in text:
        check_characters(lined)
    return lined


def json_value(text: str, start: int) -> tuple[Any, int]:
    """The JSON value that begins at `start`, in text and None alone, and where it ends.

    Raise json.JSONDecodeError, KeyTwice, RecursionError.
    """
    return _JSON.raw_decode(text, start)


def broken_json(fault: json.JSONDecodeError) -> BadText:
    """The fault of the library as one of ours."""
    return BadText(fault.lineno, f"this is not JSON ({_lower(fault.msg)}); mend the text here")


def check_characters(lined: Lined) -> None:
    """Raise BadText when an escape stands for what is no character, which no screen or file can take."""
    for path, text in _texts(lined.data, ()):
        try:
            text.encode()
        except UnicodeEncodeError as fault:
            raise BadText(lined.line(path), "half a character is escaped here; write the character itself") from fault


def unprintable(lined: Lined) -> Iterator[Path]:
    """Where a text holds a character that a terminal obeys, that is not seen or that reorders a line."""
    return (path for path, text in _texts(lined.data, ()) if _OBEYED.search(text))


def _texts(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, (dict, list)):
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            if isinstance(step, str):
                yield (*path, step), step
            yield from _texts(value, (*path, step))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _yaml(text: str) -> Lined:
    events = yaml.parse(text, Loader=_LOADER)
    lines: dict[Path, int] = {(): 1}
    try:
        next(events)
        first = next(events)
        if isinstance(first, yaml.StreamEndEvent):
            return Lined(None, lines)
        data = _node(next(events), events, (), lines)
        next(events)
        after = next(events)
    except yaml.YAMLError as fault:
        raise _broken_yaml(text, fault) from fault
    if not isinstance(after, yaml.StreamEndEvent):
        raise BadText(_line(after), "a second document begins here; keep one in a file")
    return Lined(data, lines)


def _broken_yaml(text: str, fault: yaml.YAMLError) -> BadText:
    mark, problem = getattr(fault, "problem_mark", None), getattr(fault, "problem", None)
    if mark is None:
        strange = Reader.NON_PRINTABLE.search(text)
        line = text.count("\n", 0, strange.start()) + 1 if strange else 0
        return BadText(line, "this is not YAML (it holds a character that cannot be printed); take it out")
    line = min(mark.line, text.rstrip("\n").count("\n")) + 1  # some faults stand after the end
    return BadText(line, f"this is not YAML ({problem}); mend the text here")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _node(event: Any, events: Iterator[Any], path: Path, lines: dict[Path, int]) -> Any:
    line = lines.setdefault(path, _line(event))
    if isinstance(event, yaml.AliasEvent):
        raise BadText(line, "a value is repeated by reference (&name, *name); write it out")
    if isinstance(event, yaml.ScalarEvent):
        return None if not event.style and event.value in _NULL else event.value
    if len(path) >= DEEPEST:
        raise too_deep(line)
    inside = takewhile(lambda one: not isinstance(one, yaml.CollectionEndEvent), events)
    if isinstance(event, yaml.SequenceStartEvent):
        return [_node(item, events, (*path, index), lines) for index, item in enumerate(inside)]
    found: dict[str, Any] = {}
    for key in inside:
        if not isinstance(key, yaml.ScalarEvent):
            raise BadText(_line(key), "a key is not a plain word; write it as one word")
        if key.value in found:
            raise twice(key.value, _line(key))
        lines[(*path, key.value)] = _line(key)
        found[key.value] = _node(next(events), events, (*path, key.value), lines)
    return found


def _toml(text: str) -> Lined:
    if endless := _ENDLESS_KEY.search(text):
        raise too_deep(text.count("\n", 0, endless.end()) + 1)
    try:
        data = _as_text(tomllib.loads(text, parse_float=lambda written: written.replace("_", "")))
    except tomllib.TOMLDecodeError as fault:
        raise _broken_toml(text, str(fault)) from fault
    except ValueError as fault:
        digits = re.search(r"\w{4000,}", text)
        line = text.count("\n", 0, digits.start()) + 1 if digits else 0
        raise BadText(line, "a whole number has thousands of digits; write a shorter one") from fault
    except RecursionError:
        data = {}  # the places say where
    return Lined(data or None, toml_places(text))


def _broken_toml(text: str, message: str) -> BadText:
    place = _TOML_PLACE.search(message)
    problem = message[: place.start()] if place else message
    ends = len(text)
    if place and place[1]:
        ends = sum(len(line) + 1 for line in text.split("\n")[: int(place[1]) - 1]) + int(place[2]) - 1
    line = text.count("\n", 0, max(0, ends - 1)) + 1
    if problem.startswith("Duplicate inline table key"):
        return twice(problem.split("'")[1] if "'" in problem else "a key", line)
    if "twice" in problem or "overwrite" in problem:
        key, line = last_toml_key(text[:ends])
        return twice(key, line)
    return BadText(line, f"this is not TOML ({_lower(problem)}); mend the text here")


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value.isoformat()


def _json(text: str) -> Lined:
    if not text.strip(_BLANKS):
        return Lined(None, {(): 1})
    data = None
    try:
        data, end = json_value(text, len(text) - len(text.lstrip(_BLANKS)))
        if after := text[end:].lstrip(_BLANKS):
            raise json.JSONDecodeError("Extra data", text, len(text) - len(after))
    except json.JSONDecodeError as fault:
        raise broken_json(fault) from fault
    except (RecursionError, KeyTwice):
        pass  # the places say where
    lines = json_places(text)
    return Lined(_as_text(data), lines)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise KeyTwice
    for key, value in pairs:
        if type(value) is bool or (type(value) is list and any(type(item) in _NOT_TEXT for item in value)):
            found[key] = _as_text(value)
    return found


_NOT_TEXT = (bool, list)
_JSON = json.JSONDecoder(object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=str)
