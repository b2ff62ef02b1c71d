"""Noun: a journal; the file in which one writer's rows wait to be sealed, locked for as long as it is open."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from makegood.acts.attempts.points import reach
from makegood.records.attempts_folder import (
    LOCK,
    NO_LINK,
    OPEN,
    ROWS,
    beginnings,
    begun_of,
    bytes_of,
    journals,
    opened,
    writer_name,
    writer_of,
)
from makegood.records.folder_lock import hold, taken

_FLAGS = os.O_APPEND | os.O_RDWR | os.O_CLOEXEC | NO_LINK


class Lines:
    """A file to which whole lines are appended, each by one write; what a full disk cut short is taken back."""

    __slots__ = ("_cut", "_id", "_name", "file", "path", "size")

    def __init__(self, path: Path, flags: int = 0) -> None:
        self.path = path
        self.file = os.open(path, _FLAGS | flags, 0o644)
        at = os.fstat(self.file)
        self.size, self._id, self._name = at.st_size, (at.st_ino, at.st_dev), os.fspath(path)
        self._cut = False

    def stands(self) -> bool:
        """Whether the file is still where it was opened: neither it nor a folder above it was removed or moved."""
        try:
            at = os.stat(self._name)
        except OSError:
            return False
        return (at.st_ino, at.st_dev) == self._id

    def append(self, lines: bytes) -> None:
        """Append; raise OSError when there is no room, and then nothing of it stays."""
        if self._cut:
            self._end_line()
        written = os.write(self.file, lines)
        if written == len(lines):
            self.size += written
        else:
            self._rest(lines, written)

    def _rest(self, lines: bytes, written: int) -> None:
        try:
            while written < len(lines):
                written += os.write(self.file, lines[written:])
        except OSError:
            self._cut = True
            with suppress(OSError):
                os.ftruncate(self.file, self.size)
                self._cut = False
            raise
        self.size += written

    def _end_line(self) -> None:
        """What could not be taken back stays as a line of its own, so that no row is glued to it."""
        os.write(self.file, b"\n")
        self.size = os.fstat(self.file).st_size
        self._cut = False

    def whole(self) -> bytes:
        """All bytes of the file."""
        return bytes_of(self.path)

    def close(self) -> None:
        """Close; a lock on the file ends with it."""
        os.close(self.file)


class Journal:
    """`rows` holds a line for each attempt that ended, `begun` the row that stands for each until it has ended."""

    __slots__ = ("begun", "count", "opened", "rows", "writer")

    def __init__(self, rows: Lines, count: int) -> None:
        self.rows = rows
        self.begun: Lines | None = None
        self.writer = writer_of(rows.path)
        self.opened = opened(self.writer)
        self.count = count

    def open_begun(self) -> Lines:
        """Begin to note what begins."""
        self.begun = Lines(begun_of(self.rows.path), os.O_CREAT)
        return self.begun

    def drop_begun(self) -> None:
        """Forget what has begun: it has ended, or it stands elsewhere."""
        if self.begun is not None:
            self.begun.close()
            self.begun = None
        begun_of(self.rows.path).unlink(missing_ok=True)

    def close(self) -> None:
        """Free it; from now on anyone may take it over."""
        if self.begun is not None:
            self.begun.close()
            self.begun = None
        self.rows.close()

    def remove(self) -> None:
        """Remove it, once its rows stand elsewhere or there are none."""
        self.drop_begun()
        self.rows.path.unlink(missing_ok=True)
        self.rows.close()


class Guard:
    """Who opens, takes over, removes or commits in a folder does it alone; the lock is not passed on by a fork."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / OPEN / LOCK
        self._file: int | None = None

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Wait until nobody else is at it, in this or any other process."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._file = file
        try:
            hold(file)
            yield
        finally:
            self._file = None
            os.close(file)

    def forget(self) -> None:
        """In a forked child: the lock is the parent's, and must not outlive it here."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def create(folder: Path, now: datetime) -> Journal:
    """A new journal; to be called under the folder's guard."""
    path = folder / OPEN / f"{writer_name(now, secrets.token_hex(4))}{ROWS}"
    journal = Journal(Lines(path, os.O_CREAT | os.O_EXCL), 0)
    reach("journal.created")
    hold(journal.rows.file)
    journal.open_begun()
    return journal


def orphans(folder: Path, wanted: Callable[[Path], bool] = lambda _: True) -> list[Journal]:
    """The wanted journals that no process writes any more, held by this one now; to be called under the guard."""
    found = []
    for path in sorted({*journals(folder), *beginnings(folder)}):
        if wanted(path):
            with suppress(PermissionError):  # another user's, who seals it
                found += _taken(Lines(path, os.O_CREAT))
    return found


def _taken(rows: Lines) -> list[Journal]:
    if taken(rows.file):
        return [Journal(rows, 0)]
    rows.close()
    return []
