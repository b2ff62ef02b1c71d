"""Down time from outages: what is joined, cut, spared, weighed and left out; laws that hold for all outages."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.spans import Span
from makegood.terms.downtime import down_figure
from makegood.terms.found import Found
from makegood.terms.outages import Outage, Outages, lasting
from tests.terms.parts_in_short import JUNE, at, case, promise

TOTAL = {"kind": "down_time", "take": "total", "clause": "c"}
WORK = {"id": "work", "says": "announced work", "causes": ["work"], "clause": "c"}
BAVARIA = {"country": "DE", "subdivision": "BY"}
ATTEMPT = {"error_rate": {"at_least": "50"}, "clause": "c"}


WORK_OVER_THE_EDGE = Outage(
    Fraction(13 * 3600), Span(JUNE.start - timedelta(hours=12), JUNE.start + timedelta(hours=1)), cause="work"
)


def figure(rule: dict[str, Any], outages: list[Outage], unit: str = "minutes", **parts: Any) -> Found:
    facts = parts.pop("facts", {})
    measured = promise(measure={"unit": unit, "aggregation": {"clause": "c"} | rule}, **parts)
    got = down_figure(measured, case(**facts), Outages(tuple(outages)))
    assert isinstance(got, Found), got
    return got


def down(begin: str, minutes: int | Fraction, **also: Any) -> Outage:
    """An outage of June with its times."""
    span = Span(at(begin), at(begin) + timedelta(microseconds=int(60_000_000 * minutes)))
    return Outage(Fraction(minutes) * 60, span, **also)


def lost(minutes: int, **also: Any) -> Outage:
    """An outage of which only the length is known."""
    return Outage(Fraction(60 * minutes), **also)


@pytest.mark.parametrize(
    ("what", "outages", "minutes"),
    [
        ("apart", [down("09 08:00", 10), down("09 09:00", 5)], 15),
        ("one inside the other", [down("09 08:00", 60), down("09 08:10", 5)], 60),
        ("they overlap", [down("09 08:00", 60), down("09 08:30", 60)], 90),
        ("they touch", [down("09 08:00", 10), down("09 08:10", 10)], 20),
        ("without times they cannot overlap", [lost(10), lost(10)], 20),
        ("none", [], 0),
        (
            "the part in June counts",
            [lasting(Span(JUNE.start - timedelta(hours=2), JUNE.start + timedelta(hours=1)))],
            60,
        ),
        ("and the other end", [lasting(Span(JUNE.end - timedelta(minutes=30), JUNE.end + timedelta(days=1)))], 30),
        ("in July alone", [lasting(Span(JUNE.end, JUNE.end + timedelta(days=1)))], 0),
    ],
)
def test_outages_add_up_inside_the_window_and_never_twice(what: str, outages: list[Outage], minutes: int) -> None:
    assert figure(TOTAL, outages).value == minutes, what


@pytest.mark.parametrize(
    ("what", "run", "outages", "minutes"),
    [
        ("long enough", {"at_least_minutes": "10"}, [down("09 08:00", 10)], 10),
        ("too short", {"at_least_minutes": "10"}, [down("09 08:00", 9), down("09 09:00", 11)], 11),
        ("two that touch are one run", {"at_least_minutes": "10"}, [down("09 08:00", 5), down("09 08:05", 5)], 10),
        ("only the excess", {"at_least_minutes": "10", "counts": "excess"}, [down("09 08:00", 25)], 15),
        ("the excess of each", {"at_least_seconds": "90", "counts": "excess"}, [lost(2), lost(3), lost(1)], 2),
        ("the length is that of the whole run, over the edge as well", {"at_least_minutes": "10"},
         [lasting(Span(JUNE.start - timedelta(minutes=8), JUNE.start + timedelta(minutes=4)))], 4),
        ("of a run over the edge the excess is its end", {"at_least_minutes": "10", "counts": "excess"},
         [lasting(Span(JUNE.start - timedelta(minutes=8), JUNE.start + timedelta(minutes=4)))], 2),
        ("which may lie in the month before", {"at_least_minutes": "10", "counts": "excess"},
         [lasting(Span(JUNE.start - timedelta(minutes=12), JUNE.start))], 0),
    ],
)  # fmt: skip
def test_runs(what: str, run: dict[str, str], outages: list[Outage], minutes: int) -> None:
    assert figure(TOTAL | {"run": run | {"clause": "c"}}, outages).value == minutes, what


@pytest.mark.parametrize(("rate", "minutes"), [("0.5", 10), ("0.499", 0), (None, 10)])
def test_an_outage_counts_when_enough_requests_failed(rate: str | None, minutes: int) -> None:
    outage = lost(10, error_rate=None if rate is None else Fraction(rate))
    assert figure(TOTAL | {"bad_when": ATTEMPT}, [outage]).value == minutes


@pytest.mark.parametrize(
    ("what", "exclusion", "outages", "minutes", "window"),
    [
        ("work does not count", {}, [down("09 08:00", 30, cause="work"), lost(5)], 5, 43_200),
        ("another cause does", {}, [down("09 08:00", 30, cause="storm")], 30, 43_200),
        ("the window loses it too", {"takes": "both"}, [down("09 08:00", 30, cause="work")], 0, 43_170),
        ("the budget", {"budget_minutes": 20, "budget_per": "window"}, [down("09 08:00", 30, cause="work")],
         10, 43_200),
        ("one budget for all", {"budget_minutes": 20, "budget_per": "window"},
         [lost(15, cause="work"), lost(15, cause="work")], 10, 43_200),
        ("enough notice", {"notice_hours": 24}, [lost(30, cause="work", notice_hours=Fraction(24))], 0, 43_200),
        ("too little notice", {"notice_hours": 24}, [lost(30, cause="work", notice_hours=Fraction(23))], 30, 43_200),
        ("no notice", {"notice_hours": 24}, [lost(30, cause="work")], 30, 43_200),
        ("work over the edge takes what lies in June", {"takes": "both"}, [WORK_OVER_THE_EDGE], 0, 43_140),
        ("and of its budget", {"budget_minutes": 40, "budget_per": "window"}, [WORK_OVER_THE_EDGE], 20, 43_200),
    ],
)  # fmt: skip
def test_exclusions(what: str, exclusion: dict[str, Any], outages: list[Outage], minutes: int, window: int) -> None:
    got = figure(TOTAL, outages, exclusions=[WORK | exclusion])
    assert (got.value, got.window) == (minutes, 60 * window), what


@pytest.mark.parametrize(
    ("take", "unit", "value", "parts"),
    [
        ("total", "minutes", 180, ()),
        ("longest", "hours", 2, (2, 1)),
        ("worst_day", "minutes", 90, (90, 90)),
        ("each_clock_hour", "minutes", 60, (30, 60, 30, 60)),
    ],
)
def test_what_is_taken(take: str, unit: str, value: int, parts: tuple[int, ...]) -> None:
    outages = [down("09 22:30", 120), down("10 08:00", 60)]
    got = figure({"kind": "down_time", "take": take}, outages, unit)
    assert (got.value, tuple(size for _, size in got.parts)) == (value, parts)


def test_of_an_hour_the_longest_outage_counts_and_no_more_than_the_hour() -> None:
    rule = {"kind": "down_time", "take": "each_clock_hour"}
    got = figure(rule, [down("09 08:00", 20), down("09 08:30", 5), down("09 23:00", 7)])
    assert [size for _, size in got.parts] == [20, 7]
    assert figure(rule, [lost(90)]).value == 60


def test_what_is_excluded_is_no_outage_of_nothing() -> None:
    rule = {"kind": "down_time", "take": "longest"}
    assert figure(rule, [down("09 08:00", 30, cause="work")], exclusions=[WORK]).parts == ()


def test_short_runs_add_to_the_down_time_of_a_day_and_are_no_days_of_their_own() -> None:
    """20 and 15 minutes of one day are more than 30; 15 and 18 of another are too, but no run of 20 lies there."""
    rule = {
        "kind": "bad_days",
        "of": "day",
        "longer_than_minutes": "30",
        "run": {"at_least_minutes": "20", "clause": "c"},
    }
    outages = [down("09 08:00", 20), down("09 10:00", 15), down("10 08:00", 15), down("10 10:00", 18)]
    assert figure(rule, outages, "days").value == 1


def test_a_day_is_one_of_the_zone() -> None:
    outages = [down("09 22:30", 120)]
    window = {"kind": "calendar_month", "zone": "Europe/Berlin", "clause": "c"}
    rule = {"kind": "down_time", "take": "worst_day"}
    assert figure(rule, outages, window=window).value == 120
    assert figure(rule, outages).value == 90


@pytest.mark.parametrize(
    ("what", "rule", "facts", "value"),
    [
        ("good time of 30 days, 4.32 hours down", {"kind": "good_time"}, {}, "99.4"),
        ("spared minutes", {"kind": "good_time", "excluded": "spared"}, {"spared": Fraction(216)}, "99.9"),
        ("more than all is all", {"kind": "good_time", "excluded": "spared"}, {"spared": Fraction(500)}, "100"),
        ("a share of the window", {"kind": "down_share"}, {}, "0.006"),
        ("of what was not planned", {"kind": "down_share", "planned": "p"}, {"p": Fraction(21_600)}, "0.012"),
        ("after a moment", TOTAL | {"counts_from": "since"}, {"since": at("09 12:00")}, "19.2"),
        ("moment unknown", TOTAL | {"counts_from": "since"}, {}, "259.2"),
    ],
)  # fmt: skip
def test_figures(what: str, rule: dict[str, Any], facts: dict[str, Any], value: str) -> None:
    assert figure(rule, [down("09 08:00", Fraction("259.2"))], facts=facts).value == Fraction(value), what


WEIGHT = {"kind": "good_time", "weight": {"fact": "hit", "clause": "c"}}


def test_a_weight_is_that_of_the_outage_or_of_the_case() -> None:
    assert figure(WEIGHT, [lost(100)], facts={"hit": Fraction(1, 4)}).counted_minutes == 25
    assert figure(WEIGHT, [lost(100, affected=Fraction(1, 2))], facts={"hit": Fraction(1, 4)}).counted_minutes == 50
    rest = {"kind": "good_time", "weight": {"fact": "hit", "if_not_given": "all", "clause": "c"}}
    assert figure(rest, [lost(100)]).counted_minutes == 100


def test_without_a_weight_the_figure_cannot_be_told() -> None:
    asked = promise(measure={"aggregation": {"clause": "c"} | WEIGHT})
    assert down_figure(asked, case(), Outages((lost(100),))) == "fact_not_given:hit"
    assert isinstance(down_figure(asked, case(), Outages((lost(100, affected=Fraction(1)),))), Found)


@pytest.mark.parametrize(
    ("where", "thursday", "weekend", "days_off"),
    [(None, 600, 600, 0), ({}, 600, 120, 8), ({"country": "DE"}, 600, 120, 8), (BAVARIA, 120, 120, 9)],
)
def test_working_days_alone(where: dict[str, str] | None, thursday: int, weekend: int, days_off: int) -> None:
    """1 June 2026 is a Monday; Thursday the 4th is a holiday in Bavaria, not in all of Germany."""
    days = {} if where is None else {"working_days": {"calendar": where | {"clause": "c"}, "clause": "c"}}
    got = figure(TOTAL | days, [down("03 22:00", 600)])
    assert (got.value, got.window) == (thursday, 86_400 * (30 - days_off))
    assert figure(TOTAL | days, [down("05 22:00", 600)]).value == weekend


SPANS = st.lists(st.tuples(st.integers(-3_000, 45_000), st.integers(1, 3_000)), max_size=8)


def minutes_of(pairs: list[tuple[int, int]]) -> list[Outage]:
    start = JUNE.start
    return [
        lasting(Span(start + timedelta(minutes=one), start + timedelta(minutes=one + length))) for one, length in pairs
    ]


@given(SPANS)
def test_every_minute_counts_once_however_many_outages_hold_it(pairs: list[tuple[int, int]]) -> None:
    held = {minute for one, length in pairs for minute in range(one, one + length)}
    assert figure(TOTAL, minutes_of(pairs)).value == len(held & set(range(43_200)))


@given(SPANS, st.randoms(use_true_random=False), st.sampled_from(["total", "longest", "worst_day", "each_clock_hour"]))
def test_the_order_of_outages_does_not_matter(pairs: list[tuple[int, int]], shuffle: Any, take: str) -> None:
    rule = {"kind": "down_time", "take": take}
    straight = figure(rule, minutes_of(pairs)).value
    shuffle.shuffle(pairs)
    assert figure(rule, minutes_of(pairs)).value == straight


@given(SPANS, st.integers(1, 500))
def test_the_excess_is_never_more_than_the_whole_and_short_runs_never_add(
    pairs: list[tuple[int, int]], least: int
) -> None:
    run = {"at_least_minutes": least, "clause": "c"}
    every = figure(TOTAL, minutes_of(pairs)).value
    whole = figure(TOTAL | {"run": run}, minutes_of(pairs)).value
    excess = figure(TOTAL | {"run": run | {"counts": "excess"}}, minutes_of(pairs)).value
    assert every is not None
    assert whole is not None
    assert excess is not None
    assert 0 <= excess <= whole <= every


@given(SPANS, st.tuples(st.integers(0, 43_000), st.integers(1, 3_000)))
def test_one_more_outage_never_raises_the_uptime(pairs: list[tuple[int, int]], more: tuple[int, int]) -> None:
    before, after = (figure({"kind": "good_time"}, minutes_of(one)).value for one in (pairs, [*pairs, more]))
    assert before is not None
    assert after is not None
    assert 0 <= after <= before <= 100
