"""Native Parquet: canonical files whose types already fit are viewed where they stand, never loaded."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from makegood.errors import Unreadable
from makegood.records.attempt import COLUMNS, NAMES, REQUIRED
from makegood.records.intake import first_line
from makegood.records.sample import Sample
from makegood.records.typed import COUNT_LIMIT, END_US, FIRST_US, TEXT_LIMIT, Defaults, quoted
from makegood.records.warehouse import FILE_SHIFT, Warehouse

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_FITS = {
    "time": ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
    "text": ("VARCHAR",),
    "currency": ("VARCHAR",),
    "count": _INTEGERS,
    "status": _INTEGERS,
    "duration": _INTEGERS,
    "flag": ("BOOLEAN",),
}


def is_native(sample: Sample) -> bool:
    """Is this a canonical Parquet file whose column types need no conversion?"""
    if sample.kind != "parquet" or not sample.types.keys() >= REQUIRED:
        return False
    return all(_fits(column.kind, sample.types[column.name]) for column in COLUMNS if column.name in sample.types)


def _fits(kind: str, type_: str) -> bool:
    if kind == "amount":
        return type_.startswith("DECIMAL(") and int(type_[8:-1].split(",")[1]) <= 9
    return type_ in _FITS[kind]


def view(warehouse: Warehouse, samples: Sequence[Sample], defaults: Defaults) -> int:
    """Make the view `native` over all files; quarantine their bad rows; return the rows read."""
    parts: list[str] = []
    read = 0
    for types in sorted({tuple(sorted(sample.types.items())) for sample in samples}):
        group = [sample for sample in samples if tuple(sorted(sample.types.items())) == types]
        part = _select(warehouse, group, dict(types), defaults)
        read += _judge(warehouse, part, group)
        parts.append(part)
    warehouse.run("CREATE OR REPLACE VIEW native AS " + " UNION ALL ".join(parts))
    return read


def _select(warehouse: Warehouse, group: Sequence[Sample], types: dict[str, str], defaults: Defaults) -> str:
    base = min(warehouse.add_file(str(sample.path)) for sample in group)
    paths = ", ".join(quoted(str(sample.path)) for sample in group)
    values = ", ".join(_value(name, types, defaults) for name in NAMES if name != "time")
    return f"""
      SELECT ((CAST({base} + file_index AS BIGINT) << {FILE_SHIFT}) + file_row_number + 1) AS row_id,
        epoch_us("time") AS time_us, epoch_us("time") // 60000000 AS minute, {values}
      FROM read_parquet([{paths}], file_row_number = true)"""


def _value(name: str, types: dict[str, str], defaults: Defaults) -> str:
    missing = {
        "account": quoted(defaults.account),
        "currency": quoted(defaults.currency),
        "usable": "-1",
        "duration_ms": "-1",
        "retry": "0",
        "input_tokens": "0",
        "cached_tokens": "0",
        "output_tokens": "0",
        "charged": "NULL",
        "status": "-1",
    }
    kinds = {"retry": "INTEGER", "status": "INTEGER", "duration_ms": "INTEGER", "usable": "INTEGER"}
    kind = kinds.get(name, "BIGINT" if name.endswith("_tokens") else "VARCHAR")
    fallback = missing.get(name, "''")
    if name == "charged":
        nano = (
            'CAST(CAST("charged" AS DECIMAL(28,9)) * 1000000000 AS BIGINT)' if name in types else "CAST(NULL AS BIGINT)"
        )
        return f"{nano} AS charged_nano"
    if name not in types:
        return f"CAST({fallback} AS {kind}) AS {name}"
    if name == "currency":
        return f'UPPER(COALESCE("currency", {fallback})) AS currency'
    return f'COALESCE(CAST("{name}" AS {kind}), {fallback}) AS {name}'


def _judge(warehouse: Warehouse, part: str, group: Sequence[Sample]) -> int:
    """Quarantine the rows whose values no attempt can have; count all rows."""
    # One narrow scan a test: most are answered by the files' own statistics, and no row is ever put together.
    judged = " UNION ALL ".join(
        f"SELECT row_id, {place} AS place, {why} AS reason FROM ({part}) WHERE {test}"
        for place, (test, why) in enumerate(_tests())
    )
    try:
        warehouse.run(
            f"CREATE OR REPLACE TEMP TABLE judged AS SELECT row_id, ARG_MIN(reason, place) AS reason "
            f"FROM ({judged}) GROUP BY row_id"
        )
        read = int(warehouse.one(f"SELECT COUNT(*) FROM ({part})"))
    except duckdb.Error as fault:
        names = ", ".join(str(sample.path) for sample in group[:3])
        raise Unreadable(f"{names}: cannot be read to the end ({first_line(fault)}); write it again.") from fault
    mask = (1 << FILE_SHIFT) - 1
    warehouse.run(f"INSERT INTO quarantine SELECT row_id >> {FILE_SHIFT}, row_id & {mask}, reason FROM judged")
    warehouse.run("INSERT INTO excluded SELECT row_id, 'quarantined' FROM judged")
    warehouse.run("DROP TABLE judged")
    return read


def _tests() -> list[tuple[str, str]]:
    """What no attempt can be, as (SQL test, SQL text of the reason); whole columns are compared, so no value is copied."""
    counts = [
        (f"{name} < 0 OR {name} > {COUNT_LIMIT}", f"'{name} is not a count (a whole number, 0 or more): ' || {name}")
        for name in ("input_tokens", "cached_tokens", "output_tokens", "retry")
    ]
    texts = [
        (f"STRLEN({name}) > {4 * TEXT_LIMIT}", f"'{name} is longer than {TEXT_LIMIT} characters'")
        for name in ("account", "provider", "service", "model", "region", "error")
    ]
    return [
        ("time_us IS NULL", "'time is missing'"),
        (f"time_us < {FIRST_US} OR time_us >= {END_US}", "'time lies outside the years 2000 to 2099'"),
        ("status = -1", "'status is missing'"),
        ("status < 0 OR status > 999", "'status is not an HTTP status (0 to 999; 0 = no response): ' || status"),
        *counts,
        ("cached_tokens > input_tokens", "'cached_tokens is more than input_tokens, of which it is a part'"),
        ("duration_ms < -1", "'duration_ms is not a length of time in milliseconds: ' || duration_ms"),
        ("charged_nano < 0", "'charged is not an amount (a decimal, 0 or more)'"),
        ("STRLEN(currency) NOT IN (0, 3)", "'currency is not an ISO 4217 code'"),
        *texts,
    ]
