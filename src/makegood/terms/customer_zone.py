"""Verb: in whose days an event is counted that its terms place nowhere: the customer's, as the case tells them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from makegood.terms.window import Window

_HOUR = timedelta(hours=1)


def event_clock(windows: Iterable[Window], named: str | None, moments: Iterable[str]) -> str | None:
    """The zone that is named, else the offset of the first moment that is told with one; None for other windows.

    Terms that state a zone, or whose zone is that of a place, keep theirs, and so do windows of fixed months or cycles.
    """
    each = tuple(windows)
    if not each or any(one.kind != "event" or one.stated or one.zone != "UTC" for one in each):
        return None
    return named or next((found for text in moments if (found := zone_of_offset(text))), None)


def zone_of_offset(text: str) -> str | None:
    """ "2026-06-01T00:00:00+02:00" is told in Etc/GMT-2; None without an offset, or with one that names no zone."""
    try:
        return zone_of(datetime.fromisoformat(text.strip()).utcoffset())
    except ValueError:
        return None


def zone_of(offset: timedelta | None) -> str | None:
    """The zone of that offset from UTC where one has a name; None for none, for UTC itself and for parts of hours."""
    hours, rest = divmod(offset or timedelta(0), _HOUR)
    return f"Etc/GMT{-hours:+d}" if hours and not rest and -14 <= -hours <= 12 else None
