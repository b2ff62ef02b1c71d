"""Prepare a text file: one record a physical line, UTF-8, so that the engine can read it and every place stays true.

A clean file is used where it stands. Anything else (compressed, another encoding, control characters, records over
several lines, one JSON document) is rewritten once into a spool file whose line numbers are those of the original:
a line that holds nothing of its own is SKIP, a line that cannot be used is BAD and its reason.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import json
import lzma
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from makegood.errors import Unreadable

SKIP = "\x1e"
BAD = "\x1d"
CHUNK = 8 << 20
LINE_LIMIT = 16 << 20  # bytes; a longer line is quarantined, not read
DOCUMENT_LIMIT = 512 << 20  # bytes of one JSON document; larger ones are asked for as JSON lines
SPOOL_LIMIT = 64 << 30  # bytes a compressed file may grow to
RECORD_LINES = 10_000  # lines one quoted CSV record may span before its quote counts as never closed
_GZIP = b"\x1f\x8b"
_XZ = b"\xfd7zXZ\x00"
_FOREIGN = (
    (b"PK\x03\x04", "a zip archive or a workbook"),
    (b"BZh", "packed with bzip2"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd"),
    (codecs.BOM_UTF32_LE, "UTF-32 text"),
    (codecs.BOM_UTF32_BE, "UTF-32 text"),
)
_CONTROL = bytes(code for code in range(32) if code not in (9, 10, 13))
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Prepared:
    """`path` is what the engine reads; `numbered` is "line", or "record" where records have no line of their own."""

    name: str
    path: Path
    numbered: str = "line"


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, decompressed when its first bytes say gzip or xz; raise Unreadable otherwise."""
    magic = _magic(path)
    for start, kind in _FOREIGN:
        if magic.startswith(start):
            raise Unreadable(f"{path}: is {kind}; save it as plain text, gzip, xz or Parquet.")
    if magic[:2] == _GZIP:
        return gzip.open(path, "rb")  # type: ignore[return-value]
    if magic == _XZ:
        return lzma.open(path, "rb")
    return path.open("rb")


def _magic(path: Path) -> bytes:
    try:
        _demand_plain(path)
        with path.open("rb") as raw:
            return raw.read(6)
    except IsADirectoryError as fault:
        raise Unreadable(f"{path}: is a folder; name the files in it, for example {path}/*.jsonl.") from fault
    except OSError as fault:
        raise Unreadable(f"{path}: cannot be read ({fault.strerror}); check the name and the rights.") from fault


def _demand_plain(path: Path) -> None:
    """Raise Unreadable for what cannot be read twice (a pipe, a device) or cannot be named to the engine."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise Unreadable(f"{path}: is a pipe or a device, not a file; save what it gives as a file and name that.")
    if any("\ud800" <= letter <= "\udfff" for letter in str(path)):
        raise Unreadable(f"{path}: its name is not UTF-8; rename the file.")


def head(path: Path, size: int = 1 << 20) -> bytes:
    """The first decompressed bytes of a file."""
    with open_bytes(path) as stream:
        return _read(stream, path, size)


def encoding_of(start: bytes) -> str:
    """The encoding that the first bytes announce or, without a mark, betray; UTF-8 else."""
    for mark, name in _BOMS:
        if start.startswith(mark):
            return "utf-8-sig" if name == "utf-8" else name
    if len(start) >= 4 and start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if len(start) >= 4 and start[0::2].count(0) > len(start) // 4:
        return "utf-16-be"
    return "utf-8"


@dataclass(frozen=True)
class Quoting:
    """How a table quotes: its records may span lines between quotes."""

    delimiter: str
    fields: int
    quote: str = '"'

    def fits(self, lines: list[str]) -> bool:
        """Do the lines make one record with the right number of fields?"""
        try:
            records = list(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except csv.Error:
            return False
        return len(records) == 1 and len(records[0]) == self.fields


def prepare_lines(path: Path, spool: Path, quoting: Quoting | None = None) -> Prepared:
    """Prepare a file of lines; with `quoting`, records may span lines between quotes. Raise Unreadable."""
    start = head(path)
    encoding = encoding_of(start[:4096])
    if encoding == "utf-8" and _is_clean(path, quoting):
        return Prepared(str(path), path)
    target = spool / f"{len(os.listdir(spool)):06d}.txt"
    with target.open("w", encoding="utf-8", newline="") as out:
        lines = _lines(path, encoding, "\r" if b"\r" in start and b"\n" not in start else "\n")
        for line in _joined(lines, quoting) if quoting else lines:
            out.write(line)
            out.write("\n")
    return Prepared(str(path), target)


def prepare_document(path: Path, spool: Path, explode: Callable[[Any], list[Any]]) -> Prepared:
    """Prepare one JSON document: each of its records becomes a line, numbered as records. Raise Unreadable."""
    with open_bytes(path) as stream:
        raw = _read(stream, path, DOCUMENT_LIMIT + 1)
    if len(raw) > DOCUMENT_LIMIT:
        raise Unreadable(f"{path}: one JSON document of over {DOCUMENT_LIMIT >> 20} MiB; write it as JSON lines.")
    try:
        data = json.loads(raw.decode(encoding_of(raw[:4096])), object_pairs_hook=_keep_duplicates)
    except json.JSONDecodeError as fault:
        raise Unreadable(f"{path}: line {fault.lineno}: not JSON ({fault.msg}, column {fault.colno}).") from fault
    except (UnicodeDecodeError, RecursionError, ValueError) as fault:
        raise Unreadable(f"{path}: cannot be read as JSON ({fault}); export it again.") from fault
    target = spool / f"{len(os.listdir(spool)):06d}.txt"
    with target.open("w", encoding="utf-8", newline="") as out:
        for record in explode(data):
            out.write(_document_line(record))
            out.write("\n")
    return Prepared(str(path), target, numbered="record")


class _Doubled(dict[str, Any]):
    """A JSON object that named a key twice."""


def _keep_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else _Doubled(made)


def _document_line(record: Any) -> str:
    if isinstance(record, _Doubled):
        return f"{BAD}a key stands twice in one object"
    text = json.dumps(record, ensure_ascii=True)
    return text if len(text) <= LINE_LIMIT else f"{BAD}longer than {LINE_LIMIT:,} characters"


def _read(stream: IO[bytes], path: Path, size: int) -> bytes:
    try:
        return stream.read(size)
    except (OSError, EOFError, lzma.LZMAError, ValueError) as fault:
        raise Unreadable(f"{path}: the compressed data is broken ({fault}); fetch the file again.") from fault


def _chunks(path: Path) -> Iterator[bytes]:
    total = 0
    with open_bytes(path) as stream:
        while chunk := _read(stream, path, CHUNK):
            total += len(chunk)
            if total > SPOOL_LIMIT:
                raise Unreadable(f"{path}: grows past {SPOOL_LIMIT >> 30} GiB when unpacked; split it.")
            yield chunk


def _is_clean(path: Path, quoting: Quoting | None) -> bool:
    if _magic(path)[:2] == _GZIP or _magic(path) == _XZ:
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    run = 0
    for chunk in _chunks(path):
        if b"\r" in chunk or len(chunk.translate(None, _CONTROL)) != len(chunk):
            return False
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError:
            return False
        longest, run = _longest_line(chunk, run)
        if longest > LINE_LIMIT:
            return False
    return quoting is None or _quotes_close(path, quoting.quote.encode())


def _quotes_close(path: Path, quote: bytes) -> bool:
    with path.open("rb") as raw:
        return not any(line.count(quote) % 2 for line in raw if quote in line)


def _longest_line(chunk: bytes, run: int) -> tuple[int, int]:
    """The longest line that may end in the chunk, given the run of bytes before it; and the run it leaves."""
    if b"\n" not in chunk:
        return run + len(chunk), run + len(chunk)
    first = run + chunk.index(b"\n")
    last = len(chunk) - chunk.rindex(b"\n") - 1
    return max(first, last), last


def _lines(path: Path, encoding: str, end: str) -> Iterator[str]:
    """Each physical line, decoded, or its BAD mark."""
    if encoding.startswith("utf-16"):
        yield from _wide_lines(path, encoding, end)
        return
    rest = b""
    skipping = False
    first = True
    for chunk in _chunks(path):
        if first and chunk.startswith(codecs.BOM_UTF8):
            chunk = chunk[3:]
        first = False
        *whole, rest = (rest + chunk).split(end.encode())
        for line in whole:
            yield _bad(f"longer than {LINE_LIMIT:,} bytes") if skipping else _decoded(line)
            skipping = False
        if len(rest) > LINE_LIMIT:
            rest, skipping = b"", True
    if rest or skipping:
        yield _bad(f"longer than {LINE_LIMIT:,} bytes") if skipping else _decoded(rest)


def _wide_lines(path: Path, encoding: str, end: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    rest = ""
    for chunk in _chunks(path):
        *whole, rest = (rest + decoder.decode(chunk)).split(end)
        yield from (_decoded(line.encode()) for line in whole)
    rest += decoder.decode(b"", final=True)
    if rest:
        yield _decoded(rest.encode())


def _bad(reason: str) -> str:
    return BAD + reason


def _decoded(line: bytes) -> str:
    line = line[:-1] if line.endswith(b"\r") else line
    if len(line) > LINE_LIMIT:
        return _bad(f"longer than {LINE_LIMIT:,} bytes")
    if len(line.translate(None, _CONTROL)) != len(line) or b"\r" in line:
        return _bad("holds a NUL byte or another control character")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as fault:
        return _bad(f"is not UTF-8 (byte {fault.start + 1})")
    return _bad("is not valid Unicode") if "\ufffd" in text else text


def _joined(lines: Iterator[str], quoting: Quoting) -> Iterator[str]:
    """Records whose quotes close on a later line are put on their first line; the others become SKIP."""
    waiting: list[str] = []
    open_ = False
    for line in lines:
        waiting.append(line)
        open_ ^= line.count(quoting.quote) % 2 == 1
        if not open_ or len(waiting) >= RECORD_LINES:
            yield from _settled(waiting, open_, quoting)
            waiting, open_ = [], False
    yield from _settled(waiting, open_, quoting)


def _settled(waiting: list[str], open_: bool, quoting: Quoting) -> Iterator[str]:
    if len(waiting) == 1 and not open_:
        yield waiting[0]
    elif waiting and not open_ and quoting.fits(waiting):
        yield " ".join(waiting)
        yield from (SKIP for _ in waiting[1:])
    else:
        for line in waiting:
            yield _bad("opens a quote that is never closed") if line.count(quoting.quote) % 2 else line
