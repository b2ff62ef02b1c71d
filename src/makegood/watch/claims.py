"""Noun: the claims that are watched; the steps of the assessments that a config names, read again when they change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from makegood.errors import UnknownFormat
from makegood.reads.calendar import Entry, entries

_LARGEST = 256 * 1024 * 1024
_FRESH = timedelta(minutes=10)


@dataclass(frozen=True)
class _Read:
    """An assessment as it was read: time of change and size of its file, when, and its steps."""

    mark: tuple[int, int]
    at: datetime
    steps: tuple[Entry, ...]


class Claims:
    """Assessments by their paths; one that cannot be read is told in `faults` and keeps the steps it had."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = tuple(paths)
        self._read: dict[Path, _Read] = {}
        self.faults: dict[Path, str] = {}

    def steps(self, now: datetime) -> tuple[tuple[str, Entry], ...]:
        """Each step with the assessment that it stands in."""
        found = []
        for path in self._paths:
            try:
                found += [(str(path), one) for one in self._steps(path, now)]
                self.faults.pop(path, None)
            except (OSError, ValueError, RecursionError, UnknownFormat) as fault:
                self.faults[path] = str(fault)[:200]
        return tuple(found)

    def _steps(self, path: Path, now: datetime) -> tuple[Entry, ...]:
        """The steps of one file, read anew when it has changed, and once in a while as times run out."""
        seen = path.stat()
        mark, before = (seen.st_mtime_ns, seen.st_size), self._read.get(path)
        if before is not None and before.mark == mark and abs(now - before.at) < _FRESH:
            return before.steps
        if seen.st_size > _LARGEST:
            raise ValueError("is too large for an assessment")
        self._read[path] = _Read(mark, now, entries(json.loads(path.read_bytes()), now))
        return self._read[path].steps
