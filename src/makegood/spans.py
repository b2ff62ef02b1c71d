"""Spans of time: half-open, UTC inside, zone-aware at the edges."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from makegood.errors import BadPeriod

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")


@dataclass(frozen=True, order=True)
class Span:
    """[start, end) in UTC."""

    start: datetime
    end: datetime

    @property
    def microseconds(self) -> int:
        """Length as a whole number of microseconds."""
        return max(0, (self.end - self.start) // timedelta(microseconds=1))

    @property
    def seconds(self) -> Fraction:
        """Length in seconds, exact."""
        return Fraction(self.microseconds, 1_000_000)

    @property
    def minutes(self) -> Fraction:
        """Length in minutes, exact."""
        return Fraction(self.microseconds, 60_000_000)

    def holds(self, moment: datetime) -> bool:
        """Is the moment inside?"""
        return self.start <= moment < self.end

    def cut(self, other: Span) -> Span | None:
        """The part of this span inside the other, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Overlapping and touching spans joined, in order."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return tuple(result)


def to_us(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_us(microseconds: int) -> datetime:
    """The UTC moment of a count of microseconds since 1970-01-01."""
    return EPOCH + timedelta(microseconds=microseconds)


def zone(name: str) -> ZoneInfo:
    """A zone by its IANA name; raise BadPeriod when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise BadPeriod(f"'{name[:60]}' is not a time zone; use an IANA name such as UTC or Asia/Seoul.") from fault


def month(text: str, zone_name: str = "UTC") -> Span:
    """The true month "YYYY-MM" in a zone, as UTC instants; raise BadPeriod otherwise."""
    match = _MONTH.match(text.strip())
    if not match or not 1 <= int(match[2]) <= 12 or not 1970 <= int(match[1]) <= 9998:
        raise BadPeriod(f"'{text[:40]}' is not a month; write it like 2026-02.")
    year, number = int(match[1]), int(match[2])
    where = zone(zone_name)
    start = datetime(year, number, 1, tzinfo=where)
    end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=where)
    return Span(start.astimezone(UTC), end.astimezone(UTC))


def months(span: Span, zone_name: str = "UTC") -> tuple[str, ...]:
    """The months "YYYY-MM" of a zone that the span touches, in order."""
    where = zone(zone_name)
    first = span.start.astimezone(where)
    last = (max(span.start, span.end - timedelta(microseconds=1))).astimezone(where)
    names = []
    year, number = first.year, first.month
    while (year, number) <= (last.year, last.month):
        names.append(f"{year:04d}-{number:02d}")
        year, number = year + number // 12, number % 12 + 1
    return tuple(names)


def moment(text: str, zone_name: str = "UTC") -> datetime:
    """An ISO 8601 time or date as a UTC instant; without an offset it is read in the zone."""
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError as fault:
        raise BadPeriod(f"'{text[:40]}' is not a time; write it like 2026-02-01T00:00:00Z.") from fault
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone(zone_name))
    try:
        return value.astimezone(UTC)
    except OverflowError as fault:
        raise BadPeriod(f"'{text[:40]}' lies outside the years that can be reckoned; use 1970 to 9998.") from fault


def iso(moment_: datetime) -> str:
    """ISO 8601 in UTC with Z, with microseconds only where there are any."""
    return moment_.astimezone(UTC).isoformat().replace("+00:00", "Z")


def to_the_minute(span: Span) -> tuple[str, str]:
    """From and to for a sentence, in UTC, such as "2025-02-01 00:00 UTC"."""
    first, last = (one.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") for one in (span.start, span.end))
    return first, last
