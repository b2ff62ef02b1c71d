"""Reading the noun from a pack: field by field, by id and file, by the day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from makegood.awards.programme import Offer, Programme
from makegood.awards.read_programme import programme_of
from makegood.errors import BadTerms
from tests.terms.test_programme import OWN

LATER = '  - version: "2026-07-01"\n    name: Later\n    effective: {from: 2026-07-01}\n'


def test_a_file_of_ones_own_is_read_field_by_field(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    quota = Offer("quota", "tokens", waste_percent=Decimal(10), worth=(Decimal("0.00001"), "USD"), clause="house")
    refund = Offer("refund", "KRW", ("payg",), flat=Decimal(500), product="api", plan="payg", clause="house")
    got = programme_of(str(path), date(2026, 1, 1))
    assert (got.offers[1], got.offers[3]) == (refund, quota)
    assert (got.offers[0].at_least, got.offers[0].at_most) == (Decimal(1), Decimal("99.50"))
    assert got == Programme("house", "2026-01-01", got.offers, 2, "floor", ("active",), "Our service failed.", "house")


def test_the_version_is_the_one_in_force_on_the_day(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    second = OWN[OWN.index("    clauses:") :].replace("least_faults: 2", "least_faults: 9")
    closed = OWN.replace("{from: 2026-01-01}", "{from: 2026-01-01, to: 2026-07-01}")
    path.write_text(closed + LATER + second.split("      worked:")[0], encoding="utf-8")
    assert [
        programme_of(str(path), date(2026, 6, 30)).least_faults,
        programme_of(str(path), date(2026, 7, 1)).least_faults,
    ] == [2, 9]
    with pytest.raises(
        BadTerms, match=r"no version is in force on 2025-12-31, known are 2026-01-01 \(from 2026-01-01\)"
    ):
        programme_of(str(path), date(2025, 12, 31))


def test_terms_that_give_nothing_of_themselves_are_refused() -> None:
    with pytest.raises(BadTerms, match="amazon-bedrock, version 2023-10-04: it declares no 'programme'"):
        programme_of("amazon-bedrock", date(2026, 9, 1))
    with pytest.raises(BadTerms, match="did you mean 'goodwill-outage'"):
        programme_of("goodwil-outage", date(2026, 9, 1))
