"""Atlassian Statuspage v2: incidents.json, summary.json, scheduled-maintenances.json and their like.

A bulletin is one incident on one component; its severity is the worst status that component had in the updates,
and only where no status is told, the incident's impact. Shape: status.claude.com/api/v2/incidents.json (2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from makegood.records.bulletin import Bulletin, Update
from makegood.records.bulletin_words import IMPACT_SEVERITY, STATUS_SEVERITY, kind_of, provider_of, worst
from makegood.records.scope import Scope
from makegood.records.sources.cells import listed, span, time, time_or_none, time_told, words
from makegood.records.sources.located_json import repeated_key
from makegood.records.sources.small import Document, Reading, SmallFormat, Unusable, gather
from makegood.records.stated_window import plain_text, stated_window
from makegood.spans import Span

_LISTS = ("incidents", "scheduled_maintenances")
_CLOSED = ("resolved", "completed", "postmortem")
_LONGEST_BODY = 20_000


@dataclass(frozen=True)
class _Page:
    file: str
    provider: str | None
    seen: datetime | None
    assumed: list[str]


def is_page(data: Any) -> bool:
    """Is it a Statuspage v2 answer: an object with a `page` and lists of incidents, or neither list at all?"""
    return (
        isinstance(data, dict)
        and isinstance(data.get("page"), dict)
        and any(name in data for name in (*_LISTS, "status", "components"))
        and all(data.get(name) is None or isinstance(data[name], list) for name in _LISTS)
    )


def read_page(document: Document) -> Reading:
    """Bulletins of a Statuspage v2 answer; absent lists count as empty and are noted."""
    data, head = document.data, document.data["page"]
    provider = provider_of(words(head.get("name")), words(head.get("url")))
    page = _Page(document.file, provider, time_told(head.get("updated_at")), [])
    rows = [one for name in _LISTS for one in data.get(name) or []]
    reading = gather(
        document.file, ((getattr(row, "line", 0), row) for row in rows), lambda row: list(_bulletins(row, page))
    )
    notes = [f"The page has no list `{name}`." for name in _LISTS[:1] if data.get(name) is None]
    if page.assumed:
        notes.append(f"{len(page.assumed)} stated windows name no zone; UTC was assumed: {', '.join(page.assumed)}.")
    return replace(reading, notes=tuple(notes), coverage=_coverage(reading, page, data.get("incidents")))


def _coverage(reading: Reading, page: _Page, incidents: Any) -> tuple[tuple[Scope, Span], ...]:
    """A page shows about its last 50 incidents: it speaks from the oldest one to when it was taken."""
    told = [bulletin for bulletin in reading.bulletins if bulletin.kind != "maintenance"]
    times = [update.time for bulletin in told for update in bulletin.updates]
    seen = page.seen or max(times, default=None)
    start = min((bulletin.start for bulletin in told), default=None)
    if not incidents or seen is None or start is None or start >= seen:
        return ()
    return ((Scope(page.provider), Span(start, seen)),)


def _bulletins(row: Any, page: _Page) -> Iterator[Bulletin]:
    if not isinstance(row, dict):
        raise Unusable("an incident must be a JSON object")
    if twice := repeated_key(row):
        raise Unusable(twice)
    incident = words(row.get("id"), 120)
    if not incident:
        raise Unusable("an incident without an id")
    told = [one for one in listed(row.get("incident_updates"), "incident_updates") if isinstance(one, dict)]
    updates = tuple(sorted((_update(one) for one in told), key=lambda update: update.time))
    where, open_ = _span(row, updates)
    impact = IMPACT_SEVERITY.get(words(row.get("impact"), 40), "unknown")
    planned = impact == "maintenance" or row.get("scheduled_for") is not None
    window = None if planned or open_ else stated_window(updates, where)
    if window and window.zone_assumed:
        page.assumed.append(incident)
    title, text = words(row.get("name")), "\n".join(update.text for update in updates)
    for code, name, severity in _components(row, told, impact):
        yield Bulletin(
            id=f"{incident}-{code}" if code else incident,
            incident=incident,
            scope=Scope(page.provider, name or None),
            component=name or "unnamed",
            title=title,
            severity="maintenance" if planned else severity,
            kind=kind_of(title, name, text, "maintenance" if planned else severity),
            start=where.start,
            end=None if open_ else where.end,
            source=page.file,
            url=words(row.get("shortlink")) or None,
            impact=window.span if window else None,
            updates=updates,
            seen=page.seen,
        )


def _update(one: dict[str, Any]) -> Update:
    when = time(one.get("display_at") or one.get("created_at") or one.get("updated_at"), "an update's display_at")
    return Update(when, words(one.get("status"), 40).lower(), plain_text(words(one.get("body"), _LONGEST_BODY)))


def _span(row: dict[str, Any], updates: tuple[Update, ...]) -> tuple[Span, bool]:
    """The page's span, and whether it is open: a resolved incident that was opened again is open."""
    status = words(row.get("status"), 40).lower()
    open_ = status not in _CLOSED
    planned, until = (time_or_none(row.get(name), name) for name in ("scheduled_for", "scheduled_until"))
    if planned:
        if status == "scheduled":
            return span(planned, until or planned), False
        running = [update.time for update in updates if update.status == "in_progress"]
        start = min(running, default=planned)
    else:
        started = time(row.get("started_at") or row.get("created_at"), "started_at")
        # An update can be dated back to before the page was opened.
        start = min([started, *(update.time for update in updates if update.status != "scheduled")])
    closing = [update.time for update in updates if update.status in _CLOSED[:2]]
    end = time_or_none(row.get("resolved_at"), "resolved_at") or max(closing, default=None)
    if open_:
        return Span(start, max([start, *(update.time for update in updates)])), True
    return span(start, end or time(row.get("updated_at"), "resolved_at")), False


def _components(row: dict[str, Any], told: list[dict[str, Any]], impact: str) -> list[tuple[str, str, str]]:
    """(code, name, severity) of each component that the incident or its updates name."""
    codes: dict[str, str] = {}
    states: dict[str, list[str]] = {}
    for one in listed(row.get("components"), "components"):
        if isinstance(one, dict) and words(one.get("name")):
            codes.setdefault(words(one["name"]), words(one.get("id"), 60))
    for change in (change for one in told for change in listed(one.get("affected_components"), "affected_components")):
        if isinstance(change, dict) and (name := words(change.get("name"))):
            codes[name] = codes.get(name) or words(change.get("code"), 60)
            known = (STATUS_SEVERITY.get(words(change.get(key), 40)) for key in ("old_status", "new_status"))
            states.setdefault(name, []).extend(state for state in known if state)
    if not codes:
        return [("", "", impact)]
    return [
        (codes[name] or re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"), name, _severity(states.get(name), impact))
        for name in sorted(codes)
    ]


def _severity(states: list[str] | None, impact: str) -> str:
    """The worst state told; a component that was never told to be down has the incident's impact instead."""
    telling = [state for state in states or [] if state != "none"]
    return worst(telling) if telling else impact


def _matches(document: Document) -> bool:
    return is_page(document.data)


FORMAT = SmallFormat(
    name="statuspage-json",
    kind="bulletins",
    title="Atlassian Statuspage v2 JSON (incidents, summary, scheduled maintenances)",
    matches=_matches,
    read=read_page,
)
