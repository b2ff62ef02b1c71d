"""Growing: the incidents of one stream of counts that grows, always those that a search of all its rows would find.

What was found long enough before the newest rows is kept; only rows after a *cut* are searched again. A cut is a row at
which the likeliest path begins anew whatever came before it, with no material run near enough for edges, neighbours or
evidence to reach across.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from makegood.incidents import place, scan
from makegood.incidents.baseline import Floats
from makegood.incidents.counts import Counts
from makegood.incidents.incident import Found
from makegood.incidents.lane import FORGOTTEN, Lane, Run, lane
from makegood.incidents.policy import Policy
from makegood.incidents.swing import DAY
from makegood.incidents.yardstick import REACH_DAYS, Yardstick
from makegood.spans import to_us

APART = 300  # minutes: more than edges (45), the blocks of evidence (189) and a neighbour's own edge reach together
NEVER = int(np.iinfo(np.int64).max)
LONGEST = REACH_DAYS + 2  # days that are searched again before a later cut is looked for


@dataclass(frozen=True)
class Cut:
    """`minute` is that of its row; `until` one by which nothing after can matter to it; `leads` what each higher lift
    carries to it."""

    minute: int
    until: int
    leads: tuple[float, ...]


@dataclass
class Growing:
    """`counts` are all rows that are kept; `change` tells of more, `found` searches if it must."""

    policy: Policy
    counts: Counts
    kept: list[Found] = field(default_factory=list)
    _cut: Cut | None = None
    _lane: Lane | None = None
    _groups: list[list[place.Sharp]] = field(default_factory=list)
    _unmeasured: int | None = 0
    _unsearched: int | None = 0

    def __post_init__(self) -> None:
        self._yardstick = Yardstick(self.policy)

    def change(self, counts: Counts, since: int) -> None:
        """The counts are now these; no row before the minute `since` has changed."""
        self.counts = counts
        self._unmeasured = since if self._unmeasured is None else min(self._unmeasured, since)
        self._unsearched = since if self._unsearched is None else min(self._unsearched, since)

    def usual(self) -> Floats:
        """The usual failure rate of each row."""
        if _broken(self.counts):
            return lane(self.counts, self.policy).usual
        if self._unmeasured is not None:
            self._yardstick.measure(self.counts, self._unmeasured)
            self._unmeasured = None
        return self._yardstick.usual

    def found(self, whole: tuple[int, int], until: int | None = None) -> list[Found]:
        """The incidents, in order of time; with `until`, at least those that begin before that minute."""
        if len(self.counts.minute) == 0:
            return []
        if _broken(self.counts):
            return list(place.found_in(lane(self.counts, self.policy), whole))
        if until is not None and self.settled(until):
            return list(self.kept)
        if self._unsearched is not None:
            self._search(self._unsearched, whole)
            self._unsearched = None
        return self.kept + [place.as_found(self._lane, group, whole) for group in self._groups if self._lane]

    def forget(self, day: int) -> None:
        """Drop what lies before a day (since 1970)."""
        rows = int(np.searchsorted(self.counts.minute, day * DAY))
        if rows == 0:
            return
        if rows < len(self.counts.minute) and not _broken(self.counts):
            self.usual()
            self._yardstick.forget(int(self.counts.minute[rows]) // DAY, rows)
        self.counts = part(self.counts, rows)
        self.kept = [one for one in self.kept if to_us(one.span.end) > day * DAY * place.MINUTE_US]
        if self._cut is None or self._cut.minute < day * DAY:
            self.kept, self._cut, self._unsearched = [], None, 0

    def settled(self, until: int, since: int = NEVER) -> bool:
        """Does `kept` hold all that begins before the minute `until`, though rows from `since` on may have changed?"""
        since = min(since, NEVER if self._unsearched is None else self._unsearched)
        return self._cut is not None and until <= self._cut.minute and self._holds(since)

    def _holds(self, since: int) -> bool:
        return self._cut is not None and self._cut.until <= _unmoved(since)

    def _search(self, since: int, whole: tuple[int, int]) -> None:
        if self._cut and not self._holds(since):
            self.kept, self._cut = [], None
        row = int(np.searchsorted(self.counts.minute, self._cut.minute)) if self._cut else 0
        self._groups, self._lane = [], None
        if not possible(part(self.counts, row), self.policy):
            return None
        usual = self.usual()
        self._lane = Lane(part(self.counts, row), usual[row:], self._yardstick.swing(self.counts, row), self.policy)
        rough = place.rough_runs(self._lane)
        if self._cut and self._carried(self._cut, rough):
            self.kept, self._cut = [], None
            return self._search(since, whole)
        self._groups = place.incidents(self._lane, rough)
        if self._lane.counts.minute[0] // DAY + LONGEST < self.counts.minute[-1] // DAY:
            self._move(rough, _unmoved(int(self.counts.minute[-1])), whole)
        return None

    def _carried(self, cut: Cut, rough: list[list[Run]]) -> bool:
        """Does a path at a higher lift come across the cut, and reach the first row that it visits after it?"""
        for at, carried in enumerate(cut.leads, 1):
            if np.isfinite(carried) and rough[at - 1] and self._lane:
                first = rough[at - 1][0].first
                carried += float(scan.gains(self._lane, place.LIFTS[at])[first])
                if carried > -self.policy.enter:
                    return True
        return False

    def _move(self, rough: list[list[Run]], unmoved: int, whole: tuple[int, int]) -> None:
        """Set a later cut where there is one, and keep what lies before it."""
        assert self._lane
        minute = self._lane.counts.minute
        rows = [row for row in scan.beginnings(self._lane) if row and int(minute[row]) < unmoved]
        near = [self._lane.minutes(run) for run in rough[0]]
        for row in reversed(rows):
            at = int(minute[row])
            if int(minute[rows[-1]]) < at + APART or any(low - APART < at < high + APART for low, high in near):
                continue
            self.kept += [
                place.as_found(self._lane, group, whole) for group in self._groups if group[0].run.first < row
            ]
            leads = [scan.lead(self._lane, lift, rough[at], row) for at, lift in enumerate(place.LIFTS[1:])]
            if self._cut:
                leads = [max(one, self._still(number, rough, row)) for number, one in enumerate(leads)]
            self._cut = Cut(at, int(minute[rows[-1]]), tuple(leads))
            self._groups = [group for group in self._groups if group[0].run.first >= row]
            return

    def _still(self, number: int, rough: list[list[Run]], row: int) -> float:
        """What a higher lift carried to the cut before and, as it visits no row between, carries on to the next one."""
        assert self._lane
        assert self._cut
        visited = bool(rough[number]) and rough[number][0].first < row
        carried = self._cut.leads[number]
        if visited or not np.isfinite(carried):
            return -np.inf
        return carried + float(scan.gains(self._lane, place.LIFTS[number + 1])[row])


def part(counts: Counts, row: int) -> Counts:
    """The counts from a row on."""
    columns = (counts.minute, counts.attempts, counts.faults, counts.first_fault_us, counts.last_fault_us)
    return Counts(counts.scope, *(column[row:] for column in columns))


def possible(counts: Counts, policy: Policy) -> bool:
    """Can there be a material run at all, whatever is usual? Some stretch must hold enough faults for its attempts."""
    rows = np.flatnonzero(counts.faults)
    if len(rows) < policy.least_minutes:
        return False
    attempts, faults = (np.concatenate([[0], np.cumsum(column)]) for column in (counts.attempts, counts.faults))
    over = faults - policy.floor * attempts
    lowest = np.minimum.accumulate(over[rows])
    enough = np.searchsorted(faults[rows], faults[rows + 1] - policy.least_faults, side="right") - 1
    latest = np.minimum(enough, np.arange(len(rows)) - policy.least_minutes + 1)
    some = latest >= 0
    return bool((over[rows + 1][some] - lowest[latest[some]] >= -1e-6).any())


def _unmoved(since: int) -> int:
    """The minute before which rows from `since` on move nothing that is usual."""
    return (since // DAY - REACH_DAYS) * DAY


def _broken(counts: Counts) -> bool:
    """Is there a silence across which nothing is remembered?"""
    return bool(counts.minute[-1] - counts.minute[0] > FORGOTTEN and (np.diff(counts.minute) > FORGOTTEN).any())
