"""incident.io pages (OpenAI and others): Statuspage-like JSON with ULID ids, and an Atom feed of latest states.

In the JSON, incidents may name no component, and `incidents` and `scheduled_maintenances` may be absent. In the
feed an entry is an incident with its latest state only: its start is not told. A ULID holds the moment it was made;
in the 40 OpenAI incidents of the reference data that is the moment the page opened, to the second.
Shapes: status.openai.com/api/v2/incidents.json and /feed.atom (2026).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from makegood.records.bulletin import Bulletin, Update
from makegood.records.bulletin_words import STATUS_SEVERITY, kind_of, provider_of
from makegood.records.scope import Scope
from makegood.records.sources import feed
from makegood.records.sources.bulletins_statuspage_json import is_page, read_page
from makegood.records.sources.cells import span, time, time_or_none, time_told, words
from makegood.records.sources.small import Document, Reading, SmallFormat, Unusable, gather
from makegood.records.stated_window import plain_text, stated_window
from makegood.spans import Span, from_us

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
_ULID = re.compile(rf"^[0-7][{_LETTERS}]{{25}}$")
_STATUS = re.compile(r"<b>\s*Status:\s*([^<]{1,40})</b>", re.IGNORECASE)
_COMPONENTS = re.compile(r"<b>\s*Affected components\s*</b>(.*)\Z", re.IGNORECASE | re.DOTALL)
_COMPONENT = re.compile(r"<li>(.{1,300}?)</li>", re.DOTALL)
_STATE = re.compile(r"^(.*?)\s*\(([A-Za-z _]{3,30})\)$")


def ulid_time(ulid: str) -> datetime | None:
    """The moment a ULID was made (its first 48 bits are milliseconds), or None when it is not a ULID."""
    if not _ULID.match(ulid):
        return None
    milliseconds = 0
    for letter in ulid[:10]:
        milliseconds = milliseconds * 32 + _LETTERS.index(letter)
    return from_us(milliseconds * 1000) if milliseconds < 4_102_444_800_000 else None


def _matches(document: Document) -> bool:
    if is_page(document.data):
        return any(_ULID.match(words(one)) for one in _ids(document.data))
    return feed.is_atom(document) and (">incident.io</generator>" in document.text or bool(_entry_ids(document.text)))


def _ids(page: dict[str, Any]) -> list[Any]:
    lists = [page.get(name) for name in ("incidents", "scheduled_maintenances", "components")]
    return [page["page"].get("id")] + [one.get("id") for many in lists for one in many or [] if isinstance(one, dict)]


def _entry_ids(text: str) -> list[str]:
    return [one for one in re.findall(r"/incidents/(\w{26})</id>", text) if _ULID.match(one)]


def _read(document: Document) -> Reading:
    return read_page(document) if document.data is not None else _read_feed(document)


def _read_feed(document: Document) -> Reading:
    page = feed.parse(document)
    provider = provider_of(page.title, page.address)
    seen = time_told(page.updated)

    def one(entry: feed.Entry) -> list[Bulletin]:
        if entry.broken:
            raise Unusable(entry.broken)
        return _bulletins(entry, Scope(provider), document.file, seen)

    reading = gather(document.file, ((entry.line, entry) for entry in page.entries), one)
    starts = [bulletin.start for bulletin in reading.bulletins]
    coverage = ((Scope(provider), Span(min(starts), seen)),) if starts and seen and min(starts) < seen else ()
    note = (
        "The feed tells only the latest state of each incident: its start is taken from the incident's id (a ULID), "
        "its end from the last change, and its severity is not known once it is closed."
    )
    return replace(reading, coverage=coverage, notes=(note,))


def _bulletins(entry: feed.Entry, scope: Scope, file: str, seen: datetime | None) -> list[Bulletin]:
    incident = (entry.id or entry.link).rstrip("/").rsplit("/", 1)[-1]
    start = time_or_none(entry.published, "published") or ulid_time(incident)
    if start is None:
        raise Unusable("the entry tells no start: it has no `published` time and its id is not a ULID")
    changed = time(entry.updated, "updated")
    head = _STATUS.search(entry.markup)
    status = words(head[1], 40).lower() if head else "unknown"
    listed = _COMPONENTS.search(entry.markup)
    body = plain_text(entry.markup[head.end() if head else 0 : listed.start() if listed else None])
    page = span(start, changed)
    closed = status in ("resolved", "completed")
    update = Update(changed, status, body)
    window = stated_window((update,), page) if closed else None
    named = [_component(plain_text(one)) for one in _COMPONENT.findall(listed[1])] if listed else []
    return [
        Bulletin(
            id=f"{incident}-{_slug(name)}" if name else incident,
            incident=incident,
            scope=replace(scope, service=name or None),
            component=name or "unnamed",
            title=entry.title,
            severity="maintenance" if status == "completed" else severity if not closed else "unknown",
            kind=kind_of(entry.title, name, body, "maintenance" if status == "completed" else ""),
            start=start,
            end=changed if closed else None,
            source=file,
            url=re.sub(r"(?<!:)//", "/", entry.link) or None,
            impact=window.span if window else None,
            updates=(update,),
            seen=seen,
        )
        for name, severity in dict(named or [("", "unknown")]).items()
    ]


def _component(text: str) -> tuple[str, str]:
    """Name and severity of "Login (Degraded performance)"; a name that stands twice is told once."""
    found = _STATE.match(words(text, 300))
    name, state = (found[1], found[2]) if found else (words(text, 300), "")
    return name, STATUS_SEVERITY.get(state.strip().lower().replace(" ", "_"), "unknown")


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


FORMAT = SmallFormat(
    name="incident-io",
    kind="bulletins",
    title="incident.io status page (JSON with ULID ids, or its Atom feed)",
    matches=_matches,
    read=_read,
)
