"""An attempt format: how a file of attempts is told by its content and becomes canonical columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Record = Mapping[str, Any]


@dataclass(frozen=True)
class AttemptFormat:
    """One format.

    `shape` is "json" (a record is a JSON object), "table" (CSV, TSV or Parquet rows under headings) or "any".
    `matches` sees one record (a parsed JSON object, or heading -> text) and says whether it is of this format.
    `explode` is a JSON path with wildcards to the records inside one object, where a line holds several.
    `fields` names what is taken out of a record: local name -> JSON path ("$.a.b") or heading; absent ones are NULL.
    Of shape "any" they are headings, or names joined by dots that lead into nested objects.
    Every field arrives as text; a field whose path ends in an object or array arrives as its JSON text.
    `derived` are SQL expressions over what is already named, each worked out once, level after level.
    `columns` gives, for a canonical column, an SQL expression over the local names that yields its text;
    a column left out is not known. Time text may be ISO 8601 or a count of s, ms, us or ns since 1970.
    `refuses` is an SQL expression that says why a record is no attempt at all, NULL where it is one.
    `own_id` is the local name that holds the recorder's own id of the attempt, where the format has one.
    `needs` is one line for people: the keys or headings by which it is told.
    """

    name: str
    title: str
    shape: str
    needs: str
    matches: Callable[[Record], bool]
    fields: Mapping[str, str]
    columns: Mapping[str, str]
    derived: tuple[Mapping[str, str], ...] = ()
    explode: str | None = None
    refuses: str | None = None
    own_id: str | None = None
    shows_retries: bool = True
    notes: tuple[str, ...] = field(default=())
