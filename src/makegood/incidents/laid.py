"""Verb: lay the window of a past incident on a log; on its own date where the log has it, else on the same hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta

from makegood.spans import Span, zone

RULES = ("same", "weeks", "days", "none")
_DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Laid:
    """How a window was moved: `days` later by the clock of `zone`, and by which of RULES.

    `same`: the log holds the date itself. `weeks`: the same weekday and hours of another week. `days`: the same hours
    of another weekday, as the log holds no such weekday. `none`: the log holds no such hours at all.
    """

    rule: str
    days: int
    zone: str
    logged: Span

    def moved(self, window: Span) -> Span:
        """The window where it lies on the log; its length stays, whatever clocks do meanwhile."""
        return _moved(window, self.days, self.zone)

    def observed(self, window: Span) -> Span | None:
        """The part of the moved window that the log speaks of."""
        return self.moved(window).cut(self.logged) if self.rule != "none" else None


def lay(window: Span, logged: Span, zone_name: str = "UTC") -> Laid:
    """Where the window lies on a log of that span: the first of RULES that finds a place.

    Of several weeks (or days) the latest that holds the whole window is taken, else the one that holds most of it, the
    latest first. Raise BadPeriod for a zone that is none.
    """
    if window.cut(logged):
        return Laid("same", 0, zone_name, logged)
    for rule, step in (("weeks", _DAYS_A_WEEK), ("days", 1)):
        days = _best(window, logged, zone_name, step)
        if days is not None:
            return Laid(rule, days, zone_name, logged)
    return Laid("none", 0, zone_name, logged)


def _best(window: Span, logged: Span, zone_name: str, step: int) -> int | None:
    """By how many days, a multiple of `step`, the window is best moved; None where no such place is in the log."""
    first = (logged.start - window.end).days // step - 1
    last = (logged.end - window.start).days // step + 1
    best: tuple[int, int] | None = None
    for days in range(first * step, (last + 1) * step, step):
        inside = _moved(window, days, zone_name).cut(logged)
        if inside and (best is None or inside.microseconds >= best[0]):
            best = inside.microseconds, days
    return best[1] if best else None


def _moved(window: Span, days: int, zone_name: str) -> Span:
    where = zone(zone_name)
    local = window.start.astimezone(where).replace(tzinfo=None) + timedelta(days=days)
    start = local.replace(tzinfo=where).astimezone(UTC)
    return Span(start, start + (window.end - window.start))
