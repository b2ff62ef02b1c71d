"""Verb: count working days by the weekends and public holidays of a country or a part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Day
from datetime import timedelta
from functools import cache, lru_cache
from typing import Protocol

from makegood.errors import BadTerms
from makegood.terms.due import Calendar
from makegood.terms.lines import Path

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class Place:
    """Where the days are counted; without a country Monday to Friday, whatever is celebrated."""

    country: str | None = None
    subdivision: str | None = None


class _Days(Protocol):
    def is_working_day(self, key: Day) -> bool: ...


class _Weekdays:
    def is_working_day(self, key: Day) -> bool:
        return key.weekday() < _SATURDAY


def place_of(calendar: Calendar, facts: Mapping[str, object]) -> Place | None:
    """The place whose days count, by the facts of the case; None when they do not tell it."""
    if calendar.by_fact is None:
        return Place(calendar.country, calendar.subdivision)
    told = facts.get(calendar.by_fact)
    named = str(told).strip().casefold() if told is not None else ""
    for name, subdivision in calendar.places.items():
        if named in (name.casefold(), subdivision.casefold()):
            return Place(calendar.country, subdivision)
    return Place(calendar.country, calendar.subdivision) if calendar.subdivision else None


def is_working_day(day: Day, place: Place) -> bool:
    """Neither weekend nor public holiday there; weekends alone in years beyond those known (most end with 2100).

    Raise BadTerms for a country or part of one that is not known.
    """
    return _days(place).is_working_day(day)


@lru_cache(maxsize=4096)
def working_day_after(day: Day, n: int, place: Place) -> Day:
    """The n-th full working day after the day, which is never counted itself; before it for n below zero.

    For n of 0 the day itself, or the next working day where it is none. Raise OverflowError past year 9999.
    """
    step = _ONE_DAY if n >= 0 else -_ONE_DAY
    days, left = _days(place), abs(n)
    if not left:
        while not days.is_working_day(day):
            day += step
        return day
    while left:
        day += step
        left -= days.is_working_day(day)
    return day


def moved(day: Day, how: str, place: Place) -> Day:
    """The day where it is a working day, else the nearest one that is: the `next` one or the one `before`."""
    if how == "stays" or is_working_day(day, place):
        return day
    return working_day_after(day, 1 if how == "next" else -1, place)


def unsound_calendar(calendar: Calendar) -> Iterator[tuple[Path, str]]:
    """What cannot be right in a calendar beyond single fields, with the path inside it and the mend."""
    if calendar.country is None and (calendar.subdivision or calendar.places):
        yield ("country",), "a part of a country is named without the country; add 'country'"
        return
    if (calendar.by_fact is None) != (not calendar.places):
        yield ("by_fact",), "'by_fact' and 'places' go together; give both or neither"
    named: list[tuple[Path, str | None]] = [(("places", name), code) for name, code in calendar.places.items()]
    for path, code in [(("country",), None), (("subdivision",), calendar.subdivision), *named]:
        try:
            _days(Place(calendar.country, code))
        except BadTerms as fault:
            yield path, str(fault).rstrip(".")
            if path == ("country",):
                return


@cache
def _days(place: Place) -> _Days:
    if place.country is None:
        return _Weekdays()
    import holidays  # takes longer to load than most runs that count no working day

    try:
        found: _Days = holidays.country_holidays(place.country, subdiv=place.subdivision)
    except NotImplementedError as fault:
        parts = holidays.list_supported_countries().get(place.country)
        if parts is None:
            raise BadTerms(f"no holidays of a country '{place.country}' are known; use a code such as GB.") from fault
        mend = f"use one of {', '.join(parts)}" if parts else "leave it out"
        raise BadTerms(f"'{place.subdivision}' is no part of '{place.country}' known here; {mend}.") from fault
    return found
