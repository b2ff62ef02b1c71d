"""Noun: the claims that are watched; the steps of the assessments that a config names, read again when they change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from makegood.errors import UnknownFormat
from makegood.reads.calendar import Entry, sound_entries

_LARGEST = 256 * 1024 * 1024
_FRESH = timedelta(minutes=10)


@dataclass(frozen=True)
class _Read:
    """An assessment as it was read: time of change and size of its file, when, its steps, and the first verdict that
    cannot be read, with how many there are, empty where all can.
    """

    mark: tuple[int, int]
    at: datetime
    steps: tuple[Entry, ...]
    fault: str = ""


class Claims:
    """Assessments by their paths. One that cannot be read is told in `faults` and keeps the steps it had; one of which
    some verdicts cannot be read is told there too, and its other verdicts are watched.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = tuple(paths)
        self._read: dict[Path, _Read] = {}
        self.faults: dict[Path, str] = {}

    def steps(self, now: datetime) -> tuple[tuple[str, Entry], ...]:
        """Each step with the assessment that it stands in."""
        found = []
        for path in self._paths:
            try:
                read = self._of(path, now)
                self._read[path] = read
                self.faults.pop(path, None)
                if read.fault:
                    self.faults[path] = read.fault
            except (OSError, ValueError, RecursionError, UnknownFormat) as fault:
                self.faults[path] = f"its deadlines are not watched ({str(fault)[:200]})"
            if path in self._read:
                found += [(str(path), one) for one in self._read[path].steps]
        return tuple(found)

    def _of(self, path: Path, now: datetime) -> _Read:
        """One file, read anew when it has changed, and once in a while as times run out."""
        seen = path.stat()
        mark, before = (seen.st_mtime_ns, seen.st_size), self._read.get(path)
        if before is not None and before.mark == mark and abs(now - before.at) < _FRESH:
            return before
        if seen.st_size > _LARGEST:
            raise ValueError("is too large for an assessment")
        steps, faults = sound_entries(json.loads(path.read_bytes()), now)
        if not faults:
            return _Read(mark, now, steps)
        return _Read(mark, now, steps, f"{len(faults)} of its verdicts cannot be read ({faults[0][:200]})")
