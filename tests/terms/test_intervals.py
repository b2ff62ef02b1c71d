"""Interval counts: what they refuse and how they count."""

from datetime import timedelta

import pytest

from makegood.errors import BadUse
from makegood.spans import Span, month
from makegood.terms.intervals import IntervalCounts, columns
from tests.terms.small_world import JULY

FIRST = IntervalCounts(JULY, 1, (), (), (), 0, 0).first


@pytest.mark.parametrize(
    ("month_name", "zone", "minutes"),
    [
        ("2026-02", "UTC", 40320),
        ("2028-02", "UTC", 41760),
        ("2026-03", "America/Los_Angeles", 44580),
        ("2026-11", "America/Los_Angeles", 43260),
    ],
)
def test_a_month_has_its_true_number_of_minutes(month_name: str, zone: str, minutes: int) -> None:
    assert IntervalCounts(month(month_name, zone), 1, (), (), (), 0, 0).total == minutes


def test_buckets_are_listed_clean_or_empty() -> None:
    counts = IntervalCounts(JULY, 5, *columns([(FIRST + 5, 3, 1), (FIRST, 2, 2), (FIRST - 5, 1, 1)]), 10, 40)
    assert (counts.total, counts.listed, counts.clean, counts.empty) == (8928, 2, 10, 8916)


@pytest.mark.parametrize(
    ("period", "step", "rows", "clean", "words"),
    [
        (JULY, 5, [(FIRST + 1, 1, 1)], 0, "grid"),
        (JULY, 1, [(FIRST, 1, 2)], 0, "at least as many"),
        (JULY, 1, [(FIRST, 1, 0)], 0, "at least one error"),
        (JULY, 1, [(FIRST, 1, 1), (FIRST, 1, 1)], 0, "twice"),
        (JULY, 1, [(FIRST, 1, 1)], 44640, "more buckets"),
        (JULY, 1, [], -1, "more buckets"),
        (Span(JULY.start, JULY.start + timedelta(seconds=90)), 1, [], 0, "whole number"),
        (Span(JULY.start + timedelta(seconds=1), JULY.start + timedelta(seconds=61)), 1, [], 0, "whole minute"),
        (JULY, 0, [], 0, "whole number"),
    ],
)
def test_counts_that_cannot_be_right_are_refused(period, step, rows, clean, words) -> None:
    with pytest.raises(BadUse, match=words):
        IntervalCounts(period, step, *columns(rows), clean, 0)
