"""Verb: down time by the days of a zone; which of them count, and what lies on working days alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from datetime import date as Day
from fractions import Fraction
from itertools import product
from zoneinfo import ZoneInfo

from makegood.spans import Span, merged, zone
from makegood.terms.gauge import BadDays, DownRules, WorkingDays
from makegood.terms.outages import Outage
from makegood.terms.uptime import shortest_run
from makegood.terms.workdays import Place, is_working_day

_ONE_DAY = timedelta(days=1)
_OF = {
    "run": "the run itself must last that long",
    "day": "the down time of the day must last that long",
    "window": "the down time of the whole window must last that long",
}
_EACH = {
    "run": "a run counts once, on the day on which it begins",
    "day": "a run counts on every day on which enough of it lies",
}


@dataclass(frozen=True)
class Way:
    """One way to read what a rule of down time leaves open, with the rule as it is then decided."""

    id: str
    says: str
    rule: DownRules


def ways(rule: DownRules) -> tuple[Way, ...]:
    """Every way to read the rule, the one that gives least by the days first; one way where nothing is open."""
    choices: list[Sequence[tuple[str, str, dict[str, object]]]] = []
    if isinstance(rule, BadDays) and rule.of == "unstated":
        choices.append([(f"longer_{of}", says, {"of": of}) for of, says in _OF.items()])
    if isinstance(rule, BadDays) and rule.each == "unstated":
        choices.append([(f"each_{each}", says, {"each": each}) for each, says in _EACH.items()])
    if rule.working_days is not None and rule.working_days.or_else:
        choices.append(list(_calendars(rule.working_days)))
    found = []
    for chosen in product(*choices):
        update = {key: value for _, _, changed in chosen for key, value in changed.items()}
        name, says = "+".join(one[0] for one in chosen), "; ".join(one[1] for one in chosen)
        found.append(Way(name, says, rule.model_copy(update=update)))
    return tuple(found)


def _calendars(rule: WorkingDays) -> Iterator[tuple[str, str, dict[str, object]]]:
    for calendar in (rule.calendar, *rule.or_else):
        where = "-".join(part for part in (calendar.country, calendar.subdivision) if part) or "weekends"
        says = "weekends alone are left out" if calendar.country is None else f"the holidays of {where} are left out"
        one = WorkingDays(calendar=calendar, clause=rule.clause)
        yield f"days_off_{where.casefold()}", says, {"working_days": one}


def by_day(span: Span, where: ZoneInfo) -> Iterator[tuple[Day, Span]]:
    """The span cut at each midnight of the zone: (day, part)."""
    start = span.start
    while start < span.end:
        day = start.astimezone(where).date()
        midnight = datetime.combine(day + _ONE_DAY, time(), where).astimezone(UTC)
        yield day, Span(start, min(midnight, span.end))
        start = midnight


def on_working_days(outages: Iterable[Outage], where: ZoneInfo, place: Place) -> list[Outage]:
    """What of them lies on working days, neighbouring days joined; an outage without times is taken to."""
    found = []
    for one in outages:
        if one.span is None:
            found.append(one)
            continue
        kept = merged(part for day, part in by_day(one.span, where) if is_working_day(day, place))
        found += [replace(one, span=part, seconds=part.seconds) for part in kept]
    return found


def off_seconds(window: Span, where: ZoneInfo, place: Place) -> Fraction:
    """How much of the window lies on days that are no working days."""
    off = (part.seconds for day, part in by_day(window, where) if not is_working_day(day, place))
    return sum(off, Fraction(0))


def counted_days(rule: BadDays, items: Sequence[Outage], zone_name: str) -> tuple[str, ...]:
    """The days that count, by their dates; an outage without times is a day of its own."""
    where, shortest = zone(zone_name), shortest_run(rule.run)
    limit = 60 * Fraction(rule.longer_than_minutes or 0)
    by: dict[str, Fraction] = defaultdict(Fraction)
    parts = [_days_of(one, index, where) for index, one in enumerate(items)]
    for each in parts:
        for day, seconds in each.items():
            by[day] += seconds
    if rule.of == "window" and sum(by.values()) <= limit:
        return ()
    days: set[str] = set()
    for one, each in zip(items, parts, strict=True):
        if one.seconds >= shortest and (rule.of != "run" or one.seconds > limit):
            days |= _taken(rule, each, shortest)
    return tuple(sorted(day for day in days if rule.of != "day" or by[day] > limit))


def _days_of(outage: Outage, index: int, where: ZoneInfo) -> dict[str, Fraction]:
    if outage.span is None:
        return {f"outage {index + 1}": outage.seconds}
    return {day.isoformat(): part.seconds for day, part in by_day(outage.span, where)}


def _taken(rule: BadDays, each: Mapping[str, Fraction], shortest: Fraction) -> set[str]:
    """The days on which a run counts: the first one, or each that holds enough of it."""
    enough = {day for day, seconds in each.items() if seconds >= shortest}
    return enough if rule.each == "day" and enough else set(list(each)[:1])
