"""Noun: an attempts folder; where its parts, journals and commitments lie, and how they are named."""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

OPEN, TORN, SALT, COMMITMENTS, LIST, LOCK = "open", "torn", "salt", "commitments.jsonl", "parts.jsonl", ".lock"
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
ROWS, BEGUN = ".jsonl", ".begun"
_WRITER = r"(\d{8}T\d{6}Z-[0-9a-f]{8})"
_PART = re.compile(rf"part-{_WRITER}\.parquet")
_ROWS = re.compile(rf"{_WRITER}\.jsonl")
_BEGUN = re.compile(rf"{_WRITER}\.begun")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Made:
    """A part that was made: how many rows it has, and the numbers of its journal's lines that are no row."""

    rows: int
    torn: tuple[int, ...]


def is_attempts_folder(folder: Path) -> bool:
    """Does the folder look like one that a recorder wrote: open journals, sealed parts or commitments?"""
    kept = (folder / COMMITMENTS, folder / OPEN / LOCK)
    return any(path.is_file() for path in kept) or bool(journals(folder) or parts(folder))


def parts(folder: Path) -> list[Path]:
    """The sealed parts, oldest first: `<day>/part-<writer>.parquet`. A part never changes and is never removed."""
    return [path for day in days(folder) for path in parts_of(folder / day.isoformat())]


def parts_of(day: Path) -> list[Path]:
    """The sealed parts of one day's folder, by name."""
    return _named(day, _PART)


def mend(path: Path) -> str:
    """What to do about a file that is broken: a sealed part is evidence, which nobody can write again."""
    sealed = _is_of_a_writer(_PART.fullmatch(path.name))
    return "bring this sealed part back from a copy" if sealed else "write it again"


def days(folder: Path) -> list[date]:
    """The days that have a folder, in order."""
    return sorted(day for path in _entries(folder) if (day := _day(path.name)) is not None and path.is_dir())


def journals(folder: Path) -> list[Path]:
    """The journals that are not sealed yet, `open/<writer>.jsonl`, oldest first; some may be empty. No links."""
    return _own(_named(folder / OPEN, _ROWS))


def torn(folder: Path) -> list[Path]:
    """What was kept aside when a journal was sealed: lines that are no row, byte for byte."""
    return _own(_named(folder / TORN, _ROWS))


def bytes_of(path: Path) -> bytes:
    """The bytes of a file of the folder; raise OSError, also for a link, a pipe or a device, which no recorder makes
    and which may lead out of the folder or never end."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | NO_LINK | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "it is no plain file", str(path))
    with os.fdopen(file, "rb") as whole:
        return whole.read()


def is_bookkeeping(name: str) -> bool:
    """Is it the name of a file that a recorder keeps beside its rows, which itself holds none?"""
    return name in (LIST, COMMITMENTS, SALT) or _BEGUN.fullmatch(name) is not None


def beginnings(folder: Path) -> list[Path]:
    """The journals beside which it stands what had begun, whether or not they are there themselves."""
    return [path.with_suffix(ROWS) for path in _own(_named(folder / OPEN, _BEGUN))]


def begun_of(journal: Path) -> Path:
    """Where the rows of attempts that had begun stand: each is a row for as long as its journal has no end of it."""
    return journal.with_suffix(BEGUN)


def writer_of(path: Path) -> str:
    """The writer that a journal, a part or a file of torn lines is of; a journal becomes the part of its writer."""
    return path.name.split(".")[0].removeprefix("part-")


def writer_name(now: datetime, mark: str) -> str:
    """A new writer's name: when its journal was opened, and eight hexadecimal digits of chance."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{mark}"


def opened(writer: str) -> datetime:
    """When the writer's journal was opened, to the second."""
    return datetime.strptime(writer[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def part_name(writer: str) -> str:
    """The name of the part that the writer's journal becomes."""
    return f"part-{writer}.parquet"


def sealed_writers(folder: Path) -> dict[str, Path]:
    """Each writer whose journal is sealed, with its part."""
    return {writer_of(path): path for path in parts(folder)}


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(name) if _DAY.fullmatch(name) else None
    except ValueError:
        return None


def _named(folder: Path, pattern: re.Pattern[str]) -> list[Path]:
    return sorted(path for path in _entries(folder) if _is_of_a_writer(pattern.fullmatch(path.name)) and path.is_file())


def _own(found: list[Path]) -> list[Path]:
    """Without links: what a journal holds is written to, and a link may lead to a file of somebody else's."""
    return [path for path in found if not path.is_symlink()]


def _is_of_a_writer(name: re.Match[str] | None) -> bool:
    try:
        return name is not None and opened(name[1]) is not None
    except ValueError:
        return False


def _entries(folder: Path) -> list[Path]:
    try:
        return [folder / name for name in os.listdir(folder)]
    except (FileNotFoundError, NotADirectoryError):
        return []
