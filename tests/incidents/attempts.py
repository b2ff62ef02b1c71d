"""Made attempts, one by one: streams that fail for a while, and whoever looks at them as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from makegood.incidents.alarm import Alarm
from makegood.incidents.alarms import Alarms
from makegood.incidents.arrived import Arrived
from makegood.incidents.counts import Counts
from makegood.incidents.policy import Policy
from makegood.records.scope import Scope
from makegood.spans import from_us
from tests.incidents.streams import FIRST

START_US = FIRST * 60_000_000


@dataclass(frozen=True)
class Attempts:
    """Of one scope: start and end in seconds after the first of the made streams, and which of them failed."""

    scope: Scope
    start: np.ndarray
    end: np.ndarray
    fault: np.ndarray


def attempts(
    scope: Scope, traffic: float, minutes: int, rate: Callable[[np.ndarray], np.ndarray], **how: float
) -> Attempts:
    """Poisson attempts that fail at `rate` (of the minute); they take a second, failed ones `timeout` seconds."""
    rng = np.random.default_rng(int(how.get("seed", 0)))
    start = np.sort(rng.uniform(0, minutes * 60, rng.poisson(traffic * minutes)))
    fault = rng.random(len(start)) < rate(start / 60)
    return Attempts(scope, start, start + np.where(fault, how.get("timeout", 1.0), 1.0), fault)


def failing(*spans: tuple[float, float, float], usual: float = 0.003) -> Callable[[np.ndarray], np.ndarray]:
    """The rate at a minute: that of the span [start, end) it lies in, else the usual one."""

    def rate(minute: np.ndarray) -> np.ndarray:
        found = np.full(len(minute), usual)
        for start, end, share in spans:
            found[(minute >= start) & (minute < end)] = share
        return found

    return rate


def looks(
    some: Sequence[Attempts], first: float, last: float, every: float = 12.0, history: Sequence[Counts] = ()
) -> Iterator[tuple[float, tuple[Alarm, ...]]]:
    """Look every so many seconds from minute `first` to minute `last`; an attempt is known once it has ended."""
    alarms, scopes = Alarms(Policy()), tuple(one.scope for one in some)
    number = np.concatenate([np.full(len(one.end), at) for at, one in enumerate(some)])
    start, end, fault = (np.concatenate([getattr(one, name) for one in some]) for name in ("start", "end", "fault"))
    order = np.argsort(end, kind="stable")
    number, start, end, fault = number[order], start[order], end[order], fault[order]
    alarms.ears.take_counts(history)
    known = 0
    for moment in np.arange(first * 60, last * 60, every):
        until = int(np.searchsorted(end, moment, side="right"))
        rows = slice(known, until)
        times = ((START_US + np.round(one[rows] * 1e6)).astype(np.int64) for one in (start, end))
        alarms.ears.take(Arrived(scopes, number[rows], *times, fault[rows]))
        known = until
        now_us = START_US + round(moment * 1e6)
        yield float(moment) / 60, alarms.look(from_us(now_us), now_us)
