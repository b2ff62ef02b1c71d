"""Verb: lay the lines of a bill that name requests beside the attempts; which line is whose, and which is nobody's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from makegood.money import plain
from makegood.records.charge import Charge
from makegood.records.rows import everything, read_span
from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse
from makegood.spans import Span, iso

_NANO = Decimal(10) ** 9
_ASTRAY = (
    "file VARCHAR, line BIGINT, start VARCHAR, account VARCHAR, provider VARCHAR, item VARCHAR, request_id VARCHAR, "
    "amount VARCHAR, currency VARCHAR, outside BIGINT"
)


@dataclass(frozen=True)
class Astray:
    """Lines of the bill that charge a named request: how many, and of them those that name no attempt of the log.

    `amounts` is what these lines charge by currency; `outside` of them are of a time that the log does not cover.
    """

    lines: int
    unexplained: int
    outside: int
    amounts: dict[str, Decimal]


def match_bills(warehouse: Warehouse, charges: Sequence[Charge]) -> None:
    """Make `named` (requests that charges name), `billed` (what each stands for) and `bills` (attempt, amount)."""
    named = _named(charges)
    warehouse.put("named", "request_id VARCHAR, nano BIGINT, currency VARCHAR", named)
    warehouse.put("billed", "request_id VARCHAR, attempts BIGINT, row_id BIGINT", ())
    if named:  # else the whole log would be read for nothing
        warehouse.run(f"INSERT INTO billed {statement('makegood.losses', 'billed')}")
    warehouse.run(
        "CREATE OR REPLACE TABLE bills AS SELECT b.row_id, n.nano, n.currency FROM billed AS b "
        "JOIN named AS n ON n.request_id = b.request_id WHERE b.row_id IS NOT NULL AND n.nano IS NOT NULL"
    )


def _named(charges: Sequence[Charge]) -> list[tuple[str, int | None, str | None]]:
    """Requests with their nano units and currency; the lines of one request are added up.

    A request that is billed in two currencies has no one amount, and so none here.
    """
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for charge in charges:
        if charge.request_id and charge.amount is not None and charge.currency:
            sums[charge.request_id][charge.currency] += charge.amount
    found: list[tuple[str, int | None, str | None]] = []
    for request_id, amounts in sorted(sums.items()):
        one = len(amounts) == 1
        currency, total = next(iter(amounts.items()))
        found.append((request_id, int((total * _NANO).to_integral_value()) if one else None, currency if one else None))
    return found


def astray(warehouse: Warehouse, charges: Sequence[Charge], asked: Span | None) -> Astray | None:
    """Find the lines that charge a request which no row read is of, and make `astray` of them; None without such lines.

    Credits, and with a period lines outside of it, are left out. Needs `named` and `billed`.
    """
    lines = [one for one in charges if one.request_id and one.amount and one.amount > 0 and one.currency]
    lines = [one for one in lines if asked is None or not _apart(one.span, asked)]
    known = _known(warehouse) if lines else set()
    covered = read_span(warehouse) if lines else None
    lost = [(one, covered is None or _apart(one.span, covered)) for one in lines if one.request_id not in known]
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for one, _ in lost:
        amounts[one.currency or ""] += one.amount or 0
    warehouse.put("astray", _ASTRAY, [_row(one, outside) for one, outside in lost])
    outside = sum(1 for _, apart in lost if apart)
    return Astray(len(lines), len(lost), outside, dict(sorted(amounts.items()))) if lines else None


def _apart(one: Span, other: Span) -> bool:
    return one.end <= other.start or one.start >= other.end


def _row(one: Charge, outside: bool) -> tuple[object, ...]:
    amount = plain(one.amount or Decimal(0))
    place = (one.source, one.line, iso(one.span.start), one.account, one.provider, one.item)
    return (*place, one.request_id, amount, one.currency, int(outside))


def _known(warehouse: Warehouse) -> set[str]:
    """The requests that some row read names, also one that is not asked for, or was delivered twice."""
    found = {row[0] for row in warehouse.query("SELECT request_id FROM billed")}
    if warehouse.one("SELECT COUNT(*) FROM named") > len(found):
        for column in ("request_id", "call_id"):
            rows = f"SELECT {column} FROM ({everything(warehouse)})"
            asked = f"SELECT request_id FROM named WHERE request_id IN ({rows})"
            found |= {row[0] for row in warehouse.query(asked)}
    return found
