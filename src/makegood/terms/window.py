"""Noun: the span over which a promise is measured: month, cycle, quarter, fixed days or the event itself."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from makegood.spans import Span, zone
from makegood.terms.parts import Name, Part

_MONTHS = {"calendar_month": 1, "billing_cycle": 1, "calendar_quarter": 3, "fiscal_quarter": 3, "calendar_year": 12}


class Window(Part):
    """Its kind and the zone whose days it counts in; `stated` where the text itself names that zone.

    In a log a billing cycle is taken as the calendar month. `first_month` is the month in which the fiscal year
    begins; `days` the length of a window of fixed days. An event is its own window. `part` says over which length a
    window is reckoned that the beginning or end of the service cuts short; without it such a one is not weighed.
    """

    kind: Literal[
        "calendar_month", "billing_cycle", "calendar_quarter", "fiscal_quarter", "calendar_year", "fixed_days", "event"
    ]
    zone: str
    stated: bool = False
    first_month: Annotated[int, Field(ge=1, le=12)] = 1
    days: Annotated[int, Field(ge=1, le=3660)] | None = None
    part: Literal["whole_length", "own_length"] | None = None
    clause: Name

    def named_zone(self, asked: str | None) -> str:
        """The zone to count in: the one asked for, unless the text states its own."""
        return self.zone if self.stated or asked is None else asked

    def over(self, span: Span, asked: str | None = None) -> tuple[Span, ...]:
        """The whole windows that the span touches, in order, as UTC instants; fixed days are laid from its start."""
        if self.kind == "event":
            return (span,)
        if self.days is not None and self.kind == "fixed_days":
            return _days(span, self.days)
        where, months = zone(self.named_zone(asked)), _MONTHS[self.kind]
        first = span.start.astimezone(where)
        index = first.year * 12 + first.month - 1
        index -= (index - (self.first_month - 1 if self.kind == "fiscal_quarter" else 0)) % months
        found: list[Span] = []
        while True:
            start, end = _first_of(index, where), _first_of(index + months, where)
            if found and start >= span.end:
                return tuple(found)
            found.append(Span(start, end))
            index += months

    def is_whole(self, period: Span, asked: str | None = None) -> bool:
        """Is the period one whole window? A billing cycle may begin on any day of a month.

        A part of a window is as good as one where the terms reckon it over its own length.
        """
        if self.kind == "event" or (self.part == "own_length" and len(self.over(period, asked)) == 1):
            return True
        if self.kind == "fixed_days":
            return self.days is not None and period == _days(period, self.days)[0]
        if self.kind == "billing_cycle":
            where = zone(self.named_zone(asked))
            start, end = period.start.astimezone(where), period.end.astimezone(where)
            months = (end.year - start.year) * 12 + end.month - start.month
            return months == 1 and start.time() == end.time() and _same_day(start, end)
        return self.over(period, asked) == (period,)


def _same_day(start: datetime, end: datetime) -> bool:
    """Do both lie on the day on which a cycle begins, which in a month without that day is the last one?"""
    short = min(start, end, key=lambda one: one.day)
    return start.day == end.day or short.day == monthrange(short.year, short.month)[1]


def _first_of(index: int, where: ZoneInfo) -> datetime:
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=where).astimezone(UTC)


def _days(span: Span, days: int) -> tuple[Span, ...]:
    found: list[Span] = []
    step, start = timedelta(days=days), span.start
    while not found or start < span.end:
        found.append(Span(start, start + step))
        start += step
    return tuple(found)
