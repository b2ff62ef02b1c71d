"""Verb: one figure from interval counts, in exact rationals; only buckets with an error are walked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from makegood.errors import BadUse
from makegood.terms.found import Found, Lost
from makegood.terms.gauge import BucketMean, BucketShare, DownRules, ErrorRate, GoodTime, Measure, Pooled, Run
from makegood.terms.intervals import IntervalCounts
from makegood.terms.parts import Bounds


def uptime(measure: Measure, counts: IntervalCounts) -> Found:
    """Reckon the measure of a pack; raise BadUse when the counts come in other buckets than the pack counts in."""
    if counts.bucket_minutes != measure.bucket_minutes:
        raise BadUse(
            f"The counts come in buckets of {counts.bucket_minutes} minutes but these terms count in buckets of "
            f"{measure.bucket_minutes}; count again in theirs."
        )
    empty = measure.empty.value if measure.empty is not None else "perfect"
    full = counts.total - counts.empty
    found = _over(measure, counts, full if empty in ("left_out", "undefined") else counts.total)
    if empty != "unstated" or full == counts.total:
        return found
    beside = _over(measure, counts, full).value if full else None
    others = (("empty_left_out", "intervals without a request are left out", beside),) if beside is not None else ()
    return replace(found, others=others) if full else replace(found, value=None)


def _over(measure: Measure, counts: IntervalCounts, buckets: int) -> Found:
    rule = measure.aggregation
    if isinstance(rule, GoodTime):
        return _good_time(rule, counts, buckets)
    if isinstance(rule, BucketShare):
        return _bucket_share(rule, counts, buckets)
    if isinstance(rule, Pooled):
        return pooled(counts.valid_inside, counts.errors_inside)
    if isinstance(rule, BucketMean):
        return _bucket_mean(counts, buckets)
    raise BadUse(f"The measure '{measure.name}' is not reckoned from counts by bucket.")


def pooled(requests: int, errors: int, repeats: int = 0) -> Found:
    """100 x (requests - errors) / requests, both without the repeats."""
    requests, errors = requests - repeats, errors - repeats
    link = (
        (("requests", str(requests)), ("errors", str(errors)), ("repeats_left_out", str(repeats))),
        f"({requests} - {errors}) / {requests}",
        f"errors:{errors}",
    )
    return Found(Fraction(100 * (requests - errors), requests) if requests else None, link)


def breach(found: Found, kept: Bounds) -> int | None:
    """The start minute of the bucket with which the figure first falls out of the kept range, or None."""
    lost = found.lost
    if lost is None or not found.buckets:
        return None

    def fallen(first: int) -> bool:
        return not kept.holds(100 * (1 - lost.buckets(first) / found.buckets))

    at = bisect_left(range(1, len(lost.starts) + 1), True, key=fallen)
    return lost.starts[at] if at < len(lost.starts) else None


def bad_runs(rule: DownRules, counts: IntervalCounts) -> list[list[int]]:
    """Runs of consecutive bad buckets, as start minutes; those shorter than the rule's run are left out."""
    if rule.bad_when is None:
        raise BadUse("These terms do not say when a bucket is bad, so counts by bucket cannot be weighed.")
    shortest, step = shortest_run(rule.run), counts.bucket_minutes
    return [run for run in _runs(_bad(rule.bad_when, counts), step) if len(run) * step * 60 >= shortest]


def shortest_run(run: Run | None) -> Fraction:
    """The shortest length that counts, in seconds."""
    if run is None:
        return Fraction(0)
    return Fraction(run.at_least_seconds or 0) + 60 * Fraction(run.at_least_minutes or 0)


def _bad(rule: ErrorRate, counts: IntervalCounts) -> list[int]:
    return [
        start
        for start, valid, errors in zip(counts.starts, counts.valid, counts.errors, strict=True)
        if rule.error_rate.holds_ratio(100 * errors, valid)
    ]


def _good_time(rule: GoodTime, counts: IntervalCounts, buckets: int) -> Found:
    step, runs = counts.bucket_minutes, bad_runs(rule, counts)
    spared = int(shortest_run(rule.run)) // (60 * step) if rule.run and rule.run.counts == "excess" else 0
    counted = tuple(start for run in runs for start in run[spared:] if counts.first <= start < counts.end)
    minutes, down = buckets * step, len(counted) * step
    link = (
        (("minutes", str(minutes)), ("counted_minutes", str(down)), ("runs", str(len(runs)))),
        f"({minutes} - {down}) / {minutes}",
        f"counted_minutes:{down}",
    )
    ones = (1,) * len(counted)
    value = Fraction(100 * (minutes - down), minutes) if minutes else None
    lost = Lost(counted, ones, ones)
    return Found(value, link, down, Fraction(60 * down), Fraction(60 * minutes), lost=lost, buckets=buckets)


def _runs(bad: Sequence[int], step: int) -> list[list[int]]:
    runs: list[list[int]] = []
    for start in bad:
        if runs and start == runs[-1][-1] + step:
            runs[-1].append(start)
        else:
            runs.append([start])
    return runs


def _bucket_mean(counts: IntervalCounts, buckets: int) -> Found:
    low, high = bisect_left(counts.starts, counts.first), bisect_left(counts.starts, counts.end)
    lost = Lost(counts.starts[low:high], counts.errors[low:high], counts.valid[low:high])
    link = (
        (("buckets", str(buckets)), ("buckets_with_errors", str(high - low)), ("empty_buckets", str(counts.empty))),
        f"(({buckets} - {high - low}) * 1 + sum of (1 - errors / requests) over {high - low}) / {buckets}",
        f"buckets_below_perfect:{high - low}",
    )
    value = 100 * (1 - lost.buckets() / buckets) if buckets else None
    return Found(value, link, lost=lost, buckets=buckets)


def _bucket_share(rule: BucketShare, counts: IntervalCounts, buckets: int) -> Found:
    bad = tuple(start for start in _bad(rule.bad_when, counts) if counts.first <= start < counts.end)
    link = (
        (("buckets", str(buckets)), ("bad_buckets", str(len(bad)))),
        f"({buckets} - {len(bad)}) / {buckets}",
        f"bad_buckets:{len(bad)}",
    )
    ones = (1,) * len(bad)
    value = Fraction(100 * (buckets - len(bad)), buckets) if buckets else None
    return Found(value, link, lost=Lost(bad, ones, ones), buckets=buckets)
