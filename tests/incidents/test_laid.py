"""Laid: where the window of a past incident lies on a log of other dates."""

from __future__ import annotations

import pytest

from makegood.errors import BadPeriod
from makegood.incidents.laid import lay
from makegood.spans import Span, iso, moment


def span(text: str) -> Span:
    """ "START END" as a span."""
    start, end = text.split()
    return Span(moment(start), moment(end))


OUTAGE = span("2025-06-10T06:36:00Z 2025-06-10T19:30:00Z")  # a Tuesday


@pytest.mark.parametrize(
    ("logged", "rule", "start", "minutes"),
    [
        ("2025-06-01 2025-07-01", "same", "2025-06-10T06:36:00Z", 774),
        ("2025-06-10T12:00:00Z 2025-07-01", "same", "2025-06-10T06:36:00Z", 450),
        ("2026-09-01 2026-10-01", "weeks", "2026-09-29T06:36:00Z", 774),  # the last Tuesday
        ("2026-09-01 2026-09-29T19:29:59Z", "weeks", "2026-09-22T06:36:00Z", 774),  # the last whole one
        ("2026-09-29T12:00:00Z 2026-10-01", "weeks", "2026-09-29T06:36:00Z", 450),
        ("2020-01-01 2020-02-01", "weeks", "2020-01-28T06:36:00Z", 774),
        ("2023-11-16T18:15:00Z 2023-11-16T19:15:00Z", "days", "2023-11-16T06:36:00Z", 60),  # a Thursday
        ("2026-09-30 2026-10-04", "days", "2026-10-03T06:36:00Z", 774),
        ("2026-09-30T20:00:00Z 2026-09-30T23:00:00Z", "none", None, None),
    ],
)
def test_the_first_rule_that_finds_a_place_moves_it(logged: str, rule: str, start: str | None, minutes: int | None):
    laid = lay(OUTAGE, span(logged))
    assert laid.rule == rule
    observed = laid.observed(OUTAGE)
    assert (observed and observed.minutes) == minutes
    if start:
        moved = laid.moved(OUTAGE)
        assert (iso(moved.start), moved.minutes) == (start, 774)
        assert rule == "same" or (moved.start - OUTAGE.start).days % (7 if rule == "weeks" else 1) == 0


def test_weekday_and_hours_are_those_of_the_zone_and_the_length_stays_whatever_clocks_do():
    night = span("2026-01-24T23:00:00Z 2026-01-25T03:00:00Z")  # Berlin: Sunday, 0 to 4
    laid = lay(night, span("2026-03-28T12:00:00Z 2026-03-30"), "Europe/Berlin")
    assert (laid.rule, iso(laid.moved(night).start)) == (
        "weeks",
        "2026-03-28T23:00:00Z",
    )
    assert laid.moved(night).minutes == 240  # though clocks go forward that night
    summer = lay(night, span("2026-07-01 2026-08-01"), "Europe/Berlin").moved(night)
    assert iso(summer.start) == "2026-07-25T22:00:00Z"
    assert iso(lay(night, span("2026-07-01 2026-08-01")).moved(night).start) == "2026-07-25T23:00:00Z"


def test_a_zone_that_is_none_is_refused():
    with pytest.raises(BadPeriod, match="use an IANA name"):
        lay(OUTAGE, span("2026-09-01 2026-10-01"), "Mars/Olympus")
