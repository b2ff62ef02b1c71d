"""Lane: the counts of one stream with its usual failures, ready to be summed over any stretch of minutes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from makegood.incidents.baseline import AHEAD_DAYS, BACK_DAYS, Floats, level, near
from makegood.incidents.counts import Counts, Ints
from makegood.incidents.policy import Policy
from makegood.incidents.swing import swing

Mask = NDArray[np.bool_]
FORGOTTEN = (BACK_DAYS + AHEAD_DAYS + 1) * 1_440


@dataclass(frozen=True)
class Run:
    """Rows first..last (both inclusive) of a lane that fail together; both hold faults."""

    first: int
    last: int


@dataclass(frozen=True)
class Lane:
    """`usual` is the usual failure rate of each row of the counts, `swing` the brief and slow
    variance of its logarithm."""

    counts: Counts
    usual: Floats
    swing: Floats
    policy: Policy

    @cached_property
    def attempts(self) -> Ints:
        """Attempts before each row."""
        return np.concatenate([[0], np.cumsum(self.counts.attempts)])

    @cached_property
    def faults(self) -> Ints:
        """Faults before each row."""
        return np.concatenate([[0], np.cumsum(self.counts.faults)])

    @cached_property
    def expected(self) -> Floats:
        """Usual faults before each row."""
        return np.concatenate([[0.0], np.cumsum(self.counts.attempts * self.usual)])

    def rows(self, low: int, high: int) -> tuple[int, int]:
        """The rows whose minute lies in [low, high)."""
        at = np.searchsorted(self.counts.minute, [low, high])
        return int(at[0]), int(at[1])

    def rate(self, run: Run) -> float:
        """Share of the run's attempts that failed."""
        attempts = int(self.attempts[run.last + 1] - self.attempts[run.first])
        return float(self.faults[run.last + 1] - self.faults[run.first]) / max(attempts, 1)

    def minutes(self, run: Run) -> tuple[int, int]:
        """The run's [start, end) in minutes."""
        return int(self.counts.minute[run.first]), int(self.counts.minute[run.last]) + 1


def lane(counts: Counts, policy: Policy) -> Lane:
    """The counts beside what is usual for them; across a silence longer than the look-back nothing is remembered."""
    apart = np.flatnonzero(np.diff(counts.minute) > FORGOTTEN) + 1
    parts = [_known(part, policy) for part in _cut(counts, apart)]
    usual, swings = (np.concatenate(columns, axis=-1) for columns in zip(*parts, strict=True))
    return Lane(counts, usual, swings, policy)


def _known(counts: Counts, policy: Policy) -> tuple[Floats, Floats]:
    """Usual rate of each minute, and the parts of its variance."""
    swings = swing(counts, level(counts, policy), policy)
    return near(counts, swings, policy), swings


def _cut(counts: Counts, at: Ints) -> list[Counts]:
    """The counts in pieces that begin at the given rows."""
    columns = (counts.minute, counts.attempts, counts.faults, counts.first_fault_us, counts.last_fault_us)
    return [Counts(counts.scope, *part) for part in zip(*(np.split(column, at) for column in columns), strict=True)]
