"""Spans: read the two ends that an option gives, as days or moments in UTC."""

from __future__ import annotations

from makegood.errors import BadPeriod
from makegood.spans import Span, moment


def span_of(start: str, end: str) -> Span:
    """From the first moment up to, not including, the second; a day is its first moment in UTC."""
    span = Span(moment(start), moment(end))
    if span.start >= span.end:
        raise BadPeriod(f"--from {start[:40]} is not before --to {end[:40]}; give the earlier first.")
    return span
