"""Read a small file: one status page, bill or export, whole, whatever its format and however it was saved."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from pathlib import Path
from typing import Any

from makegood.errors import UnknownFormat, Unreadable
from makegood.records.sources import located_json
from makegood.records.sources.small import Document, Reading, Row, Table
from makegood.records.sources.small_formats import SMALL_FORMATS, recognise

MOST_BYTES = 64 * 1024 * 1024
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARATION = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def read_small(path: str | Path) -> Reading:
    """Read a status page, bill or export; raise Unreadable or UnknownFormat where nothing of it can be read."""
    document = open_document(path)
    chosen = recognise(document)
    if chosen is None:
        known = "; ".join(known.title for known in SMALL_FORMATS)
        raise UnknownFormat(f"{path}: none of the known status page, bill and usage formats; compared with: {known}.")
    return chosen.read(document)


def open_document(path: str | Path) -> Document:
    """Read a file once: gzip, byte order mark and encoding undone, then JSON, XML or a table."""
    text = _decoded(_bytes(Path(path)), path)
    if not text.strip():
        raise Unreadable(f"{path}: the file is empty.")
    first = text.lstrip()[0]
    if first == "<":
        if _DECLARATION.search(text):
            raise Unreadable(f"{path}: a DOCTYPE or entity declaration has no place in a status feed; not read.")
        return Document(str(path), text)
    if first in "{[":
        return Document(str(path), text, data=_json(text, path))
    return Document(str(path), text, rows=_table(text))


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise Unreadable(f"{path}: this is a directory; name the files in it.")
        if path.exists() and not path.is_file():
            raise Unreadable(f"{path}: is a pipe or a device, not a file; save what it gives as a file and name that.")
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
        if raw[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(raw)) as unpacked:
                raw = unpacked.read(MOST_BYTES + 1)
    except FileNotFoundError as fault:
        raise Unreadable(f"{path}: there is no such file.") from fault
    except (OSError, EOFError, zlib.error) as fault:
        raise Unreadable(f"{path}: it cannot be read ({str(fault)[:120]}).") from fault
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"{path}: larger than {MOST_BYTES // 1024 // 1024} MiB; a page or bill is split by period.")
    return raw


def _decoded(raw: bytes, path: str | Path) -> str:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return _text(raw[len(mark) :], encoding, path)
    if raw[1:2] == b"\0" and raw[3:4] == b"\0":
        return _text(raw, "utf-16-le", path)
    return _text(raw, "utf-8", path)


def _text(raw: bytes, encoding: str, path: str | Path) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise Unreadable(f"{path}:{line}: byte {fault.start} is not {encoding.upper()}; save it as UTF-8.") from fault


def _json(text: str, path: str | Path) -> Any:
    try:
        data = located_json.parse(text)
    except json.JSONDecodeError as fault:
        if fault.msg == "Extra data" and (lines := _json_lines(text)):
            return lines
        raise Unreadable(f"{path}:{fault.lineno}: not JSON at column {fault.colno}: {fault.msg}.") from fault
    except RecursionError as fault:
        raise Unreadable(f"{path}: JSON nested too deeply.") from fault
    if isinstance(data, located_json.Located) and data.repeated is not None:
        # Which of the two was meant cannot be told, and everything hangs on the outermost object.
        raise Unreadable(f"{path}:{data.line}: the key '{data.repeated[:60]}' stands twice; keep the right one.")
    return data


def _json_lines(text: str) -> list[Any]:
    """The records of JSON lines, or none when the first two lines are not both objects."""
    first = [line for line in text.split("\n", 50) if line.strip()][:2]
    if len(first) < 2 or not all(line.lstrip().startswith("{") and line.rstrip().endswith("}") for line in first):
        return []
    return located_json.parse_lines(text)


def _table(text: str) -> Table:
    first = text.lstrip().split("\n", 1)[0]
    tabs, commas, semicolons = (first.count(mark) for mark in "\t,;")
    mark = "\t" if tabs > max(commas, semicolons) else ";" if semicolons > commas else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    header: tuple[str, ...] = ()
    rows: list[Row] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return Table(header, tuple(rows))
        except csv.Error as fault:
            rows.append(Row(line, {}, f"not a row of a table: {fault}"))
            continue
        if not header:
            header = tuple(cell.strip() for cell in cells)
        elif cells:
            rows.append(_row(line, header, cells))


def _row(line: int, header: tuple[str, ...], cells: list[str]) -> Row:
    named = dict(zip(header, cells, strict=False))
    if any("\0" in cell for cell in cells):
        return Row(line, named, "it holds a NUL byte")
    # Exports write days without spend with a tab too many: empty cells beyond the headings say nothing.
    if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
        return Row(line, named, f"{len(cells)} cells under {len(header)} headings")
    return Row(line, named)
