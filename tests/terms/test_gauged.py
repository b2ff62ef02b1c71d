"""The figure a promise is held to: shown decimals, the customer's own requests."""

import pytest

from makegood.terms.check import tried
from makegood.terms.read import parse
from makegood.terms.verdict import Verdict
from makegood.terms.worked import Worked

PACK = """\
terms: small
provider: Small
on_request: true
versions:
  - version: "1"
    name: Small terms
    effective: {from: 2026-01-01}
    clauses:
      text: {says: All that is needed here., source: own sample, status: P}
    promises:
      - id: uptime
        window: {kind: calendar_month, zone: UTC, clause: text}
        measure:
          name: uptime_percent
          bucket_minutes: 1
          empty: {value: perfect, clause: text}
          SHOWN
          aggregation: {kind: good_time, bad_when: {error_rate: {above: 5}, whose: WHOSE, clause: text}, clause: text}
        commitment: {range: {at_least: 99.9}, clause: text}
        remedy:
          form: credit
          form_clause: text
          base: {says: the bill, clause: text}
          grant:
            kind: tiers
            tiers:
              - {range: {at_least: 99, below: 99.9}, percent: 10, clause: text}
              - {range: {below: 99}, percent: 25, clause: text}
          rounding: {rule: half_up, clause: text}
        automatic: text
"""
JUNE = {"start": "2026-06-01T00:00:00Z", "end": "2026-07-01T00:00:00Z"}


def weighed(shown: str = "", whose: str = "all", **inputs: object) -> Verdict:
    text = PACK.replace("SHOWN", shown and f"shown_to: {{decimals: 2, compared: {shown}, clause: text}}")
    pack, faults = parse(text.replace("WHOSE", whose), "small.yaml")
    assert pack is not None, faults
    given = {"period": JUNE, "bill": {"currency": "USD", "amount": "50.00"}} | inputs
    case = Worked.model_validate({"id": "x", "inputs": given, "expected": {}, "terms_version": "1"})
    return tried(pack, case).verdict


@pytest.mark.parametrize(
    ("minutes", "exact", "rounded", "unstated"),
    [
        ("43", "not_owed", "not_owed", "not_owed"),
        ("44", "owed", "not_owed", "ambiguous"),  # 99.898148 %
        ("46", "owed", "owed", "owed"),  # 99.893519 %
    ],
)
def test_decimals_that_are_only_shown_leave_open_what_they_would_turn(
    minutes: str, exact: str, rounded: str, unstated: str
) -> None:
    assert weighed(downtime_minutes=minutes).verdict == exact
    assert weighed("rounded", downtime_minutes=minutes).verdict == rounded
    assert weighed("unstated", downtime_minutes=minutes).verdict == unstated


def test_two_rows_are_two_outcomes_even_without_a_bill() -> None:
    found = weighed("unstated", downtime_minutes="434", bill=None)  # 98.995370 %, shown as 99.00 %
    assert found.verdict == "ambiguous"


def test_a_customer_without_requests_has_no_error_rate() -> None:
    outage = {"minutes": "600", "error_rate": "1", "customer_requests_per_minute": 0}
    assert weighed(whose="customer", outage=outage).verdict == "not_owed"
    assert weighed(outage=outage).verdict == "owed"
    assert weighed(whose="customer", outage=outage | {"customer_requests_per_minute": 1}).verdict == "owed"
