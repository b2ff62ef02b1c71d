"""Verb: lay the segments, or the runs over a background, that a worked case gives into the buckets of a promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from makegood.errors import BadTerms
from makegood.spans import Span, to_us
from makegood.terms.intervals import IntervalCounts, columns
from makegood.terms.pack import Promise
from makegood.terms.worked import Background, GivenRun, Inputs

_MINUTE_US = 60_000_000


def given_counts(promise: Promise, inputs: Inputs, period: Span) -> IntervalCounts:
    """Counts in the promise's buckets from given segments, or from runs over a background."""
    step = promise.measure.bucket_minutes or inputs.interval_minutes
    first = to_us(period.start) // _MINUTE_US
    buckets: dict[int, Counter[str]] = {}
    at, clean = first, 0
    for segment in inputs.segments:
        for _ in range(segment.intervals if segment.errors else 0):
            buckets[at] = Counter(valid=segment.requests, errors=segment.errors)
            at += inputs.interval_minutes
        if not segment.errors:
            at += segment.intervals * inputs.interval_minutes
            clean += segment.intervals if segment.requests else 0
    for run in inputs.runs:
        _lay(run, promise, buckets, step)
    if inputs.background is not None:
        _fill(inputs.background, buckets, (step, inputs.interval_minutes))
    rows = [(start, one["valid"], one["errors"]) for start, one in buckets.items() if one["errors"]]
    quiet = sum(one["valid"] for one in buckets.values() if not one["errors"])
    if inputs.background and inputs.background.valid_requests:
        clean += int(period.minutes) // step - len(rows)
    each = sum(one.requests * one.intervals for one in inputs.segments if not one.errors)
    if inputs.background:
        each += inputs.background.valid_requests * (int(period.minutes) // inputs.interval_minutes)
    requests = sum(row[1] for row in rows) + quiet + each
    return IntervalCounts(period, step, *columns(rows), clean, requests, "given")


def _lay(run: GivenRun, promise: Promise, buckets: dict[int, Counter[str]], step: int) -> None:
    if any(run.feature in one.features for one in promise.exclusions if run.feature):
        return
    if run.status_counts is not None:
        if promise.population is None or not promise.population.errors.statuses:
            raise BadTerms(
                "These terms do not tell errors by their status; give 'valid_requests' and 'server_errors' instead of "
                "'status_counts'."
            )
        valid, errors = promise.population.split(run.status_counts, run.consumption)
    else:
        valid, errors = run.valid_requests or 0, run.server_errors or 0
    begin = to_us(run.start) // _MINUTE_US
    for minute in range(begin, begin + run.minutes):
        buckets.setdefault(minute - minute % step, Counter()).update(valid=valid, errors=errors, minutes=1)


def _fill(background: Background, buckets: Mapping[int, Counter[str]], lengths: tuple[int, int]) -> None:
    """Put what a bucket holds beside the minutes of its runs; raise BadTerms for errors in every interval."""
    if background.server_errors:
        raise BadTerms("'background' holds errors; give the minutes with errors as 'runs' or 'segments'.")
    step, interval = lengths
    for one in buckets.values():
        if one["minutes"]:
            one["valid"] += background.valid_requests * max(0, step - one["minutes"]) // interval
