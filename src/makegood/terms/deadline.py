"""Verb: until when a claim must have been received, by every reading of the text, as UTC instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from makegood.spans import zone
from makegood.terms.pack import Deadline, Within


@dataclass(frozen=True)
class Anchors:
    """What a deadline may count from, and the zone whose days and months it counts in."""

    window_end: datetime
    breach: datetime | None
    zone: str


@dataclass(frozen=True)
class Due:
    """`end` is the first instant that is too late."""

    id: str
    says: str
    used: bool
    end: datetime


def deadlines(rule: Deadline, anchors: Anchors) -> tuple[Due, ...]:
    """One instant a reading, the used one first; a reading whose anchor is not known is left out."""
    found = []
    for within in sorted(rule.readings, key=lambda one: not one.used):
        start = anchors.window_end if within.anchor == "window_end" else anchors.breach
        if start is not None:
            found.append(Due(within.id, within.says, within.used, _after(start, within, anchors.zone)))
    return tuple(found)


def _after(start: datetime, within: Within, zone_name: str) -> datetime:
    local = start.astimezone(zone(zone_name))
    if within.days is not None:
        return (local + timedelta(days=within.days)).astimezone(UTC)
    month = local.year * 12 + local.month - 1 + (within.months or 0)
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=zone(zone_name)).astimezone(UTC)
