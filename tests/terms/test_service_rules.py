"""What terms of services need beside a table: multiples, parts of a sum, unread rows, activation, silent buckets."""

from typing import Any

import pytest

from makegood.spans import Span, moment
from makegood.terms.check import tried
from makegood.terms.read import parse
from makegood.terms.verdict import Verdict
from makegood.terms.window import Window
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
      silent: {says: What a silent bucket is worth., source: own sample, status: U}
      unread: {says: The last row., source: own sample, status: U}
    facts:
      - {name: kits, kind: number, says: how many kits the sum pays for}
      - {name: failing_kits, kind: number, says: how many of them failed}
      - {name: plan, kind: word, says: the plan}
      - {name: activated, kind: moment, says: when the service began}
    readings:
      - {id: perfect, about: measure, says: A silent bucket is perfect., clause: silent, least: true}
    promises:
      - id: uptime
        window: {kind: calendar_month, zone: UTC, clause: text}
        population: {errors: {statuses: [500], clause: text}}
        measure: MEASURE
        commitment: {range: {at_least: 99.9}, clause: text}
        remedy:
          form: credit
          form_clause: text
          base: {says: the bill, shared_by: kits, shares: failing_kits, clause: text}
          grant: GRANT
          rounding: {rule: half_up, clause: text}
        automatic: text
"""
DOWN = "{name: uptime_percent, aggregation: {kind: good_time, counts_from: activated, clause: text}}"
MEAN = (
    "{name: uptime_percent, bucket_minutes: 5, empty: {value: unstated, clause: silent}, "
    "aggregation: {kind: bucket_mean, clause: text}}"
)
FLAT = (
    "{kind: tiers, tiers: [{range: {at_least: 95, below: 99.9}, percent: 20, clause: text}, "
    "{range: {below: 95}, unread: true, clause: unread}]}"
)
LINEAR = (
    "{kind: linear, of: shortfall, clause: text, times: ["
    "{times: 10, when: [{fact: plan, one_of: [standard], clause: text}], clause: text}, "
    "{times: 25, when: [{fact: plan, one_of: [premium], clause: text}], clause: text}]}"
)
JUNE = {"start": "2026-06-01T00:00:00Z", "end": "2026-07-01T00:00:00Z"}


def weighed(measure: str, grant: str, text: str = PACK, **inputs: Any) -> Verdict:
    pack, faults = parse(text.replace("MEASURE", measure).replace("GRANT", grant), "small.yaml")
    assert pack is not None, faults
    given = {"period": JUNE, "bill": {"currency": "USD", "amount": "1000"}, **inputs}
    return tried(pack, Worked.model_validate({"id": "x", "inputs": given, "expected": {}})).verdict


def amount(verdict: Verdict) -> str | None:
    return str(verdict.amount.rounded) if verdict.amount else None


@pytest.mark.parametrize(("plan", "due"), [("standard", "20.00"), ("premium", "50.00"), (None, None), ("free", None)])
def test_the_multiple_follows_the_plan_and_is_not_guessed(plan: str | None, due: str | None) -> None:
    verdict = weighed(DOWN, LINEAR, outage_minutes=["86.4"], **({"plan": plan} if plan else {}))
    assert (verdict.verdict, amount(verdict)) == ("owed", due)
    assert ("fact_not_given:plan" in verdict.reasons) == (due is None)


@pytest.mark.parametrize(
    ("kits", "due"), [({}, "200.00"), ({"kits": 8}, "25.00"), ({"kits": 8, "failing_kits": 3}, "75.00")]
)
def test_a_sum_for_several_units_is_shared_among_them(kits: dict[str, int], due: str) -> None:
    assert amount(weighed(DOWN, FLAT, outage_minutes=["432"], **kits)) == due


def test_a_row_that_nobody_read_gives_nothing_that_is_owed() -> None:
    verdict = weighed(DOWN, FLAT, outage_minutes=["4320"])
    assert (verdict.verdict, amount(verdict), verdict.reasons) == ("unknown", None, ("clause_unverified:unread",))


@pytest.mark.parametrize(
    ("activated", "value"),
    [(None, "99.930556"), ("2026-06-10T00:15:00Z", "99.965278"), ("2026-06-11T00:00:00Z", "100.000000")],
)
def test_nothing_counts_before_the_activation_but_the_window_stays_whole(activated: str | None, value: str) -> None:
    outage = {"start": "2026-06-10T00:00:00Z", "end": "2026-06-10T00:30:00Z"}
    verdict = weighed(DOWN, FLAT, outage=outage, **({"activated": activated} if activated else {}))
    assert verdict.measure is not None
    assert verdict.measure.decimal() == value


@pytest.mark.parametrize(
    ("segments", "kind", "value"),
    [
        ([(100, 10, 1), (100, 10, 0)], "owed", "99.884259"),
        ([(100, 10, 1), (98, 10, 0)], "ambiguous", "99.884259"),
        ([(10, 10, 1), (90, 10, 0)], "ambiguous", "99.988426"),
        ([(10, 1000, 1), (8000, 10, 0)], "not_owed", "99.999884"),
        ([(0, 0, 0)], "unknown", None),
    ],
)
def test_silence_about_empty_buckets_shows_both_ways(segments: list, kind: str, value: str | None) -> None:
    given = [{"intervals": many, "requests": requests, "errors": errors} for many, requests, errors in segments]
    verdict = weighed(MEAN, FLAT, interval_minutes=5, segments=given)
    assert verdict.measure is not None
    assert (verdict.verdict, verdict.measure.decimal()) == (kind, value)


SEVERAL = (
    "{range: {at_least: 99.9}, clause: text}\n"
    "        several: {consecutive: 2, reason: two_in_a_row, otherwise: not_two_in_a_row, clause: text}\n"
    "        deadlines: [{clause: text, readings: [{id: end, anchor: window_end, days: 30, used: true, says: x}]}]"
)


@pytest.mark.parametrize(
    ("low", "kept", "verdict", "deadline"),
    [
        (("2026-04", "2026-05"), ("2026-06",), "owed", "2026-06-30T23:59:59Z"),
        (("2026-04", "2026-05", "2026-06"), (), "owed", "2026-07-30T23:59:59Z"),
        (("2025-12", "2026-01"), (), "owed", "2026-03-02T23:59:59Z"),
        (("2026-04", "2026-06"), ("2026-05",), "not_owed", None),
        (("2026-04", "2026-06"), (), "unknown", None),
        (("2026-04",), ("2026-03", "2026-05"), "not_owed", None),
    ],
)
def test_the_time_to_ask_runs_from_the_month_that_completes_the_row(
    low: tuple[str, ...], kept: tuple[str, ...], verdict: str, deadline: str | None
) -> None:
    months = [{"month": name, "uptime": "99"} for name in low] + [{"month": name, "uptime": "99.9"} for name in kept]
    grant = "{kind: tiers, tiers: [{percent: 5, clause: text}]}"
    text = PACK.replace("{range: {at_least: 99.9}, clause: text}", SEVERAL)
    found = weighed("{name: u, aggregation: {kind: given, clause: text}}", grant, text, period=None, months=months)
    assert found.verdict == verdict
    assert verdict == "unknown" or found.as_data()["deadline"] == deadline


@pytest.mark.parametrize(
    ("expected", "agrees"),
    [("0.21", True), ("0.20", False), ({"half_up": "0.21", "floor": "0.20"}, True), ({"half_up": "0.21"}, False)],
)
def test_one_amount_expected_of_a_text_without_rounding_is_the_usual_one(expected: Any, agrees: bool) -> None:
    text = PACK.replace("MEASURE", DOWN).replace("GRANT", FLAT).replace("rule: half_up", "rule: unstated")
    pack, _ = parse(text, "small.yaml")
    given = {"period": JUNE, "outage_minutes": ["432"], "bill": {"currency": "USD", "amount": "1.045"}}
    assert pack is not None
    outcome = tried(pack, Worked.model_validate({"id": "x", "inputs": given, "expected": {"credit": expected}}))
    assert (not outcome.differences) == agrees
    assert bool(outcome.remarks) == isinstance(expected, str)


@pytest.mark.parametrize(
    ("start", "end", "whole"),
    [
        ("2026-01-31", "2026-02-28", True),
        ("2026-02-28", "2026-03-31", True),
        ("2026-03-31", "2026-04-30", True),
        ("2026-01-30", "2026-02-27", False),
        ("2026-01-15", "2026-02-15", True),
        ("2026-01-15", "2026-02-14", False),
        ("2026-04-30", "2026-05-31", True),
        ("2026-01-01", "2026-03-01", False),
    ],
)
def test_a_billing_cycle_begins_on_the_last_day_of_a_month_too_short_for_its_day(
    start: str, end: str, whole: bool
) -> None:
    window = Window(kind="billing_cycle", zone="UTC", clause="text")
    assert window.is_whole(Span(moment(start), moment(end))) == whole


READINGS = (
    "{range: {at_least: 99.9}, clause: text}\n"
    "        deadlines: [{clause: text, readings: [{id: failure, anchor: incident_start, days: 30, used: true,"
    " says: x}, {id: month, anchor: window_end, days: 30, says: y}]}]"
)


@pytest.mark.parametrize(
    ("incident", "received", "verdict", "deadline"),
    [
        ("2026-06-05", "2026-07-05", "owed", "2026-07-05T23:59:59Z"),
        ("2026-06-05", "2026-07-06", "ambiguous", "2026-07-05T23:59:59Z"),
        ("2026-06-05", "2026-07-31", "not_owed", "2026-07-05T23:59:59Z"),
        (None, "2026-07-30", "owed", "2026-07-30T23:59:59Z"),
        (None, "2026-07-31", "not_owed", "2026-07-30T23:59:59Z"),
    ],
)
def test_another_reading_of_a_deadline_stands_in_where_the_one_used_has_no_beginning(
    incident: str | None, received: str, verdict: str, deadline: str
) -> None:
    inputs: dict[str, Any] = {"claim": {"received": f"{received}T00:00:00Z"}, "outage_minutes": ["432"]}
    if incident:
        inputs["incident"] = {"start": f"{incident}T00:00:00Z"}
    found = weighed(DOWN, FLAT, PACK.replace("{range: {at_least: 99.9}, clause: text}", READINGS), **inputs)
    assert (found.verdict, found.as_data()["deadline"]) == (verdict, deadline)


@pytest.mark.parametrize(
    ("stacking", "told", "verdict"),
    [
        ("together: true, ", {"kits": 95}, "unknown"),
        ("", {"kits": 95}, "not_owed"),
        ("together: true, ", {"kits": 80}, "owed"),
        ("together: true, ", {"kits": 95, "failing_kits": 95}, "not_owed"),
        ("together: true, ", {"kits": 95, "failing_kits": 80}, "owed"),
        ("together: true, ", {}, "unknown"),
    ],
)
def test_tests_that_bind_together_are_kept_only_when_each_is_told(
    stacking: str, told: dict[str, int], verdict: str
) -> None:
    first = "{name: u, aggregation: {kind: fact, fact: kits, clause: text}}"
    text = PACK.replace("MEASURE", first).replace(", shared_by: kits, shares: failing_kits", "").replace("99.9", "90")
    at = text.index("      - id: uptime")
    second = text[at:].replace("id: uptime", "id: other").replace("fact: kits", "fact: failing_kits")
    text += f"{second}    stacking: {{rule: greatest, {stacking}clause: text}}\n"
    grant = "{kind: tiers, tiers: [{percent: 5, clause: text}]}"
    assert weighed("", grant, text, **told).verdict == verdict


@pytest.mark.parametrize(
    ("start", "end", "verdict"),
    [
        ("2026-10-01T00:00:00+02:00", "2026-11-01T00:00:00+01:00", "owed"),
        ("2026-10-01T00:00:00+09:00", "2026-11-01T00:00:00+09:00", "owed"),
        ("2026-10-01T00:00:00+09:00", "2026-10-31T00:00:00+09:00", "unknown"),
        ("2026-10-01T01:00:00+09:00", "2026-11-01T01:00:00+09:00", "unknown"),
    ],
)
def test_a_month_by_the_clock_it_is_given_in_is_whole_where_no_zone_is_stated(
    start: str, end: str, verdict: str
) -> None:
    found = weighed(DOWN, FLAT, period={"start": start, "end": end}, outage_minutes=["432"])
    assert found.verdict == verdict
    stated = PACK.replace("zone: UTC, clause", "zone: UTC, stated: true, clause")
    assert weighed(DOWN, FLAT, stated, period={"start": start, "end": end}, outage_minutes=["432"]).verdict == "unknown"
