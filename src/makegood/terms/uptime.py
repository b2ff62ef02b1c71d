"""Verb: one figure from interval counts, in exact rationals; only buckets with an error are walked."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from makegood.errors import BadUse
from makegood.terms.intervals import IntervalCounts
from makegood.terms.pack import BucketMean, GoodTime, Measure
from makegood.terms.parts import Bounds

Link = tuple[tuple[tuple[str, str], ...], str, str]


@dataclass(frozen=True)
class Lost:
    """Equal-length columns over the buckets that cost uptime, by time: errors of valid, 1 of 1 for a whole bucket."""

    starts: tuple[int, ...]
    errors: tuple[int, ...]
    valid: tuple[int, ...]

    def buckets(self, first: int | None = None) -> Fraction:
        """How many whole buckets the first so many (or all) add up to."""
        by_valid: dict[int, int] = defaultdict(int)
        for valid, errors in zip(self.valid[:first], self.errors[:first], strict=True):
            by_valid[valid] += errors
        return _sum([Fraction(errors, valid) for valid, errors in sorted(by_valid.items())])


@dataclass(frozen=True)
class Uptime:
    """`value` in percent, None where the text leaves it undefined; `link` is (input, arithmetic, outcome)."""

    value: Fraction | None
    counted_minutes: int | None
    lost: Lost
    buckets: int
    link: Link


def uptime(measure: Measure, counts: IntervalCounts) -> Uptime:
    """Reckon the measure of a pack; raise BadUse when the counts come in other buckets than the pack counts in."""
    if counts.bucket_minutes != measure.bucket_minutes:
        raise BadUse(
            f"The counts come in buckets of {counts.bucket_minutes} minutes but these terms count in buckets of "
            f"{measure.bucket_minutes}; count again in theirs."
        )
    buckets = counts.total - (counts.empty if measure.empty.value == "left_out" else 0)
    if isinstance(measure.aggregation, GoodTime):
        return _good_time(measure.aggregation, counts, buckets)
    return _bucket_mean(measure.aggregation, counts, buckets)


def breach(found: Uptime, kept: Bounds) -> int | None:
    """The start minute of the bucket with which the figure first falls out of the kept range, or None."""

    def fallen(first: int) -> bool:
        return not kept.holds(100 * (1 - found.lost.buckets(first) / found.buckets))

    at = bisect_left(range(1, len(found.lost.starts) + 1), True, key=fallen)
    return found.lost.starts[at] if at < len(found.lost.starts) else None


def _good_time(rule: GoodTime, counts: IntervalCounts, buckets: int) -> Uptime:
    step = counts.bucket_minutes
    bad = [
        start
        for start, valid, errors in zip(counts.starts, counts.valid, counts.errors, strict=True)
        if rule.bad_when.error_rate.holds_ratio(100 * errors, valid)
    ]
    shortest = rule.run.at_least_minutes // step if rule.run else 1
    runs = [run for run in _runs(bad, step) if len(run) >= shortest]
    counted = tuple(start for run in runs for start in run if counts.first <= start < counts.end)
    minutes, down = buckets * step, len(counted) * step
    link = (
        (("minutes", str(minutes)), ("bad_minutes", str(len(bad) * step)), ("runs", str(len(runs)))),
        f"({minutes} - {down}) / {minutes}",
        f"counted_minutes:{down}",
    )
    ones = (1,) * len(counted)
    value = Fraction(100 * (minutes - down), minutes) if minutes else None
    return Uptime(value, down, Lost(counted, ones, ones), buckets, link)


def _runs(bad: list[int], step: int) -> list[list[int]]:
    runs: list[list[int]] = []
    for start in bad:
        if runs and start == runs[-1][-1] + step:
            runs[-1].append(start)
        else:
            runs.append([start])
    return runs


def _bucket_mean(_rule: BucketMean, counts: IntervalCounts, buckets: int) -> Uptime:
    low, high = bisect_left(counts.starts, counts.first), bisect_left(counts.starts, counts.end)
    lost = Lost(counts.starts[low:high], counts.errors[low:high], counts.valid[low:high])
    link = (
        (("buckets", str(buckets)), ("buckets_with_errors", str(high - low)), ("empty_buckets", str(counts.empty))),
        f"(({buckets} - {high - low}) * 1 + sum of (1 - errors / requests) over {high - low}) / {buckets}",
        f"buckets_below_perfect:{high - low}",
    )
    return Uptime(100 * (1 - lost.buckets() / buckets) if buckets else None, None, lost, buckets, link)


def _sum(parts: list[Fraction]) -> Fraction:
    # in halves: adding one by one carries the whole common denominator through every step
    if len(parts) < 2:
        return parts[0] if parts else Fraction(0)
    middle = len(parts) // 2
    return _sum(parts[:middle]) + _sum(parts[middle:])
