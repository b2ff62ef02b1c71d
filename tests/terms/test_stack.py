"""Several promises of one text that are missed together."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from makegood.records.scope import Scope
from makegood.terms.pack import Pack, PackVersion, Version
from makegood.terms.parts import Clause
from makegood.terms.stack import stacked
from makegood.terms.verdict import Extent, Verdict, amount_of
from tests.terms.parts_in_short import JUNE

CLAUSE = Clause(says="x", source="own sample", status="P")


def verdict(name: str, given: str = "", kind: str = "owed") -> Verdict:
    """Of the promise `name`; `given` as "10 USD" or "3 days"."""
    size, _, unit = given.partition(" ")
    amount = amount_of(Fraction(size), unit, "half_up") if unit.isupper() else None
    extent = Extent(Fraction(size), unit) if unit.islower() else None
    made = Verdict("t", "1", Scope(), JUNE, kind, ("r",), "c", CLAUSE, promise=name, form="credit")
    return Verdict(**{**made.__dict__, "amount": amount, "quantity": extent})


def by(rule: dict[str, Any] | None, *verdicts: Verdict) -> list[tuple[str | None, str]]:
    stacking = None if rule is None else rule | {"clause": "c"}
    version = Version.model_validate(
        {"version": "1", "name": "x", "effective": {"from": "2026-01-01"}, "clauses": {}, "stacking": stacking}
    )
    terms = PackVersion(Pack.model_construct(terms="t", versions=(version,)), version)
    return [(one.promise, one.verdict) for one in stacked(terms, verdicts)]


TEN, THREE, DAYS = verdict("ten", "10 USD"), verdict("three", "3 USD"), verdict("days", "99 days")
KEPT, OPEN, READ = verdict("kept", kind="not_owed"), verdict("open", kind="unknown"), verdict("read", kind="ambiguous")
GREATEST = {"rule": "greatest"}
ORDER = {"order": ["days", "three", "ten"]}


@pytest.mark.parametrize(
    ("what", "rule", "verdicts", "expected"),
    [
        ("each", {"rule": "each"}, [KEPT, THREE, TEN], ["three +", "ten +", "kept -"]),
        ("no rule", None, [KEPT, THREE, TEN], ["three +", "ten +", "kept -"]),
        ("greatest", GREATEST, [THREE, TEN], ["ten +", "three -"]),
        ("one by choice", {"rule": "choose_one"}, [THREE, TEN], ["ten +", "three -"]),
        ("the first of the text", {"rule": "first"}, [THREE, TEN], ["three +", "ten -"]),
        ("days are not compared with money", GREATEST, [THREE, DAYS, TEN], ["three +", "days -", "ten -"]),
        ("but go by the order", GREATEST | ORDER, [TEN, THREE, DAYS], ["days +", "three -", "ten -"]),
        ("among two of three", GREATEST | {"among": ["ten", "three"]}, [THREE, TEN, DAYS],
         ["ten +", "days +", "three -"]),
        ("what is open goes before what is kept", GREATEST, [KEPT, OPEN, READ], ["read ?", "open ?", "kept -"]),
        ("not where each stands by itself", {"rule": "each"}, [KEPT, OPEN], ["kept -", "open ?"]),
        ("one alone", GREATEST, [KEPT, TEN], ["ten +", "kept -"]),
    ],
)  # fmt: skip
def test_which_leads(what: str, rule: dict[str, Any] | None, verdicts: list[Verdict], expected: list[str]) -> None:
    signs = {"owed": "+", "not_owed": "-", "unknown": "?", "ambiguous": "?"}
    assert [f"{name} {signs[kind]}" for name, kind in by(rule, *verdicts)] == expected, what


def test_the_one_that_leads_names_the_others() -> None:
    version = Version.model_validate(
        {
            "version": "1",
            "name": "x",
            "effective": {"from": "2026-01-01"},
            "clauses": {},
            "stacking": {"rule": "greatest", "clause": "c"},
        }
    )
    leading, other = stacked(PackVersion(Pack.model_construct(), version), [THREE, TEN])
    assert [(one.id, one.outcome) for one in leading.readings] == [("instead_three", (("amount", "3 USD"),))]
    assert (leading.steps[-1].part, leading.steps[-1].outcome) == ("stacking", "10 USD")
    assert (other.reasons[0], other.promise) == ("stacking:greatest", "three")
