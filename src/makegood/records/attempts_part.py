"""Verb: make a part of a journal; its rows as one Parquet file in the canonical types, lines that are no row aside."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import duckdb

from makegood.errors import NotRecorded, Unreadable
from makegood.records.attempt import COLUMNS
from makegood.records.attempts_folder import Made
from makegood.records.intake import first_line, lines_sql
from makegood.records.prepare import BAD, Prepared, prepare_lines
from makegood.records.recorded import EXTRA, Recorded
from makegood.records.typed import one_file, quoted

_OWN = {
    "streamed": "BOOLEAN",
    "first_byte_ms": "INTEGER",
    "extra_nano": "BIGINT",
}
_KINDS = {
    "time": "TIMESTAMP WITH TIME ZONE",
    "status": "SMALLINT",
    "duration": "INTEGER",
    "count": "BIGINT",
    "flag": "BOOLEAN",
    "amount": "DECIMAL(18,9)",
}
TYPES: dict[str, str] = {
    **{column.name: _KINDS.get(column.kind, "VARCHAR") for column in COLUMNS},
    "retry": "SMALLINT",
    **{name: _OWN.get(name, "VARCHAR") for name in EXTRA},
}
_NEEDED = tuple(one.name for one in fields(Recorded) if one.name in ("time", "provider", "model", "status", "attempt"))
_EXACT = ("SMALLINT", "INTEGER", "BIGINT", "BOOLEAN")  # whose text says the same as their value


def make_part(journal: Path, part: Path) -> Made:
    """Write the journal's rows to `part`, in their order; raise OSError or NotRecorded where that cannot be."""
    try:
        return _made(journal, part)
    except duckdb.Error as fault:
        raise NotRecorded(f"{journal}: could not be sealed ({first_line(fault)}); it stays as it is.") from fault


def _made(journal: Path, part: Path) -> Made:
    with tempfile.TemporaryDirectory(prefix="makegood-seal-") as spool:
        config: dict[str, Any] = {
            "threads": 1,
            "memory_limit": "512MB",
            "temp_directory": str(Path(spool) / "overflow"),
        }
        prepared = prepare_lines(journal, Path(spool))
        with duckdb.connect(config=config) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"CREATE TEMP TABLE typed AS {_typed(prepared)}")
            torn = connection.execute("SELECT line FROM typed WHERE NOT fit ORDER BY line").fetchall()
            columns = ", ".join(f'"{name}"' for name in TYPES)
            written = connection.execute(
                f"COPY (SELECT {columns} FROM typed WHERE fit ORDER BY line) TO {quoted(str(part.absolute()))} "
                "(FORMAT parquet, COMPRESSION zstd)"
            ).fetchall()
    return Made(int(written[0][0]), tuple(line for (line,) in torn))


def rows_of(parts: Sequence[Path]) -> dict[Path, int]:
    """How many rows each part says that it has; raise Unreadable where one is broken."""
    if not parts:
        return {}
    files = ", ".join(one_file(part) for part in parts)
    counted = "SELECT file_name, num_rows FROM parquet_file_metadata"
    try:
        with duckdb.connect(config={"threads": 1}) as connection:
            found = dict(connection.execute(f"{counted}([{files}])").fetchall())
    except duckdb.Error as fault:
        raise Unreadable(f"{parts[0].parent}: a part is no Parquet file ({first_line(fault)}).") from fault
    return {part: int(found[str(part.absolute())]) for part in parts}


def _typed(prepared: Prepared) -> str:
    """SQL of every line that holds anything: its number, whether it is a row, and the row's columns."""
    paths = ", ".join(quoted(f"$.{name}") for name in TYPES)
    sound = f"LEFT(text, 1) <> '{BAD}' AND json_valid(text) AND json_type(text) = 'OBJECT'"
    picked = f"""
      SELECT line, TRY(CASE WHEN {sound} AND LEN(json_keys(text)) = LEN(list_distinct(json_keys(text)))
        THEN json_extract_string(text, [{paths}]) END) AS v
      FROM ({lines_sql(prepared)}) WHERE text IS NOT NULL AND TRIM(text) <> ''"""
    cells = ", ".join(f'TRY_CAST(v[{at}] AS {kind}) AS "{name}"' for at, (name, kind) in enumerate(TYPES.items(), 1))
    unfit = [_unfit(at, name, kind) for at, (name, kind) in enumerate(TYPES.items(), 1)]
    needed = [f'COALESCE("{name}" IS NOT NULL, FALSE)' for name in _NEEDED]
    fit = " AND ".join(["v IS NOT NULL", *needed, *(f"NOT COALESCE({one}, FALSE)" for one in unfit if one)])
    return f"SELECT line, {fit} AS fit, * EXCLUDE (line, v) FROM (SELECT line, v, {cells} FROM ({picked}))"


def _unfit(at: int, name: str, kind: str) -> str | None:
    """SQL of whether a cell's text is no value of the column."""
    if kind == "VARCHAR":
        return None
    differs = f' OR CAST("{name}" AS VARCHAR) <> v[{at}]' if kind in _EXACT else ""
    return f'v[{at}] IS NOT NULL AND ("{name}" IS NULL{differs})'
