"""Verb: look at an attempts folder at one moment; every row once, also while others write it and seal it."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from makegood.records.attempts_folder import beginnings, begun_of, bytes_of, journals, parts, torn, writer_of
from makegood.records.folder_lock import looked_at, opened
from makegood.records.unended import unended


@dataclass(frozen=True)
class Snapshot:
    """The files that hold the folder's rows: sealed `parts`, and `lines` with where the bytes of each are to be read.

    Bytes that may change are read from a copy of the same lines.
    """

    parts: tuple[Path, ...]
    lines: tuple[tuple[Path, Path], ...]


def snapshot(folder: Path, spool: Path) -> Snapshot:
    """The rows of the folder as it stands now; copies of open journals are put into `spool`. Raise OSError.

    What was begun and has no end is a row where the writer is gone, and none yet where it is at work. Journals are
    looked at before parts, so that one that is sealed meanwhile is found among the parts; those without a writer are
    held until the parts were looked at, so that nobody settles or seals them in between.
    """
    with ExitStack() as held:
        rows, begun = _copied(folder, held)
        sealed_parts = parts(folder)
        sealed = {writer_of(path) for path in sealed_parts}
        rows = {path: data for path, data in rows.items() if writer_of(path) not in sealed}
        begun = {path: data for path, data in begun.items() if writer_of(path) not in sealed}
    copies = {path: data for path, data in rows.items() if data.strip()}
    if begun:
        left = unended(begun, rows.values())
        copies |= {begun_of(path): _only(begun[path], set(lines)) for path, lines in left.items()}
    copied = {writer_of(path) for path in copies}
    lines = [(path, path) for path in torn(folder) if writer_of(path) not in copied]  # else their journal has them too
    for path, data in sorted(copies.items()):
        copy = spool / f"attempts-{len(lines)}-{path.name}"
        copy.write_bytes(data)
        lines.append((path, copy))
    return Snapshot(tuple(sealed_parts), tuple(lines))


def _copied(folder: Path, held: ExitStack) -> tuple[dict[Path, bytes], dict[Path, bytes]]:
    """The bytes of each journal and, where its writer is gone, of what had begun; held until `held` is closed."""
    rows: dict[Path, bytes] = {}
    begun: dict[Path, bytes] = {}
    for path in sorted({*journals(folder), *beginnings(folder)}):
        with suppress(FileNotFoundError):  # sealed meanwhile
            alone = looked_at(held.enter_context(opened(path)))
            data = bytes_of(path)
            rows[path] = data if alone else data[: data.rfind(b"\n") + 1]
            if alone:
                with suppress(FileNotFoundError):
                    begun[path] = bytes_of(begun_of(path))
    return rows, begun


def _only(data: bytes, kept: set[bytes]) -> bytes:
    """The same lines with all but those to be kept left empty, so that each keeps its number."""
    return b"".join(line if line in kept else b"\n" for line in data.splitlines(keepends=True))
