"""A faint failure told by the whole watch: made attempts, the stream, and what is decided of it, look by look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import numpy as np
import pytest

from makegood.incidents.arrived import Arrived
from makegood.incidents.pool import between
from makegood.incidents.stream import Stream
from makegood.reads.alert import Alert
from makegood.records.scope import Scope
from makegood.spans import from_us
from tests.incidents.attempts import START_US, attempts, failing
from tests.incidents.streams import DAY, FIRST, MILD, MINUTE_US, counted, curve, wandering
from tests.reads.alert_world import World, traffic

SCOPE = Scope("made", "chat", "one")
HISTORY = DAY
Rate = Callable[[np.ndarray], np.ndarray]


def told(rate: Rate, last: int, seed: int, every: int = 60) -> Iterator[tuple[float, Alert]]:
    """A quiet day as history, then twenty attempts a minute that fail at that rate: each alert with its minute."""
    world, stream, rng = World(), Stream(), np.random.default_rng(seed)
    stream.take_counts([counted(rng, some := rng.poisson(20, HISTORY), rng.binomial(some, 0.003), SCOPE)])
    made = attempts(SCOPE, 20, last, rate, seed=seed)
    known, looked = 0, None
    order = np.argsort(made.end, kind="stable")
    start, end, fault = made.start[order], made.end[order], made.fault[order]
    for second in range(every, last * 60, every):
        rows = slice(known, known := int(np.searchsorted(end, second, side="right")))
        times = (START_US + HISTORY * MINUTE_US + np.round(one[rows] * 1e6).astype(np.int64) for one in (start, end))
        stream.take(Arrived((SCOPE,), np.zeros(rows.stop - rows.start, np.int64), *times, fault[rows]))
        now = from_us(START_US + HISTORY * MINUTE_US) + timedelta(seconds=second)
        seen = stream.look(now)
        found = (*seen.settled, *seen.current)
        young = fault[(start >= second - 180) & (end <= second)]
        lately = {SCOPE: (len(young), int(young.sum()))}
        world.traffic = traffic(*seen.alarms, newest=now, looked=looked, incidents=found, lately=lately)
        yield from ((second / 60, alert) for alert in world.looks(now))
        looked = now


@pytest.mark.parametrize(("seed", "faint"), [(6, False), (8, True)])
def test_one_in_twenty_is_told_within_the_hour_as_one_incident(seed: int, faint: bool) -> None:
    (began, first), (ended, over) = told(failing((10, 70, 0.05)), 110, seed)
    assert (first.kind, first.facts["faint"], over.kind, over.facts["withdrawn"]) == ("began", faint, "ended", False)
    assert 10 < began < 70 < 85 < ended < 110
    assert first.facts["incident"] == over.facts["incident"]


def test_a_total_outage_after_an_hour_of_a_faint_failure_is_told_within_two_minutes() -> None:
    (_, first), (minute, grown) = told(failing((10, 90, 0.05), (75, 90, 1.0)), 80, 8)
    assert (first.facts["faint"], grown.kind, grown.facts["severity"]) == (True, "changed", "major")
    assert minute <= 77
    assert first.facts["incident"] == grown.facts["incident"]


def test_a_total_outage_out_of_the_blue_is_told_within_two_minutes() -> None:
    minute, began = next(told(failing((10, 40, 1.0)), 15, 4, every=15))
    assert (began.kind, began.facts["faint"]) == ("began", False)
    assert minute <= 12


def test_quiet_days_whose_rate_wanders_say_nothing() -> None:
    rng, world, stream = np.random.default_rng(5), World(), Stream()
    some = rng.poisson(20 * curve(2 * DAY))
    counts = counted(rng, some, rng.binomial(some, wandering(rng, MILD, 5, 2 * DAY)), SCOPE)
    row = 0
    for minute in range(FIRST + 30, FIRST + 2 * DAY, 45):
        rows = slice(row, row := int(np.searchsorted(counts.minute, minute)))
        stream.take_counts([between(counts, rows)])
        now = from_us(minute * MINUTE_US)
        seen = stream.look(now)
        world.traffic = traffic(*seen.alarms, newest=now, incidents=(*seen.settled, *seen.current))
        assert world.looks(now) == []
