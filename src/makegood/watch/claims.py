"""Noun: the claims that are watched; the steps of the assessments that a config names, read again when they change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from makegood.errors import UnknownFormat
from makegood.reads.calendar import Entry, entries

_LARGEST = 256 * 1024 * 1024


class Claims:
    """Assessments by their paths; one that cannot be read is told in `faults` and keeps the steps it had."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = tuple(paths)
        self._read: dict[Path, tuple[tuple[int, int], object]] = {}
        self.faults: dict[Path, str] = {}

    def steps(self, now: datetime) -> tuple[tuple[str, Entry], ...]:
        """Each step with the assessment that it stands in."""
        found = []
        for path in self._paths:
            try:
                data = self._data(path)
                found += [(str(path), one) for one in entries(data, now)] if data is not None else []
                self.faults.pop(path, None)
            except (OSError, ValueError, RecursionError, UnknownFormat) as fault:
                self.faults[path] = str(fault)[:200]
        return tuple(found)

    def _data(self, path: Path) -> object:
        """The file as JSON, read once for each time and size that it has."""
        seen = path.stat()
        mark = (seen.st_mtime_ns, seen.st_size)
        if seen.st_size > _LARGEST:
            raise ValueError("is too large for an assessment")
        if path not in self._read or self._read[path][0] != mark:
            self._read[path] = (mark, json.loads(path.read_bytes()))
        return self._read[path][1]
