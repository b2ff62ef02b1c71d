"""Extras: what only a recorder knows of an attempt (route, upstream, key, reason, extra cost), beside the attempts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from makegood.errors import Unreadable
from makegood.records.attempts_folder import mend
from makegood.records.intake import first_line, lines_sql
from makegood.records.prepare import prepare_lines
from makegood.records.recorded import EXTRA, FIRST, REASONS
from makegood.records.sample import Sample, take_sample
from makegood.records.typed import one_file, quoted
from makegood.records.warehouse import FILE_SHIFT, Warehouse

_NAMES = ("route", "upstream", "key", "reason", "extra_currency")
_MARK = "mark INTEGER, route VARCHAR, upstream VARCHAR, key_name VARCHAR, reason VARCHAR, extra_currency VARCHAR"
_NANO_LIMIT = 10**18


@dataclass(frozen=True)
class Extras:
    """Rows of files that tell extras, and the files; how many of the rows name a route, name a key, are detours."""

    rows: int
    files: int
    with_route: int
    with_key: int
    detours: int


def take_extras(warehouse: Warehouse) -> Extras:
    """Make `extras` (row_id, mark, extra_nano) and `marks` (what the numbers in `mark` stand for) of all files read.

    A file without such columns has no row there. A value that cannot be is taken as not told. Raise Unreadable for a
    file that cannot be read any more.
    """
    warehouse.run("CREATE OR REPLACE TABLE marks (" + _MARK + ")")
    warehouse.run("CREATE OR REPLACE TABLE extras (row_id BIGINT, mark INTEGER, extra_nano BIGINT)")
    files = 0
    warehouse.run("SET preserve_insertion_order = true")  # lines of text are numbered as they come
    for number, name in enumerate(warehouse.files):
        source = _source(warehouse, warehouse.bytes_of(Path(name)))
        if source is not None:
            files += 1
            _add(warehouse, number, name, source)
    warehouse.run("SET preserve_insertion_order = false")
    counted = warehouse.query(
        "SELECT COUNT(*), COUNT(CASE WHEN m.route <> '' THEN 1 END), COUNT(CASE WHEN m.key_name <> '' THEN 1 END), "
        f"COUNT(CASE WHEN m.reason <> '{FIRST}' THEN 1 END) FROM extras AS e JOIN marks AS m ON m.mark = e.mark"
    )[0]
    return Extras(counted[0], files, *counted[1:])


def _source(warehouse: Warehouse, path: Path) -> str | None:
    """SELECT of `line` and the extras of one file as text; None where it has none of them."""
    try:
        sample = take_sample(path)
    except Unreadable:
        return None  # the reader of attempts has said so
    told = set(_told(sample))
    if not told & {"route", "upstream", "reason"}:
        return None
    columns = (*_NAMES, "extra_nano")
    if sample.kind == "parquet":
        named = ", ".join(
            f'CAST("{one}" AS VARCHAR) AS "{one}"' if one in told else f'NULL AS "{one}"' for one in columns
        )
        rows = f"read_parquet({one_file(path)}, file_row_number = true, hive_partitioning = false)"
        return f"SELECT file_row_number + 1 AS line, {named} FROM {rows}"
    picked = ", ".join(f"""json_extract_string(text, '$."{one}"') AS "{one}" """ for one in columns)
    lines = lines_sql(prepare_lines(path, warehouse.spool))
    return f"SELECT line, {picked} FROM ({lines}) WHERE json_valid(text)"


def _told(sample: Sample) -> Iterator[str]:
    """The extras that a file has: of JSON lines those of the records looked at."""
    if sample.kind == "parquet":
        yield from (name for name in EXTRA if name in sample.headings)
    elif sample.kind == "lines":
        records: tuple[Mapping[str, object], ...] = sample.records
        yield from (name for name in EXTRA if any(name in record for record in records))


def _add(warehouse: Warehouse, number: int, name: str, source: str) -> None:
    reasons = ", ".join(quoted(one) for one in REASONS)
    nano = "TRY_CAST(extra_nano AS BIGINT)"
    clean = f"""
      SELECT line, COALESCE(route, '') AS route, COALESCE(upstream, '') AS upstream, COALESCE("key", '') AS key_name,
        CASE WHEN reason IN ({reasons}) THEN reason ELSE '{FIRST}' END AS reason,
        CASE WHEN regexp_full_match(extra_currency, '[A-Z]{{3}}') THEN extra_currency ELSE '' END AS extra_currency,
        CASE WHEN {nano} BETWEEN -{_NANO_LIMIT} AND {_NANO_LIMIT} THEN {nano} END AS extra_nano
      FROM ({source})"""
    marked = "route, upstream, key_name, reason, extra_currency"
    same = " AND ".join(f"m.{one} = c.{one}" for one in marked.split(", "))
    try:
        warehouse.run(f"CREATE OR REPLACE TEMP TABLE told_extras AS {clean}")
        warehouse.run(
            f"INSERT INTO marks SELECT (SELECT COUNT(*) FROM marks) + ROW_NUMBER() OVER (ORDER BY {marked}), {marked} "
            f"FROM (SELECT DISTINCT {marked} FROM told_extras EXCEPT SELECT {marked} FROM marks)"
        )
        warehouse.run(
            f"INSERT INTO extras SELECT {number << FILE_SHIFT} + c.line, m.mark, c.extra_nano "
            f"FROM told_extras AS c JOIN marks AS m ON {same}"
        )
    except duckdb.Error as fault:
        raise Unreadable(f"{name}: cannot be read to the end ({first_line(fault)}); {mend(Path(name))}.") from fault
    finally:
        warehouse.run("DROP TABLE IF EXISTS told_extras")
