"""Down time as it is given: weighed by those affected, less what is excluded, within a yearly budget, under a cap."""

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
      - {name: share, kind: number, says: the share of customers affected}
      - {name: spared, kind: number, says: minutes that do not count}
      - {name: used, kind: number, says: minutes of maintenance before}
    promises:
      - id: uptime
        window: {kind: calendar_month, zone: UTC, clause: text}
        measure:
          name: uptime_percent
          aggregation:
            kind: good_time
            excluded: spared
            weight: {fact: share, clause: text}
            clause: text
        commitment: {range: {at_least: 99.9}, clause: text}
        remedy:
          form: credit
          form_clause: text
          base: {says: the bill, clause: text}
          grant: {kind: tiers, tiers: [{times: 10, clause: text}]}
          caps: [{days: 3, unread: true, clause: text}]
          rounding: {rule: half_up, clause: text}
        automatic: text
        exclusions:
          - id: maintenance
            says: announced maintenance
            causes: [maintenance]
            notice_hours: 48
            budget_minutes: 600
            budget_per: year
            budget_used: used
            clause: text
"""


def weighed(**inputs: object) -> Verdict:
    pack, faults = parse(PACK, "small.yaml")
    assert pack is not None, faults
    given = {"period": {"start": "2026-06-01T00:00:00Z", "end": "2026-07-01T00:00:00Z"}}
    given |= {"bill": {"currency": "USD", "amount": "432.00"}} | inputs
    case = Worked.model_validate({"id": "x", "inputs": given, "expected": {}, "terms_version": "1"})
    return tried(pack, case).verdict


def counted(**inputs: object) -> int | None:
    figure = weighed(**inputs).measure
    return figure.counted_minutes if figure else None


def test_an_outage_without_the_share_of_those_affected_cannot_be_told() -> None:
    assert weighed(outage={"minutes": "100"}).reasons == ("fact_not_given:share",)
    assert counted(outage={"minutes": "100"}, share="0.25") == 25
    assert counted(outage={"minutes": "100", "affected_customer_ratio": "0.5"}, share="0.25") == 50


def test_down_time_in_the_sense_of_the_terms_is_taken_as_it_is() -> None:
    assert counted(downtime_minutes="100") == 100
    assert counted(downtime_minutes="100", share="0.25") == 25


@pytest.mark.parametrize(("spared", "left"), [("0", 100), ("30", 70), ("130", 0)])
def test_excluded_minutes_leave_the_down_time_and_no_more(spared: str, left: int) -> None:
    assert counted(downtime_minutes="100", spared=spared) == left


@pytest.mark.parametrize(
    ("notice", "used", "left"),
    [("48", "0", 0), ("47", "0", 100), ("48", "500", 0), ("48", "501", 1), ("48", "900", 100)],
)
def test_maintenance_counts_without_notice_and_beyond_what_is_left_of_its_budget(
    notice: str, used: str, left: int
) -> None:
    outage = {"minutes": "100", "cause": "maintenance", "notice_hours": notice, "affected_customer_ratio": "1"}
    assert counted(outages=[outage], used=used) == left


def test_a_cap_that_was_not_read_is_applied_and_what_it_takes_is_told() -> None:
    found = weighed(downtime_minutes="500")
    assert found.reasons == ("below_commitment", "capped")
    assert str(found.amount and found.amount.rounded) == "43.20"
    assert next(dict(one.outcome) for one in found.readings if one.id == "not_capped") == {"amount": "50.00 USD"}
    assert not [one for one in weighed(downtime_minutes="400").readings if one.id == "not_capped"]
