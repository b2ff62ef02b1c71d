"""Piece: read some lines of a journal, or some parts, as an assessment reads them, into columns of what was asked."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from makegood.errors import Unreadable
from makegood.records.intake import load
from makegood.records.repeats import own_ids
from makegood.records.rows import quarantined_rows, settle
from makegood.records.sample import Sample, take_sample
from makegood.records.scope import Scope
from makegood.records.sources.canonical import CANONICAL_JSON
from makegood.records.tail_position import Writer
from makegood.records.take import view_sound
from makegood.records.tally import Quarantined
from makegood.records.typed import Defaults, one_file
from makegood.records.warehouse import FILE_SHIFT, Warehouse

_MEMORY_MB, _MOST_QUARANTINED = 512, 10_000
_OUTCOME = "provider, status, error, usable, CASE WHEN output_tokens = 0 THEN 1 ELSE 0 END"
_NOTHING = Writer()


@dataclass(frozen=True)
class Some:
    """Lines of a journal, each with its end, or (None) a part as a whole; `after` is what was told of its writer."""

    path: Path
    lines: bytes | None = None
    after: Writer = _NOTHING


@dataclass(frozen=True)
class Piece:
    """Columns as `Recent` has them; `key` is a hash of provider, its id and the recorder's, -1 without its id."""

    scopes: tuple[Scope, ...]
    outcomes: tuple[tuple[str, int, str, int, int], ...]
    scope: NDArray[np.int64]
    outcome: NDArray[np.int64]
    time_us: NDArray[np.int64]
    end_us: NDArray[np.int64]
    key: NDArray[np.int64]
    quarantined: tuple[Quarantined, ...]


def read_piece(some: Sequence[Some]) -> Piece:
    """The attempts in these lines and parts that were not told yet; a part that is broken is quarantined."""
    with tempfile.TemporaryDirectory(prefix="makegood-tail-") as spool:
        warehouse = Warehouse(Path(spool), _MEMORY_MB, threads=1)
        try:
            return _piece(warehouse, some)
        finally:
            warehouse.close()


def _piece(warehouse: Warehouse, some: Sequence[Some]) -> Piece:
    broken = list(_brought(warehouse, some))
    unread = {one.file for one in broken}
    told = {str(one.path): _told(warehouse, one) for one in some if one.lines is None and str(one.path) not in unread}
    skipped = {number: told.get(name, 0) for number, name in enumerate(warehouse.files)}
    refused = [*broken, *_refused(warehouse, some, told)]
    later = " OR ".join(
        f"(a.row_id >> {FILE_SHIFT} = {file} AND a.row_id & {(1 << FILE_SHIFT) - 1} <= {rows})"
        for file, rows in skipped.items()
        if rows
    )
    scopes = warehouse.query("SELECT DISTINCT provider, service, model, region FROM attempts ORDER BY ALL")
    outcomes = warehouse.query(f"SELECT DISTINCT {_OUTCOME} FROM attempts ORDER BY ALL")
    numbered = [[(at, *row) for at, row in enumerate(rows)] for rows in (scopes, outcomes)]
    warehouse.put(
        "tail_scopes", "number BIGINT, provider VARCHAR, service VARCHAR, model VARCHAR, region VARCHAR", numbered[0]
    )
    warehouse.put(
        "tail_outcomes",
        "number BIGINT, provider VARCHAR, status INTEGER, error VARCHAR, usable INTEGER, empty INTEGER",
        numbered[1],
    )
    columns = warehouse.columns(f"""
      SELECT s.number AS scope, o.number AS outcome, a.time_us AS time_us, a.duration_ms AS duration_ms,
        CASE WHEN a.request_id IS NULL THEN -1
          ELSE CAST(hash(a.provider, a.request_id, COALESCE(i.own_id, '')) >> 1 AS BIGINT) END AS key
      FROM attempts AS a
      JOIN tail_scopes AS s ON s.provider = a.provider AND s.service = a.service AND s.model = a.model
        AND s.region = a.region
      JOIN tail_outcomes AS o ON o.provider = a.provider AND o.status = a.status AND o.error = a.error
        AND o.usable = a.usable AND o.empty = CASE WHEN a.output_tokens = 0 THEN 1 ELSE 0 END
      LEFT JOIN ({own_ids(warehouse)}) AS i ON i.row_id = a.row_id
      WHERE NOT ({later or "FALSE"})""")
    time_us = columns["time_us"].astype(np.int64)
    return Piece(
        tuple(Scope(*row) for row in scopes),
        tuple((row[0], row[1], row[2], row[3], row[4]) for row in outcomes),
        columns["scope"].astype(np.int64),
        columns["outcome"].astype(np.int64),
        time_us,
        time_us + 1_000 * np.maximum(columns["duration_ms"].astype(np.int64), 0),
        columns["key"].astype(np.int64),
        tuple(refused),
    )


def _brought(warehouse: Warehouse, some: Sequence[Some]) -> Iterator[Quarantined]:
    """Bring all into the warehouse and settle which rows count; tell what cannot be read."""
    read, native = 0, []
    for number, one in enumerate(some):
        try:
            if one.lines is None:
                native.append(take_sample(one.path))
                continue
            copy = warehouse.spool / f"lines-{number}.jsonl"
            copy.write_bytes(one.lines)
            warehouse.copies[one.path] = copy
            read += load(warehouse, Sample(one.path, "lines"), CANONICAL_JSON, Defaults())
        except Unreadable as fault:
            yield Quarantined(str(one.path), 0, str(fault))
    viewed, broken = view_sound(warehouse, native, Defaults())
    yield from (Quarantined(str(path), 0, str(fault)) for path, fault in broken)
    settle(warehouse, read + viewed, None, None)


def _told(warehouse: Warehouse, one: Some) -> int:
    """How many of a part's rows were told out of its journal: those up to the last attempt that was."""
    if one.after.last is None:
        return 0
    rows = f"read_parquet({one_file(one.path)}, file_row_number = true, hive_partitioning = false)"
    last = warehouse.one(f"SELECT MAX(file_row_number) FROM {rows} WHERE attempt = $last", last=one.after.last)
    return one.after.lines if last is None else int(last) + 1


def _refused(warehouse: Warehouse, some: Sequence[Some], told: dict[str, int]) -> Iterator[Quarantined]:
    before = {str(one.path): one.after.lines for one in some if one.lines is not None}
    for row in quarantined_rows(warehouse, _MOST_QUARANTINED):
        if row.line > told.get(row.file, 0):
            yield Quarantined(row.file, row.line + before.get(row.file, 0), row.reason)
