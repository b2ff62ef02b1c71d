"""The product's own run over the awkward week: the tables that its statements join, and those that its verbs make."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from benchmarks.awkward import START_US, make_week
from makegood.incidents.incident import Found
from makegood.incidents.meet import Meeting, meet
from makegood.incidents.minutes import count_minutes
from makegood.losses.exposure_units import prepare_units, units_of_windows
from makegood.losses.faults import RuleBook, read_rules
from makegood.losses.rulings import mark_faults
from makegood.losses.waste import waste
from makegood.records.charge import Charge
from makegood.records.rows import settle
from makegood.records.scope import Scope
from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse
from makegood.spans import Span, from_us, to_us

WEEK = Span(from_us(START_US), from_us(START_US) + timedelta(days=7))
GIVEN = (
    "attempts",
    "rulings",
    "named",
    "bills",
    "priced",
    "incident_spans",
    "extras",
    "marks",
    "sizes",
    "replay_spans",
)
MADE = (
    "faulty",
    "minutes",
    "incident_rows",
    "edge_attempts",
    "calls",
    "billed",
    "waste",
    "turns",
    "replay_rows",
    "lost",
)
# What a recorder would have noted of most rows: route, upstream, key, reason, currency of the extra cost.
_MARKS = (
    (1, "chat", "first", "KEY_A", "first", "USD"),
    (2, "chat", "second", "KEY_B", "failover", "USD"),
    (3, "chat", "", "", "hedge", ""),
    (4, "", "", "", "repeat", "KRW"),
    (5, "", "", "", "first", ""),
    (6, "과부하 o'hara\\", "first", "KEY_A", "probe", "USD"),
)
_EXTRAS = """
SELECT row_id, CAST(row_id % 6 + 1 AS INTEGER) AS mark,
  CASE WHEN row_id % 4 = 0 THEN NULL ELSE (row_id % 7 - 3) * 900000001 END AS extra_nano
FROM attempts WHERE row_id % 5 <> 0
"""
# Part, provider, model, region, first microsecond of the week, length; the same rows may be in several parts.
_WINDOWS = (
    ("1.1", "openai", "*", "*", 102_000_000_001, 46_440_000_000),
    ("1.2", "openai", "*", "*", 120_000_000_000, 21_600_000_000),
    ("2.1", "bedrock", "*", "us-east-1", 0, 604_800_000_000),
    ("3.1", "vertex_ai", "gpt-4o", "*", 256_800_000_007, 4_800_000_000),
    ("4.1", "nobody", "*", "*", 0, 604_800_000_000),
)
# The losses of an incident's scope and span, as an alert tells them.
LOST = {
    "first": START_US + 100_000_000_000, "end": START_US + 260_000_000_000,
    "provider": "openai", "service": "", "model": "", "region": "",
}  # fmt: skip
_BILLED = 400
# Scope, first microsecond of the week, length: inside one minute, over many, exactly minutes, nothing, everything.
_INCIDENTS = (
    (Scope("openai"), 102_000_000_001, 2_460_000_000),
    (Scope("openai"), 102_000_000_000, 2_460_000_000),
    (Scope("openai"), 102_000_000_000, 0),
    (Scope("anthropic"), 258_010_000_000, 40_000_000),
    (Scope("vertex_ai", model="gpt-4o"), 256_800_000_007, 4_800_000_000),
    (Scope("bedrock", region="us-east-1"), 0, 604_800_000_000),
    (Scope("bedrock", "chat.completions"), 3 * 86_400_000_000 - 1, 2),
    (Scope(), 258_000_000_000, 3_600_000_000),
    (Scope("nobody"), 0, 604_800_000_000),
)


def run_product(folder: Path, rows: int) -> int:
    """Write every table of GIVEN as folder/given/*.parquet and of MADE as folder/made/*.parquet; return rows used."""
    spool = folder / "spool"
    spool.mkdir()
    warehouse = Warehouse(spool)
    try:
        return _run(warehouse, folder, rows)
    finally:
        warehouse.close()


def _run(warehouse: Warehouse, folder: Path, rows: int) -> int:
    book = read_rules()
    tally = settle(warehouse, make_week(warehouse, book, rows), None, None)
    mark_faults(warehouse, book)
    _put_rulings(warehouse, book)
    count_minutes(warehouse)
    meet(Meeting(_found(), (), WEEK.end), warehouse)
    _write(warehouse, folder / "given", ("rulings", "incident_spans"))
    waste(warehouse, book, _charges(warehouse))
    warehouse.run(f"CREATE OR REPLACE TABLE lost AS {statement('makegood.watch', 'lost')}", **LOST)
    _audit(warehouse)
    _write(
        warehouse,
        folder / "given",
        ("attempts", "named", "bills", "priced", "extras", "marks", "sizes", "replay_spans"),
    )
    _write(warehouse, folder / "made", MADE)
    return tally.used


def _audit(warehouse: Warehouse) -> None:
    """The tables of an audit: what a recorder noted, and the windows that it is asked about."""
    columns = "mark INTEGER, route VARCHAR, upstream VARCHAR, key_name VARCHAR, reason VARCHAR, extra_currency VARCHAR"
    warehouse.put("marks", columns, _MARKS)
    warehouse.run(f"CREATE OR REPLACE TABLE extras AS {_EXTRAS}")
    prepare_units(warehouse, to_us(WEEK.end))
    windows = [(*scope, START_US + start, START_US + start + length) for *scope, start, length in _WINDOWS]
    units_of_windows(warehouse, windows, START_US)


def _put_rulings(warehouse: Warehouse, book: RuleBook) -> None:
    """Rulings on every outcome there is; the product rules twice, each time on fewer."""
    columns = ", ".join(f"{row[0]} {row[1]}" for row in warehouse.query("DESCRIBE rulings"))
    outcomes = warehouse.query("SELECT DISTINCT provider, status, error, usable FROM attempts ORDER BY ALL")
    warehouse.put("rulings", columns, book.table(outcomes))


def _write(warehouse: Warehouse, folder: Path, tables: tuple[str, ...]) -> None:
    folder.mkdir(exist_ok=True)
    for table in tables:
        warehouse.run(f"COPY (SELECT * FROM {table}) TO '{folder / table}.parquet' (FORMAT parquet)")


def _found() -> tuple[Found, ...]:
    spans = [(scope, from_us(START_US + start), timedelta(microseconds=us)) for scope, start, us in _INCIDENTS]
    found = [(scope, Span(start, start + length)) for scope, start, length in spans]
    return tuple(Found(scope, span, span, span, 0, 0) for scope, span in found)


def _charges(warehouse: Warehouse) -> list[Charge]:
    """Charges on requests of the log and on one that it does not hold: zero, positive, credited, of two currencies."""
    rows = warehouse.query(
        "SELECT request_id FROM faulty WHERE request_id IS NOT NULL ORDER BY request_id, row_id LIMIT $most",
        most=_BILLED,
    )
    amounts = (Decimal(0), Decimal("0.000000001"), Decimal("12.5"), Decimal(9_007_199), Decimal("-3.000000007"))
    billed = [
        _charge(row[0], amounts[number % len(amounts)], ("USD", "KRW", "USD")[number % 3], number)
        for number, row in enumerate(rows, 1)
    ]
    return [*billed, _charge(rows[0][0], Decimal(1), "EUR", 1), _charge("req_elsewhere", Decimal(1), "USD", 1)]


def _charge(request: str, amount: Decimal, currency: str, line: int) -> Charge:
    whole = Span(datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))
    return Charge(whole, "-", "openai", "item", "bill", line, amount, currency, request_id=request)
