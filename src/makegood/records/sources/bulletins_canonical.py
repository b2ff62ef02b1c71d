"""makegood's own bulletins: one row an incident and component, as CSV, TSV, JSON list or JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from makegood.records.bulletin import KINDS, SEVERITIES, Bulletin
from makegood.records.bulletin_words import kind_of
from makegood.records.scope import Scope
from makegood.records.sources.cells import span, time, time_or_none, words
from makegood.records.sources.own_rows import cells_of, has_columns, own_rows
from makegood.records.sources.small import Document, Reading, SmallFormat, Unusable, gather

NEEDS = ("start", "end", "provider", "title", "severity")


def _matches(document: Document) -> bool:
    return has_columns(document, NEEDS)


def _read(document: Document) -> Reading:
    def one(placed: tuple[int, Any]) -> Iterator[Bulletin]:
        line, cells = placed[0], cells_of(placed[1])
        start, end = time(cells.get("start"), "start"), time_or_none(cells.get("end"), "end")
        severity = words(cells.get("severity"), 40)
        if severity not in SEVERITIES:
            raise Unusable(f"severity '{severity}' is none of {', '.join(SEVERITIES)}")
        title, component = words(cells.get("title")), words(cells.get("component"))
        service = words(cells.get("service")) or component
        kind = words(cells.get("kind"), 20) or kind_of(title, component, "", severity)
        if kind not in KINDS:
            raise Unusable(f"kind '{kind}' is none of {', '.join(KINDS)}")
        own = words(cells.get("id"), 200) or f"line {line}"
        fields = (words(cells.get("provider"), 100), service, words(cells.get("model")), words(cells.get("region")))
        yield Bulletin(
            id=own,
            incident=words(cells.get("incident"), 200) or own,
            scope=Scope(*(field or None for field in fields)),
            component=component or service or "unnamed",
            title=title,
            severity=severity,
            kind=kind,
            start=start,
            end=span(start, end).end if end else None,
            source=document.file,
            url=words(cells.get("url")) or None,
        )

    return gather(document.file, own_rows(document), one)


FORMAT = SmallFormat(
    name="canonical-bulletins",
    kind="bulletins",
    title="makegood bulletins (CSV, JSON or JSON lines)",
    matches=_matches,
    read=_read,
)
