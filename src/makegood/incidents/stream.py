"""Stream: the incidents of traffic that is read as it comes, by the method of `find`, and alarms ahead of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from makegood.incidents.alarm import Alarm
from makegood.incidents.counts import Counts, Ints
from makegood.incidents.find import find
from makegood.incidents.incident import Found
from makegood.incidents.lane import Mask
from makegood.incidents.policy import Policy
from makegood.records.scope import Scope


@dataclass(frozen=True)
class Arrived:
    """Attempts as they were recorded, in any order: equal-length columns, one entry an attempt.

    `scope` points into `scopes`, leaf scopes as the log names them. `time_us` is when the attempt started and `end_us`
    when it ended (microseconds since 1970), `fault` whether it was the provider's fault.
    """

    scopes: tuple[Scope, ...]
    scope: Ints
    time_us: Ints
    end_us: Ints
    fault: Mask


@dataclass(frozen=True)
class Seen:
    """What one look saw.

    `settled` and `current` together are what `find` says of all rows so far: settled ones ended long enough ago for
    the day after to have passed, current ones may still change. `alarms` are all that are open, and those that were
    over since the look before. `too_late` counts attempts that came after their day had been put away.
    """

    now: datetime
    settled: tuple[Found, ...]
    current: tuple[Found, ...]
    alarms: tuple[Alarm, ...]
    too_late: int = 0


class Stream:
    """Traffic of many scopes, read as it comes; no clock: `now` is given with each look."""

    def __init__(self, policy: Policy = Policy()) -> None:
        self.policy = policy
        self._counts: list[Counts] = []

    def take(self, rows: Arrived) -> None:
        """Take attempts that came; each is to be given once."""
        for number, scope in enumerate(rows.scopes):
            self._counts.append(_counted(scope, rows.time_us[rows.scope == number], rows.fault[rows.scope == number]))

    def take_counts(self, counts: Sequence[Counts]) -> None:
        """Take minutes of earlier days, already counted, such as when a watch starts; they raise no alarm."""
        self._counts += counts

    def look(self, now: datetime) -> Seen:
        """What can be said at this moment."""
        return Seen(now, (), find(self._counts, self.policy), ())


def _counted(scope: Scope, time_us: Ints, fault: Mask) -> Counts:
    minute, place = np.unique(time_us // 60_000_000, return_inverse=True)
    first, last = np.full(len(minute), np.iinfo(np.int64).max), np.zeros(len(minute), np.int64)
    np.minimum.at(first, place[fault], time_us[fault])
    np.maximum.at(last, place[fault], time_us[fault])
    faults = np.bincount(place[fault], minlength=len(minute)).astype(np.int64)
    attempts = np.bincount(place, minlength=len(minute)).astype(np.int64)
    return Counts(scope, minute, attempts, faults, np.where(faults > 0, first, 0), last)
