"""Verb: refuse inputs of a worked case that contradict each other, and tell which of them lie outside its window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from makegood.errors import BadTerms
from makegood.spans import Span, iso
from makegood.terms.worked import Inputs


def refuse_contradictions(inputs: Inputs, period: Span) -> None:
    """Raise BadTerms for more failure than the period has time, a run beyond it, a claim older than all it is about."""
    seconds = Fraction(period.microseconds, 1_000_000)
    if _down_seconds(inputs) > seconds:
        raise BadTerms("More down time is given than the period has time; correct one of them.")
    if sum(one.intervals for one in inputs.segments) * inputs.interval_minutes * 60 > seconds:
        raise BadTerms("The 'segments' are longer than the period; correct their 'intervals'.")
    for run in inputs.runs:
        if run.start < period.start or (period.end - run.start) // timedelta(minutes=1) < run.minutes:
            raise BadTerms(f"A run of {iso(run.start)} reaches beyond the period; cut it at the edge.")
    _refuse_older_claim(inputs, period)


def outside(inputs: Inputs, period: Span) -> Iterator[str]:
    """The outages that no moment of the period belongs to, in words."""
    for one in (inputs.outage, inputs.stop, *inputs.outages, *inputs.stops):
        if one is not None and one.start and one.end and (one.end < period.start or one.start >= period.end):
            yield f"the outage of {iso(one.start)}, which lies outside the period"


def _down_seconds(inputs: Inputs) -> Fraction:
    """The time of all failures of which no more than the length is given."""
    given = (
        (1, (inputs.downtime_seconds, *(inputs.outage_seconds or ()))),
        (60, (inputs.downtime_minutes, inputs.outage_minutes_continuous, *(inputs.outage_minutes or ()))),
        (3600, inputs.outage_hours or ()),
    )
    return sum((unit * Fraction(one or 0) for unit, lengths in given for one in lengths), Fraction(0))


def _refuse_older_claim(inputs: Inputs, period: Span) -> None:
    received = inputs.claim.received if inputs.claim else None
    about = (inputs.outage, inputs.stop, inputs.incident, *inputs.outages, *inputs.stops)
    starts = [one.start for one in about if one and one.start]
    if received is not None and received < min(starts, default=period.start):
        raise BadTerms("The claim was received before what it is about began; correct one of the times.")
