"""A sample: the first records of a file, from which its format is told."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from makegood.errors import Unreadable
from makegood.records.attempts_folder import mend
from makegood.records.prepare import encoding_of, head, open_bytes
from makegood.records.typed import one_file

SAMPLE_BYTES = 1 << 20
LONG_SAMPLE_BYTES = 64 << 20  # where the first megabyte does not hold even one line
SAMPLE_RECORDS = 50
_ENGINE_OWN = ("file_row_number", "file_index")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_WRAPPERS = ("data", "records", "logs", "results", "items", "value", "response")


@dataclass(frozen=True)
class Sample:
    """`kind` is parquet, lines (JSON lines), document (one JSON value), table (CSV, TSV) or text (anything else)."""

    path: Path
    kind: str
    records: tuple[Mapping[str, Any], ...] = ()
    headings: tuple[str, ...] = ()
    delimiter: str = ","
    header_line: int = 1
    types: Mapping[str, str] = field(default_factory=dict)


def take_sample(path: Path) -> Sample:
    """Look at a file's first megabyte; raise Unreadable when there is nothing to look at."""
    start = head(path, SAMPLE_BYTES)
    if start[:4] == b"PAR1":
        return _parquet(path)
    size = SAMPLE_BYTES
    if len(start) == size and not any(end in start.strip() for end in (b"\n", b"\r")):
        size = LONG_SAMPLE_BYTES
        start = head(path, size)
    text = start.decode(encoding_of(start[:4096]), errors="replace").lstrip("\ufeff")
    if not text.strip():
        raise Unreadable(f"{path}: is empty; export it again.")
    if "\n" not in text:
        text = text.replace("\r", "\n")
    if len(start) == size:
        text = text.rsplit("\n", 1)[0]
    first = text.lstrip()[:1]
    if first in ("{", "["):
        return _json(path, text)
    if first == "<":
        return Sample(path, "text")
    return _table(path, text)


def records_of(data: Any) -> list[Any]:
    """The records of one JSON document: a list, the list inside a known wrapper, or the document itself."""
    if isinstance(data, list):
        return data
    if isinstance(data, dict):
        for key in _WRAPPERS:
            if isinstance(data.get(key), list):
                return list(data[key])
    return [data]


def _json(path: Path, text: str) -> Sample:
    lines = [line for line in text.split("\n") if line.strip()]
    parsed = [value for value in map(_parsed, lines[:SAMPLE_RECORDS]) if isinstance(value, dict)]
    if parsed and len(parsed) * 2 >= min(len(lines), SAMPLE_RECORDS) and not (len(lines) == 1 and _wraps(parsed[0])):
        return Sample(path, "lines", tuple(parsed))
    data = _parsed(text)
    if data is None:
        with open_bytes(path) as stream:
            data = _parsed(stream.read(512 << 20).decode(encoding_of(text.encode()[:4096]), errors="replace"))
    records = [record for record in records_of(data)[:SAMPLE_RECORDS] if isinstance(record, dict)]
    return Sample(path, "document", tuple(records))


def _wraps(data: Any) -> bool:
    return records_of(data) != [data]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _table(path: Path, text: str) -> Sample:
    lines = text.split("\n")
    number = next(index for index, line in enumerate(lines) if line.strip())
    line = lines[number].rstrip("\r")
    delimiter = max(",\t;|", key=_QUOTED.sub("", line).count)
    headings = _headings(line, delimiter)
    if len(set(headings)) != len(headings):
        twice = next(name for name in headings if headings.count(name) > 1)
        raise Unreadable(f"{path}: line {number + 1}: the heading '{twice[:40]}' stands twice; rename one.")
    try:
        rows = list(csv.reader(lines[number + 1 : number + 1 + SAMPLE_RECORDS], delimiter=delimiter))
    except csv.Error:
        rows = []
    records = tuple(dict(zip(headings, row, strict=False)) for row in rows if len(row) == len(headings))
    if len(headings) < 2:
        return Sample(path, "text")
    blank: Mapping[str, Any] = dict.fromkeys(headings, "")
    return Sample(path, "table", records or (blank,), headings, delimiter, number + 1)


def _headings(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return ()


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """An engine for looking at files only: to start one takes far longer than the look."""
    return duckdb.connect(config={"threads": 1})


def _parquet(path: Path) -> Sample:
    with _engine().cursor() as connection:
        try:
            rows = f"SELECT * FROM read_parquet({one_file(path)}, hive_partitioning = false)"
            described = connection.execute(f"DESCRIBE {rows}").fetchall()
        except duckdb.Error as fault:
            reason = str(fault).splitlines()[0][:160]
            raise Unreadable(f"{path}: is a broken Parquet file ({reason}); {mend(path)}.") from fault
    types = {row[0]: row[1] for row in described}
    taken = next((name for name in types if name.lower() in _ENGINE_OWN), None)
    if taken:
        raise Unreadable(f"{path}: has a column '{taken}', by which the engine counts rows and files; rename it.")
    return Sample(path, "parquet", (dict.fromkeys(types, ""),), tuple(types), types=types)
