"""A claim held against deadlines: in time by each reading, by one of them, by none."""

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
    facts:
      - {name: plan, kind: word, says: the plan}
    promises:
      - id: uptime
        applies: [{fact: plan, none_of: [free], if_not_given: holds, otherwise: plan_not_covered, clause: text}]
        window: {kind: calendar_month, zone: UTC, clause: text}
        population: {errors: {statuses: [500], clause: text}, repeats: {within_minutes: 5, clause: text}}
        measure: {name: uptime_percent, aggregation: {kind: pooled, clause: text}}
        commitment: {range: {at_least: 99}, clause: text}
        remedy:
          form: credit
          form_clause: text
          base: {says: the bill, clause: text}
          grant: {kind: tiers, tiers: [{range: {below: 99}, percent: 10, clause: text}]}
          rounding: {rule: half_up, clause: text}
        deadlines:
          - clause: text
            readings:
              - {id: two-months, anchor: window_end, months: 2, used: true, says: Two months after the month.}
        claim: {to: the desk, if_missing: curable, clause: text}
"""


def weighed(**inputs: object) -> Verdict:
    pack, faults = parse(PACK, "small.yaml")
    assert pack is not None, faults
    given = {
        "period": {"start": "2027-02-01T00:00:00Z", "end": "2027-03-01T00:00:00Z"},
        "totals": {"requests": 100, "errors": 2, "repeats": 0},
        "bill": {"currency": "USD", "amount": "50.00"},
    }
    case = Worked.model_validate({"id": "x", "inputs": given | inputs, "expected": {}, "terms_version": "1"})
    return tried(pack, case).verdict


@pytest.mark.parametrize(
    ("received", "verdict", "reasons"),
    [
        ("2027-04-28T23:59:59Z", "owed", ("below_commitment", "claim_in_time")),
        ("2027-04-29T00:00:00Z", "ambiguous", ("below_commitment", "deadline_has_readings")),
        ("2027-04-30T23:59:59Z", "ambiguous", ("below_commitment", "deadline_has_readings")),
        ("2027-05-01T00:00:00Z", "not_owed", ("claim_late",)),
    ],
)
def test_a_claim_that_one_reading_has_in_time_is_not_refused_by_another(
    received: str, verdict: str, reasons: tuple[str, ...]
) -> None:
    found = weighed(claim={"received": received})
    assert (found.verdict, found.reasons) == (verdict, reasons)


def test_each_reading_of_a_disputed_deadline_tells_what_it_gives() -> None:
    found = weighed(claim={"received": "2027-04-29T00:00:00Z"})
    told = {one.id: dict(one.outcome)["amount"] for one in found.readings}
    assert told == {"two-months.same_day": "0.00 USD", "two-months.last_day": "5.00 USD"}
    assert (found.amount, found.form) == (None, "credit")


def test_without_a_claim_the_moment_of_judging_counts() -> None:
    assert weighed(now="2027-04-29T00:00:00Z").verdict == "ambiguous"
    assert weighed(now="2027-05-01T00:00:00Z").reasons == ("deadline_passed",)


def test_repeats_that_nobody_counted_leave_the_outcome_open_only_where_they_would_turn_it() -> None:
    assert weighed(totals={"requests": 150, "errors": 3}).verdict == "ambiguous"
    assert weighed(totals={"requests": 100, "errors": 2}).verdict == "owed"
    assert weighed(totals={"requests": 200, "errors": 2}).verdict == "not_owed"


def test_what_does_not_apply_is_nothing_in_the_currency_of_the_bill() -> None:
    found = weighed(plan="free")
    assert found.reasons == ("plan_not_covered",)
    assert str(found.amount and found.amount.rounded) == "0.00"
