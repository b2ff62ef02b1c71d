"""What rests on a clause that nobody has read: never owed, and refused only by clauses that were read."""

from __future__ import annotations

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
      measure: {says: How it is measured., source: own sample, status: P}
      level: {says: What is promised., source: own sample, status: P}
      limits: {says: What is due., source: own sample, status: P}
      ends: {says: Until when to ask., source: own sample, status: P}
      round: {says: How it is rounded., source: own sample, status: P}
    readings: READINGS
    promises:
      - id: uptime
        window: {kind: calendar_month, zone: UTC, clause: round}
        measure: {name: uptime_percent, aggregation: {kind: given, clause: measure}}
        commitment: {range: {at_least: 99}, clause: level}
        remedy:
          form: credit
          form_clause: limits
          base: {says: the bill, clause: limits}
          grant: {kind: tiers, tiers: [{percent: 10, clause: limits}]}
          rounding: {rule: half_up, clause: round}
        deadlines:
          - clause: ends
            readings: [{id: a-month, anchor: window_end, days: 30, used: true, says: thirty days}]
        claim: {to: the desk, if_missing: curable, clause: ends}
"""
IN_TIME, LATE = "2026-07-30T00:00:00Z", "2026-08-30T00:00:00Z"


def weighed(unread: str, received: str = IN_TIME, uptime: str = "98", reading: str = "") -> Verdict:
    text = PACK.replace("READINGS", f"[{reading}]")
    if unread:
        head, _, tail = text.partition(f"      {unread}: ")
        text = head + f"      {unread}: " + tail.replace("status: P", "status: U", 1)
    pack, faults = parse(text, "small.yaml")
    assert pack is not None, faults
    given = {"month": "2026-06", "uptime": uptime, "bill": {"currency": "USD", "amount": "50"}}
    inputs = given | {"claim": {"received": received}}
    return tried(pack, Worked.model_validate({"id": "x", "inputs": inputs, "expected": {}})).verdict


@pytest.mark.parametrize(
    ("unread", "received", "uptime", "verdict", "reason"),
    [
        ("", IN_TIME, "98", "owed", "below_commitment"),
        ("measure", IN_TIME, "98", "unknown", "clause_unverified:measure"),
        ("level", IN_TIME, "98", "unknown", "clause_unverified:level"),
        ("limits", IN_TIME, "98", "unknown", "clause_unverified:limits"),
        ("ends", IN_TIME, "98", "unknown", "clause_unverified:ends"),
        ("round", IN_TIME, "98", "owed", "below_commitment"),  # shown beside every outcome
        ("level", IN_TIME, "99", "unknown", "clause_unverified:level"),
        ("limits", IN_TIME, "99", "not_owed", "commitment_met"),  # what is due does not matter
        ("", LATE, "98", "not_owed", "claim_late"),
        ("measure", LATE, "98", "not_owed", "claim_late"),  # whatever it would have been
        ("ends", LATE, "98", "unknown", "clause_unverified:ends"),
    ],
)
def test_what_rests_on_a_clause_that_nobody_read(
    unread: str, received: str, uptime: str, verdict: str, reason: str
) -> None:
    found = weighed(unread, received, uptime)
    assert (found.verdict, found.reasons[0]) == (verdict, reason)


@pytest.mark.parametrize(
    ("least", "used", "verdict"),
    [("true", "true", "owed"), ("false", "true", "ambiguous"), ("false", "false", "unknown")],
)
def test_a_reading_stands_in_for_it(least: str, used: str, verdict: str) -> None:
    reading = f"{{id: so, about: measure, says: Read so., clause: measure, used: {used}, least: {least}}}"
    assert weighed("measure", reading=reading).verdict == verdict
