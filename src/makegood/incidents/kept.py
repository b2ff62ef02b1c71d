"""Kept: the minutes of one leaf scope, in order, whatever the order in which they come."""

from __future__ import annotations

import numpy as np

from makegood.incidents.counts import Counts, Ints
from makegood.incidents.pool import between, pool
from makegood.records.scope import Scope

MINUTE_US = 60_000_000
ROOM = 1_024


class Kept:
    """Columns with room at their end; `counts` shows the rows that are there, and is not to be held across a change."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._columns = np.zeros((5, ROOM), np.int64)
        self._rows = slice(0, 0)

    @property
    def counts(self) -> Counts:
        """All rows, as they are now."""
        return Counts(self._scope, *self._columns[:, self._rows])

    def add(self, more: Counts) -> int:
        """Take more counts, added up where their minutes are here already; return the first minute that changed."""
        counts = self.counts
        row = int(np.searchsorted(counts.minute, more.minute[0]))
        tail = pool([between(counts, slice(row, None)), more], self._scope)
        begin = self._rows.start + row
        if begin + len(tail.minute) > self._columns.shape[1]:
            held = self._columns[:, self._rows.start : begin]
            room = np.zeros((5, (begin - self._rows.start + len(tail.minute)) * 3 // 2 + ROOM), np.int64)
            room[:, : held.shape[1]] = held
            self._columns, self._rows, begin = room, slice(0, row), row
        self._rows = slice(self._rows.start, begin + len(tail.minute))
        self._columns[:, begin : self._rows.stop] = columns(tail)
        return int(more.minute[0])

    def forget(self, minute: int) -> None:
        """Drop the rows before a minute."""
        self._rows = slice(self._rows.start + int(np.searchsorted(self.counts.minute, minute)), self._rows.stop)


def columns(counts: Counts) -> tuple[Ints, ...]:
    """The columns of counts, in their order."""
    return (counts.minute, counts.attempts, counts.faults, counts.first_fault_us, counts.last_fault_us)


def counted(scope: Scope, time_us: Ints, fault: np.ndarray) -> Counts:
    """The minutes of some attempts of one scope."""
    minute, place = np.unique(time_us // MINUTE_US, return_inverse=True)
    first, last = np.full(len(minute), np.iinfo(np.int64).max), np.zeros(len(minute), np.int64)
    np.minimum.at(first, place[fault], time_us[fault])
    np.maximum.at(last, place[fault], time_us[fault])
    faults = np.bincount(place[fault], minlength=len(minute)).astype(np.int64)
    attempts = np.bincount(place, minlength=len(minute)).astype(np.int64)
    return Counts(scope, minute, attempts, faults, np.where(faults > 0, first, 0), last)
