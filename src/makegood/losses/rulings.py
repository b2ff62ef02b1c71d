"""Rule on attempts: whose fault each one was that was not plainly delivered."""

from __future__ import annotations

from makegood.losses.faults import RuleBook
from makegood.records.rows import chosen
from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse

_ELSEWHERE = "status < 200 OR status >= 300"
_RULINGS = (
    "provider VARCHAR, status INTEGER, error VARCHAR, usable INTEGER, empty INTEGER, from_us BIGINT, until_us BIGINT, "
    "fault VARCHAR, charged VARCHAR, rule_no INTEGER, fault_no INTEGER"
)


def mark_faults(warehouse: Warehouse, book: RuleBook) -> None:
    """Make `faulty`: every attempt not plainly delivered, with its `fault` and what the rules say of charges."""
    suspects = chosen(warehouse, f"{_ELSEWHERE} OR usable = FALSE", f"{_ELSEWHERE} OR usable = 0")
    warehouse.run(f"CREATE OR REPLACE TABLE suspects AS {suspects}")
    _rule(warehouse, book, "faulty")


def rule_on(warehouse: Warehouse, book: RuleBook, rows: str, table: str) -> None:
    """Make a table of the given rows (a SELECT of packed columns) with `fault`, `ruled` and `rule_no`."""
    warehouse.run(f"CREATE OR REPLACE TABLE suspects AS {rows}")
    _rule(warehouse, book, table)


def _rule(warehouse: Warehouse, book: RuleBook, table: str) -> None:
    outcomes = warehouse.query("SELECT DISTINCT provider, status, error, usable FROM suspects")
    warehouse.put("rulings", _RULINGS, book.table(sorted(outcomes)))
    warehouse.run(f"CREATE OR REPLACE TABLE {table} AS {statement('makegood.losses', 'faulty')}")
    warehouse.run("DROP TABLE suspects")
