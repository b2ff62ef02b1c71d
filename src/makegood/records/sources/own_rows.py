"""Own rows: the records of a table or of a JSON list under makegood's own names, with their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from makegood.records.sources.located_json import NotJson, repeated_key
from makegood.records.sources.small import Document, Row, Unusable, sound


def has_columns(document: Document, needs: Sequence[str]) -> bool:
    """Does the table, or the first object of the list, hold all these names?"""
    if document.rows is not None:
        return document.rows.has(*needs)
    first = next((one for one in document.data if isinstance(one, dict)), {}) if _listed(document) else {}
    return set(needs) <= set(first)


def _listed(document: Document) -> bool:
    return isinstance(document.data, list)


def own_rows(document: Document) -> Iterator[tuple[int, tuple[int, Any]]]:
    """Each record with its line, as `gather` takes them; `cells_of` reads what it hands on."""
    if document.rows is not None:
        yield from ((row.line, (row.line, row)) for row in document.rows.rows)
    else:
        lines = ((getattr(one, "line", 0), one) for one in document.data)
        yield from ((line, (line, one)) for line, one in lines)


def cells_of(one: Any) -> Mapping[str, Any]:
    """The named values of a record; raise Unusable where it is broken."""
    if isinstance(one, Row):
        return sound(one)
    if not isinstance(one, dict):
        raise Unusable(str(one) if isinstance(one, NotJson) else "it must be a JSON object")
    if twice := repeated_key(one):
        raise Unusable(twice)
    return one
