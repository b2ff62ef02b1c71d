"""Availability: the paper's months, one provider's May, and a small calendar by hand."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from makegood.errors import BadUse
from makegood.incidents.availability import Availability, availability, daily, days, monthly
from makegood.incidents.readings import Question
from makegood.money import quantized
from makegood.records.bulletin import Bulletin
from makegood.records.scope import Scope
from makegood.records.small_files import read_small
from makegood.spans import Span, month

API = Scope("acme", "API")
DAY = Span(datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC))
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def down(
    name: str, start: int, minutes: int | None, severity: str = "major", kind: str = "downtime", scope: Scope = API
) -> Bulletin:
    """A bulletin from `start` minutes into the first of May, for some minutes or still open."""
    begin = DAY.start + timedelta(minutes=start)
    end = None if minutes is None else begin + timedelta(minutes=minutes)
    return Bulletin(name, name, scope, scope.service or "", name, severity, kind, begin, end, "page")


def by_reading(found: Iterable[Availability]) -> dict[tuple[str, bool], Availability]:
    return {(one.reading, one.variant == "with_doubtful"): one for one in found}


def test_overlaps_are_merged_and_also_added_up() -> None:
    bulletins = [down("a", 0, 60), down("b", 30, 60, "partial"), down("c", 200, 10, "degraded"), down("d", 90, 30)]
    found = by_reading(availability(bulletins, (), Question(DAY, NOW)))
    expected = {  # merged, added: a and d are major (60 + 30), b partial from 30 to 90, c degraded
        "all": (130, 160),
        "outage_only": (120, 150),
        "unscaled": (120, 150),
        "major_only": (90, 90),
        "scaled": (90 + Fraction(3, 10) * 30, 90 + Fraction(3, 10) * 60),
    }
    for name, (merged, added) in expected.items():
        assert (found[name, False].down, found[name, False].added) == (merged, added), name
        assert found[name, False].availability == 1 - Fraction(merged) / 1440
        assert found[name, False].days == 1


def test_what_is_not_plainly_downtime_is_shown_both_ways_and_never_lost() -> None:
    bulletins = [
        down("outage", 0, 10),
        down("ban", 100, None, "degraded", "access"),
        down("bill", 200, 10, "major", "billing"),
        down("work", 300, 10, "maintenance", "maintenance"),
        down("note", 400, 10, "none"),
        down("odd", 500, 10, "unknown"),
        down("before", -100, 50),
    ]
    found = by_reading(availability(bulletins, (), Question(DAY, NOW)))
    assert (found["all", False].down, found["all", True].down) == (20, 10 + 1340)
    assert found["all", False].counted == ("outage", "odd")
    assert {one.id: one.why for one in found["all", False].left_out} == {
        "ban": "not plainly downtime (access)",
        "bill": "not plainly downtime (billing)",
        "work": "maintenance",
        "note": "no impact stated",
    }
    for one in found.values():
        assert {*one.counted, *(left.id for left in one.left_out)} == {b.id for b in bulletins} - {"before"}


def test_an_open_bulletin_ends_now_and_all_is_cut_to_the_period() -> None:
    found = by_reading(availability([down("a", 1380, None)], (), Question(DAY, DAY.start + timedelta(minutes=1400))))
    assert found["all", False].down == 20
    found = by_reading(availability([down("a", -60, 5000)], (), Question(DAY, NOW)))
    assert found["all", False].availability == 0


def test_the_stated_window_counts_only_when_asked_for() -> None:
    window = Span(DAY.start, DAY.start + timedelta(minutes=43))
    bulletin = replace(down("a", 26, 28), impact=window)
    assert by_reading(availability([bulletin], (), Question(DAY, NOW)))["all", False].down == 28
    assert by_reading(availability([bulletin], (), Question(DAY, NOW, basis="stated")))["all", False].down == 43


def test_only_what_the_source_covers_is_reckoned_with() -> None:
    half = Span(DAY.start + timedelta(hours=12), DAY.end)
    found = by_reading(availability([down("a", 700, 40)], [(Scope("acme"), half)], Question(DAY, NOW)))["all", False]
    assert (found.down, found.total, found.complete) == (20, 720, False)
    nothing = availability([down("a", 700, 40)], [(Scope("acme"), Span(NOW, NOW + timedelta(1)))], Question(DAY, NOW))
    assert {one.availability for one in nothing} == {None}


def test_a_covered_service_without_a_bulletin_was_up() -> None:
    found = availability([], [(API, DAY)], Question(DAY, NOW, ("scaled",)))
    assert [(one.component, one.availability) for one in found] == [("API", 1)] * 2


def test_a_calendars_minutes_add_up_by_day_and_never_exceed_it() -> None:
    def minutes(name: str, severity: str, count: int) -> Bulletin:
        return replace(down(name, 0, 1440, severity), minutes=Fraction(count))

    found = by_reading(
        availability([minutes("a", "major", 1000), minutes("b", "partial", 1000)], (), Question(DAY, NOW))
    )
    assert (found["unscaled", False].down, found["unscaled", False].added) == (1440, 2000)
    assert found["scaled", False].down == 1300


def test_components_and_regions_stay_apart() -> None:
    elsewhere = Scope("acme", "API", region="eu")
    found = availability([down("a", 0, 10), down("b", 0, 20, scope=elsewhere)], (), Question(DAY, NOW, ("all",)))
    assert [(one.scope.region, one.down) for one in found] == [(None, 10), (None, 10), ("eu", 20), ("eu", 20)]


def test_days_follow_the_zone_and_its_clock_changes() -> None:
    spans = days(Span(datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)), "Europe/Berlin")
    assert [span.minutes for span in spans] == [23 * 60, 24 * 60]
    assert days(DAY) == (DAY,)
    assert days(Span(DAY.start + timedelta(hours=1), DAY.end)) == ()


@pytest.mark.parametrize("question", [Question(DAY, NOW, ("best",)), Question(DAY, NOW, basis="mine")])
def test_an_unknown_reading_is_refused(question: Question) -> None:
    with pytest.raises(BadUse, match="There is no"):
        availability([], (), question)


@pytest.mark.parametrize(
    ("component", "reading", "incidents", "added", "merged", "percent"),
    [
        ("Claude API (api.anthropic.com)", "all", 29, "1814.41", "1781.36", "96.0095"),
        ("Claude API (api.anthropic.com)", "outage_only", 12, "927.32", "927.32", "97.9227"),
        ("claude.ai", "all", 33, "3069.48", "3000.89", "93.2776"),
        ("claude.ai", "outage_only", 14, "2099.08", "2099.08", "95.2978"),
    ],
)
def test_one_providers_may(
    shared: Path, component: str, reading: str, incidents: int, added: str, merged: str, percent: str
) -> None:
    page = read_small(shared / "data/ai_status_leaderboard/2026-06-15T20/anthropic.json")
    found = availability(page.bulletins, page.coverage, Question(month("2026-05"), NOW, (reading,)))
    one = next(one for one in found if one.component == component and one.variant == "with_doubtful")
    assert (one.total, one.complete, len(one.counted)) == (44640, True, incidents)
    assert one.availability is not None
    assert [str(quantized(value, places, "half_even")) for value, places in (
        (one.added, 2), (one.down, 2), (100 * one.availability, 4),
    )] == [added, merged, percent]  # fmt: skip


def test_a_login_problem_of_that_may_makes_the_two_readings_differ(shared: Path) -> None:
    page = read_small(shared / "data/ai_status_leaderboard/2026-06-15T20/anthropic.json")
    found = availability(page.bulletins, page.coverage, Question(month("2026-05"), NOW, ("all",)))
    web = {one.variant: one for one in found if one.component == "claude.ai"}
    assert web["with_doubtful"].down > web["without_doubtful"].down
    assert {left.id for left in web["without_doubtful"].left_out} == {"cgwwyh79gpm3-rwppv331jlwc"}
    assert {left.why for left in web["without_doubtful"].left_out} == {"not plainly downtime (login)"}


def test_a_suspension_of_that_june_is_in_one_reading_and_named_in_the_other(shared: Path) -> None:
    page = read_small(shared / "data/ai_status_leaderboard/2026-06-15T20/anthropic.json")
    found = availability(page.bulletins, page.coverage, Question(month("2026-06"), NOW, ("all",)))
    api = {one.variant: one for one in found if one.component.startswith("Claude API")}
    assert "s9w82lp9dcn9-k8w3r06qmzrp" in api["with_doubtful"].counted
    assert "s9w82lp9dcn9-k8w3r06qmzrp" in {left.id for left in api["without_doubtful"].left_out}
    # It stands open from the 13th to the reading on the 15th: almost three days that hang on one word.
    assert api["with_doubtful"].down - api["without_doubtful"].down > 2 * 1440
    assert not api["with_doubtful"].complete


@pytest.fixture(scope="module")
def calendar(shared: Path) -> Callable[..., tuple[Availability, ...]]:
    page = read_small(shared / "data/atlarge_llm_outages/clean/outage_unexploded.csv")
    period = Span(datetime(2021, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))

    def ask(verb: Callable[..., tuple[Availability, ...]], *names: str) -> tuple[Availability, ...]:
        return verb(page.bulletins, page.coverage, Question(period, period.end, names))

    return ask


@pytest.mark.parametrize(
    ("reading", "below_three_nines", "below_two_nines", "worst", "minutes"),
    [
        ("scaled", 20, 1, "98.5858", Fraction("631.3")),
        ("unscaled", 25, 5, "97.0475", Fraction(1318)),
        ("major_only", 9, 0, "99.2262", Fraction(312)),
    ],
)
def test_the_weight_of_a_partial_outage_decides_the_month(
    calendar: Callable[..., tuple[Availability, ...]],
    reading: str,
    below_three_nines: int,
    below_two_nines: int,
    worst: str,
    minutes: Fraction,
) -> None:
    told = [one for one in calendar(monthly, reading) if one.component == "api" and one.variant == "with_doubtful"]
    full = [(one.availability, one.down) for one in told if one.complete and one.availability is not None]
    assert (len(full), len(told)) == (42, 43)
    assert sum(1 for share, _ in full if share < Fraction(999, 1000)) == below_three_nines
    assert sum(1 for share, _ in full if share < Fraction(99, 100)) == below_two_nines
    assert (str(quantized(100 * min(full)[0], 4, "half_even")), min(full)[1]) == (worst, minutes)


def test_days_of_the_calendar(calendar: Callable[..., tuple[Availability, ...]]) -> None:
    told = [one for one in calendar(daily, "scaled") if one.variant == "without_doubtful"]
    assert len(told) == 5243
    assert sum((one.down for one in told if one.component == "character.ai"), Fraction(0)) == Fraction("1877.5")
