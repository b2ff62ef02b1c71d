"""Noun: locks on files of a folder that several processes share; the machine frees them when their holder ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # a system without such locks
    fcntl = None  # type: ignore[assignment]

POSSIBLE = fcntl is not None


def hold(file: int) -> None:
    """Wait for the lock on an open file, and take it."""
    fcntl.flock(file, fcntl.LOCK_EX)


def taken(file: int) -> bool:
    """Take the lock on an open file, if nobody holds it; whether it was taken."""
    return _tried(file, shared=False)


def looked_at(file: int) -> bool:
    """Keep writers off an open file that none of them holds, while it is read; whether nobody held it."""
    return POSSIBLE and _tried(file, shared=True)


def _tried(file: int, shared: bool) -> bool:
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:  # held by another, or a file system that knows no locks: then nobody is known to be gone
        return False
    return True


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """A file that is open for reading while the block runs."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        yield file
    finally:
        os.close(file)


@contextmanager
def undisturbed(path: Path) -> Iterator[None]:
    """While the block runs, nobody who takes the lock on this file does anything; where that can be had."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:  # no such lock: nobody is at work here
        yield
        return
    try:
        if POSSIBLE:
            with suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_SH)
        yield
    finally:
        os.close(file)
