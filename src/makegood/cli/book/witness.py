"""Witness: the file outside of the book in which this place notes how the book stood."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO

from makegood.acts.check_witness import Witnessed
from makegood.errors import Unreadable


def last_note(witness: Path, book: str) -> Witnessed | None:
    """The note of this book that says most, None where there is none; a torn last line says nothing.

    Several processes may append out of order, so the last line is not always the one. Raise Unreadable where the file
    holds something else.
    """
    if not witness.exists():
        return None
    try:
        whole, _, _ = witness.read_bytes().rpartition(b"\n")
        notes = [one for one in _notes(whole.decode("utf-8")) if one.book == book]
        return max(notes, key=lambda one: (one.rows, one.size), default=None)
    except (OSError, ValueError, TypeError, AttributeError) as fault:
        raise Unreadable(f"{witness}: this is not what makegood noted; restore it, or set MAKEGOOD_WITNESS.") from fault


def append_note(witness: Path, now: Witnessed) -> None:
    """Append how the book stands; a file that cannot be written is said, and keeps nobody from working."""
    try:
        with witness.open("ab+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _cut_torn_line(file)
            file.write(json.dumps(asdict(now)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        sys.stderr.write(f"makegood: {witness} cannot be written ({fault.strerror}); the book was not noted.\n")


def _notes(text: str) -> Iterator[Witnessed]:
    for line in text.splitlines():
        if line.strip():
            yield Witnessed(**json.loads(line))


def _cut_torn_line(file: IO[bytes]) -> None:
    file.seek(0)
    content = file.read()
    if content and not content.endswith(b"\n"):
        file.truncate(content.rfind(b"\n") + 1)
