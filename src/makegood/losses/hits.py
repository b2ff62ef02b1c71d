"""Hits: who was met by which incident, how often, and what was charged for nothing because of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from makegood.incidents.incident import Incident
from makegood.losses.hit import Hit
from makegood.losses.waste import amount
from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse

_Key = tuple[str, str]


def hits(warehouse: Warehouse, incidents: Sequence[Incident]) -> tuple[Hit, ...]:
    """One hit for each incident and each account that met a provider fault in it, in order of incident and account.

    Needs the tables `attempts`, `minutes`, `calls`, `waste`, `incident_spans` and `incident_rows`. An attempt counts in
    every incident that it lies in, as it does in the incident's own counts; a charge in one only (see `_order`), so
    that what accounts wasted can be added up over incidents. Amounts that are not known are left out, never 0.
    """
    if not warehouse.query("SELECT 1 FROM incident_rows LIMIT 1"):
        return ()
    put_order(warehouse, incidents)
    for table in ("hit_attempts", "hit_rows"):
        warehouse.run(f"CREATE OR REPLACE TABLE {table} AS {statement('makegood.losses', table)}")
    tokens, wasted = _wasted(warehouse)
    place = {one.id: number for number, one in enumerate(incidents)}
    found = [
        Hit(account, incident, attempts, faults, tokens[incident, account], tuple(sorted(wasted[incident, account])))
        for incident, account, attempts, faults in warehouse.query(statement("makegood.losses", "hits"))
    ]
    warehouse.run("DROP TABLE hit_attempts")
    return tuple(sorted(found, key=lambda one: (place[one.cause], one.account)))


def put_order(warehouse: Warehouse, incidents: Sequence[Incident]) -> None:
    """Make `incident_order`: of several incidents that hold the same attempt, which one takes it."""
    warehouse.put("incident_order", "incident VARCHAR, turn BIGINT", _order(incidents))


def _order(incidents: Sequence[Incident]) -> list[tuple[str, int]]:
    """Which incident takes a charge that several hold: one seen in attempts before a page's word, then the shortest."""
    ordered = sorted(enumerate(incidents), key=lambda one: (one[1].basis == "bulletin", _length(one[1]), one[0]))
    return [(incident.id, turn) for turn, (_, incident) in enumerate(ordered)]


def _length(incident: Incident) -> int:
    return incident.span.microseconds


def _wasted(warehouse: Warehouse) -> tuple[dict[_Key, int], dict[_Key, list[tuple[str, Decimal]]]]:
    """Tokens, and amounts by currency, of each incident and account."""
    tokens: dict[_Key, int] = defaultdict(int)
    wasted: dict[_Key, list[tuple[str, Decimal]]] = defaultdict(list)
    for incident, account, currency, some, known, units, nano in warehouse.query(
        statement("makegood.losses", "hit_waste")
    ):
        tokens[incident, account] += some
        if known:
            wasted[incident, account].append((currency, amount(units, nano)))
    return tokens, wasted
