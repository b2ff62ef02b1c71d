"""Google Cloud incidents.json: one list for all products; a bulletin is one incident on one product and region.

Regions are those that any update names. `begin` is when it began, not when it was posted (`created`).
Shape: status.cloud.google.com/incidents.json (unchanged from 2021 to 2026).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from makegood.records.bulletin import Bulletin, Update
from makegood.records.bulletin_words import kind_of
from makegood.records.scope import Scope
from makegood.records.sources.cells import listed, span, time, time_or_none, time_told, words
from makegood.records.sources.located_json import repeated_key
from makegood.records.sources.small import Document, Reading, SmallFormat, Unusable, gather
from makegood.records.stated_window import plain_text
from makegood.spans import Span

_SEVERITY = {"SERVICE_INFORMATION": "degraded", "SERVICE_DISRUPTION": "partial", "SERVICE_OUTAGE": "major"}
_EVERYWHERE = "global"
_ADDRESS = "https://status.cloud.google.com/"
_LONGEST_TEXT = 20_000


def _matches(document: Document) -> bool:
    data = document.data
    first = data[0] if isinstance(data, list) and data else None
    return isinstance(first, dict) and {"begin", "status_impact", "affected_products"} <= set(first)


def _read(document: Document) -> Reading:
    rows = [(getattr(row, "line", 0), row) for row in document.data]
    modified = [row.get("modified") for _, row in rows if isinstance(row, dict)]
    seen = max((when for when in map(time_told, modified) if when), default=None)
    reading = gather(document.file, rows, lambda row: _bulletins(row, document.file, seen))
    starts = [bulletin.start for bulletin in reading.bulletins]
    coverage = ((Scope("google"), Span(min(starts), seen)),) if starts and seen and min(starts) < seen else ()
    notes = ("An incident gives one record for each product and region that it names.",)
    return replace(reading, coverage=coverage, notes=notes)


def _bulletins(row: Any, file: str, seen: datetime | None) -> Iterator[Bulletin]:
    if not isinstance(row, dict):
        raise Unusable("an incident must be a JSON object")
    if twice := repeated_key(row):
        raise Unusable(twice)
    incident, title = words(row.get("id"), 120), words(row.get("external_desc"))
    if not incident:
        raise Unusable("an incident without an id")
    start = time(row.get("begin"), "begin")
    end = time_or_none(row.get("end"), "end")
    end = span(start, end).end if end else None
    told = [one for one in listed(row.get("updates"), "updates") if isinstance(one, dict)]
    updates = tuple(sorted((_update(one) for one in told), key=lambda update: update.time))
    severity = _SEVERITY.get(words(row.get("status_impact"), 40), "unknown")
    address = words(row.get("uri"))
    for product, product_id in _products(row):
        for region in _regions(row, told):
            yield Bulletin(
                id="-".join(part for part in (incident, product_id, region) if part),
                incident=incident,
                scope=Scope("google", product or None, region=region),
                component=product or "unnamed",
                title=title,
                severity=severity,
                kind=kind_of(title, product, "", severity),
                start=start,
                end=end,
                source=file,
                url=_ADDRESS + address if address else None,
                updates=updates,
                seen=seen,
            )


def _update(one: dict[str, Any]) -> Update:
    text = plain_text(words(one.get("text"), _LONGEST_TEXT))
    return Update(
        time(one.get("when") or one.get("created"), "an update's when"), words(one.get("status")).lower(), text
    )


def _products(row: dict[str, Any]) -> list[tuple[str, str]]:
    named = [one for one in listed(row.get("affected_products"), "affected_products") if isinstance(one, dict)]
    found = {words(one.get("title")): words(one.get("id"), 60) for one in named}
    found.pop("", None)
    return sorted(found.items()) or [(words(row.get("service_name")), words(row.get("service_key"), 60))]


def _regions(row: dict[str, Any], told: list[dict[str, Any]]) -> list[str | None]:
    """The regions named anywhere in the incident; [None] (everywhere) where none is, or where "global" is."""
    lists = [row.get("currently_affected_locations"), row.get("previously_affected_locations")]
    lists += [one.get("affected_locations") for one in told]
    places = [place for many in lists for place in listed(many, "affected_locations") if isinstance(place, dict)]
    regions: set[str] = {words(place.get("id"), 60) for place in places} - {""}
    return [None] if not regions or _EVERYWHERE in regions else [*sorted(regions)]


FORMAT = SmallFormat(
    name="google-cloud",
    kind="bulletins",
    title="Google Cloud status incidents.json",
    matches=_matches,
    read=_read,
)
