"""Act: append one line to a log that only grows; it is on disk before the call returns."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_CHUNK = 1 << 16


def append_line(path: Path, line: str) -> None:
    """One write and one flush, so that a line is there as a whole or not at all.

    The rest of a line that an earlier writer was stopped in was never told as written: it is cut off first. Only one
    process may write to a log at a time.
    """
    created = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        end, raw = _after_last_line(file), f"{line}\n".encode()
        os.ftruncate(file, end)
        if os.pwrite(file, raw, end) < len(raw):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        os.fsync(file)
    finally:
        os.close(file)
    if created:
        flush_folder(path.parent)


def _after_last_line(file: int) -> int:
    """The place just behind the last line break, 0 where there is none."""
    end = os.fstat(file).st_size
    while end > 0:
        start = max(0, end - _CHUNK)
        at = os.pread(file, end - start, start).rfind(b"\n")
        if at >= 0:
            return start + at + 1
        end = start
    return 0


def flush_folder(folder: Path) -> None:
    """The names in a folder on disk."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
