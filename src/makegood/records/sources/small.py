"""A small file and its format: documents read whole (status pages, bills), told apart by content."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from makegood.records.bulletin import Bulletin
from makegood.records.charge import Charge
from makegood.records.scope import Scope
from makegood.records.tally import Quarantined
from makegood.spans import Span


class Unusable(Exception):
    """Why a row cannot be used; caught where rows are gathered, so it never leaves this room."""


@dataclass(frozen=True)
class Row:
    """One record of a CSV or TSV file; `fault` says why it cannot be read, if so."""

    line: int
    cells: dict[str, str]
    fault: str | None = None


@dataclass(frozen=True)
class Table:
    """A CSV or TSV file: the names in its first line and its records."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def has(self, *names: str) -> bool:
        """Does the header hold all these names?"""
        return set(names) <= set(self.header)


@dataclass(frozen=True)
class Document:
    """A file read once: its text, its JSON (objects are `Located`) or its table, whichever it is."""

    file: str
    text: str
    data: Any = None
    rows: Table | None = None


@dataclass(frozen=True)
class Reading:
    """What a file gave. `read` counts its rows: each is used or stands once in `quarantined`.

    One row may give several records (an incident on four components) or none (a day without spend).
    `coverage` says for which scopes and spans the file speaks at all: there, no record means nothing happened.
    """

    records: tuple[Bulletin | Charge, ...]
    quarantined: tuple[Quarantined, ...] = ()
    coverage: tuple[tuple[Scope, Span], ...] = ()
    notes: tuple[str, ...] = ()
    read: int = 0

    @property
    def used(self) -> int:
        """Rows that could be used."""
        return self.read - len(self.quarantined)

    @property
    def bulletins(self) -> tuple[Bulletin, ...]:
        """The records that are bulletins."""
        return tuple(record for record in self.records if isinstance(record, Bulletin))

    @property
    def charges(self) -> tuple[Charge, ...]:
        """The records that are charges."""
        return tuple(record for record in self.records if isinstance(record, Charge))


@dataclass(frozen=True)
class SmallFormat:
    """A format: `kind` is `bulletins` or `charges`; `read` is called only where `matches` holds."""

    name: str
    kind: str
    title: str
    matches: Callable[[Document], bool]
    read: Callable[[Document], Reading]


def gather(file: str, rows: Iterable[tuple[int, Any]], make: Callable[[Any], Iterable[Bulletin | Charge]]) -> Reading:
    """Make records of each (line, row); a row that raises Unusable is kept with its place and reason."""
    records: list[Bulletin | Charge] = []
    refused: list[Quarantined] = []
    read = 0
    for line, row in rows:
        read += 1
        try:
            records.extend(list(make(row)))  # all of a row or none of it
        except Unusable as fault:
            refused.append(Quarantined(file, line, str(fault)))
    return Reading(tuple(records), tuple(refused), read=read)


def sound(row: Row) -> dict[str, str]:
    """The row's cells; raise Unusable where the row itself is broken."""
    if row.fault:
        raise Unusable(row.fault)
    return row.cells
