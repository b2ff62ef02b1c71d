"""ai-status-leaderboard company JSON: one record an incident and component, normalised from many status pages.

Shape: github.com/b3ngriffiths/ai-status-leaderboard, data of one company (2026). Adding up records over-counts:
an incident stands once for each component, and incidents overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from makegood.records.bulletin import Bulletin
from makegood.records.bulletin_words import STATUS_SEVERITY, kind_of, provider_of
from makegood.records.scope import Scope
from makegood.records.sources.cells import span, time, time_or_none, time_told, words
from makegood.records.sources.located_json import repeated_key
from makegood.records.sources.small import Document, Reading, SmallFormat, Unusable, gather
from makegood.spans import Span

_NO_COMPONENT = "uncategorised"


def _matches(document: Document) -> bool:
    data = document.data
    return isinstance(data, dict) and {"company_id", "incidents"} <= set(data) and isinstance(data["incidents"], list)


def _read(document: Document) -> Reading:
    data = document.data
    scope = Scope(provider_of(words(data["company_id"])))
    seen = time_told(data.get("last_scraped"))

    def one(row: Any) -> Iterator[Bulletin]:
        yield _bulletin(row, scope, document.file, seen)

    reading = gather(document.file, ((getattr(row, "line", 0), row) for row in data["incidents"]), one)
    notes = ["Severity is the worst state of a component over the whole incident."]
    if data.get("scrape_success") is False:
        notes.append(
            f"The last reading of this page failed ({words(data.get('last_scraped'))}): it may be out of date."
        )
    starts = [bulletin.start for bulletin in reading.bulletins]
    told = seen is not None and data.get("scrape_success") is not False and starts and min(starts) < seen
    coverage = ((scope, Span(min(starts), seen)),) if told and seen else ()
    return replace(reading, notes=tuple(notes), coverage=coverage)


def _bulletin(row: Any, scope: Scope, file: str, seen: datetime | None) -> Bulletin:
    if not isinstance(row, dict):
        raise Unusable("an incident must be a JSON object")
    if twice := repeated_key(row):
        raise Unusable(twice)
    own, component = words(row.get("id"), 200), words(row.get("component_id"), 120)
    if not own:
        raise Unusable("an incident without an id")
    start = time(row.get("opened_at"), "opened_at")
    end = time_or_none(row.get("resolved_at"), "resolved_at")
    name, title = words(row.get("component_name")), words(row.get("title"))
    severity = STATUS_SEVERITY.get(words(row.get("raw_severity"), 40), "unknown")
    return Bulletin(
        id=own,
        incident=own.removesuffix(f"-{component}") if component else own,
        scope=replace(scope, service=None if component == _NO_COMPONENT else name or None),
        component=name or "unnamed",
        title=title,
        severity=severity,
        kind=kind_of(title, name, "", severity),
        start=start,
        end=span(start, end).end if end else None,
        source=file,
        url=words(row.get("status_page_incident_url")) or None,
        seen=seen,
    )


FORMAT = SmallFormat(
    name="ai-status-leaderboard",
    kind="bulletins",
    title="ai-status-leaderboard company JSON",
    matches=_matches,
    read=_read,
)
