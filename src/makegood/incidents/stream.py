"""Stream: the incidents of traffic that is read as it comes, by the method of `find`, and alarms ahead of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from makegood.incidents.alarm import Alarm
from makegood.incidents.alarms import Alarms
from makegood.incidents.arrived import Arrived
from makegood.incidents.counts import Counts, Ints
from makegood.incidents.growths import DAY_US, Growths
from makegood.incidents.incident import Found
from makegood.incidents.kept import MINUTE_US, counted
from makegood.incidents.lane import Mask
from makegood.incidents.policy import Policy
from makegood.incidents.pool import between
from makegood.incidents.swing import DAY
from makegood.records.scope import Scope
from makegood.spans import Span, from_us, to_us

KEPT_DAYS = 35


@dataclass(frozen=True)
class Seen:
    """What one look saw.

    `settled` and `current` together are what `find` says of all rows so far: settled ones are so long past that the
    day after has passed, current ones may still change, if only in how far their end may reach into a silence. `alarms`
    are all that are open, and those that were over since the look before. `too_late` counts attempts that came after
    their day had been put away, `too_early` those that claim to be of a day to come; both are left out.
    """

    now: datetime
    settled: tuple[Found, ...]
    current: tuple[Found, ...]
    alarms: tuple[Alarm, ...]
    too_late: int = 0
    too_early: int = 0


class Stream:
    """Traffic of many scopes, read as it comes; no clock: `now` is given with each look.

    Rows may come late and in any order: nothing waits for them, they change what is said from the next look on. Rows
    older than `kept_days` before the newest are too late.
    """

    def __init__(self, policy: Policy = Policy(), kept_days: int = KEPT_DAYS) -> None:
        self.policy = policy
        self.kept_days = kept_days
        self._providers: dict[str | None, Growths] = {}
        self._newest = 0
        self._begin = 0
        self._too_late = 0
        self._too_early = 0
        self._waiting: list[Arrived | Sequence[Counts]] = []
        self._alarms = Alarms(policy)

    def take(self, rows: Arrived) -> None:
        """Take attempts that came; each is to be given once."""
        self._waiting.append(rows)

    def take_counts(self, counts: Sequence[Counts]) -> None:
        """Take minutes of earlier days, already counted, such as when a watch starts; they raise no alarm."""
        self._waiting.append(counts)

    def look(self, now: datetime) -> Seen:
        """What can be said at this moment."""
        now_us = to_us(now)
        self._add(now_us + DAY_US)
        alarms = self._alarms.look(now, now_us)
        found = sorted((one for some in self._providers.values() for one in some.all()), key=_order)
        over = from_us((now_us // DAY_US - 1) * DAY_US)
        settled = tuple(one for one in found if one.end_range.end <= over)
        current = tuple(one for one in found if one.end_range.end > over)
        self._forget()
        return Seen(now, settled, current, alarms, self._too_late, self._too_early)

    def _add(self, until_us: int) -> None:
        """Add up what waits, as far as it is of a time before a moment."""
        waiting, self._waiting = self._waiting, []
        for some in waiting:
            if isinstance(some, Arrived):
                sound = some.time_us < until_us
                self._too_early += int((~sound).sum())
                columns = (some.scope[sound], some.time_us[sound], some.end_us[sound], some.fault[sound])
                rows = Arrived(some.scopes, *columns)
                self._alarms.ears.take(rows)
                counts = [counted(scope, time_us, fault) for scope, time_us, fault in _by_scope(rows)]
            else:
                ends = [int(np.searchsorted(one.minute, until_us // MINUTE_US)) for one in some]
                self._too_early += sum(int(one.attempts[end:].sum()) for one, end in zip(some, ends, strict=True))
                counts = [between(one, slice(0, end)) for one, end in zip(some, ends, strict=True)]
                self._alarms.ears.take_counts(counts)
            self._count(counts)

    def _count(self, counts: Sequence[Counts]) -> None:
        for one in counts:
            fresh = between(one, slice(int(np.searchsorted(one.minute, self._begin)), None))
            self._too_late += int(one.attempts.sum()) - int(fresh.attempts.sum())
            if len(fresh.minute):
                self._providers.setdefault(one.scope.provider, Growths(self.policy)).take(fresh)
                self._newest = max(self._newest, int(fresh.minute[-1]))

    def _forget(self) -> None:
        """Put away days that are older than any day still looks back to, once a day."""
        day = self._newest // DAY - self.kept_days
        if day * DAY > self._begin:
            for growths in self._providers.values():
                growths.forget(day)
            self._begin = day * DAY


def _order(one: Found) -> tuple[Span, tuple[str, str, str, str]]:
    return one.span, one.scope.key()


def _by_scope(rows: Arrived) -> Iterator[tuple[Scope, Ints, Mask]]:
    order = np.argsort(rows.scope, kind="stable")
    cuts = np.searchsorted(rows.scope[order], np.arange(len(rows.scopes) + 1))
    for number, scope in enumerate(rows.scopes):
        some = order[cuts[number] : cuts[number + 1]]
        if len(some):
            yield scope, rows.time_us[some], rows.fault[some]
