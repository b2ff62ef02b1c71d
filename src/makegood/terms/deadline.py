"""Verb: until when each step of a claim must be taken, by every reading of the text, as UTC instants."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import date as Day
from zoneinfo import ZoneInfo

from makegood.errors import BadPeriod
from makegood.spans import Span, zone
from makegood.terms.due import ENDS, Deadline, Within
from makegood.terms.workdays import Place, moved, place_of, working_day_after

_INSTANT, _SECOND, _ONE_DAY = timedelta(microseconds=1), timedelta(seconds=1), timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MONTH_RULES = {
    "same_day": "counted to the day of the same number",
    "last_day": "counted from the last day of a month to the last day of a month",
}


@dataclass(frozen=True)
class Cycle:
    """A billing cycle: a moment at which one begins, on which day of a month each does, how many months it takes.

    In a month without that day it begins on the last one. `day` None takes the day of `begins`.
    """

    begins: datetime
    day: int | None = None
    months: int = 1


@dataclass(frozen=True)
class Moments:
    """What deadlines count from: instants by the name of their anchor, and the zone whose days are counted.

    The window's ends need not be named again. `month_end` and `quarter_end` follow from the start of the incident,
    without one from the window. `facts` may tell the place whose holidays count. `cycle` None takes the window as a
    billing cycle of a month.
    """

    zone: str
    window: Span | None = None
    known: Mapping[str, datetime] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    cycle: Cycle | None = None


@dataclass(frozen=True)
class Due:
    """`end` is the first instant that is too late for the step."""

    id: str
    says: str
    used: bool
    end: datetime
    step: str = "claim"


def due(rule: Deadline, moments: Moments) -> tuple[Due, ...]:
    """One instant a reading, the used one first; a reading whose anchor, place or cycle is not known is left out.

    A reading with an unstated month rule becomes two, ID.same_day and ID.last_day, wherever those differ; of the used
    one the same day, which is the earlier, stays used. The first is not the used one where that was left out. Raise
    BadPeriod when the years run out.
    """
    ordered = sorted(rule.readings, key=lambda one: not one.used)
    return tuple(found for within in ordered for found in _readings(within, rule.step, moments))


def exact_due(within: Within, moments: Moments) -> datetime | None:
    """The first instant too late for a duty, a payment or a use before expiry; of two readings the earlier one."""
    return next((found.end for found in _readings(within, "", moments)), None)


def _readings(within: Within, step: str, moments: Moments) -> Iterator[Due]:
    start = _start(within.anchor, moments)
    reckoning = None if start is None else _reckoning(within, moments)
    if start is None or reckoning is None:
        return
    try:
        same = reckoning.end(start, False)
        last = reckoning.end(start, True) if within.unit in ("months", "years") else same
    except (OverflowError, ValueError) as fault:
        raise BadPeriod(f"deadline '{within.id}' lies outside the years that can be reckoned, 1970 to 9998.") from fault
    if same == last or within.month_rule != "unstated":
        yield Due(within.id, within.says, within.used, last if within.month_rule == "last_day" else same, step)
        return
    for rule, end, used in (("same_day", same, within.used), ("last_day", last, False)):
        yield Due(f"{within.id}.{rule}", f"{within.says} ({_MONTH_RULES[rule]})", used, end, step)


def _start(anchor: str, moments: Moments) -> datetime | None:
    known, window = moments.known.get(anchor), moments.window
    if known is not None:
        return known
    if window is not None and anchor in ("window_start", "window_end"):
        return window.start if anchor == "window_start" else window.end
    if anchor in ("month_end", "quarter_end"):
        inside = moments.known.get("incident_start") or (window.end - _INSTANT if window else None)
        if inside is not None:
            where = zone(moments.zone)
            return _day_end(_last_day(inside.astimezone(where).date(), anchor.removesuffix("_end")), where)
    return None


def _reckoning(within: Within, moments: Moments) -> _Reckoning | None:
    """How the reading counts in this case; None when the place or the cycle that it needs is not known."""
    where = zone(moments.zone)
    place = place_of(within.calendar, moments.facts) if within.calendar else None
    cycle = moments.cycle or (_cycle_of(moments.window, where) if moments.window else None)
    if (within.calendar and not place) or (within.until == "cycle" and not cycle):
        return None
    return _Reckoning(within, where, place or Place(), cycle)


@dataclass(frozen=True)
class _Reckoning:
    """One way to count, with the zone, the place and the cycle it counts in."""

    within: Within
    where: ZoneInfo
    place: Place
    cycle: Cycle | None

    def end(self, start: datetime, to_last: bool) -> datetime:
        """The first instant too late; `to_last`: months from the last day of a month run to a last day."""
        within = self.within
        inside = start - _INSTANT if within.anchor in ENDS else start
        if within.unit == "cycles":
            return self._cycle_end(inside, within.amount)
        later = timedelta(hours=within.amount) if within.unit == "hours" else None
        day = self._counted(self._day(inside), to_last) if later is None else self._day(inside + later)
        if within.until == "none":
            over = self._day(start) - self._day(inside)  # a day, for an end at midnight
            point = self._at_time_of(start, day + over) if later is None else start + later
            return point + within.counts_last_instant * _SECOND
        if within.until == "cycle":
            return self._cycle_end(_day_end(day, self.where) - _INSTANT, 0)
        return _day_end(moved(_last_day(day, within.until), within.on_day_off, self.place), self.where)

    def _day(self, moment: datetime) -> Day:
        return moment.astimezone(self.where).date()

    def _at_time_of(self, start: datetime, day: Day) -> datetime:
        return datetime.combine(day, start.astimezone(self.where).time(), self.where).astimezone(UTC)

    def _counted(self, day: Day, to_last: bool) -> Day:
        within, amount = self.within, self.within.amount
        if within.counts_first_day:
            day += _ONE_DAY if within.before else -_ONE_DAY
        if within.unit == "business_days":
            return working_day_after(day, amount, self.place)
        if within.unit in ("months", "years"):
            return _months_on(day, amount * (12 if within.unit == "years" else 1), to_last)
        return day + amount * (7 if within.unit == "weeks" else 1) * _ONE_DAY

    def _cycle_end(self, inside: datetime, later: int) -> datetime:
        """The end of the cycle that holds the moment, or of one so many cycles later."""
        assert self.cycle is not None
        end = _cycle_end(self.cycle, inside, later, self.where)
        last = self._day(end - _INSTANT)
        day = moved(last, self.within.on_day_off, self.place)
        return end if day == last else _day_end(day, self.where)


def _cycle_end(cycle: Cycle, inside: datetime, later: int, where: ZoneInfo) -> datetime:
    local, first = inside.astimezone(where), cycle.begins.astimezone(where)

    def begins(number: int) -> datetime:
        month = _months_on(first.date().replace(day=1), number * cycle.months, False)
        day = month.replace(day=min(cycle.day or first.day, _month_length(month)))
        return datetime.combine(day, first.time(), where).astimezone(UTC)

    number = (12 * (local.year - first.year) + local.month - first.month) // cycle.months
    while begins(number) > inside:
        number -= 1
    return begins(number + 1 + later)


def _cycle_of(window: Span, where: ZoneInfo) -> Cycle:
    """The window as a cycle; one that begins on the 31st ends on the 28th of February and goes on with the 31st."""
    start, end = window.start.astimezone(where), window.end.astimezone(where)
    cut_short = end.day == _month_length(end.date())
    return Cycle(window.end, max(start.day, end.day) if cut_short else end.day)


def _months_on(day: Day, months: int, to_last: bool) -> Day:
    """That many months later on the day of the same number, or the last one where the month is too short."""
    index = day.year * 12 + day.month - 1 + months
    first = Day(index // 12, index % 12 + 1, 1)
    length = _month_length(first)
    return first.replace(day=length if to_last and day.day == _month_length(day) else min(day.day, length))


def _month_length(day: Day) -> int:
    return monthrange(day.year, day.month)[1]


def _last_day(day: Day, unit: str) -> Day:
    """The last day of the month, quarter or year that holds the day; of anything else the day itself."""
    months = _MONTHS.get(unit)
    if months is None:
        return day
    last = day.replace(day=1, month=(day.month - 1) // months * months + months)
    return last.replace(day=_month_length(last))


def _day_end(day: Day, where: ZoneInfo) -> datetime:
    """The first instant of the day after it, in UTC."""
    return datetime.combine(day + _ONE_DAY, datetime.min.time(), where).astimezone(UTC)
