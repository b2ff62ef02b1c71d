"""Waste: charged attempts that delivered nothing, by kind, in the boxes charged, not charged, cannot tell, caller."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from makegood.losses.billed import match_bills
from makegood.losses.calls import group_calls, grouping, session_like
from makegood.losses.faults import RuleBook
from makegood.losses.loss import BOXES, KINDS, AccountLoss, Box, Losses, Sum
from makegood.losses.prices import Conditions, price
from makegood.money import NO_CURRENCY, Money
from makegood.records.charge import Charge
from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse
from makegood.spans import from_us

_NANO = Decimal(10) ** 9
_DAY_US = 86_400_000_000


def waste(warehouse: Warehouse, book: RuleBook, charges: Sequence[Charge]) -> Losses:
    """Make the tables `calls` and `waste` from `attempts` and `faulty`, and add them up.

    Amounts come from the log, else from a charge that names the request, else, where a rule says that it was
    charged, from list prices at the attempt's date. An amount that is not known is left out, never 0.
    """
    group_calls(warehouse, book)
    match_bills(warehouse, charges)
    warehouse.run(f"CREATE OR REPLACE TABLE waste AS {statement('makegood.losses', 'waste')}")
    _price(warehouse)
    boxes = _boxes(warehouse)
    unpriced = dict(warehouse.query("SELECT box, COUNT(*) FROM waste WHERE amount_nano IS NULL GROUP BY box"))
    return Losses(
        boxes=boxes,
        accounts=_accounts(warehouse),
        grouping=grouping(warehouse),
        caller_in_doubt=unpriced.get("caller_in_doubt", 0),
        unpriced=unpriced.get("charged", 0),
        unpriced_in_doubt=unpriced.get("unknown", 0),
        session_like=session_like(warehouse),
        billed=int(warehouse.one("SELECT COUNT(*) FROM waste WHERE charge_basis = 'bill'")),
    )


def _price(warehouse: Warehouse) -> None:
    """Price what was charged, or may have been, without an amount, by model, day and tokens."""
    rows = warehouse.query(
        f"SELECT DISTINCT provider, model, time_us // {_DAY_US}, input_tokens, cached_tokens, output_tokens "
        "FROM waste WHERE amount_nano IS NULL AND tokens > 0 AND box IN ('charged', 'unknown', 'caller') "
        "ORDER BY ALL"
    )
    priced = [made for row in rows if (made := _priced(row))]
    columns = "provider VARCHAR, model VARCHAR, day BIGINT, input BIGINT, cached BIGINT, output BIGINT, "
    warehouse.put("priced", columns + "nano BIGINT, currency VARCHAR", priced)
    if priced:
        warehouse.run(
            "UPDATE waste SET amount_nano = p.nano, currency = p.currency FROM priced AS p "
            "WHERE waste.amount_nano IS NULL AND waste.box IN ('charged', 'unknown', 'caller') "
            f"AND p.provider = waste.provider AND p.model = waste.model AND p.day = waste.time_us // {_DAY_US} "
            "AND p.input = waste.input_tokens AND p.cached = waste.cached_tokens AND p.output = waste.output_tokens"
        )


def _priced(row: Sequence[Any]) -> tuple[Any, ...] | None:
    provider, model, day, entered, cached, output = row
    tokens = {"input": entered - cached, "cached_input": cached, "output": output}
    money = price(provider, model, tokens, from_us(day * _DAY_US), Conditions(whole_day=True))
    if money is None:
        return None
    return (*row, int((money.amount * _NANO).to_integral_value()), money.currency)


def _boxes(warehouse: Warehouse) -> dict[str, Box]:
    rows = warehouse.query(statement("makegood.losses", "boxes"))
    boxes = {}
    for box in BOXES:
        kinds = {kind: _sum(row[2:] for row in rows if row[0] == box and _kind(row[1]) == kind) for kind in KINDS}
        boxes[box] = Box(_sum(row[2:] for row in rows if row[0] == box), kinds)
    return boxes


def _kind(kind: str) -> str:
    """The published kinds: a caller's repetition is a duplicate, an attempt of unclear fault a failed one."""
    return {"caller": "duplicate", "unclear": "failed"}.get(kind, kind)


def _sum(rows: Iterable[Sequence[Any]]) -> Sum:
    attempts = tokens = 0
    amounts: dict[str, Decimal] = {}
    for currency, row_attempts, row_tokens, known, units, nano in rows:
        attempts += row_attempts
        tokens += row_tokens
        if known:
            amounts[currency] = amounts.get(currency, Decimal(0)) + amount(units, nano)
    return Sum(attempts, tokens, dict(sorted(amounts.items())))


def amount(units: int, nano: int) -> Decimal:
    """Whole units and billionths, each added up apart, as one exact decimal."""
    return Decimal(units) + Decimal(nano).scaleb(-9)


def _accounts(warehouse: Warehouse) -> tuple[AccountLoss, ...]:
    wasted: dict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in warehouse.query(statement("makegood.losses", "wasted_accounts")):
        wasted[row[0]].append(row[1:])
    found = [
        AccountLoss(account, attempts, faults, _sum(wasted.get(account, ())))
        for account, attempts, faults in warehouse.query(statement("makegood.losses", "accounts"))
    ]
    return tuple(sorted(found, key=_most_wasted))


def _most_wasted(loss: AccountLoss) -> tuple[Decimal, int, int, str]:
    return (-sum(loss.wasted.amounts.values(), Decimal(0)), -loss.wasted.tokens, -loss.faults, loss.account)


def wasted_by_provider(warehouse: Warehouse) -> dict[str, Money]:
    """What was charged for nothing received, by the log's provider; left out where not all known in one currency."""
    rows = warehouse.query(
        "SELECT provider, MIN(currency), COUNT(DISTINCT currency), "
        "SUM(CASE WHEN amount_nano IS NULL THEN 1 ELSE 0 END), "
        "CAST(SUM(COALESCE(amount_nano, 0) // 1000000000) AS BIGINT), "
        "CAST(SUM(COALESCE(amount_nano, 0) % 1000000000) AS BIGINT) "
        "FROM waste WHERE box = 'charged' GROUP BY provider"
    )
    known = {row[0]: Money(amount(*row[4:]), row[1]) for row in rows if row[2] == 1 and not row[3]}
    return known | _nothing_wasted(warehouse, {row[0] for row in rows})


def _nothing_wasted(warehouse: Warehouse, charged: set[str]) -> dict[str, Money]:
    """Providers that did not fail, or of whose failures it is known that none was charged: zero, in their currency."""
    rows = warehouse.query(
        "SELECT s.provider, MAX(w.currency) FROM (SELECT DISTINCT provider FROM scopes) AS s "
        "LEFT JOIN waste AS w ON w.provider = s.provider AND w.box NOT IN ('none', 'caller_in_doubt') "
        "GROUP BY s.provider HAVING SUM(CASE WHEN w.box = 'unknown' THEN 1 ELSE 0 END) = 0"
    )
    return {row[0]: Money(Decimal(0), row[1] or NO_CURRENCY) for row in rows if row[0] not in charged}
