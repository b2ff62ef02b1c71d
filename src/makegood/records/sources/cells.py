"""Cells: one value of a row read strictly, or the reason why not (Unusable)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from makegood.errors import BadMoney, BadPeriod
from makegood.money import check_currency, decimal_of
from makegood.records.sources.small import Unusable
from makegood.spans import Span, from_us, moment

_YEARS = range(1990, 2101)  # status pages and bills are younger; anything else is a unit or a typing error
_LARGEST = Decimal(10) ** 18
_MOST_PLACES = 30
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def words(value: Any, most: int = 500) -> str:
    """Text without control characters, at most `most` characters; empty for null."""
    return _CONTROL.sub(" ", value).strip()[:most] if isinstance(value, str) else ""


def number(value: Any, name: str) -> Decimal:
    """A finite decimal of a JSON number or of text; raise Unusable otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise Unusable(f"{name} is not a number")
    try:
        result = decimal_of(value.strip()) if isinstance(value, str) else Decimal(value)
    except BadMoney as fault:
        raise Unusable(f"{name} '{words(str(value), 40)}' is not a number") from fault
    exponent = result.as_tuple().exponent
    if not isinstance(exponent, int):
        raise Unusable(f"{name} is not a finite number")
    if abs(result) > _LARGEST or exponent < -_MOST_PLACES:
        raise Unusable(f"{name} is out of range (larger than 10^18 or finer than 10^-{_MOST_PLACES})")
    return result


def count(value: Any, name: str) -> int:
    """A whole number that is not negative; "10.0" counts as 10."""
    result = number(value, name)
    if result != result.to_integral_value():
        raise Unusable(f"{name} {result} is not a whole number")
    if result < 0:
        raise Unusable(f"{name} {result} is negative")
    return int(result)


def count_or_none(value: Any, name: str) -> int | None:
    """A count, or None for null and empty text."""
    return None if value is None or value == "" else count(value, name)


def time(value: Any, name: str) -> datetime:
    """An ISO 8601 time as UTC; without an offset it is UTC."""
    if not isinstance(value, str) or not value.strip():
        raise Unusable(f"{name} is missing")
    try:
        return _in_range(moment(value), name)
    except (BadPeriod, OverflowError) as fault:
        raise Unusable(f"{name} '{words(value, 40)}' is not a time") from fault


def time_or_none(value: Any, name: str) -> datetime | None:
    """An ISO 8601 time, or None for null and empty text."""
    return None if value is None or value == "" else time(value, name)


def time_told(value: Any) -> datetime | None:
    """A time that only helps (when a page was taken): None where it is absent or cannot be read."""
    try:
        return time_or_none(value, "time")
    except Unusable:
        return None


def epoch(value: Any, name: str) -> datetime:
    """Seconds since 1970 as UTC; milliseconds and finer units are refused by the year they would give."""
    microseconds = number(value, name) * 1_000_000
    if not 0 < microseconds < 10**17:
        raise Unusable(f"{name} is not a time in seconds since 1970")
    try:
        return _in_range(from_us(int(microseconds)), name)
    except OverflowError as fault:
        raise Unusable(f"{name} is not a time in seconds since 1970 (milliseconds?)") from fault


def span(start: datetime, end: datetime) -> Span:
    """A span that does not end before it starts."""
    if end < start:
        raise Unusable(f"it ends ({end:%Y-%m-%d %H:%M:%S}) before it starts ({start:%Y-%m-%d %H:%M:%S})")
    return Span(start, end)


def currency(value: Any) -> str:
    """An ISO 4217 code in capitals."""
    try:
        return check_currency(words(value, 12))
    except BadMoney as fault:
        raise Unusable(f"'{words(value, 12)}' is not an ISO 4217 currency") from fault


def listed(value: Any, name: str) -> list[Any]:
    """A JSON list; null and absent count as empty."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unusable(f"{name} is not a list")
    return value


def _in_range(when: datetime, name: str) -> datetime:
    if when.year not in _YEARS:
        raise Unusable(f"{name} lies in the year {when.year}; a time in seconds between 1990 and 2100 is expected")
    return when.astimezone(UTC)
