"""Verb: down time as a provider's own pages tell it, and what a promise would give by it; a reading, never more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from makegood.incidents.readings import Reading
from makegood.records.bulletin import Bulletin
from makegood.records.bulletin_words import may_be_about_models
from makegood.records.scope import Scope
from makegood.spans import Span, merged
from makegood.terms.case import Case
from makegood.terms.entitle import told_amount
from makegood.terms.outages import Outage, Outages, lasting
from makegood.terms.pack import Pack, PackVersion, Promise
from makegood.terms.verdict import Told, Verdict, exact_text, withdrawn
from makegood.terms.weigh import weigh_each

MEASURED = "measured_from_bulletins"
# The readings of a page's severities that are shown, the one used first; incidents/readings.py says what each counts.
READINGS = {
    "outage_only": "bulletins of partial and major outages count in full",
    "all": "every bulletin counts in full",
    "major_only": "only bulletins of major outages count",
}
_MERELY_TOLD = ("owed", "ambiguous")


@dataclass(frozen=True)
class Telling:
    """Which bulletins count, and how: those of the pack's providers, on what the promise covers, inside the period.

    `reading` and `doubtful` are a reading of incidents/readings.py; an open bulletin ends at `now`; `region` leaves out
    bulletins on other regions.
    """

    pack: Pack
    period: Span
    now: datetime
    promise: Promise | None = None
    region: str | None = None
    reading: str = next(iter(READINGS))
    doubtful: bool = False


def outages_from_bulletins(bulletins: Iterable[Bulletin], telling: Telling) -> Outages:
    """What the pages tell as outages: overlapping bulletins are one; basis `bulletins`.

    A bulletin keeps its times, also over the edge of the period, so that it is known how long it was. Minutes of a
    calendar and minutes that count only in part have a length and no times; they are cut to the period.
    """
    reading = Reading(telling.reading, telling.doubtful)
    counted = [one for one in bulletins if _is_about(one, telling) and reading.weight(one)]
    timed = [one for one in counted if one.minutes is None]
    items: list[Outage] = []
    graver: tuple[Span, ...] = ()
    for weight in sorted({reading.weight(one) for one in timed}, reverse=True):
        spans = merged(one.span(telling.now) for one in timed if reading.weight(one) == weight)
        whole = merged([*graver, *spans])
        if weight == 1:
            items += [lasting(span) for span in spans if span.microseconds]
        else:
            items += _sized(weight * 60 * (_minutes(whole, telling.period) - _minutes(graver, telling.period)))
        graver = whole
    return Outages((*items, *_calendar(counted, reading, telling.period)), "bulletins")


def _is_about(one: Bulletin, telling: Telling) -> bool:
    """Is it on one of the pack's names, on what the promise covers, and does it touch the period?"""
    named, coverage = one.scope.provider, telling.promise.coverage if telling.promise else None
    if named is None or not telling.pack.applies_to(named) or not may_be_about_models(named, one.component):
        return False
    if coverage and not (coverage.serves(one.scope.service or "") and coverage.runs(one.scope.model or "")):
        return False
    region = one.scope.region
    if region and telling.region and region.casefold() != telling.region.casefold():
        return False
    return one.span(telling.now).cut(telling.period) is not None


def _minutes(spans: Iterable[Span], period: Span) -> Fraction:
    return sum((inside.minutes for span in spans if (inside := span.cut(period))), Fraction(0))


def _sized(seconds: Fraction) -> list[Outage]:
    return [Outage(seconds)] if seconds else []


def _calendar(counted: Iterable[Bulletin], reading: Reading, period: Span) -> list[Outage]:
    """One outage a day of the calendar, of all its weighted minutes, never longer than the day."""
    by_day: dict[Span, Fraction] = defaultdict(Fraction)
    for one in counted:
        if one.minutes is None or one.end is None:
            continue
        day = Span(one.start, one.end)
        inside = day.cut(period)
        if inside:
            by_day[inside] += one.minutes * reading.weight(one) * inside.minutes / day.minutes
    return [Outage(60 * min(minutes, day.minutes)) for day, minutes in sorted(by_day.items())]


def told_scopes(bulletins: Iterable[Bulletin], telling: Telling) -> tuple[Scope, ...]:
    """What the pages speak of that the promise measures apart: its regions where they name any; () where of nothing."""
    widest = Reading("all", telling.doubtful)
    about = [one for one in bulletins if _is_about(one, telling) and widest.weight(one)]
    if not about:
        return ()
    names = {one.scope.provider for one in about}
    provider = names.pop() if len(names) == 1 else telling.pack.providers[0]
    coverage = telling.promise.coverage if telling.promise else None
    split = coverage is not None and "region" in coverage.split
    regions = sorted({one.scope.region for one in about if one.scope.region}) if split else []
    return tuple(Scope(provider, region=region) for region in regions) or (Scope(provider),)


def weigh_bulletins(terms: PackVersion, case: Case, bulletins: Sequence[Bulletin]) -> Verdict:
    """What the one promise of these terms gives if the pages' minutes were its down time, by each reading of them.

    A page is the provider's own word and no measurement in the sense of the terms: what it shows as owed is
    `ambiguous`, what it does not show is `unknown`, with the outcome of each reading beside it.
    """
    (promise,) = terms.version.promises
    telling = Telling(terms.pack, case.period, case.now, promise, case.scope.region)
    each = {}
    for name in READINGS:
        outages = outages_from_bulletins(bulletins, replace(telling, reading=name))
        each[name] = weigh_each(terms, replace(case, counts=None, totals=None, outages=outages))[0]
    used = next(iter(READINGS))
    verdict = each[used]
    told = tuple(_told(terms, verdict, (name, name == used), one) for name, one in each.items())
    kind = "ambiguous" if any(one.verdict in _MERELY_TOLD for one in each.values()) else "unknown"
    verdict = withdrawn(verdict, kind, (MEASURED, *verdict.reasons))
    return replace(verdict, readings=(*verdict.readings, *told))


def _told(terms: PackVersion, used: Verdict, reading: tuple[str, bool], one: Verdict) -> Told:
    name, is_used = reading
    value = one.measure.value if one.measure else None
    outcome = (
        ("verdict", one.verdict),
        *((("value", exact_text(value)),) if value is not None else ()),
        *((("percent", exact_text(one.percent)),) if one.percent is not None else ()),
        *told_amount(one.amount),
    )
    status = terms.clause(used.clause).status
    return Told(f"bulletins_{name}", "measure", is_used, READINGS[name], used.clause, outcome, status)
