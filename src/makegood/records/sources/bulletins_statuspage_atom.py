"""Atlassian Statuspage history.atom: one entry an incident, its updates as HTML, newest first, without a year.

The year is that of `published`, the time the incident was closed, or one beside it where that is nearer.
Times are whole minutes. The feed names neither component nor severity: both are read from the words.
Shape seen in www.githubstatus.com/history.atom (August 2026).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from makegood.records.bulletin import Bulletin, Update
from makegood.records.bulletin_words import kind_of, provider_of
from makegood.records.scope import Scope
from makegood.records.sources import feed
from makegood.records.sources.cells import time, time_told, words
from makegood.records.sources.small import Document, Reading, SmallFormat, Unusable, gather
from makegood.records.stated_window import ZONES, Clock, fixed_zone, nearest, plain_text, stated_window
from makegood.spans import Span

_UPDATE = re.compile(r"<small>(.{5,200}?)</small>(.*?)(?=<small>|\Z)", re.DOTALL)
_STATUS = re.compile(r"<strong>([^<]{1,40})</strong>\s*-?", re.DOTALL)
_STAMP = re.compile(r"([A-Za-z]{3})[a-z]* +(\d{1,2})(?:, (\d{4}))?, +(\d{1,2}):(\d{2})(?: - (\d{1,2}):(\d{2}))? +(\w+)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLOSED = ("resolved", "completed")
_COMPONENTS = re.compile(r"(?:degraded|impacted) (?:performance|availability) for (?!some )([^.\n]{2,120})")
# The words of the updates, gravest first, where the feed itself states no severity.
_SEVERITY_WORDS = (
    ("major", re.compile(r"major outage|complete(?:ly)? (?:outage|unavailable)", re.IGNORECASE)),
    ("partial", re.compile(r"partial outage|degraded availability", re.IGNORECASE)),
    ("degraded", re.compile(r"degraded performance|impacted performance", re.IGNORECASE)),
)


def _matches(document: Document) -> bool:
    return feed.is_atom(document) and bool(re.search(r"tag:[^<]{1,80},2005:(?:Incident/|/history)", document.text))


def _read(document: Document) -> Reading:
    page = feed.parse(document)
    provider = provider_of(page.title, page.address)
    seen = time_told(page.updated)
    assumed: list[str] = []

    def one(entry: feed.Entry) -> tuple[Bulletin, ...]:
        if entry.broken:
            raise Unusable(entry.broken)
        return (_bulletin(entry, Scope(provider), document.file, seen, assumed),)

    reading = gather(document.file, ((entry.line, entry) for entry in page.entries), one)
    notes = ["The feed names no component and no severity: both are read from the words of the updates."]
    if assumed:
        notes.append(f"{len(assumed)} stated windows name no zone; UTC was assumed: {', '.join(assumed)}.")
    starts = [bulletin.start for bulletin in reading.bulletins]
    coverage = ((Scope(provider), Span(min(starts), seen)),) if starts and seen and min(starts) < seen else ()
    return replace(reading, notes=tuple(notes), coverage=coverage)


def _bulletin(entry: feed.Entry, scope: Scope, file: str, seen: datetime | None, assumed: list[str]) -> Bulletin:
    incident = entry.link.rstrip("/").rsplit("/", 1)[-1] or entry.id
    if not incident:
        raise Unusable("the entry has neither an id nor an address")
    updates, planned = _updates(entry.markup, time(entry.published or entry.updated, "published"))
    if not updates and planned is None:
        raise Unusable("the entry holds no update with a time that can be read")
    page, open_ = _page(updates, planned)
    text = "\n".join(update.text for update in updates)
    severity = "maintenance" if planned else next((s for s, w in _SEVERITY_WORDS if w.search(text)), "unknown")
    named = next((match for update in updates if (match := _COMPONENTS.search(update.text))), None)
    component = words(named[1], 120) if named else ""
    window = None if planned or open_ else stated_window(updates, page)
    if window and window.zone_assumed:
        assumed.append(incident)
    return Bulletin(
        id=incident,
        incident=incident,
        scope=replace(scope, service=component or None),
        component=component or "unnamed",
        title=entry.title,
        severity=severity,
        kind=kind_of(entry.title, component, text, severity),
        start=page.start,
        end=None if open_ else page.end,
        source=file,
        url=entry.link or None,
        impact=window.span if window else None,
        updates=updates,
        seen=seen,
    )


def _updates(markup: str, anchor: datetime) -> tuple[tuple[Update, ...], Span | None]:
    """The updates, oldest first, and the span of a scheduled event where one is announced."""
    updates: list[Update] = []
    planned: Span | None = None
    for stamp, rest in _UPDATE.findall(markup):
        told = _stamp(plain_text(stamp), anchor)
        status = _STATUS.search(rest)
        if told and told.end > told.start:
            planned = told
        elif told and status:
            updates.append(Update(told.start, words(status[1], 40).lower(), plain_text(rest[status.end() :])))
    # Newest first in the feed, and several can stand in one minute: turned round before the stable sort.
    updates.reverse()
    return tuple(sorted(updates, key=lambda update: update.time)), planned


def _stamp(text: str, anchor: datetime) -> Span | None:
    found = _STAMP.search(text)
    if not found or found[1].title() not in _MONTHS or found[8].upper() not in ZONES:
        return None
    date = (_MONTHS.index(found[1].title()) + 1, int(found[2]), int(found[3]) if found[3] else None)
    zone = fixed_zone(found[8].upper())
    start = nearest(Clock(int(found[4]), int(found[5]), "", "", date), anchor, zone)
    end = nearest(Clock(int(found[6]), int(found[7]), "", "", date), anchor, zone) if found[6] else start
    return Span(start, end) if start and end else None


def _page(updates: tuple[Update, ...], planned: Span | None) -> tuple[Span, bool]:
    """The page's span, and whether it is still open."""
    told = [update for update in updates if update.status != "postmortem"]
    running = [update for update in told if update.status != "scheduled"]
    closed = bool(told) and told[-1].status in _CLOSED
    if planned and not running:
        return planned, False
    first = (running or told or list(updates))[0].time
    last = told[-1].time if closed else first
    return Span(first, last), not closed


FORMAT = SmallFormat(
    name="statuspage-atom",
    kind="bulletins",
    title="Atlassian Statuspage history.atom",
    matches=_matches,
    read=_read,
)
