"""Rows: settle which rows count, so that read = used + duplicate + quarantined + out of scope."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.errors import Unreadable
from makegood.money import NO_CURRENCY
from makegood.records.repeats import exclude_repeats
from makegood.records.tally import Quarantined, Tally
from makegood.records.typed import END_US, FIRST_US, quoted
from makegood.records.warehouse import Warehouse
from makegood.spans import Span, from_us, to_us


def settle(warehouse: Warehouse, read: int, span: Span | None, account: str | None) -> Tally:
    """Make the view `attempts` of the rows that count, inside the span and of the account where given."""
    # Only reading text needs rows in order; without it everything after runs in less memory.
    warehouse.run("SET preserve_insertion_order = false")
    quarantined = int(warehouse.one("SELECT COUNT(*) FROM quarantine"))
    warehouse.wanted = _wanted(span, account)
    inside = int(warehouse.one(f"SELECT COUNT(*) FROM ({chosen(warehouse)})"))
    warehouse.run(f"CREATE OR REPLACE VIEW in_scope AS {chosen(warehouse)}")
    duplicate = exclude_repeats(warehouse, "in_scope")
    warehouse.run(f"CREATE OR REPLACE VIEW attempts AS {chosen(warehouse)}")
    return Tally(read, inside - duplicate, duplicate, quarantined, read - quarantined - inside)


def chosen(warehouse: Warehouse, condition: str = "TRUE", loaded: str | None = None) -> str:
    """SELECT of the rows that count, where a condition on the canonical columns holds.

    `loaded` says the same of rows that were loaded, where their columns have another name.

    The condition is put to the files themselves, so that no value of another row is unpacked.
    """
    parts = [f"{part} WHERE {condition}" for part in warehouse.native]
    if not parts or warehouse.query("SELECT 1 FROM loaded LIMIT 1"):
        parts.append(f"SELECT * FROM loaded WHERE {loaded or condition}")
    spared = "" if _nothing_excluded(warehouse) else " AND row_id NOT IN (SELECT row_id FROM excluded)"
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE {warehouse.wanted}{spared}"


def everything(warehouse: Warehouse) -> str:
    """SELECT of every row that could be read, asked for or not."""
    return " UNION ALL ".join([*warehouse.native, "SELECT * FROM loaded"])


def read_span(warehouse: Warehouse) -> Span | None:
    """From the first row that could be read to just after the last, asked for or not; None without rows."""
    inside = f"time_us >= {FIRST_US} AND time_us < {END_US}"
    query = f"SELECT MIN(time_us), MAX(time_us) FROM ({everything(warehouse)}) WHERE {inside}"
    first, last = warehouse.query(query)[0]
    return None if first is None else Span(from_us(first), from_us(last + 1))


def _wanted(span: Span | None, account: str | None) -> str:
    wanted = []
    if span:
        wanted.append(f"time_us >= {to_us(span.start)} AND time_us < {to_us(span.end)}")
    if account is not None:
        wanted.append(f"account = {quoted(account)}")
    return " AND ".join(wanted) or "TRUE"


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
    if first is None:
        return None
    if first < FIRST_US or last >= END_US:
        # Such rows were set aside, unless what a file says of its values is not what they are.
        raise Unreadable("a Parquet file contradicts itself about its times; write the files again.")
    return Span(from_us(first), from_us(last + 1))


def gaps(warehouse: Warehouse) -> Gaps:
    """Count what is not told; each count is a narrow scan that the files' own statistics often answer."""
    answered = "usable = -1 AND status >= 200 AND status < 300"
    unnamed = f"charged_nano IS NOT NULL AND currency = '{NO_CURRENCY}'"
    rows = (
        "attempts",
        f"({chosen(warehouse, 'charged IS NULL', 'charged_nano IS NULL')})",
        f"attempts WHERE {answered}",
        f"({chosen(warehouse, 'call_id IS NULL')})",
        f"attempts WHERE {unnamed}",
    )
    return Gaps(*(int(warehouse.one(f"SELECT COUNT(*) FROM {one}")) for one in rows))
