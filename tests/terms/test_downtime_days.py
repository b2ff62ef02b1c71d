"""Down time by days: working days alone, runs over midnight, and every way to read an hour of down time."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from makegood.spans import Span, month, zone
from makegood.terms.downtime_days import by_day, counted_days, off_seconds, on_working_days, ways
from makegood.terms.due import Calendar
from makegood.terms.gauge import BadDays, GoodTime, WorkingDays
from makegood.terms.outages import Outage, lasting
from makegood.terms.workdays import Place

WEEKDAYS = Place()


def span(start: str, end: str) -> Span:
    return Span(datetime.fromisoformat(start).astimezone(UTC), datetime.fromisoformat(end).astimezone(UTC))


def rule(**changed) -> BadDays:
    run = {"at_least_minutes": 30, "clause": "c"}
    return BadDays.model_validate({"kind": "bad_days", "run": run, "longer_than_minutes": 60, "clause": "c"} | changed)


@pytest.mark.parametrize(
    ("what", "changed", "outages", "days"),
    [
        ("exactly an hour is not longer", {}, [("2026-09-01T10:00Z", "2026-09-01T11:00Z")], []),
        ("a second more", {}, [("2026-09-01T10:00Z", "2026-09-01T11:00:01Z")], ["2026-09-01"]),
        (
            "two on one day count once",
            {},
            [("2026-09-01T01:00Z", "2026-09-01T03:00Z"), ("2026-09-01T05:00Z", "2026-09-01T07:00Z")],
            ["2026-09-01"],
        ),
        (
            "over midnight, enough on both days",
            {},
            [("2026-09-01T23:20Z", "2026-09-02T00:40Z")],
            ["2026-09-01", "2026-09-02"],
        ),
        ("over midnight, ten minutes before", {}, [("2026-09-01T23:50Z", "2026-09-02T01:00Z")], ["2026-09-02"]),
        (
            "the same, by the day it began",
            {"each": "run"},
            [("2026-09-01T23:50Z", "2026-09-02T01:00Z")],
            ["2026-09-01"],
        ),
        (
            "fifteen minutes on either side belong to the first",
            {"longer_than_minutes": 20},
            [("2026-09-01T23:45Z", "2026-09-02T00:15Z")],
            ["2026-09-01"],
        ),
        (
            "40 + 40 minutes are over an hour of the day",
            {"of": "day"},
            [("2026-09-01T01:00Z", "2026-09-01T01:40Z"), ("2026-09-01T05:00Z", "2026-09-01T05:40Z")],
            ["2026-09-01"],
        ),
        (
            "ten minutes elsewhere in the day add to the hour, though they are no run",
            {"of": "day"},
            [("2026-09-01T01:00Z", "2026-09-01T01:55Z"), ("2026-09-01T05:00Z", "2026-09-01T05:10Z")],
            ["2026-09-01"],
        ),
        (
            "the window's hour, run by run",
            {"of": "window"},
            [("2026-09-01T01:00Z", "2026-09-01T01:40Z"), ("2026-09-08T05:00Z", "2026-09-08T05:40Z")],
            ["2026-09-01", "2026-09-08"],
        ),
    ],
)
def test_which_days_count(what, changed, outages, days) -> None:
    items = [lasting(span(*one)) for one in outages]
    assert list(counted_days(rule(**changed), items, "UTC")) == days, what


def test_the_days_are_those_of_the_zone() -> None:
    night = lasting(span("2026-09-01T14:00Z", "2026-09-01T16:00Z"))
    assert counted_days(rule(), [night], "UTC") == ("2026-09-01",)
    assert counted_days(rule(), [night], "Asia/Seoul") == ("2026-09-01", "2026-09-02")


def test_an_outage_without_times_is_a_day_of_its_own() -> None:
    assert counted_days(rule(), [Outage(Fraction(3601)), Outage(Fraction(3600))], "UTC") == ("outage 1",)


def test_a_span_is_cut_at_the_midnights_of_its_zone_and_loses_nothing() -> None:
    whole = span("2026-03-07T12:00-05:00", "2026-03-09T12:00-04:00")
    parts = list(by_day(whole, zone("America/New_York")))
    assert [(str(day), part.minutes / 60) for day, part in parts] == [
        ("2026-03-07", 12),
        ("2026-03-08", 23),
        ("2026-03-09", 12),
    ]
    assert sum(part.microseconds for _, part in parts) == whole.microseconds


def test_a_weekend_neither_counts_nor_fills_the_window() -> None:
    friday_to_monday = lasting(span("2026-09-04T23:00Z", "2026-09-07T02:00Z"))
    kept = on_working_days([friday_to_monday], zone("UTC"), WEEKDAYS)
    assert [one.seconds / 3600 for one in kept] == [1, 2]
    # September 2026 has four weekends, of which none is cut
    assert off_seconds(month("2026-09"), zone("UTC"), WEEKDAYS) == 8 * 86400


def test_a_holiday_is_no_working_day_where_it_is_one() -> None:
    labor_day = lasting(span("2026-09-07T10:00Z", "2026-09-07T12:00Z"))
    assert on_working_days([labor_day], zone("UTC"), Place("US")) == []
    assert on_working_days([labor_day], zone("UTC"), Place("DE")) == [labor_day]


def test_what_is_unstated_is_read_in_each_way_and_the_least_comes_first() -> None:
    days = WorkingDays(calendar=Calendar(clause="c"), or_else=(Calendar(country="US", clause="c"),), clause="c")
    open_rule = rule(of="unstated", each="unstated").model_copy(update={"working_days": days})
    found = ways(open_rule)
    assert len(found) == 12
    assert (found[0].id, found[-1].id) == (
        "longer_run+each_run+days_off_weekends",
        "longer_window+each_day+days_off_us",
    )
    assert all(way.rule.of != "unstated" and way.rule.each != "unstated" for way in found)
    assert len(ways(GoodTime(kind="good_time", clause="c"))) == 1
