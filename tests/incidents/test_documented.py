"""Documented incidents: the shipped list, its agreement with the reference data, and what is replayed of a page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from makegood.incidents.documented import documented, on_day, past_of
from makegood.records.small_files import read_small

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_every_row_of_the_shipped_list_is_read_and_names_its_source():
    assert len(documented()) >= 15
    assert [one.id for one in documented() if not (one.url or "").startswith("https://")] == []
    assert {one.source for one in documented()} == {"documented.csv"}


def test_the_shipped_list_agrees_with_the_reference_data(shared: Path):
    reference = read_small(shared / "data" / "reference_facts" / "documented_incidents.csv")
    assert reference.quarantined == ()
    theirs = {(one.incident, one.start, one.end, one.peak) for one in reference.bulletins}
    assert {(one.incident, one.start, one.end, one.peak) for one in documented()} <= theirs


def test_the_outage_of_june_2025_has_the_two_windows_that_are_about_the_api():
    (one,) = on_day(past_of(documented(), NOW), date(2025, 6, 10))
    assert [(each.span.minutes, each.peak) for each in one.tellings] == [(774, Fraction(1, 4)), (360, Fraction(7, 20))]
    assert (one.scope.provider, one.span.minutes) == ("openai", 774)


@pytest.mark.parametrize(
    ("day", "ids"),
    [
        ("2024-12-11", ["oai-2024-12-11"]),  # began then
        ("2024-12-12", ["oai-2024-12-11"]),  # lasted into it
        ("2026-03-09", ["azu-2026-03-09"]),
        ("2025-01-01", []),
    ],
)
def test_a_day_finds_what_began_on_it_else_what_lasted_into_it(day: str, ids: list[str]):
    assert [one.id for one in on_day(past_of(documented(), NOW), date.fromisoformat(day))] == ids


def test_of_a_page_only_outages_of_the_models_are_replayed(shared: Path):
    page = read_small(shared / "data" / "ai_status_leaderboard" / "2026-06-15T20" / "anthropic.json")
    pasts = past_of(page.bulletins, NOW)
    assert 0 < len(pasts) < len({one.incident for one in page.bulletins})
    assert {one.scope.provider for one in pasts} == {"anthropic"}
    (sample,) = (shared / "data" / "statuspage_v2").glob("*.json")
    (real,) = [one for one in past_of(read_small(sample).bulletins, NOW) if one.id == "6ptd5skgmy3v"]
    lengths = sorted(round(each.span.minutes, 1) for each in real.tellings)
    assert lengths == [Fraction(277, 10), 43]  # the page's window, and the one that its text states


@pytest.mark.parametrize("day", [date.min, date.max])
def test_no_day_is_too_far_away(day: date):
    assert on_day(past_of(documented(), NOW), day) == ()
