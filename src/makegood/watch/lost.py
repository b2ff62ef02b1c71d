"""Verb: what an incident has cost so far, by the street's own stops, from the attempts around its span."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from makegood.errors import MakegoodError
from makegood.losses.faults import read_rules
from makegood.losses.rulings import mark_faults
from makegood.losses.waste import amount, waste
from makegood.money import plain
from makegood.records.statements import statement
from makegood.records.take import Intake, take
from makegood.records.warehouse import Warehouse
from makegood.spans import Span, moment, to_us

_AROUND = timedelta(minutes=10)  # a call that failed in the span may have begun before it, and been repeated after it
_BOXES = ("charged", "unknown", "not_charged")


def lost_so_far(folder: Path, facts: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """Failed attempts of the incident that an alert's facts tell of, by whether they were charged, and the amounts
    known to be charged by currency; None where it cannot be worked out now.
    """
    since, until = moment(facts["since"]), moment(facts["until"]) if facts["until"] else now
    span = Span(since, max(until, since + timedelta(seconds=1)))
    try:
        with tempfile.TemporaryDirectory(prefix="makegood-") as spool:
            warehouse = Warehouse(Path(spool), memory_mb=512, threads=1)
            try:
                return _lost(warehouse, folder, span, facts["scope"])
            finally:
                warehouse.close()
    except (MakegoodError, duckdb.Error, OSError):
        return None


def _lost(warehouse: Warehouse, folder: Path, span: Span, scope: Mapping[str, str | None]) -> dict[str, Any]:
    wide = Span(span.start - _AROUND, span.end + _AROUND)
    take(warehouse, Intake((folder,), span=wide, since=wide.start))
    book = read_rules()
    mark_faults(warehouse, book)
    waste(warehouse, book, ())
    named = {name: scope[name] or "" for name in ("provider", "service", "model", "region")}
    rows = warehouse.query(statement("makegood.watch", "lost"), first=to_us(span.start), end=to_us(span.end), **named)
    counts = dict.fromkeys(_BOXES, 0)
    amounts: dict[str, Decimal] = {}
    for box, currency, attempts, known, units, nano in rows:
        if box in counts:
            counts[box] += attempts
        if box == "charged" and known:
            amounts[currency] = amounts.get(currency, Decimal(0)) + amount(units, nano)
    return {**counts, "amounts": {currency: plain(total) for currency, total in sorted(amounts.items())}}
