"""Noun: outages as someone reports them; with their times, or only with how long they lasted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from makegood.spans import Span, merged, to_us


@dataclass(frozen=True)
class Outage:
    """`span` is None where only the length is known. `error_rate` and `affected` are shares, None: all.

    `cause` names what an exclusion may speak of; `notice_hours` is how long before it was announced; `own_requests`
    are those that the customer sent each minute; `reckoned`: given as down time in the sense of the terms.
    """

    seconds: Fraction
    span: Span | None = None
    error_rate: Fraction | None = None
    affected: Fraction | None = None
    cause: str | None = None
    notice_hours: Fraction | None = None
    own_requests: int | None = None
    reckoned: bool = False


@dataclass(frozen=True)
class Outages:
    """All outages of a period, in the order given. `basis`: `given`, `bulletins`, or `attempts` (bad buckets)."""

    items: tuple[Outage, ...]
    basis: str = "given"


def lasting(span: Span) -> Outage:
    """An outage with its times."""
    return Outage(span.seconds, span)


def from_spans(spans: Iterable[Span], basis: str = "bulletins") -> Outages:
    """Overlapping and touching spans become one outage each."""
    return Outages(tuple(lasting(span) for span in merged(spans)), basis)


def cut(outage: Outage, period: Span) -> Outage | None:
    """The part inside the period; None when nothing is. An outage without times is taken to lie inside."""
    if outage.span is None:
        return outage
    inside = outage.span.cut(period)
    if inside is None:
        return None
    return replace(outage, seconds=inside.seconds, span=inside)


def by_hour(span: Span) -> Iterable[tuple[datetime, Span]]:
    """The span cut at each full clock hour UTC: (start of the hour, part)."""
    hour = timedelta(hours=1)
    start = span.start - timedelta(microseconds=to_us(span.start) % 3_600_000_000)
    while start < span.end:
        part = span.cut(Span(start, start + hour))
        if part:
            yield start, part
        start += hour
