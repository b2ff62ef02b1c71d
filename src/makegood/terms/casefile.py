"""Verb: read a file of worked cases as plain data whose lines are known; a hundred thousand cases read in seconds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from makegood.errors import BadTerms
from makegood.records.config.places import json_places, too_deep, twice
from makegood.terms.faults import plain
from makegood.terms.lines import (
    BadText,
    KeyTwice,
    Lined,
    broken_json,
    check_characters,
    json_value,
    kind_of,
    read_lined,
)
from makegood.terms.lines import Path as Place
from makegood.terms.read import text_of

_LARGEST = {"json": 512_000_000, "yaml": 32_000_000, "toml": 1_000_000}
_BLANK = re.compile(r"[ \t\r\n]*")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_FORMAT = "1"


@dataclass(frozen=True, slots=True)
class GivenCase:
    """One case as its file gives it: its line (1-based), and its data in dicts, lists, text and None."""

    line: int
    data: dict[str, Any]
    _lines: Callable[[], dict[Place, int]] = field(repr=False, compare=False)

    def lined(self) -> Lined:
        """The data with the line of each value; found only when asked for, as only faults need it."""
        try:
            return Lined(self.data, self._lines())
        except BadText:  # nested too deeply to follow: all of it stands where the case begins
            return Lined(self.data, {(): self.line})


def read_cases(path: Path) -> tuple[GivenCase, ...]:
    """The cases of a JSON or YAML file: a bare list, or `{"format": 1, "about": ..., "cases": [...]}`.

    Whatever stands beside those is left alone. Raise BadTerms with file, line, reason and mend.
    """
    kind = kind_of(str(path))
    text = text_of(path, "a file of worked cases", _LARGEST[kind])
    try:
        return _json_cases(text) if kind == "json" else _lined_cases(read_lined(text, kind))
    except BadText as fault:
        place = f"{path}:{fault.line}" if fault.line else str(path)
        raise BadTerms(plain(f"{place}: {fault.reason}.")) from fault


def _lined_cases(lined: Lined) -> tuple[GivenCase, ...]:
    data = lined.data
    where: Place = ()
    if isinstance(data, dict):
        _check_format(data, lined.line(("format",)))
        data, where = data.get("cases"), ("cases",)
    if not isinstance(data, list) or not data:
        raise _no_cases(lined.line(where))
    places: list[dict[Place, int]] = [{} for _ in data]
    for path, line in lined.lines.items():
        if len(path) > len(where) and path[: len(where)] == where:
            places[int(path[len(where)])][path[len(where) + 1 :]] = line
    return tuple(_case(one, at[()], partial(dict, at)) for one, at in zip(data, places, strict=True))


def _case(data: Any, line: int, lines: Callable[[], dict[Place, int]]) -> GivenCase:
    if not isinstance(data, dict):
        raise BadText(line, "a case is not a set of named values; give it 'id', 'title', 'inputs' and 'expected'")
    return GivenCase(line, data, lines)


def _check_halves(case: GivenCase) -> None:
    try:
        if _has_half(case.data):
            check_characters(case.lined())
    except RecursionError as fault:
        raise too_deep(case.line) from fault


def _has_half(data: Any) -> bool:
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _check_format(around: dict[str, Any], line: int) -> None:
    if around.get("format", _FORMAT) != _FORMAT:
        raise BadText(line, f"the file is not of format {_FORMAT}, the one known here; write 'format' so")


def _no_cases(line: int) -> BadText:
    return BadText(line, "there are no cases; write a list of them, or 'cases' with a list")


def _json_cases(text: str) -> tuple[GivenCase, ...]:
    try:
        return _Head(text.removeprefix("\ufeff")).file()
    except json.JSONDecodeError as fault:
        raise broken_json(fault) from fault


class _Head:
    """A reading head over the JSON text; each case is parsed by the library, and only the list around it here."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.line, self.counted = 1, 0
        self.has_halves = _HALF.search(text) is not None

    def file(self) -> tuple[GivenCase, ...]:
        cases = self.around() if self.next() == "{" else self.cases()
        if self.next():
            raise json.JSONDecodeError("Extra data", self.text, self.at)
        return cases

    def around(self) -> tuple[GivenCase, ...]:
        found: dict[str, Any] = {}
        for _ in self.items("{", "}"):
            if self.next() != '"':
                self.take('"')
            key, line = self.value(), self.line
            if key in found:
                raise twice(key, line)
            self.take(":")
            found[key] = self.cases() if key == "cases" else self.value()
            if key == "format":
                _check_format(found, line)
        if "cases" not in found:
            raise _no_cases(1)
        return found["cases"]  # type: ignore[no-any-return]

    def cases(self) -> tuple[GivenCase, ...]:
        start = self.line
        found = []
        if self.next() != "[":
            raise _no_cases(start)
        for _ in self.items("[", "]"):
            self.next()
            line, lines = self.line, partial(json_places, self.text, self.at, self.line)
            found.append(_case(self.value(), line, lines))
            if self.has_halves:
                _check_halves(found[-1])
        if not found:
            raise _no_cases(start)
        return tuple(found)

    def items(self, opening: str, closing: str) -> Iterator[None]:
        self.take(opening)
        if self.next() == closing:
            self.at += 1
            return
        yield
        while self.take(f",{closing}") == ",":
            yield

    def next(self) -> str:
        """The next character that is no blank; empty at the end."""
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.text[self.at : self.at + 1]

    def take(self, wanted: str) -> str:
        found = self.next()
        if not found or found not in wanted:
            raise json.JSONDecodeError(f"Expecting {' or '.join(wanted)}", self.text, self.at)
        self.at += 1
        return found

    def value(self) -> Any:
        self.next()
        try:
            value, self.at = json_value(self.text, self.at)
        except (KeyTwice, RecursionError):
            json_places(self.text, self.at, self.line)  # says where
            raise
        return value
