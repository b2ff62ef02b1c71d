"""Rows: settle which rows count, so that read = used + duplicate + quarantined + out of scope."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.money import NO_CURRENCY
from makegood.records.repeats import exclude_repeats
from makegood.records.tally import Quarantined, Tally
from makegood.records.typed import quoted
from makegood.records.warehouse import Warehouse
from makegood.spans import Span, from_us, to_us


def settle(warehouse: Warehouse, read: int, span: Span | None, account: str | None) -> Tally:
    """Make the view `attempts` of the rows that count, inside the span and of the account where given."""
    quarantined = int(warehouse.one("SELECT COUNT(*) FROM quarantine"))
    everything = "SELECT * FROM loaded"
    if warehouse.query("SELECT 1 FROM duckdb_views() WHERE view_name = 'native'"):
        everything += " UNION ALL SELECT * FROM native"
    warehouse.run(f"CREATE OR REPLACE VIEW given AS {everything}")
    wanted = _wanted(span, account)
    _view(warehouse, "sound", "given", "TRUE")
    inside = int(warehouse.one(f"SELECT COUNT(*) FROM sound WHERE {wanted}"))
    _view(warehouse, "in_scope", "given", wanted)
    duplicate = exclude_repeats(warehouse, "in_scope")
    _view(warehouse, "attempts", "given", wanted)
    return Tally(read, inside - duplicate, duplicate, quarantined, read - quarantined - inside)


def _wanted(span: Span | None, account: str | None) -> str:
    wanted = []
    if span:
        wanted.append(f"time_us >= {to_us(span.start)} AND time_us < {to_us(span.end)}")
    if account is not None:
        wanted.append(f"account = {quoted(account)}")
    return " AND ".join(wanted) or "TRUE"


def _view(warehouse: Warehouse, name: str, relation: str, wanted: str) -> None:
    spared = "" if _nothing_excluded(warehouse) else " AND row_id NOT IN (SELECT row_id FROM excluded)"
    warehouse.run(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {relation} WHERE {wanted}{spared}")


def _nothing_excluded(warehouse: Warehouse) -> bool:
    return not warehouse.one("SELECT COUNT(*) FROM excluded")


def quarantined_rows(warehouse: Warehouse, most: int) -> tuple[Quarantined, ...]:
    """The first quarantined rows, by file and line."""
    rows = warehouse.query(
        "SELECT file_no, line, reason FROM quarantine ORDER BY file_no, line, reason LIMIT $most", most=most
    )
    return tuple(Quarantined(warehouse.files[number], line, reason) for number, line, reason in rows)


@dataclass(frozen=True)
class Gaps:
    """What the rows that count do not tell: how many name no charge, no usability, no call id; out of how many."""

    attempts: int
    without_charge: int
    without_usable: int
    without_call_id: int
    without_currency: int


def logged_span(warehouse: Warehouse) -> Span | None:
    """From the first attempt to just after the last, or None without attempts."""
    first, last = warehouse.query("SELECT MIN(time_us), MAX(time_us) FROM attempts")[0]
    return None if first is None else Span(from_us(first), from_us(last + 1))


def gaps(warehouse: Warehouse) -> Gaps:
    """Count what is not told; each count is a narrow scan that the files' own statistics often answer."""
    tests = (
        "TRUE",
        "charged_nano IS NULL",
        "usable = -1 AND status >= 200 AND status < 300",
        "call_id = ''",
        f"charged_nano IS NOT NULL AND currency = '{NO_CURRENCY}'",
    )
    return Gaps(*(int(warehouse.one(f"SELECT COUNT(*) FROM attempts WHERE {test}")) for test in tests))
