"""Taking: what comes of bytes when they are taken in as files whose names say nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from makegood.records.attempt import PACKED
from makegood.records.rows import quarantined_rows
from makegood.records.sources.attempt_format import AttemptFormat
from makegood.records.take import Intake, take
from makegood.records.tally import Tally
from makegood.records.warehouse import Warehouse

NAMES = [name for name, _ in PACKED]
CONTENT = [name for name in NAMES if name != "row_id"]


@dataclass(frozen=True)
class Outcome:
    """`rows` are the attempts that count, as read; `refused` is (line, reason) of every row that could not be used;
    `places` are the lines of the first hundred rows that count, `reasons` are told by file and line."""

    tally: Tally
    formats: tuple[str, ...]
    rows: list[Mapping[str, Any]]
    refused: list[tuple[int, str]]
    unread: tuple[str, ...]
    places: list[int]
    reasons: Mapping[tuple[str, int], str]


def take_paths(paths: list[Path], form: AttemptFormat | None = None, account: str | None = None) -> Outcome:
    """Take files in; raise what take raises."""
    with TemporaryDirectory() as folder:
        warehouse = Warehouse(Path(folder), memory_mb=512, threads=1)
        try:
            taken = take(warehouse, Intake(tuple(paths), form, account=account))
            rows = warehouse.query(f"SELECT {', '.join(NAMES)} FROM attempts ORDER BY row_id")
            quarantined = quarantined_rows(warehouse, 10_000)
            places = [warehouse.place(row[0])[1] for row in rows[:100]]
        finally:
            warehouse.close()
    return Outcome(
        taken.tally,
        tuple(form.name for _, form in taken.formats),
        [_shown(dict(zip(NAMES, row, strict=True))) for row in rows],
        [(row.line, row.reason) for row in quarantined],
        tuple(str(one) for one in taken.unread),
        places,
        {(row.file, row.line): row.reason for row in quarantined},
    )


def _shown(row: dict[str, Any]) -> Mapping[str, Any]:
    """A row as tests compare it: an id that is not known is empty text."""
    ids = ("request_id", "call_id", "fingerprint")
    return {name: "" if value is None and name in ids else value for name, value in row.items()}


def take_bytes(folder: Path, *contents: bytes | str, form: AttemptFormat | None = None) -> Outcome:
    """Take contents in, each from a file of its own."""
    paths = []
    for number, content in enumerate(contents):
        path = folder / f"upload-{number}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths.append(path)
    return take_paths(paths, form)
