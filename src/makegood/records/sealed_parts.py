"""Verb: hold the sealed parts of an attempts folder against the folder's own lists; what is missing, what was changed.

This is what whoever reads the rows has to know. Whether the lists themselves stand as they were written, and whether
all was made anew, is asked of `check_commitments`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from makegood.records.attempts_folder import COMMITMENTS, LIST, bytes_of, days, is_attempts_folder, parts
from makegood.records.commitments import Sealed, commitment_of, listed

_AT_ONCE = 2  # hashing runs beside itself, and a disk gains nothing from more


@dataclass(frozen=True)
class Amiss:
    """Of one folder: listed parts that are not there, and those that are not as they were sealed, by name; parts that
    stand under a day which was committed to without them; how many lines of its lists do not read as lines of such."""

    folder: Path
    missing: tuple[Sealed, ...] = ()
    changed: tuple[Sealed, ...] = ()
    added: tuple[str, ...] = ()
    lines: int = 0

    def __bool__(self) -> bool:
        return bool(self.missing or self.changed or self.added or self.lines)


def amiss(paths: Iterable[Path]) -> tuple[Amiss, ...]:
    """What is amiss with those of the paths that are attempts folders; reads every byte of every sealed part."""
    found = (_held(path) for path in paths if is_attempts_folder(path))
    return tuple(one for one in found if one)


def gone(folder: Path) -> tuple[Sealed, ...]:
    """The parts that the folder lists and does not hold; reads no part."""
    said = _said(folder)
    return tuple(one for name, one in sorted(said.parts.items()) if not (folder / name).is_file())


@dataclass
class _Said:
    """What the lists say: parts by name, the days that are committed to, and lines that say nothing."""

    parts: dict[str, Sealed]
    committed: set[str]
    lines: int = 0


def _held(folder: Path) -> Amiss:
    # A recorder lists a part once it stands there: whoever looks at the lists first misses none.
    said = _said(folder)
    there = {f"{path.parent.name}/{path.name}": path for path in parts(folder)}
    missing = tuple(one for name, one in sorted(said.parts.items()) if name not in there)
    held = [one for name, one in sorted(said.parts.items()) if name in there]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        same = list(pool.map(lambda one: _hash(there[one.part]) == one.sha256, held))
    changed = tuple(one for one, equal in zip(held, same, strict=True) if not equal)
    added = tuple(name for name in sorted(there.keys() - said.parts.keys()) if name.split("/")[0] in said.committed)
    return Amiss(folder, missing, changed, added, said.lines)


def _hash(part: Path) -> str | None:
    try:
        with part.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _said(folder: Path) -> _Said:
    """The lists of the days, and over them what was committed to."""
    said = _Said({}, set())
    for day in days(folder):
        for line in _lines(folder / day.isoformat() / LIST):
            try:
                one = listed(line.decode())
            except ValueError:
                said.lines += 1
                continue
            said.parts[one.part] = one
    for line in _lines(folder / COMMITMENTS):
        try:
            whole = commitment_of(line.decode())
        except ValueError:
            said.lines += 1
            continue
        said.committed.add(whole.day.isoformat())
        said.parts |= {one.part: one for one in whole.parts}
    return said


def _lines(path: Path) -> Iterator[bytes]:
    """The whole lines of a list; none where it is not there or is no file of a recorder's."""
    try:
        yield from bytes_of(path).split(b"\n")[:-1]
    except OSError:
        return
