"""Yardstick: what is usual for a stream that grows, reckoned anew only for the days that new rows can move."""

from __future__ import annotations

import numpy as np

from makegood.incidents.baseline import DAY_HOURS, HOUR, Floats, between_hours, day_level, hour_rates, moved_level
from makegood.incidents.counts import Counts
from makegood.incidents.policy import Policy
from makegood.incidents.swing import BLOCK, DAY, day_swing

BLOCKS = DAY // BLOCK
# A row moves the level of its day and of the day before; that one's last half hour is drawn between two days, so the
# usual faults of the day before that are moved too, and the swing of the day before that one looks at them.
REACH_DAYS = 3


class Yardstick:
    """`usual` and `swing` are those of `lane`, for rows that begin with the first row ever seen or kept."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._begin(0)

    def _begin(self, first: int) -> None:
        self.usual: Floats = np.zeros(0)
        self._first = first
        self._hourly: Floats = np.zeros(0)
        self._known: Floats = np.zeros(0)
        self._faults: Floats = np.zeros((0, BLOCKS))
        self._due: Floats = np.zeros((0, BLOCKS))
        self._daily: Floats = np.zeros((0, 2))

    def measure(self, counts: Counts, since: int) -> None:
        """Follow the counts, of which no row before the minute `since` has changed."""
        first = int(counts.minute[0]) // DAY
        if first != self._first or len(self._daily) == 0:
            self._begin(first)
            since = int(counts.minute[0])
        days = int(counts.minute[-1]) // DAY - first + 1
        self._size(days)
        changed = max(0, min(since // DAY - first, days - 1))
        self._count(counts, changed)
        leveled = self._level(max(0, changed - 1), days)
        expected = max(0, min(leveled - 1, changed))
        self._expect(counts, expected)
        swung = max(0, min(expected, changed) - 1)
        for day in range(swung, days):
            self._daily[day] = day_swing(self._faults, self._due, day, self.policy)
        low = int(np.searchsorted(counts.minute, (first + max(0, min(swung, leveled - 1, changed - 1))) * DAY))
        fresh = moved_level(self._hourly, self._known, self._at(counts.minute[low:]), self.swing(counts, low))
        self.usual = np.concatenate([self.usual[:low], fresh])

    def _level(self, first: int, days: int) -> int:
        """Level of the days from one on; return the first of them that it moved."""
        before = self._known[first * DAY_HOURS :].copy()
        for day in range(first, days):
            hours = slice(day * DAY_HOURS, (day + 1) * DAY_HOURS)
            self._known[hours] = day_level(self._hourly, self._first * DAY_HOURS, day, self.policy)
        moved = np.flatnonzero(self._known[first * DAY_HOURS :] != before)
        return first + int(moved[0]) // DAY_HOURS if len(moved) else days

    def swing(self, counts: Counts, row: int) -> Floats:
        """Brief and slow variance of the counts from a row on."""
        return np.asarray(self._daily[counts.minute[row:] // DAY - self._first].T)

    def forget(self, day: int, rows: int) -> None:
        """Drop the days before a day (since 1970) and as many rows; what is left keeps what was reckoned for it."""
        gone = day - self._first
        if gone <= 0 or gone >= len(self._daily):
            return
        self.usual, self._first = self.usual[rows:], day
        self._hourly, self._known = self._hourly[gone * DAY_HOURS :], self._known[gone * DAY_HOURS :]
        self._faults, self._due, self._daily = self._faults[gone:], self._due[gone:], self._daily[gone:]

    def _at(self, minute: np.ndarray) -> Floats:
        return np.asarray(minute / HOUR - self._first * DAY_HOURS)

    def _size(self, days: int) -> None:
        """Room for so many days: new ones without traffic, and none behind the last."""
        more = max(0, days - len(self._daily))
        hours = days * DAY_HOURS
        self._hourly = np.concatenate([self._hourly, np.full(more * DAY_HOURS, np.nan)])[:hours]
        self._known = np.concatenate([self._known, np.zeros(more * DAY_HOURS)])[:hours]
        empty = np.zeros((more, BLOCKS))
        self._faults, self._due = (np.vstack([one, empty])[:days] for one in (self._faults, self._due))
        self._daily = np.vstack([self._daily, np.zeros((more, 2))])[:days]

    def _count(self, counts: Counts, day: int) -> None:
        """Hourly rates and faults in blocks, from a day on."""
        minute, rows = self._from(counts, day)
        size = len(self._daily) - day
        attempts, faults = (
            np.bincount(minute // HOUR, one[rows], size * DAY_HOURS).astype(float)
            for one in (counts.attempts, counts.faults)
        )
        self._hourly[day * DAY_HOURS :] = hour_rates(attempts, faults, self.policy)
        self._faults[day:] = np.bincount(minute // BLOCK, counts.faults[rows], size * BLOCKS).reshape(-1, BLOCKS)

    def _expect(self, counts: Counts, day: int) -> None:
        """Usual faults in blocks, from a day on."""
        minute, rows = self._from(counts, day)
        level = np.exp(between_hours(self._known, self._at(counts.minute[rows])))
        due = np.bincount(minute // BLOCK, counts.attempts[rows] * level, (len(self._daily) - day) * BLOCKS)
        self._due[day:] = due.reshape(-1, BLOCKS)

    def _from(self, counts: Counts, day: int) -> tuple[np.ndarray, slice]:
        """Minutes since the beginning of a day, and their rows."""
        begin = (self._first + day) * DAY
        rows = slice(int(np.searchsorted(counts.minute, begin)), None)
        return counts.minute[rows] - begin, rows
