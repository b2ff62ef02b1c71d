"""Waves: ranges tile the lines, the canary is first and alone, and standing still moves what is left."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.campaigns.allocation import Draft
from makegood.campaigns.waves import Chunk, Wave, due, remaining, waves
from makegood.errors import BadUse

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY, NONE = timedelta(days=1), timedelta(0)
DRAFT = Draft(("INC-1",), "goodwill-outage", "1", "USD", 500_000, 14, 10_000)


def drafted(days: int, canary_ppm: int) -> Draft:
    return replace(DRAFT, days=days, canary_ppm=canary_ppm)


@pytest.mark.parametrize(
    ("lines", "days", "canary_ppm", "planned"),
    [
        (100, 3, 10_000, [(0, 0, 1, 0), (1, 1, 34, 1), (2, 34, 67, 2), (3, 67, 100, 3)]),
        (101, 2, 10_000, [(0, 0, 2, 0), (1, 2, 51, 1), (2, 51, 101, 2)]),
        (10, 3, 0, [(1, 0, 3, 0), (2, 3, 6, 1), (3, 6, 10, 2)]),
        (10, 0, 1, [(0, 0, 1, 0), (1, 1, 10, 0)]),
        (10, 0, 0, [(1, 0, 10, 0)]),
        (10, 5, 1_000_000, [(0, 0, 10, 0)]),
        (3, 4, 1, [(0, 0, 1, 0), (1, 1, 2, 2), (2, 2, 3, 4)]),
        (1, 14, 10_000, [(0, 0, 1, 0)]),
        (0, 14, 10_000, []),
    ],
)
def test_the_plan_case_by_case(lines: int, days: int, canary_ppm: int, planned: list[tuple[int, int, int, int]]):
    found = waves(lines, drafted(days, canary_ppm), START)
    assert [(one.number, one.first, one.end, (one.due - START).days) for one in found] == planned


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 5000), st.integers(0, 40), st.integers(0, 1_000_000))
def test_waves_tile_the_lines_and_no_day_is_heavier_by_more_than_one(lines: int, days: int, canary_ppm: int):
    found = waves(lines, drafted(days, canary_ppm), START)
    cuts = [0, *(one.end for one in found)]
    assert [one.first for one in found] == cuts[:-1]
    assert cuts[-1] == lines
    sizes = [one.end - one.first for one in found if one.number]
    assert not sizes or min(sizes) > 0
    assert len(sizes) < max(days, 1) or not sizes or max(sizes) - min(sizes) <= 1
    assert [one.due for one in found] == sorted(one.due for one in found)
    assert all(one.due - START <= days * DAY for one in found)


def shown(pieces: tuple[Wave, ...]) -> list[tuple[int, int, int]]:
    return [(one.number, one.first, one.end) for one in pieces]


def test_nothing_but_the_canary_until_it_is_out_and_then_a_day():
    plan = waves(100, drafted(2, 100_000), START)
    late = START + 3 * DAY
    assert shown(due(plan, [], START - timedelta(seconds=1), NONE)) == []
    assert shown(due(plan, [], late, NONE)) == [(0, 0, 10)]
    part = [Chunk(0, 4, late)]
    assert shown(due(plan, part, late, NONE)) == [(0, 4, 10)]
    whole = [*part, Chunk(4, 10, late + timedelta(hours=1))]
    assert shown(due(plan, whole, late + DAY, NONE)) == []
    assert shown(due(plan, whole, late + DAY + timedelta(hours=1), NONE)) == [(1, 10, 55), (2, 55, 100)]


def test_with_no_days_the_rest_follows_at_once():
    plan = waves(100, drafted(0, 100_000), START)
    assert shown(due(plan, [], START, NONE)) == [(0, 0, 10)]
    assert shown(due(plan, [Chunk(0, 10, START)], START, NONE)) == [(1, 10, 100)]


def test_standing_still_moves_what_is_left_and_holes_are_found():
    plan = waves(90, drafted(3, 0), START)
    posted = [Chunk(40, 50, START + DAY), Chunk(0, 30, START), Chunk(30, 35, START + DAY)]
    left = remaining(plan, posted, 2 * DAY)
    assert [(one.number, one.first, one.end, (one.due - START).days) for one in left] == [
        (2, 35, 40, 3),
        (2, 50, 60, 3),
        (3, 60, 90, 4),
    ]
    assert shown(due(plan, posted, START + 3 * DAY - timedelta(seconds=1), 2 * DAY)) == []
    assert shown(due(plan, posted, START + 3 * DAY, 2 * DAY)) == [(2, 35, 40), (2, 50, 60)]
    assert due(plan, [Chunk(0, 90, START)], START + 99 * DAY, NONE) == ()


def test_a_count_below_zero_is_refused():
    with pytest.raises(BadUse, match="-1 lines"):
        waves(-1, DRAFT, START)
