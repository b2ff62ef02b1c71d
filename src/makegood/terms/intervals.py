"""Noun: exact counts of valid requests and errors a bucket, sparse: only buckets with an error are listed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from makegood.errors import BadUse
from makegood.spans import Span, to_us

_MINUTE_US = 60_000_000


@dataclass(frozen=True)
class IntervalCounts:
    """Counts over a period cut into equal buckets.

    `starts` (minutes since 1970-01-01 UTC, ascending), `valid` and `errors` are equal-length columns, one entry a
    bucket with at least one error. Entries outside the period may be given: they only tell how long a run is that
    crosses its edge. `clean` counts the buckets inside with valid requests and no error; the rest are empty.
    `requests` counts everything seen inside the period, `left_out` those of them that count neither way. `basis` is
    `given` when the counts are the whole truth of the period, `attempts` when they come from a log, where silence
    proves nothing.
    """

    period: Span
    bucket_minutes: int
    starts: tuple[int, ...]
    valid: tuple[int, ...]
    errors: tuple[int, ...]
    clean: int
    requests: int
    basis: str = "attempts"
    left_out: int = 0

    def __post_init__(self) -> None:
        fault = _fault(self)
        if fault:
            raise BadUse(f"Interval counts cannot be right: {fault}.")

    @cached_property
    def first(self) -> int:
        """The first minute of the period, counted from 1970."""
        return to_us(self.period.start) // _MINUTE_US

    @cached_property
    def total(self) -> int:
        """How many buckets the period has."""
        return int(self.period.minutes) // self.bucket_minutes

    @cached_property
    def end(self) -> int:
        """The first minute after the period."""
        return self.first + self.total * self.bucket_minutes

    @cached_property
    def listed(self) -> int:
        """How many listed buckets lie inside the period."""
        return sum(self.first <= start < self.end for start in self.starts)

    @property
    def valid_inside(self) -> int:
        """Valid requests inside the period."""
        return self.requests - self.left_out

    @cached_property
    def errors_inside(self) -> int:
        """Errors of the buckets inside the period."""
        inside = zip(self.starts, self.errors, strict=True)
        return sum(errors for start, errors in inside if self.first <= start < self.end)

    @cached_property
    def empty(self) -> int:
        """How many buckets had no valid request."""
        return self.total - self.clean - self.listed


def columns(rows: Iterable[tuple[int, int, int]]) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """The columns starts, valid, errors of rows (start minute, valid, errors) in any order."""
    ordered = sorted(rows)
    return (
        tuple(row[0] for row in ordered),
        tuple(row[1] for row in ordered),
        tuple(row[2] for row in ordered),
    )


def _fault(counts: IntervalCounts) -> str | None:
    starts, step = counts.starts, counts.bucket_minutes
    if step < 1 or counts.period.microseconds % (step * _MINUTE_US) or to_us(counts.period.start) % _MINUTE_US:
        return f"the period is not a whole number of {step}-minute buckets from a whole minute on"
    if not len(starts) == len(counts.valid) == len(counts.errors):
        return "the columns differ in length"
    if any(one >= two for one, two in pairwise(starts)):
        return "a bucket is listed twice or out of order"
    if any((start - counts.first) % step for start in starts):
        return "a bucket does not begin on the grid of the period"
    if any(not 0 < errors <= valid for errors, valid in zip(counts.errors, counts.valid, strict=True)):
        return "a listed bucket needs at least one error and at least as many valid requests"
    if counts.clean < 0 or counts.empty < 0 or counts.requests < 0:
        return "there are more buckets than the period holds"
    return None
