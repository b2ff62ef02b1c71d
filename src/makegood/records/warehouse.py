"""The warehouse: one DuckDB in process that holds or views the attempts; every analysis is SQL run here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from makegood.records.attempt import PACKED

FILE_SHIFT = 40  # row_id = file number << 40 | row number in that file


class Warehouse:
    """A DuckDB connection with the settings that were measured best, and the table of places.

    `spool` is a folder of this run's own for prepared files and for what does not fit in memory.
    """

    def __init__(self, spool: Path, memory_mb: int = 2048, threads: int | None = None) -> None:
        self.spool = spool
        self.files: list[str] = []
        self.copies: dict[Path, Path] = {}  # the lines of files that may change while they are read
        self.native: list[str] = []  # a SELECT of packed rows for each group of files that are read where they stand
        self.native_ids: list[str] = []  # of such files that hold them, a SELECT of the recorder's own id of each row
        self.wanted = "TRUE"  # which of the rows read are asked for
        config: dict[str, Any] = {
            "memory_limit": f"{memory_mb}MB",
            "temp_directory": str(spool / "overflow"),
            "preserve_insertion_order": "true",
        }
        if threads is not None:
            config["threads"] = threads
        self._connection = duckdb.connect(config=config)
        self.run("SET TimeZone = 'UTC'")
        self.run("SET autoinstall_known_extensions = false")
        columns = ", ".join(f"{name} {kind}" for name, kind in PACKED)
        self.run(f"CREATE TABLE loaded ({columns})")
        self.run("CREATE TABLE quarantine (file_no BIGINT, line BIGINT, reason VARCHAR)")
        self.run("CREATE TABLE small_quarantine (file VARCHAR, line BIGINT, reason VARCHAR)")
        self.run("CREATE TABLE own_ids (row_id BIGINT, own_id VARCHAR)")
        self.run("CREATE TABLE places (row_id BIGINT, line BIGINT)")
        self.run("CREATE TABLE excluded (row_id BIGINT, why VARCHAR)")

    def query(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """Run one statement with named parameters ($name) and return all its rows."""
        return self._connection.execute(sql, params or None).fetchall()

    def run(self, sql: str, **params: Any) -> None:
        """Run one statement for its effect."""
        self._connection.execute(sql, params or None).fetchall()

    def one(self, sql: str, **params: Any) -> Any:
        """The single value of a query of one row and one column."""
        return self.query(sql, **params)[0][0]

    def columns(self, sql: str, **params: Any) -> dict[str, NDArray[Any]]:
        """Run one statement and return its columns as numpy arrays."""
        fetched = self._connection.execute(sql, params or None).fetchnumpy()
        return {name: np.asarray(values) for name, values in fetched.items()}

    def put(self, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
        """Make a small table from rows; `columns` is its DDL column list."""
        self.run(f"CREATE OR REPLACE TABLE {table} ({columns})")
        if rows:
            # Column by column is some thirty times faster than row by row.
            kinds = [column.rsplit(" ", 1)[1] for column in columns.split(", ")]
            values = ", ".join(f"UNNEST(CAST(? AS {kind}[]))" for kind in kinds)
            self._connection.execute(
                f"INSERT INTO {table} SELECT {values}", [list(one) for one in zip(*rows, strict=True)]
            )

    def table_of(self, table: str, **columns: NDArray[Any]) -> None:
        """Make a table from equal-length numpy columns."""
        self._connection.register("given", columns)
        self.run(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM given")
        self._connection.unregister("given")

    def add_file(self, name: str) -> int:
        """Give a file its number."""
        self.files.append(name)
        return len(self.files) - 1

    def bytes_of(self, path: Path) -> Path:
        """Where the bytes of a file are to be read: a copy of the same lines, or the file itself."""
        return self.copies.get(path, path)

    def place(self, row_id: int) -> tuple[str, int]:
        """File and line of a row."""
        found = self.query("SELECT line FROM places WHERE row_id = $row", row=row_id)
        line = found[0][0] if found else row_id & ((1 << FILE_SHIFT) - 1)
        return self.files[row_id >> FILE_SHIFT], line

    def close(self) -> None:
        """Free the engine; its temporary files go with the spool folder."""
        self._connection.close()
