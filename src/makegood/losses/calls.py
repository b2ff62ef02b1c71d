"""Group attempts to calls: only those of calls that met a fault or were attempted more than once."""

from __future__ import annotations

import numpy as np

from makegood.losses.faults import RuleBook
from makegood.losses.rulings import rule_on
from makegood.records.repeats import seen_twice
from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse

SESSION_LIKE = 50  # attempts under one call id; more look like a session's id, not a call's
_CALL = "account, call_id"
_PRINT = "account, model, fingerprint"


def group_calls(warehouse: Warehouse, book: RuleBook) -> None:
    """Make `calls`: attempts with fault, `call_no`, `place` in the call and the `basis` of the grouping.

    A call of one delivered attempt holds no waste, so it has no row here. Keys are compared by 64-bit hash first;
    the real keys decide in the grouping, so that two keys of one hash do no harm.
    """
    twice = seen_twice(warehouse, "attempts", _CALL, "call_id <> ''")
    failed = warehouse.columns(f"SELECT hash({_CALL}) AS k FROM faulty WHERE call_id <> ''")["k"]
    prints = warehouse.columns(
        f"SELECT hash({_PRINT}) AS k FROM faulty WHERE call_id = '' AND fingerprint <> '' AND fault = 'provider'"
    )["k"]
    warehouse.table_of("call_keys", k=np.union1d(twice, failed))
    warehouse.table_of("print_keys", k=np.unique(prints))
    rule_on(warehouse, book, _members(warehouse, bool(len(prints))), "members")
    warehouse.run(f"CREATE OR REPLACE TABLE calls AS {statement('makegood.losses', 'calls')}")
    warehouse.run("DROP TABLE members")


def _members(warehouse: Warehouse, with_prints: bool) -> str:
    called = f"SELECT * FROM attempts WHERE call_id <> '' AND hash({_CALL}) IN (SELECT k FROM call_keys)"
    printed = (
        "SELECT * FROM attempts WHERE call_id = '' AND fingerprint <> '' "
        f"AND hash({_PRINT}) IN (SELECT k FROM print_keys)"
    )
    alone = (
        "SELECT * EXCLUDE (fault, ruled, rule_no) FROM faulty "
        "WHERE call_id = '' AND (fingerprint = '' OR fault <> 'provider'"
        + (f" AND hash({_PRINT}) NOT IN (SELECT k FROM print_keys))" if with_prints else ")")
    )
    return " UNION ALL ".join([called, printed, alone] if with_prints else [called, alone])


def grouping(warehouse: Warehouse) -> tuple[tuple[str, int], ...]:
    """How the attempts in question were grouped: basis and attempts."""
    return tuple(warehouse.query("SELECT basis, COUNT(*) FROM calls GROUP BY basis ORDER BY basis"))


def session_like(warehouse: Warehouse) -> int:
    """The largest number of attempts under one call id, where it is too large for a call; else 0."""
    most = warehouse.one("SELECT COALESCE(MAX(place), 0) FROM calls WHERE basis = 'call_id'")
    return int(most) if most > SESSION_LIKE else 0
