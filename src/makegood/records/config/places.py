"""Verb: find the line of every key and item of a text that its own parser has already accepted as TOML or JSON.

No well-kept library gives the lines of a TOML text, so the values are left to the parser and only the shape is
followed here: keys, brackets, and scalars as a whole.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Sequence
from typing import Any

Path = tuple[str | int, ...]
DEEPEST = 40

_SPACE = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_BETWEEN = re.compile(r"[ \t\r\n]*[=:][ \t\r\n]*")
_OPEN = re.compile(r"\[\[?[ \t]*")
_CLOSE = re.compile(r"[ \t]*\]{0,2}")
# A multi-line string may hold one or two of its own quotes before the three that end it; a bare date may be followed
# by a blank and a time.
_SCALAR = re.compile(
    r'"""[^\\]*?(?:\\.[^\\]*?)*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
    r"|'[^'\n]*'"
    r"|[^\s,\]}#]+(?: \d[^\s,\]}#]*)?",
    re.DOTALL,
)


class BadText(Exception):
    """The text is not what its kind asks for; `line` is 1-based, 0 when unknown."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


def too_deep(line: int) -> BadText:
    """The fault of values within values without end."""
    return BadText(line, f"values are nested more than {DEEPEST} deep; write them flatter")


def twice(key: str, line: int) -> BadText:
    """The fault of a key that stands twice."""
    return BadText(line, f"'{key}' stands here twice; keep one of them")


def toml_places(text: str) -> dict[Path, int]:
    """The line (1-based) of each key, table and item of a valid TOML text, the first of several.

    Raise BadText where values are nested too deeply.
    """
    places = _Toml(text, _toml_word)
    places.document()
    return places.lines


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """The line of a field of a valid TOML text, or of the nearest thing around it; None where nothing is found."""
    try:
        lines = toml_places(text)
    except BadText:  # nested too deeply
        return None
    around = (tuple(place[:length]) for length in range(len(place), 0, -1))
    return next((lines[path] for path in around if path in lines), None)


def last_toml_key(text: str) -> tuple[str, int]:
    """The key of the last statement, with its line, in the part of a TOML text that its parser came to."""
    places = _Toml(text, _toml_word)
    places.document()
    return places.newest


def json_places(text: str, start: int = 0, line: int = 1) -> dict[Path, int]:
    """The line of each key and item of the valid JSON value that begins at `start`, itself on `line`.

    Raise BadText for the first key that stands twice in one object, and for values nested too deeply.
    """
    places = _Places(text, json.loads)
    places.at, places.line = start, line
    places.skip()
    places.put(())
    places.value(())
    return places.lines


def _toml_word(raw: str) -> str:
    return str(tomllib.loads(f"k={raw}")["k"]) if raw[0] in "\"'" else raw


class _Places:
    """A reading head over the text, and the lines found so far."""

    builds_up = False

    def __init__(self, text: str, word: Callable[[str], Any]) -> None:
        self.text, self.word = text, word
        self.at, self.line = 0, 1
        self.lines: dict[Path, int] = {}

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        found = match[0] if match else ""
        self.at += len(found)
        self.line += found.count("\n")
        return found

    def skip(self) -> str:
        """The next character that is neither blank nor comment; empty at the end."""
        self.take(_SPACE)
        return self.text[self.at : self.at + 1]

    def put(self, path: Path) -> None:
        if len(path) > DEEPEST:
            raise too_deep(self.line)
        if path in self.lines and not self.builds_up:
            raise twice(str(path[-1]), self.line)
        self.lines.setdefault(path, self.line)

    def value(self, path: Path) -> None:
        opening = self.text[self.at : self.at + 1]
        if opening not in ("[", "{"):
            self.take(_SCALAR)
            return
        self.at += 1
        index = 0
        while self.skip() not in ("]", "}", ""):
            if opening == "[":
                self.put((*path, index))
                self.value((*path, index))
                index += 1
            else:
                self.pair(path)
            if self.skip() == ",":
                self.at += 1
        self.at += 1

    def pair(self, within: Path) -> None:
        path = (*within, self.word(self.take(_KEY)))
        self.put(path)
        self.take(_BETWEEN)
        self.value(path)


class _Toml(_Places):
    """Adds what JSON has not: dotted keys, headers, tables in lists, so a table is built up in several places."""

    builds_up = True

    def __init__(self, text: str, word: Callable[[str], Any]) -> None:
        super().__init__(text, word)
        self.newest = ("", 1)
        self.items: dict[Path, int] = {}

    def document(self) -> None:
        self.put(())
        table: Path = ()
        while opening := self.skip():
            if opening == "[":
                table = self.header()
            else:
                self.pair(table)

    def header(self) -> Path:
        is_item = self.take(_OPEN).startswith("[[")
        *around, word = self.words()
        path: Path = ()
        for step in around:
            path = (*path, step)
            self.put(path)
            path = (*path, self.items[path]) if path in self.items else path
        path = (*path, word)
        self.put(path)
        if is_item:
            self.items[path] = self.items.get(path, -1) + 1
            path = (*path, self.items[path])
            self.put(path)
        self.take(_CLOSE)
        return path

    def pair(self, within: Path) -> None:
        path = within
        for word in self.words():
            path = (*path, word)
            self.put(path)
        here = (str(path[-1]), self.line)
        self.take(_BETWEEN)
        self.value(path)
        self.newest = here

    def words(self) -> list[str]:
        words = [self.word(self.take(_KEY))]
        while self.take(_DOT):
            words.append(self.word(self.take(_KEY)))
        self.newest = (words[-1], self.line)
        return words
