"""Lane: the counts of one stream with its usual failures, ready to be summed over any stretch of minutes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from makegood.incidents.baseline import Floats, usual
from makegood.incidents.counts import Counts, Ints
from makegood.incidents.policy import Policy
from makegood.incidents.swing import swing


@dataclass(frozen=True)
class Run:
    """Rows first..last (both inclusive) of a lane that fail together; both hold faults."""

    first: int
    last: int


@dataclass(frozen=True)
class Lane:
    """`usual` is the usual failure rate of each row of the counts, `swing` the variance of its logarithm."""

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
    """The counts beside what is usual for them."""
    level, near = usual(counts, policy)
    return Lane(counts, near, swing(counts, level, policy), policy)


Mask = NDArray[np.bool_]
