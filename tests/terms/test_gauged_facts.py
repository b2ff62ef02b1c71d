"""Figures from what is given: totals, reported figures, facts, moments, amounts; or what is still to be told."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from makegood.errors import BadUse
from makegood.money import parse_money
from makegood.terms.case import Totals
from makegood.terms.found import Found
from makegood.terms.gauged import gauged, speaks
from makegood.terms.outages import Outage, Outages
from tests.terms.parts_in_short import at, case, promise, usd

ERRORS = {"statuses": ["500-599"], "clause": "c"}
ELAPSED = {"kind": "elapsed_share", "start": "begun", "end": "ends", "moment": "now_at"}
AFTER = {"kind": "days_after", "start": "told", "end": "mended", "part_day": "counts"}
GERMAN = {"calendar": {"country": "DE", "clause": "c"}}
REST = {"kind": "rest", "whole": "paid", "less": "used"}
LATE = {"kind": "fact", "fact": "late"}
DAY = {"begun": at("01 00:00"), "ends": at("02 00:00")}


def figure(rule: dict[str, Any], unit: str = "days", population: Any = None, **given: Any) -> Found | str:
    made = promise(measure={"unit": unit, "aggregation": {"clause": "c"} | rule}, population=population)
    return gauged(made, case(**given))


@pytest.mark.parametrize(
    ("what", "rule", "facts", "value"),
    [
        ("a fact", LATE, {"late": Fraction("2.5")}, "2.5"),
        ("a fact that is one where it is not told", LATE | {"if_not_given": "1"}, {}, "1"),
        ("a quarter of the day", ELAPSED, DAY | {"now_at": at("01 06:00")}, "0.25"),
        ("all of it", ELAPSED, DAY | {"now_at": at("09 00:00")}, "1"),
        ("none of it", ELAPSED, {"begun": at("02 00:00"), "ends": at("03 00:00"), "now_at": at("01 00:00")}, "0"),
        ("what is left", REST, {"paid": usd("100"), "used": usd("35.50")}, "64.5"),
        ("never below nothing", REST, {"paid": usd("10"), "used": usd("35.50")}, "0"),
        ("less costs", REST | {"and_less": "kept"}, {"paid": usd("9"), "used": usd("3"), "kept": usd("2")}, "4"),
    ],
)
def test_figures_of_facts(what: str, rule: dict[str, Any], facts: dict[str, Any], value: str) -> None:
    got = figure(rule, **facts)
    assert isinstance(got, Found)
    assert got.value == Fraction(value), what


@pytest.mark.parametrize(
    ("what", "rule", "told", "mended", "days"),
    [
        ("the day after is the first", {}, "09 15:00", "12 10:00", 3),
        ("the day itself", {"with_first_day": True}, "09 15:00", "12 10:00", 4),
        ("mended the same day", {}, "09 15:00", "09 18:00", 0),
        ("whole days alone", {"part_day": "left_out"}, "09 15:00", "12 10:00", 2),
        ("midnight ends a day", {}, "09 15:00", "12 00:00", 2),
        ("two days of grace", {"grace_days": 2}, "09 15:00", "12 10:00", 1),
        ("grace not used up", {"grace_days": 9}, "09 15:00", "12 10:00", 0),
        # Friday 12 June; two working days are Monday and Tuesday
        ("two working days of grace", {"grace_working_days": 2} | GERMAN, "12 15:00", "18 10:00", 2),
    ],
)
def test_days_after(what: str, rule: dict[str, Any], told: str, mended: str, days: int) -> None:
    got = figure(AFTER | rule, told=at(told), mended=at(mended))
    assert isinstance(got, Found)
    assert got.value == days, what


def test_a_part_of_a_day_of_which_the_text_is_silent_is_read_both_ways() -> None:
    got = figure(AFTER | {"part_day": "unstated"}, told=at("09 15:00"), mended=at("12 10:00"))
    assert isinstance(got, Found)
    assert (got.value, [value for _, _, value in got.others]) == (2, [3])
    got = figure(AFTER | {"part_day": "unstated"}, told=at("09 15:00"), mended=at("12 00:00"))
    assert isinstance(got, Found)
    assert got.others == ()


@pytest.mark.parametrize(
    ("rule", "facts", "reason"),
    [
        (LATE, {}, "fact_not_given:late"),
        (LATE, {"late": True}, "fact_not_given:late"),
        (ELAPSED, DAY, "fact_not_given:now_at"),
        (ELAPSED, {"begun": at("02 00:00"), "ends": at("01 00:00"), "now_at": at("01 00:00")}, "fact_not_given:ends"),
        (AFTER, {"told": at("01 00:00")}, "fact_not_given:mended"),
        (REST, {"paid": usd("1")}, "fact_not_given:used"),
        ({"kind": "amounts", "facts": ["one", "two"]}, {}, "fact_not_given:one"),
        ({"kind": "happened", "fact": "stopped"}, {}, "fact_not_given:stopped"),
        ({"kind": "unpublished"}, {}, "figure_unpublished"),
        ({"kind": "pooled"}, {}, "no_figures_given"),
        ({"kind": "given"}, {}, "no_figures_given"),
    ],
)
def test_what_is_not_given_is_told(rule: dict[str, Any], facts: dict[str, Any], reason: str) -> None:
    assert figure(rule, **facts) == reason


def test_several_currencies_are_refused() -> None:
    with pytest.raises(BadUse, match="several currencies"):
        figure(REST, paid=usd("3"), used=parse_money("1 EUR"))


REPEATS = {"errors": ERRORS, "repeats": {"within_minutes": 5, "clause": "c"}}


@pytest.mark.parametrize(
    ("population", "totals", "value", "others"),
    [
        (None, Totals(1000, 5), "99.5", []),
        ({"errors": ERRORS}, Totals(1000, 5, 2), "99.5", []),
        (REPEATS, Totals(1000, 5, 2), Fraction(100 * 995, 998), []),
        (REPEATS, Totals(1000, 5), "99.5", [Fraction(100 * 995, 996)]),
        (REPEATS, Totals(1000, 1), "99.9", []),
    ],
)
def test_totals(population: Any, totals: Totals, value: str | Fraction, others: list[Fraction]) -> None:
    got = figure({"kind": "pooled"}, "percent", population, totals=totals)
    assert isinstance(got, Found)
    assert (got.value, [one for _, _, one in got.others]) == (Fraction(value), others)


@pytest.mark.parametrize(
    ("rule", "unit", "value", "down"),
    [
        ({"kind": "given"}, "percent", "99.5", None),
        ({"kind": "good_time"}, "percent", "99.5", 12_960),
        ({"kind": "down_time", "take": "total"}, "minutes", "216", 12_960),
        ({"kind": "down_time", "take": "total"}, "hours", "3.6", 12_960),
    ],
)
def test_an_uptime_as_someone_reports_it(rule: dict[str, Any], unit: str, value: str, down: int | None) -> None:
    got = figure(rule, unit, figures={"": Fraction("99.5")})
    assert isinstance(got, Found)
    assert (got.value, got.down) == (Fraction(value), down)


def test_a_reported_uptime_says_nothing_of_the_longest_outage() -> None:
    assert figure({"kind": "down_time", "take": "longest"}, "minutes", figures={"": Fraction(99)}) == (
        "figure_of_another_measure"
    )


@pytest.mark.parametrize(
    ("rule", "given", "told"),
    [
        (LATE, {"late": Fraction(1)}, True),
        (LATE, {}, False),
        (LATE | {"if_not_given": "1"}, {}, False),
        (LATE | {"if_not_given": "1"}, {"late": Fraction(2)}, True),
        ({"kind": "given"}, {"figures": {"2026-05": Fraction(99)}}, True),
        ({"kind": "given"}, {}, False),
        ({"kind": "pooled"}, {"totals": Totals(1, 0)}, True),
        ({"kind": "good_time"}, {"outages": Outages(())}, True),
        ({"kind": "good_time"}, {}, False),
        ({"kind": "down_time", "take": "each_clock_hour"}, {"outages": Outages((Outage(Fraction(60)),))}, False),
        ({"kind": "amounts", "facts": ["one", "two"]}, {"two": usd("1")}, True),
        ({"kind": "amounts", "facts": ["one", "two"]}, {}, False),
        (REST, {"paid": usd("1")}, False),
        ({"kind": "unpublished"}, {}, True),
    ],
)
def test_does_the_case_speak_of_the_promise(rule: dict[str, Any], given: dict[str, Any], told: bool) -> None:
    unit = "minutes" if rule["kind"] == "down_time" else "days"
    assert speaks(promise(measure={"unit": unit, "aggregation": {"clause": "c"} | rule}), case(**given)) is told
