"""Group attempts to calls: only those of calls that met a fault or were attempted more than once."""

from __future__ import annotations

from makegood.losses.faults import RuleBook
from makegood.losses.rulings import rule_on
from makegood.records.repeats import seen_twice
from makegood.records.rows import chosen
from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse

SESSION_LIKE = 20  # attempts under one call id, as in waste.sql; more are a session's, and their repetition no waste
_CALL = "account, call_id"
_PRINT = "account, model, fingerprint"


def group_calls(warehouse: Warehouse, book: RuleBook) -> None:
    """Make `calls`: attempts with fault, `call_no`, `place` in the call and the `basis` of the grouping.

    A call of one delivered attempt holds no waste, so it has no row here. Call ids seen twice are found by 64-bit
    hash; the real keys decide in the grouping, so that two keys of one hash do no harm.
    """
    warehouse.table_of("call_keys", k=seen_twice(warehouse, "attempts", _CALL, "call_id IS NOT NULL"))
    warehouse.run(
        f"CREATE OR REPLACE TABLE print_keys AS SELECT DISTINCT hash({_PRINT}) AS k FROM faulty "
        "WHERE call_id IS NULL AND fingerprint IS NOT NULL AND fault = 'provider'"
    )
    twice = f"call_id IS NOT NULL AND hash({_CALL}) IN (SELECT k FROM call_keys)"
    printed = f"call_id IS NULL AND fingerprint IS NOT NULL AND hash({_PRINT}) IN (SELECT k FROM print_keys)"
    either = f"({twice}) OR ({printed})"
    alone = f"SELECT * EXCLUDE (fault, ruled, rule_no) FROM faulty WHERE NOT ({either})"
    rule_on(warehouse, book, f"{chosen(warehouse, either)} UNION ALL {alone}", "members")
    warehouse.run(f"CREATE OR REPLACE TABLE calls AS {statement('makegood.losses', 'calls')}")
    warehouse.run("DROP TABLE members")


def grouping(warehouse: Warehouse) -> tuple[tuple[str, int], ...]:
    """How the attempts in question were grouped: basis and attempts."""
    return tuple(warehouse.query("SELECT basis, COUNT(*) FROM calls GROUP BY basis ORDER BY basis"))


def session_like(warehouse: Warehouse) -> int:
    """The largest number of attempts under one call id, where it is too large for a call; else 0."""
    most = warehouse.one("SELECT COALESCE(MAX(place), 0) FROM calls WHERE basis = 'call_id'")
    return int(most) if most > SESSION_LIKE else 0
