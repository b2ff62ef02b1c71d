"""Working days: against holidays as published, and against counting day by day in another way."""

from __future__ import annotations

import time
import warnings
from datetime import date, timedelta
from typing import Any

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.errors import BadTerms
from makegood.terms.due import Calendar
from makegood.terms.workdays import Place, is_working_day, moved, place_of, unsound_calendar, working_day_after

ENGLAND, SCOTLAND, KOREA = Place("GB", "ENG"), Place("GB", "SCT"), Place("KR")
UNITED_STATES, SAUDI_ARABIA, CHINA, ANYWHERE = Place("US"), Place("SA"), Place("CN"), Place()
PLACES = (ENGLAND, SCOTLAND, KOREA, UNITED_STATES, SAUDI_ARABIA, Place("DE", "BY"), Place("AU", "NSW"), ANYWHERE)

DAYS_OFF = [
    (ENGLAND, "2026-04-03", "Good Friday"),
    (ENGLAND, "2026-04-06", "Easter Monday"),
    (ENGLAND, "2026-08-31", "summer bank holiday"),
    (ENGLAND, "2026-12-28", "for Boxing Day on a Saturday"),
    (SCOTLAND, "2026-01-02", "2 January"),
    (SCOTLAND, "2026-08-03", "summer bank holiday"),
    (KOREA, "2026-02-17", "Seollal"),
    (KOREA, "2026-09-25", "Chuseok"),
    (UNITED_STATES, "2026-07-03", "for Independence Day on a Saturday"),
    (SAUDI_ARABIA, "2026-06-12", "a Friday"),
    (ANYWHERE, "2026-06-13", "a Saturday"),
]
WORKED = [
    (ENGLAND, "2026-01-02", "2 January"),
    (ENGLAND, "2026-08-03", "no holiday in the south"),
    (SCOTLAND, "2026-08-31", "no holiday in the north"),
    (SAUDI_ARABIA, "2026-06-14", "a Sunday"),
    (CHINA, "2025-09-28", "a Sunday worked before the national holiday"),
    (ANYWHERE, "2026-12-25", "a Friday"),
]


@pytest.mark.parametrize(("place", "day", "why"), DAYS_OFF)
def test_days_off(place: Place, day: str, why: str):
    assert not is_working_day(date.fromisoformat(day), place), why


@pytest.mark.parametrize(("place", "day", "why"), WORKED)
def test_days_worked(place: Place, day: str, why: str):
    assert is_working_day(date.fromisoformat(day), place), why


@pytest.mark.parametrize(
    ("place", "day", "n", "then"),
    [
        (ENGLAND, "2026-07-10", 2, "2026-07-14"),
        (ENGLAND, "2026-04-02", 1, "2026-04-07"),
        (ENGLAND, "2026-04-07", -1, "2026-04-02"),
        (ENGLAND, "2026-04-04", 0, "2026-04-07"),
        (ENGLAND, "2026-04-02", 0, "2026-04-02"),
        (SCOTLAND, "2026-12-31", 1, "2027-01-05"),
        (KOREA, "2026-09-23", 1, "2026-09-28"),
        (ANYWHERE, "2026-12-24", 5, "2026-12-31"),
    ],
)
def test_the_day_itself_is_never_counted(place: Place, day: str, n: int, then: str):
    assert working_day_after(date.fromisoformat(day), n, place) == date.fromisoformat(then)


@pytest.mark.parametrize(("how", "then"), [("stays", "2026-04-04"), ("next", "2026-04-07"), ("before", "2026-04-02")])
def test_a_day_off_is_moved_as_said(how: str, then: str):
    assert moved(date(2026, 4, 4), how, ENGLAND) == date.fromisoformat(then)
    assert moved(date(2026, 4, 8), how, ENGLAND) == date(2026, 4, 8)


@given(st.sampled_from(PLACES), st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(-60, 60))
def test_between_the_days_lie_as_many_working_days_as_were_counted(place: Place, day: date, n: int):
    then = working_day_after(day, n, place)
    first, last = sorted((day, then))
    between = [first + timedelta(days=k) for k in range((last - first).days + 1)]
    if place.country is None:
        worked = [one for one in between if one.isoweekday() <= 5]
    else:
        listed = holidays.country_holidays(place.country, subdiv=place.subdivision, years=(first.year, last.year))
        worked = [one for one in between if one.weekday() not in listed.weekend and one not in set(listed)]
    assert then in worked
    assert len(worked) - (n != 0 and day in worked) == max(abs(n), 1)


FACTS = [
    ({"place": "England"}, "ENG"),
    ({"place": " northern ireland "}, "NIR"),
    ({"place": "NIR"}, "NIR"),
    ({"place": "Jersey"}, None),
    ({"place": True}, None),
    ({}, None),
]


@pytest.mark.parametrize(("facts", "subdivision"), FACTS)
def test_a_fact_picks_the_part_of_the_country(facts: dict[str, object], subdivision: str | None):
    places = {"England": "ENG", "Northern Ireland": "NIR"}
    calendar = Calendar(country="GB", by_fact="place", places=places, clause="c")
    assert place_of(calendar, facts) == (Place("GB", subdivision) if subdivision else None)
    fallback = calendar.model_copy(update={"subdivision": "WLS"})
    assert place_of(fallback, facts) == Place("GB", subdivision or "WLS")


def test_without_a_fact_the_named_place_counts():
    assert place_of(Calendar(country="DE", subdivision="BY", clause="c"), {"place": "England"}) == Place("DE", "BY")
    assert place_of(Calendar(clause="c"), {}) == ANYWHERE


UNSOUND = [
    ({}, None, ""),
    ({"country": "GB", "subdivision": "ENG"}, None, ""),
    ({"country": "GB", "by_fact": "place", "places": {"Wales": "WLS"}}, None, ""),
    ({"subdivision": "ENG"}, ("country",), "without the country; add 'country'"),
    ({"country": "XX"}, ("country",), "no holidays of a country 'XX' are known; use a code such as GB"),
    ({"country": "XX", "subdivision": "ENG"}, ("country",), "no holidays of a country 'XX' are known"),
    ({"country": "GB", "subdivision": "ENGL"}, ("subdivision",), "no part of 'GB' known here; use one of ENG, NIR"),
    ({"country": "KR", "subdivision": "11"}, ("subdivision",), "'11' is no part of 'KR' known here; leave it out"),
    ({"country": "GB", "by_fact": "place"}, ("by_fact",), "'by_fact' and 'places' go together; give both or neither"),
    ({"country": "GB", "places": {"Wales": "WLS"}}, ("by_fact",), "'by_fact' and 'places' go together"),
    (
        {"country": "GB", "by_fact": "place", "places": {"Wales": "WLS", "Ulster": "ULS"}},
        ("places", "Ulster"),
        "'ULS' is no part of 'GB' known here",
    ),
]


@pytest.mark.parametrize(("fields", "path", "words"), UNSOUND)
def test_what_cannot_be_right_in_a_calendar_is_said_at_its_place(
    fields: dict[str, Any], path: tuple[str, ...] | None, words: str
):
    found = list(unsound_calendar(Calendar.model_validate({"clause": "c", **fields})))
    assert [place for place, _ in found] == ([path] if path else [])
    assert words in "".join(reason for _, reason in found)


@pytest.mark.parametrize("place", [Place("XX"), Place("GB", "ENGL")])
def test_days_of_a_place_that_is_not_known_are_not_counted(place: Place):
    with pytest.raises(BadTerms):
        is_working_day(date(2026, 1, 1), place)


@pytest.mark.parametrize("place", PLACES)
def test_years_far_ahead_or_back_are_neither_slow_nor_warned_of(place: Place):
    began = time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for year in (1900, 2035, 2099, 2101, 5000, 9998):
            assert working_day_after(date(year, 12, 1), 20, place).year in (year, year + 1)
    assert time.monotonic() - began < 5
