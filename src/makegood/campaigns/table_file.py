"""A file of rows from outside: CSV (comma, semicolon or tab) or JSON lines, each row with its line and its fault."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from makegood.campaigns.names import fault_of_text, quotable
from makegood.errors import Unreadable

MOST_BYTES = 1024**3
_NAMED_AT_MOST = 10


class Unusable(Exception):
    """Why a row cannot be used, as a sentence without an end; caught where rows are gathered."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its first line, its cells by column, or why it cannot be read."""

    line: int
    cells: dict[str, str]
    fault: str | None = None

    def text(self, column: str) -> str:
        """The cell, empty where there is none; raise Unusable for more than one short line."""
        text = self.cells.get(column, "")
        why = fault_of_text(text)
        if why:
            raise Unusable(f"{column} {why}")
        return text


@dataclass(frozen=True)
class Table:
    """The rows of a file, in their order, and what to know of it."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def read_table(given: bytes | str, source: str, columns: tuple[str, ...]) -> Table:
    """The rows of a file named `source`; raise Unreadable where it is not such a file.

    The first of `columns` is needed; others that the file has are left out, with a note. Cells lose the blanks around
    them. Where the quoting breaks off nothing after it can be told apart, so that the rest of the file is one fault.
    """
    text = _decoded(given, source)
    first = text.lstrip()[:1]
    if not first:
        raise Unreadable(f"{source}: the file is empty.")
    if first == "[":
        raise Unreadable(f"{source}:1: a JSON list; write one object a line, or CSV.")
    rows, strange = _json_lines(text, columns) if first == "{" else _csv(text, source, columns)
    return Table(tuple(rows), _note(source, strange, columns))


def _decoded(given: bytes | str, source: str) -> str:
    if len(given) > MOST_BYTES:
        raise Unreadable(f"{source}: larger than {MOST_BYTES // 1024**3} GiB; split it into several files.")
    if isinstance(given, str):
        return given.removeprefix("\ufeff")
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = given.count(b"\n", 0, fault.start) + 1
        raise Unreadable(f"{source}:{line}: byte {fault.start} is not UTF-8; save the file as UTF-8.") from fault


def _note(source: str, strange: Iterable[str], columns: tuple[str, ...]) -> tuple[str, ...]:
    names = sorted(strange)
    if not names:
        return ()
    named = ", ".join(quotable(name) for name in names[:_NAMED_AT_MOST])
    more = f" and {len(names) - _NAMED_AT_MOST} more" if len(names) > _NAMED_AT_MOST else ""
    return (f"{source}: left out the columns {named}{more}; known are {', '.join(columns)}.",)


def _csv(text: str, source: str, columns: tuple[str, ...]) -> tuple[list[Row], set[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    for line, cells, fault in _records(reader, text):
        if not cells and fault is None:
            continue
        if header:
            rows.append(_row(line, header, cells, fault))
        else:
            header = _header(cells, fault, f"{source}:{line}", columns)
    return rows, set(header) - {*columns, ""}


def _records(reader: Any, text: str) -> Iterator[tuple[int, list[str], str | None]]:
    """First line, cells and fault of each record; a broken quotation is the last."""
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader), None
        except StopIteration:
            return
        except csv.Error as fault:
            # To read on behind a broken quotation would take part of a cell for a row of its own.
            end = text.count("\n") + (not text.endswith("\n"))
            rest = f" up to line {end}" if end > line else ""
            yield line, [], f"the quotation marks do not fit ({fault}), so that nothing{rest} can be read"
            return


def _delimiter(text: str) -> str:
    first = text.lstrip().split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _header(cells: list[str], fault: str | None, place: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    if fault:
        raise Unreadable(f"{place}: {fault}; mend the first line.")
    names = tuple(cell.strip().lower() for cell in cells)
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise Unreadable(f"{place}: the column {quotable(twice)} stands twice; keep the right one.")
    if columns[0] not in names:
        named = ", ".join(quotable(name) for name in names[:_NAMED_AT_MOST])
        raise Unreadable(
            f"{place}: no column is called {columns[0]} (there are {named}); name the columns in the first line."
        )
    return names


def _row(line: int, header: tuple[str, ...], cells: list[str], fault: str | None) -> Row:
    named = {name: cell.strip(" ") for name, cell in zip(header, cells, strict=False)}
    if fault is None and (len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :])):
        fault = f"it has {len(cells)} cells under {len(header)} headings"
    return Row(line, named, fault)


def _json_lines(text: str, columns: tuple[str, ...]) -> tuple[list[Row], set[str]]:
    rows: list[Row] = []
    strange: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            cells = _object(line)
        except Unusable as fault:
            rows.append(Row(number, {}, str(fault)))
            continue
        strange.update(name for name in cells if name not in columns)
        try:
            rows.append(Row(number, {name: _cell(cells[name], name) for name in columns if name in cells}))
        except Unusable as fault:
            rows.append(Row(number, {}, str(fault)))
    return rows, strange


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line, object_pairs_hook=_once)
    except json.JSONDecodeError as fault:
        raise Unusable(f"it is not JSON at column {fault.colno}: {fault.msg}") from fault
    except (RecursionError, ValueError) as fault:
        raise Unusable("it is JSON nested too deeply or with an endless number") from fault
    if not isinstance(found, dict):
        raise Unusable("it is not a JSON object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unusable("a key stands twice in one object")
    return found


def _cell(value: Any, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip(" ")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**40:
        return str(value)
    raise Unusable(f"{name} is neither text nor a whole number")
