"""The figure from counts by bucket: the share of the buckets that meet a target, and what an empty one is worth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from makegood.errors import BadUse
from makegood.spans import Span, to_us
from makegood.terms.gauge import Measure
from makegood.terms.intervals import IntervalCounts
from makegood.terms.uptime import uptime

START = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = Span(START, START + timedelta(hours=1))
FIRST = to_us(START) // 60_000_000
# twelve buckets of five minutes: eight clean, one empty, and three with so many errors of 100
ERRORS = (1, 5, 6)
COUNTS = IntervalCounts(HOUR, 5, tuple(FIRST + 5 * at for at in range(3)), (100,) * 3, ERRORS, 8, 1100)


def measure(bad: dict[str, int], empty: str = "perfect") -> Measure:
    bad_when = {"error_rate": bad, "clause": "c"}
    return Measure.model_validate(
        {
            "name": "share_of_intervals",
            "bucket_minutes": 5,
            "empty": {"value": empty, "clause": "c"},
            "aggregation": {"kind": "bucket_share", "bad_when": bad_when, "clause": "c"},
        }
    )


@pytest.mark.parametrize(
    ("bad", "empty", "value"),
    [
        ({"above": 5}, "perfect", Fraction(100 * 11, 12)),
        ({"at_least": 5}, "perfect", Fraction(100 * 10, 12)),
        ({"above": 0}, "perfect", Fraction(100 * 9, 12)),
        ({"above": 6}, "perfect", Fraction(100)),
        ({"above": 5}, "left_out", Fraction(100 * 10, 11)),
    ],
)
def test_the_share_of_the_buckets_that_are_not_bad(bad: dict[str, int], empty: str, value: Fraction) -> None:
    assert uptime(measure(bad, empty), COUNTS).value == value


def test_where_nothing_is_said_of_empty_buckets_both_ways_are_told() -> None:
    found = uptime(measure({"above": 5}, "unstated"), COUNTS)
    assert found.value == Fraction(100 * 11, 12)
    assert [value for _, _, value in found.others] == [Fraction(100 * 10, 11)]


def test_counts_in_other_buckets_are_refused() -> None:
    with pytest.raises(BadUse, match="buckets of 5 minutes but these terms count in buckets of 1"):
        uptime(measure({"above": 5}).model_copy(update={"bucket_minutes": 1}), COUNTS)
