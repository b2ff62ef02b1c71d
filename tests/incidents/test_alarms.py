"""Alarms: early, seldom for nothing, one for one outage, and over when it is over."""

from __future__ import annotations

import numpy as np
import pytest

from makegood.incidents.alarm import FAILING, OVER, PASSING, SILENT, Alarm
from makegood.records.scope import Scope
from makegood.spans import from_us, to_us
from tests.incidents.attempts import START_US, attempts, failing, looks
from tests.incidents.heard import onsets, stepped
from tests.incidents.streams import MILD, MONTH, STEADY

MODEL = Scope("p", "s", "m")


def minute(moment: object) -> float:
    return (to_us(moment) - START_US) / 60e6  # type: ignore[arg-type]


def told(some, first: float, last: float) -> list[tuple[float, Alarm]]:  # type: ignore[no-untyped-def]
    """Each alarm whenever its state or scope is new, with the minute of the look."""
    known: dict[int, tuple[str, Scope]] = {}
    found = []
    for at, alarms in looks(some, first, last):
        for one in alarms:
            if known.get(one.number) != (one.state, one.scope):
                known[one.number] = one.state, one.scope
                found.append((at, one))
    return found


@pytest.mark.parametrize("timeout", [1, 60])
def test_a_total_outage_at_twenty_attempts_a_minute_is_told_within_two_minutes_of_its_first_fault(timeout: int) -> None:
    delays = []
    for seed, phase in enumerate(range(0, 60, 5)):
        start = 60 + phase / 60
        stream = attempts(MODEL, 20, 66, failing((start, 66, 1.0)), seed=seed, timeout=timeout)
        first = stream.end[stream.fault & (stream.start >= 60 * start)].min() / 60
        raised = next((at for at, alarms in looks([stream], 50, 66) if alarms), np.inf)
        delays.append(raised - first)
    assert min(delays) > 0
    assert max(delays) <= 2
    assert np.median(delays) <= 1


def test_nothing_is_told_of_a_few_seconds_nor_of_a_handful_of_attempts() -> None:
    for traffic, until in ((2_000, 60.4), (60, 60.4), (20, 60.5), (0.4, 70)):
        assert told([attempts(MODEL, traffic, 80, failing((60, until, 1.0)), seed=3)], 55, 80) == []


@pytest.mark.parametrize(("traffic", "base"), [(20, STEADY), (20, MILD)], ids=lambda one: str(one)[:40])
def test_a_quiet_month_raises_none(traffic: int, base) -> None:  # type: ignore[no-untyped-def]
    assert onsets(stepped(traffic, base, 7, MONTH)) == []


def test_whoever_weighs_all_steps_at_once_raises_what_is_raised_as_they_come() -> None:
    stream = stepped(20, STEADY, 1, 360)
    stream.faults[1_500:1_620] = stream.attempts[1_500:1_620]
    (raised,) = onsets(stream)
    ends = (np.repeat(np.arange(len(stream.attempts)), stream.attempts) + 0.5) * 10
    fault = np.concatenate([np.arange(n) < f for n, f in zip(stream.attempts, stream.faults, strict=True)])
    made = attempts(MODEL, 0, 1, failing())
    made = type(made)(MODEL, ends, ends, fault)
    at = next(at for at, alarms in looks([made], 200, 300, every=10) if alarms)
    assert round(at * 6) in (raised, raised + 1)


def test_an_alarm_passes_and_is_over_half_an_hour_later() -> None:
    stream = attempts(MODEL, 20, 150, failing((60, 100, 0.8)), seed=2)
    (begun, raised), (passed, passing), (ended, over) = told([stream], 50, 150)
    assert (raised.state, passing.state, over.state) == (FAILING, PASSING, OVER)
    assert begun <= 62
    assert passed <= 105
    assert 129 <= ended <= 132
    assert abs(minute(over.began) - 60) <= 0.5
    assert abs(minute(over.last) - 100) <= 0.5
    inside = (stream.end >= 60 * minute(over.began)) & (stream.end < 60 * minute(over.last))
    assert (over.attempts, over.faults) == (inside.sum(), (inside & stream.fault).sum())


def test_flapping_is_one_alarm_and_one_end() -> None:
    spans = [(60 + 12 * turn, 65 + 12 * turn, 1.0) for turn in range(5)]
    states = told([attempts(MODEL, 20, 160, failing(*spans), seed=4)], 50, 160)
    assert {one.number for _, one in states} == {1}
    assert [one.state for _, one in states].count(OVER) == 1
    assert abs(minute(states[-1][1].last) - 113) <= 1
    assert minute(states[-1][1].began) == pytest.approx(60, abs=0.5)


def test_two_outages_an_hour_apart_are_two_alarms() -> None:
    stream = attempts(MODEL, 20, 200, failing((60, 70, 1.0), (130, 140, 1.0)), seed=5)
    assert [one.number for _, one in told([stream], 50, 200) if one.state == OVER] == [1, 2]


def test_silence_is_no_end_and_no_outage() -> None:
    stream = attempts(MODEL, 20, 70, failing((60, 70, 1.0)), seed=6)
    states = [(one.state, minute(one.last)) for _, one in told([stream], 50, 110)]
    assert [state for state, _ in states] == [FAILING, SILENT]
    assert states[-1][1] == pytest.approx(70, abs=0.5)
    healthy = attempts(MODEL, 20, 60, failing(), seed=6)
    assert told([healthy], 50, 100) == []


def test_models_that_fail_together_are_one_alarm_of_their_service_and_one_model_stays_its_own() -> None:
    every = [Scope("p", "s", name) for name in "abcdef"]
    together = [
        attempts(scope, 20 if at < 2 else 1, 100, failing((60, 100, 0.9)), seed=at) for at, scope in enumerate(every)
    ]
    states = told(together, 50, 100)
    assert {one.number for _, one in states} == {1}
    assert states[-1][1].scope == Scope("p", "s")
    alone = [
        attempts(scope, 20, 100, failing((60, 100, 0.9)) if scope.model == "b" else failing(), seed=at)
        for at, scope in enumerate(every)
    ]
    assert {one.scope for _, one in told(alone, 50, 100)} == {Scope("p", "s", "b")}


def test_leaves_too_thin_alone_raise_one_together() -> None:
    thin = [
        attempts(Scope("p", "s", f"m{at}"), 0.8, 80, failing((60, 80, 1.0)), seed=at) for at in range(20)
    ]  # sixteen a minute together
    found = told(thin, 50, 70)
    assert found[0][0] <= 63
    assert {one.scope for _, one in found} == {Scope("p", "s")}
    assert len({one.number for _, one in found}) == 1


def test_a_clock_that_runs_ahead_and_rows_that_come_late_do_no_harm() -> None:
    stream = attempts(MODEL, 20, 70, failing((60, 70, 1.0)), seed=8)
    ahead = type(stream)(MODEL, stream.start + 30, stream.end + 30, stream.fault)
    assert [one.number for _, one in told([ahead], 50, 70)][:1] == [1]
    late = attempts(Scope("p", "s", "old"), 20, 10, failing((0, 10, 1.0)), seed=9)
    late = type(late)(late.scope, late.start - 5 * 3600, late.end - 5 * 3600, late.fault)
    assert {one.scope for _, one in told([stream, late], 50, 70)} == {MODEL}
    assert from_us(START_US).year == 2026
