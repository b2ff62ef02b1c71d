"""Native Parquet: canonical files whose types already fit are viewed where they stand, never loaded."""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb

from makegood.errors import Unreadable
from makegood.records.attempt import COLUMNS, IDS, NAMES, OWN_ID, REQUIRED
from makegood.records.attempts_folder import mend
from makegood.records.intake import first_line
from makegood.records.sample import Sample
from makegood.records.typed import COUNT_LIMIT, END_US, FIRST_US, RETRY_LIMIT, TEXT_LIMIT, Defaults, one_file, quoted
from makegood.records.warehouse import FILE_SHIFT, Warehouse

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_CODE = "regexp_full_match(\"currency\", '[A-Z]{3}')"
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
        found = _DECIMAL.fullmatch(type_)
        return found is not None and int(found[2]) <= 9 and int(found[1]) - int(found[2]) <= 9
    return type_ in _FITS[kind]


def view(warehouse: Warehouse, samples: Sequence[Sample], defaults: Defaults) -> int:
    """Leave a SELECT over the files of each schema in `warehouse.native`; quarantine bad rows; return the rows read."""
    read = 0
    for types in sorted({tuple(sorted(sample.types.items())) for sample in samples}):
        group = [sample for sample in samples if tuple(sorted(sample.types.items())) == types]
        part = _select(warehouse, group, dict(types), defaults)
        read += _judge(warehouse, part, group)
        warehouse.native.append(part)
    return read


def forget_native(warehouse: Warehouse, first: int) -> None:
    """Undo a view that broke off: forget what was said of the files from number `first` on."""
    warehouse.native.clear()
    warehouse.native_ids.clear()
    warehouse.run(f"DELETE FROM quarantine WHERE file_no >= {first}")
    warehouse.run(f"DELETE FROM excluded WHERE (row_id >> {FILE_SHIFT}) >= {first}")


def fault_of(warehouse: Warehouse, sample: Sample) -> Unreadable | None:
    """Read every value of a file; the fault when it cannot be read to the end."""
    values = ", ".join(f'MAX(HASH("{name}"))' for name in NAMES if name in sample.types)
    try:
        warehouse.query(f"SELECT {values} FROM read_parquet({one_file(sample.path)}, hive_partitioning = false)")
    except duckdb.Error as fault:
        return Unreadable(f"{sample.path}: cannot be read to the end ({first_line(fault)}); {mend(sample.path)}.")
    return None


def _select(warehouse: Warehouse, group: Sequence[Sample], types: dict[str, str], defaults: Defaults) -> str:
    """SELECT of packed rows to which a WHERE on account, model and the ids can be added."""
    base = min(warehouse.add_file(str(sample.path)) for sample in group)
    paths = ", ".join(one_file(sample.path) for sample in group)
    source = f"read_parquet([{paths}], file_row_number = true, hive_partitioning = false)"
    texts = [column.name for column in COLUMNS if column.kind in ("text", "currency")]
    rest = [name for name in NAMES if name not in texts and name in types]
    inner = [_text(warehouse, source, name, name in types, defaults) for name in texts] + [f'"{name}"' for name in rest]
    inner += [] if "charged" in types else ["CAST(NULL AS DECIMAL(18,9)) AS charged"]
    inner += [] if "usable" in types else ["CAST(NULL AS BOOLEAN) AS usable"]
    outer = ", ".join(name if name in texts else _number(name, types.get(name)) for name in NAMES if name != "time")
    row_id = f"((CAST({base} + file_index AS BIGINT) << {FILE_SHIFT}) + file_row_number + 1) AS row_id"
    if types.get(OWN_ID) == "VARCHAR":
        warehouse.native_ids.append(f"SELECT {row_id}, NULLIF(\"{OWN_ID}\", '') AS own_id FROM {source}")
    return f"""
      SELECT {row_id},
        epoch_us("time") AS time_us, epoch_us("time") // 60000000 AS minute, {outer}
      FROM (SELECT file_index, file_row_number, {", ".join(inner)} FROM {source})"""


def _text(warehouse: Warehouse, source: str, name: str, given: bool, defaults: Defaults) -> str:
    """A text column; where nothing is missing it stays bare, so that the reader of the file can skip its values."""
    missing = {"account": quoted(defaults.account), "currency": quoted(defaults.currency)}.get(name, "''")
    missing = "CAST(NULL AS VARCHAR)" if name in IDS else missing
    if not given:
        return f"{missing} AS {name}"
    wrong = [f"\"{name}\" = ''"]
    wrong += [] if name in IDS else [f'"{name}" IS NULL']
    wrong += [f"NOT {_CODE}"] if name == "currency" else []
    if not any(warehouse.query(f"SELECT 1 FROM {source} WHERE {one} LIMIT 1") for one in wrong):
        return f'"{name}"'
    mended = f'UPPER("{name}")' if name == "currency" else f'"{name}"'
    return f"COALESCE(NULLIF({mended}, ''), {missing}) AS {name}"


def _number(name: str, type_: str | None) -> str:
    if name == "charged":
        return "CAST(CAST(charged AS DECIMAL(28,9)) * 1000000000 AS BIGINT) AS charged_nano"
    kind = "BIGINT" if name.endswith("_tokens") else "INTEGER"
    missing = -1 if name in ("usable", "duration_ms", "status") else 0
    value = f'"{name}"'
    if kind == "INTEGER" and type_ in ("BIGINT", "UINTEGER"):
        value = (
            f"CASE WHEN {value} BETWEEN -2147483648 AND 2147483647 THEN {value} WHEN {value} IS NOT NULL THEN -2 END"
        )
    return f"COALESCE(CAST({value} AS {kind}), {missing}) AS {name}" if type_ else f"{missing} AS {name}"


def _judge(warehouse: Warehouse, part: str, group: Sequence[Sample]) -> int:
    """Quarantine the rows whose values no attempt can have; count all rows."""
    # One narrow scan a test: most are answered by the files' own statistics, and no row is ever put together.
    tests = [(f"({part}) WHERE {test}", why) for test, why in _tests()]
    if "charged" in group[0].types:
        tests.append((f"({part} WHERE charged < 0)", "'charged is not an amount (a decimal, 0 or more)'"))
    if " AS currency" in part:  # some currency is not plainly a code
        tests.append((f"({part}) WHERE NOT {_CODE}", "'currency is not an ISO 4217 code'"))
    judged = " UNION ALL ".join(
        f"SELECT row_id, {place} AS place, {why} AS reason FROM {rows}" for place, (rows, why) in enumerate(tests)
    )
    try:
        warehouse.run(
            f"CREATE OR REPLACE TEMP TABLE judged AS SELECT row_id, ARG_MIN(reason, place) AS reason "
            f"FROM ({judged}) GROUP BY row_id"
        )
        read = int(warehouse.one(f"SELECT COUNT(*) FROM ({part})"))
    except duckdb.Error as fault:
        names = ", ".join(str(sample.path) for sample in group[:3])
        what = mend(group[0].path)
        raise Unreadable(f"{names}: cannot be read to the end ({first_line(fault)}); {what}.") from fault
    mask = (1 << FILE_SHIFT) - 1
    warehouse.run(f"INSERT INTO quarantine SELECT row_id >> {FILE_SHIFT}, row_id & {mask}, reason FROM judged")
    warehouse.run("INSERT INTO excluded SELECT row_id, 'quarantined' FROM judged")
    warehouse.run("DROP TABLE judged")
    return read


def _tests() -> list[tuple[str, str]]:
    """What no attempt can be, as (SQL test, SQL text of the reason), the gravest first."""
    counts = [
        (f"{name} < 0 OR {name} > {limit}", f"'{name} is not a count (a whole number, 0 or more): ' || {name}")
        for name, limit in (
            ("input_tokens", COUNT_LIMIT),
            ("cached_tokens", COUNT_LIMIT),
            ("output_tokens", COUNT_LIMIT),
            ("retry", RETRY_LIMIT),
        )
    ]
    texts = [
        (f"STRLEN({name}) > {4 * TEXT_LIMIT}", f"'{name} is longer than {TEXT_LIMIT} characters'")
        for name in ("account", "provider", "service", "model", "region", "error")
    ]
    return [
        ("time_us IS NULL", "'time is missing'"),
        ("provider = ''", "'provider is missing'"),
        ("model = ''", "'model is missing'"),
        (f"time_us < {FIRST_US} OR time_us >= {END_US}", "'time lies outside the years 2000 to 2099'"),
        ("status = -1", "'status is missing'"),
        ("status < 0 OR status > 999", "'status is not an HTTP status (0 to 999; 0 = no response): ' || status"),
        *counts,
        ("cached_tokens > input_tokens", "'cached_tokens is more than input_tokens, of which it is a part'"),
        ("duration_ms < -1", "'duration_ms is not a length of time in milliseconds: ' || duration_ms"),
        ("STRLEN(currency) <> 3", "'currency is not an ISO 4217 code'"),
        *texts,
    ]
