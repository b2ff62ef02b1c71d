"""ICPE 2025 outage calendar: minutes of partial and major outage a day and service, from providers' own calendars.

Shape: outage_unexploded.csv of github.com/atlarge-research/llm-service-analysis (Chu et al., arXiv:2501.12469).
A day in the file is covered whether or not it has minutes; that is what availability over a calendar rests on.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from makegood.records.bulletin import Bulletin
from makegood.records.scope import Scope
from makegood.records.sources.cells import number, time, words
from makegood.records.sources.small import Document, Reading, Row, SmallFormat, Unusable, gather, sound
from makegood.spans import Span, merged

_COLUMNS = ("Date", "Service", "provider", "partial_outage_minutes", "major_outage_minutes")
_DAY = timedelta(days=1)
_LONGEST_LIST = 20_000


def _matches(document: Document) -> bool:
    return document.rows is not None and document.rows.has(*_COLUMNS)


def _read(document: Document) -> Reading:
    assert document.rows is not None
    days: dict[Scope, dict[Span, int]] = {}
    silent: list[str] = []

    def one(row: Row) -> Iterator[Bulletin]:
        cells = sound(row)
        scope, day = _place(cells)
        partial, major = _minutes(cells)
        first = days.setdefault(scope, {}).setdefault(day, row.line)
        if first != row.line:
            raise Unusable(f"{scope.words()} has this day already at line {first}")
        incidents = _incidents(cells.get("Incidents", ""))
        if incidents and not partial and not major:
            silent.append(cells["Date"])
        for severity, minutes in (("partial", partial), ("major", major)):
            if minutes:
                yield _bulletin((scope, day), (severity, minutes), incidents, document.file)

    reading = gather(document.file, ((row.line, row) for row in document.rows.rows), one)
    coverage = tuple((scope, span) for scope in sorted(days, key=Scope.key) for span in merged(days[scope]))
    notes = [
        "Days are calendar days without a stated time zone; UTC was assumed.",
        "Calendar minutes are taken as downtime: they are not split among the incidents named on that day.",
    ]
    if silent:
        notes.append(f"{len(silent)} days name incidents but no minutes; they count as days without outage.")
    return replace(reading, coverage=coverage, notes=tuple(notes))


def _place(cells: dict[str, str]) -> tuple[Scope, Span]:
    service = words(cells["Service"])
    if not service:
        raise Unusable("Service is empty")
    start = time(cells["Date"], "Date")
    if start != start.replace(hour=0, minute=0, second=0, microsecond=0):
        raise Unusable(f"Date '{words(cells['Date'], 40)}' is not a day")
    return Scope(words(cells["provider"]).lower() or None, service), Span(start, start + _DAY)


def _minutes(cells: dict[str, str]) -> tuple[Fraction, Fraction]:
    partial = number(cells["partial_outage_minutes"], "partial_outage_minutes")
    major = number(cells["major_outage_minutes"], "major_outage_minutes")
    if partial < 0 or major < 0 or partial + major > 1440:
        raise Unusable(f"{partial} partial and {major} major minutes do not fit a day of 1440")
    told = cells.get("total_outage_minutes", "").strip()
    if told and number(told, "total_outage_minutes") != partial + major:
        raise Unusable(f"total_outage_minutes {told} is not {partial} partial + {major} major")
    return Fraction(partial), Fraction(major)


def _incidents(text: str) -> list[tuple[str, str]]:
    """(title, address) of each incident in a Python-literal list; empty where it cannot be read."""
    try:
        found = ast.literal_eval(text) if text.startswith("[{") and len(text) < _LONGEST_LIST else []
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return []
    rows = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return [(words(one.get("Incident_Title")), words(one.get("Incident_Link"))) for one in rows]


def _bulletin(
    place: tuple[Scope, Span], outage: tuple[str, Fraction], incidents: list[tuple[str, str]], file: str
) -> Bulletin:
    (scope, day), (severity, minutes) = place, outage
    name = f"{scope.service}-{day.start:%Y-%m-%d}"
    return Bulletin(
        id=f"{name}-{severity}",
        incident=name,
        scope=scope,
        component=scope.service or "",
        title="; ".join(title for title, _ in incidents)[:500] or "outage minutes without a named incident",
        severity=severity,
        kind="downtime",
        start=day.start,
        end=day.end,
        source=file,
        url=incidents[0][1] or None if incidents else None,
        minutes=minutes,
    )


FORMAT = SmallFormat(
    name="icpe-calendar",
    kind="bulletins",
    title="outage calendar with partial and major minutes a day (ICPE 2025)",
    matches=_matches,
    read=_read,
)
