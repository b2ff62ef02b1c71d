"""Worked cases: the published ones read in place, and the ones every pack carries."""

import json
from pathlib import Path

import pytest

from makegood.terms.check import differences
from makegood.terms.read import find, packs
from makegood.terms.worked import Worked

OWN = [(pack, case) for pack in packs() for version in pack.versions for case in version.worked]


@pytest.mark.parametrize("number", range(1, 10))
def test_published_cases_come_out_as_written(shared: Path, number: int) -> None:
    cases = json.loads((shared / "terms" / "cases.json").read_text(), parse_float=str)["cases"]
    case = Worked.model_validate(next(case for case in cases if case["id"] == f"S{number:02}"))
    assert differences(find(case.terms or ""), case) == []


@pytest.mark.parametrize(("pack", "case"), OWN, ids=[f"{pack.terms}:{case.id}" for pack, case in OWN])
def test_cases_of_the_packs_come_out_as_written(pack, case) -> None:
    assert differences(pack, case) == []


def test_every_pack_has_cases_of_its_own() -> None:
    versions = [version for pack in packs() for version in pack.versions]
    assert all(version.worked or (version.programme and version.programme.worked) for version in versions)


def test_a_case_that_comes_out_otherwise_is_told_field_by_field() -> None:
    pack = find("amazon-bedrock")
    case = next(case for case in pack.versions[0].worked if case.id == "exactly-95")
    wrong = case.model_copy(update={"expected": case.expected.model_copy(update={"credit": 11, "tier": "<95.0"})})
    assert differences(pack, wrong) == [
        "credit: expected 11, got {'half_up': Decimal('11.11'), 'floor': Decimal('11.11')}",
        "tier: expected <95.0, got >=95.0 and <99.0",
    ]


def test_every_clause_of_a_shipped_pack_is_said_in_both_languages() -> None:
    silent = [
        f"{pack.terms} {version.version} {name}"
        for pack in packs()
        for version in pack.versions
        for name, clause in version.clauses.items()
        if not clause.ko
    ]
    assert silent == []
