"""Availability: what share of a period a component was up, by each named reading, in exact fractions.

Overlapping bulletins of a component are merged: at each moment the gravest counts. The minutes added up, without
merging, stand beside them. A calendar's minutes (Bulletin.minutes) add up by day and never exceed the day.
Only the part of the period that the sources cover is reckoned with; a component's `total` says how much that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise

from makegood.errors import BadUse
from makegood.incidents.readings import BASES, DOUBTFUL, WEIGHTS, LeftOut, Question, Reading
from makegood.records.bulletin import Bulletin
from makegood.records.scope import Scope
from makegood.spans import Span, merged, month, months, zone

Coverage = Iterable[tuple[Scope, Span]]


@dataclass(frozen=True)
class Availability:
    """One component by one reading; minutes are exact. `availability` is None where nothing is covered.

    `down` is merged and weighted, `added` the same minutes added up, `total` the covered minutes of `period`;
    `complete` says that the whole period is covered (or that no source tells what it covers).
    """

    reading: str
    variant: str
    scope: Scope
    component: str
    period: Span
    availability: Fraction | None
    down: Fraction
    added: Fraction
    total: Fraction
    complete: bool
    counted: tuple[str, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def days(self) -> Fraction:
        """The covered length in days of 24 hours."""
        return self.total / 1440


@dataclass(frozen=True)
class _Component:
    scope: Scope
    name: str
    bulletins: tuple[Bulletin, ...]
    covered: tuple[Span, ...] | None

    def within(self, period: Span) -> tuple[Span, ...]:
        """The covered pieces of the period; the whole of it where no source tells what it covers."""
        pieces = (period,) if self.covered is None else self.covered
        return tuple(piece for span in pieces if (piece := span.cut(period)))


def availability(bulletins: Iterable[Bulletin], coverage: Coverage, question: Question) -> tuple[Availability, ...]:
    """Each component by each reading asked for, with and without doubtful bulletins; raise BadUse on a bad question."""
    readings = _readings(question)
    found = _components(bulletins, coverage)
    return tuple(_weigh(one, reading, question.period, question) for one in found for reading in readings)


def daily(bulletins: Iterable[Bulletin], coverage: Coverage, question: Question) -> tuple[Availability, ...]:
    """The same for each whole covered day of the period in the question's zone, in order of component and day."""
    return _by(bulletins, coverage, question, days(question.period, question.zone))


def monthly(bulletins: Iterable[Bulletin], coverage: Coverage, question: Question) -> tuple[Availability, ...]:
    """The same for each true month that the period touches; months not covered whole say so (`complete`)."""
    spans = [month(name, question.zone) for name in months(question.period, question.zone)]
    return _by(bulletins, coverage, question, spans, whole=False)


def days(period: Span, zone_name: str = "UTC") -> tuple[Span, ...]:
    """The whole calendar days of a zone inside the period, as UTC spans (23 to 25 hours where clocks change)."""
    where = zone(zone_name)
    first = period.start.astimezone(where).date()
    last = period.end.astimezone(where).date()
    edges = [
        datetime.combine(first + timedelta(days=step), time(), tzinfo=where).astimezone(UTC)
        for step in range((last - first).days + 2)
    ]
    found = (Span(start, end) for start, end in pairwise(edges))
    return tuple(day for day in found if period.start <= day.start and day.end <= period.end)


def _by(
    bulletins: Iterable[Bulletin], coverage: Coverage, question: Question, spans: Sequence[Span], whole: bool = True
) -> tuple[Availability, ...]:
    readings = _readings(question)
    result: list[Availability] = []
    for one in _components(bulletins, coverage):
        waiting = sorted(one.bulletins, key=lambda bulletin: bulletin.start)
        for span in spans:
            pieces = one.within(span)
            if not pieces or (whole and pieces != (span,)):
                continue
            near = tuple(b for b in waiting if b.start < span.end and _span(b, question).end >= span.start)
            narrow = _Component(one.scope, one.name, near, one.covered)
            result.extend(_weigh(narrow, reading, span, question) for reading in readings)
            waiting = [b for b in waiting if _span(b, question).end >= span.start]
    return tuple(result)


def _readings(question: Question) -> tuple[Reading, ...]:
    unknown = [name for name in question.names if name not in WEIGHTS]
    if unknown or question.basis not in BASES:
        wrong = f"reading '{unknown[0][:40]}'" if unknown else f"basis '{question.basis[:40]}'"
        raise BadUse(f"There is no {wrong}; use {', '.join(WEIGHTS)} on {' or '.join(BASES)}.")
    return tuple(Reading(name, variant == DOUBTFUL[0]) for name in question.names for variant in DOUBTFUL)


def _components(bulletins: Iterable[Bulletin], coverage: Coverage) -> tuple[_Component, ...]:
    """By scope and component; a covered scope that names a service is a component even without a bulletin."""
    groups: dict[tuple[tuple[str, ...], str], tuple[Scope, list[Bulletin]]] = {}
    for bulletin in bulletins:
        key = (bulletin.scope.key(), bulletin.component)
        groups.setdefault(key, (bulletin.scope, []))[1].append(bulletin)
    told = list(coverage)
    for scope, _ in told:
        if scope.service is not None:
            groups.setdefault((scope.key(), scope.service), (scope, []))
    return tuple(
        _Component(scope, name, tuple(sorted(found, key=lambda b: (b.start, b.id))), _covered(scope, told))
        for (_, name), (scope, found) in sorted(groups.items())
    )


def _covered(scope: Scope, told: list[tuple[Scope, Span]]) -> tuple[Span, ...] | None:
    spans = [span for covering, span in told if covering.covers(scope)]
    return merged(spans) if spans else None


def _span(bulletin: Bulletin, question: Question) -> Span:
    if question.basis == "stated" and bulletin.impact is not None:
        return bulletin.impact
    return bulletin.span(question.now)


def _weigh(one: _Component, reading: Reading, period: Span, question: Question) -> Availability:
    pieces = one.within(period)
    inside = [bulletin for bulletin in one.bulletins if _inside(_span(bulletin, question), pieces)]
    counted = [bulletin for bulletin in inside if reading.why_not(bulletin) is None]
    spans = [
        (cut, reading.weight(bulletin))
        for bulletin in counted
        if bulletin.minutes is None
        for piece in pieces
        if (cut := _span(bulletin, question).cut(piece))
    ]
    by_day = _calendar(counted, reading, pieces)
    capped = sum((min(minutes, day.minutes) for day, minutes in by_day.items()), Fraction(0))
    total = sum((piece.minutes for piece in pieces), Fraction(0))
    down = min(total, _merged_minutes(spans) + capped)
    return Availability(
        reading=reading.name,
        variant=reading.variant,
        scope=one.scope,
        component=one.name,
        period=period,
        availability=1 - down / total if total else None,
        down=down,
        added=sum((span.minutes * weight for span, weight in spans), sum(by_day.values(), Fraction(0))),
        total=total,
        complete=one.covered is None or pieces == (period,),
        counted=tuple(bulletin.id for bulletin in counted),
        left_out=tuple(LeftOut(b.id, why) for b in inside if (why := reading.why_not(b))),
    )


def _inside(span: Span, pieces: tuple[Span, ...]) -> bool:
    """Does it touch the pieces? A bulletin of no length counts as inside where it lies."""
    return any(span.cut(piece) or piece.holds(span.start) for piece in pieces)


def _calendar(counted: list[Bulletin], reading: Reading, pieces: tuple[Span, ...]) -> dict[Span, Fraction]:
    """Weighted minutes by day of the calendar bulletins whose day lies whole in the pieces, else in proportion."""
    by_day: dict[Span, Fraction] = {}
    for bulletin in counted:
        if bulletin.minutes is None or bulletin.end is None:
            continue
        day = Span(bulletin.start, bulletin.end)
        for piece in pieces:
            if part := day.cut(piece):
                minutes = bulletin.minutes * reading.weight(bulletin) * part.minutes / day.minutes
                by_day[part] = by_day.get(part, Fraction(0)) + minutes
    return by_day


def _merged_minutes(spans: list[tuple[Span, Fraction]]) -> Fraction:
    """Weighted minutes where at each moment the gravest span counts: a weight counts only outside graver ones."""
    total = Fraction(0)
    graver: list[Span] = []
    for weight in sorted({weight for _, weight in spans}, reverse=True):
        before = sum((span.minutes for span in merged(graver)), Fraction(0))
        graver = list(merged([*graver, *(span for span, of in spans if of == weight)]))
        total += weight * (sum((span.minutes for span in graver), Fraction(0)) - before)
    return total
