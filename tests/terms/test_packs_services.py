"""Packs of services: the published cases about them, and what an unread part of their texts may never give."""

import json
from pathlib import Path
from typing import Any

import pytest

from makegood.terms.check import differences, tried
from makegood.terms.read import find
from makegood.terms.verdict import Verdict
from makegood.terms.worked import Worked

PACKS = (
    "cloudflare-business",
    "cloudflare-enterprise",
    "cloudflare-queues",
    "cloudflare-r2",
    "cohere",
    "intercom",
    "mistral",
    "mistral-enterprise-basic",
    "mistral-enterprise-premium",
    "mistral-enterprise-standard",
    "snowflake",
    "starlink-priority",
    "stedi",
)
JUNE = {"start": "2026-06-01T00:00:00Z", "end": "2026-07-01T00:00:00Z"}


def weighed(terms: str, version: str | None = None, **inputs: Any) -> Verdict:
    given = {"period": JUNE, "bill": {"currency": "USD", "amount": "1000.00"}, **inputs}
    case = Worked.model_validate({"id": "x", "inputs": given, "expected": {}, "terms_version": version})
    return tried(find(terms), case).verdict


@pytest.mark.parametrize("name", ["S17", "S18", "S28", "S29"])
def test_published_cases_of_services_come_out_as_written(shared: Path, name: str) -> None:
    cases = json.loads((shared / "terms" / "cases.json").read_text(), parse_float=str)["cases"]
    case = Worked.model_validate(next(case for case in cases if case["id"] == name))
    assert differences(find(case.terms or ""), case) == []


@pytest.mark.parametrize("name", PACKS)
def test_every_clause_is_said_in_korean_and_every_pack_has_four_cases(name: str) -> None:
    pack = find(name)
    clauses = [clause for version in pack.versions for clause in version.clauses.values()]
    assert all(clause.ko and any("가" <= letter <= "힣" for letter in clause.ko) for clause in clauses)
    assert all(len(version.worked) >= 4 for version in pack.versions)


@pytest.mark.parametrize(
    ("terms", "low", "high"),
    [
        ("mistral-enterprise-standard", "0", "99.4999"),
        ("mistral-enterprise-premium", "0", "99.8999"),
    ],
)
def test_below_the_last_row_read_nothing_is_ever_owed(terms: str, low: str, high: str) -> None:
    for uptime in (low, "50", "95", "99", high):
        verdict = weighed(terms, uptime_percent=uptime)
        assert (verdict.verdict, verdict.amount) == ("unknown", None)


@pytest.mark.parametrize("errors", [0, 1, 10, 1000])
def test_a_text_without_its_objective_tells_only_the_spotless_period(errors: int) -> None:
    segments = [{"intervals": 1, "requests": 1000, "errors": errors}, {"intervals": 8639, "requests": 10, "errors": 0}]
    verdict = weighed("cloudflare-r2", interval_minutes=5, segments=segments)
    assert (verdict.verdict, verdict.amount and verdict.amount.exact) == (
        ("unknown", None) if errors else ("not_owed", 0)
    )


@pytest.mark.parametrize(("uptime", "readings"), [("97.995", {"10 %", "20 %"}), ("94.99", {"20 %", "30 %"})])
def test_a_gap_of_the_table_is_ambiguous_with_the_rows_beside_it(uptime: str, readings: set[str]) -> None:
    verdict = weighed("cohere", "2026-06-19", uptime_percent=uptime)
    assert (verdict.verdict, verdict.amount) == ("ambiguous", None)
    assert {one.id.removesuffix(" row extended") for one in verdict.readings if "extended" in one.id} == readings


def test_downtime_of_any_length_gives_no_right_where_best_efforts_are_promised() -> None:
    verdict = weighed("mistral", outage_hours=[700])
    assert (verdict.verdict, verdict.form, verdict.amount) == ("goodwill", "credit", None)
    assert weighed("mistral", fault="client", wasted={"currency": "EUR", "amount": "9"}).verdict == "not_owed"


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(59, "not_owed"), (2592, "not_owed"), (2593, "owed"), (2592000, "owed")]
)
def test_a_flat_credit_is_the_same_however_long_the_outage(seconds: int, verdict: str) -> None:
    found = weighed("starlink-priority", outage_seconds=[seconds])
    assert (found.verdict, found.amount and str(found.amount.rounded)) == (
        verdict,
        "200.00" if verdict == "owed" else "0.00",
    )


def test_a_hundred_percent_promised_pays_for_a_minute_less_than_a_cent() -> None:
    verdict = weighed(
        "cloudflare-business",
        "2026-06-23",
        outage_minutes=1,
        affected_customer_ratio="0.01",
        bill={"currency": "USD", "amount": "20.00"},
        claim={"notified_business_days": 0, "received": "2026-07-01T00:00:00Z"},
    )
    assert verdict.verdict == "owed"
    assert verdict.amount is not None
    assert (str(verdict.amount.exact), str(verdict.amount.rounded)) == ("1/216000", "0.00")
