"""AWS status data.json: no end field; the times stand in HTML, in the clock of the US west coast.

`date` is when the first note was posted; the last note's time closes a bulletin marked [RESOLVED]. The window that
the closing note tells ("Between 12:15 PM and 12:21 PM PDT") is kept as the impact. Shape: 2021 to 2022.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from makegood.records.bulletin import Bulletin, Update
from makegood.records.bulletin_words import kind_of, provider_of
from makegood.records.scope import Scope
from makegood.records.sources.cells import epoch, words
from makegood.records.sources.located_json import repeated_key
from makegood.records.sources.small import Document, Reading, SmallFormat, Unusable, gather
from makegood.records.stated_window import ZONES, Clock, fixed_zone, nearest, plain_text, stated_window
from makegood.spans import Span, merged

# The page's own legend: 1 informational, 2 degradation, 3 disruption, 0 normal.
_SEVERITY = {"0": "none", "1": "degraded", "2": "partial", "3": "major"}
_NOTE = re.compile(r"\s*<span class=\"yellowfg\">([^<]{1,40})</span>")
_STAMP = re.compile(r"(?:([A-Z][a-z]{2}) +(\d{1,2}), +)?(\d{1,2}):(\d{2}) ([AP])M ([A-Z]{3})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REGION = re.compile(r"^(.*?)-?((?:us-gov|us|eu|ap|sa|ca|me|af|il|cn|mx)-[a-z]+-\d)$")
_LONGEST_TEXT = 200_000


def _matches(document: Document) -> bool:
    data = document.data
    rows = data.get("archive") if isinstance(data, dict) else None
    return isinstance(rows, list) and (not rows or (isinstance(rows[0], dict) and "service_name" in rows[0]))


def _read(document: Document) -> Reading:
    current = document.data.get("current")
    rows = document.data["archive"] + (current if isinstance(current, list) else [])
    assumed: list[str] = []
    reading = gather(
        document.file,
        ((getattr(row, "line", 0), row) for row in rows),
        lambda row: (_bulletin(row, document.file, assumed),),
    )
    times = [update.time for bulletin in reading.bulletins for update in bulletin.updates]
    coverage = merged([Span(min(times), max(times))]) if times else ()
    notes = ["The page states no end: a resolved bulletin ends with its last note, and its window is read from text."]
    if assumed:
        notes.append(f"{len(assumed)} stated windows name no zone; the note's own was taken: {', '.join(assumed)}.")
    told = tuple((Scope(name), span) for span in coverage for name in ("aws", "aws.bedrock"))
    return replace(reading, coverage=told, notes=tuple(notes))


def _bulletin(row: Any, file: str, assumed: list[str]) -> Bulletin:
    if not isinstance(row, dict):
        raise Unusable("a record must be a JSON object")
    if twice := repeated_key(row):
        raise Unusable(twice)
    service = words(row.get("service"), 120)
    if not service:
        raise Unusable("a record without a service")
    start = epoch(row.get("date"), "date")
    updates, zone = _updates(words(row.get("description"), _LONGEST_TEXT), start)
    title = words(row.get("summary"))
    closed = "[RESOLVED]" in title.upper()
    page = Span(start, max([start, *(update.time for update in updates)]))
    window = stated_window(updates, page, zone) if closed else None
    product, region = _split(service)
    own = f"{service}-{start:%Y%m%dT%H%M%S}"
    if window and window.zone_assumed:
        assumed.append(own)
    name = words(row.get("service_name"))
    provider = provider_of(service) if "bedrock" in service else "aws"
    severity = _SEVERITY.get(words(str(row.get("status")), 4), "unknown")
    return Bulletin(
        id=own,
        incident=own,
        scope=Scope(provider, product, region=region),
        component=name or product,
        title=re.sub(r"^\s*\[RESOLVED\]\s*", "", title, flags=re.IGNORECASE),
        severity=severity,
        kind=kind_of(title, f"{name} {service}", "", severity),
        start=start,
        end=page.end if closed else None,
        source=file,
        impact=window.span if window else None,
        updates=updates,
    )


def _split(service: str) -> tuple[str, str | None]:
    """("ec2", "us-east-2") of "ec2-us-east-2"; a service that names no region is about all of them."""
    found = _REGION.match(service)
    return (found[1] or service, found[2]) if found else (service, None)


def _updates(markup: str, start: datetime) -> tuple[tuple[Update, ...], str]:
    """The notes in order, and the abbreviation of the last one's zone. Without a date a note follows the one before."""
    updates: list[Update] = []
    zone = "UTC"
    for piece in markup.split("<div>"):
        note = _NOTE.match(piece)
        found = _STAMP.search(note[1]) if note else None
        if not note or not found or found[6] not in ZONES or (found[1] and found[1] not in _MONTHS):
            continue
        zone = found[6]
        date = (_MONTHS.index(found[1]) + 1, int(found[2]), None) if found[1] else None
        clock = Clock(int(found[3]), int(found[4]), found[5].lower(), "", date)
        before = updates[-1].time if updates else start
        when = nearest(clock, before, fixed_zone(zone))
        if when is None:
            continue
        # Nearest may fall before the note above it: notes run forward, so it is the next day's.
        if updates and not date and when < before:
            when += timedelta(days=1)
        updates.append(Update(when, "note", plain_text(piece[note.end() :].split("</div>", 1)[0])))
    return tuple(updates), zone


FORMAT = SmallFormat(
    name="aws-status",
    kind="bulletins",
    title="AWS status data.json",
    matches=_matches,
    read=_read,
)
