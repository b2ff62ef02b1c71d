"""Count: attempts and provider faults a minute, by scope, out of the warehouse."""

from __future__ import annotations

import numpy as np

from makegood.incidents.counts import Counts
from makegood.records.scope import Scope
from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse

_COLUMNS = ("minute", "attempts", "faults", "first_fault_us", "last_fault_us")


def count_minutes(warehouse: Warehouse) -> tuple[Counts, ...]:
    """Make the table `minutes` from `attempts` and `faulty`, and return its columns by scope."""
    warehouse.run(f"CREATE OR REPLACE TABLE minutes AS {statement('makegood.incidents', 'minutes')}")
    scopes = warehouse.query("SELECT DISTINCT provider, service, model, region FROM minutes ORDER BY ALL")
    numbered = [(number, *scope) for number, scope in enumerate(scopes)]
    warehouse.put("scopes", "number BIGINT, provider VARCHAR, service VARCHAR, model VARCHAR, region VARCHAR", numbered)
    columns = warehouse.columns(
        f"SELECT s.number, {', '.join(_COLUMNS)} FROM minutes AS m "
        "JOIN scopes AS s USING (provider, service, model, region) ORDER BY s.number, minute"
    )
    cuts = np.searchsorted(columns["number"], np.arange(len(scopes) + 1))
    return tuple(
        Counts(
            Scope(*scope),
            *(columns[name][cuts[number] : cuts[number + 1]].astype(np.int64) for name in _COLUMNS),
        )
        for number, scope in enumerate(scopes)
    )
