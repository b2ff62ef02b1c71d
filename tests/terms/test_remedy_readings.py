"""Remedies whose text leaves something open, fees of so much time, and thresholds that are a part of the window."""

from typing import Any

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
      - {name: level, kind: word, one_of: [short, long], says: which row applies}
      - {name: granted_before, kind: money, says: what was granted before in the quarter}
    promises:
      - id: uptime
        window: {kind: calendar_month, zone: UTC, clause: text}
        measure: MEASURE
        COMMITMENT
        remedy:
          form: credit
          form_clause: text
          nothing: no_unit
          base: {says: the bill, clause: text}
          grant: GRANT
          EXTRA
          rounding: {rule: half_up, clause: text}
        automatic: text
"""
UPTIME = "{name: uptime_percent, aggregation: {kind: good_time, clause: text}}"
MINUTES = "{name: down_minutes, unit: minutes, aggregation: {kind: down_time, take: total, clause: text}}"
KEPT = "commitment: {range: {at_least: 99.7}, clause: text}"
JUNE = {"start": "2026-06-01T00:00:00Z", "end": "2026-07-01T00:00:00Z"}


def weighed(measure: str, grant: str, extra: str = "caps: []", commitment: str = KEPT, **inputs: Any) -> Verdict:
    text = PACK.replace("MEASURE", measure).replace("GRANT", grant)
    pack, faults = parse(text.replace("EXTRA", extra).replace("COMMITMENT", commitment), "small.yaml")
    assert pack is not None, faults
    given = {"period": JUNE, "bill": {"currency": "USD", "amount": "720"}, **inputs}
    return tried(pack, Worked.model_validate({"id": "x", "inputs": given, "expected": {}})).verdict


def told(verdict: Verdict) -> dict[str, str | None]:
    return {one.id: dict(one.outcome).get("amount") for one in verdict.readings if one.about == "remedy"}


PER_PERCENT = "{kind: per_unit, of: shortfall, threshold: 99.7, percent: 2, counted: unstated, clause: text}"


@pytest.mark.parametrize(
    ("uptime", "verdict", "amounts"),
    [
        ("98.7", "owed", {}),
        ("97.7", "owed", {}),
        ("98.2", "ambiguous", {"completed": "14.40 USD", "started": "28.80 USD", "exact": "21.60 USD"}),
        ("99.2", "ambiguous", {"completed": "0.00 USD", "started": "14.40 USD", "exact": "7.20 USD"}),
        ("99.7", "not_owed", {}),
    ],
)
def test_units_of_which_the_text_does_not_say_how_they_are_counted(uptime, verdict, amounts) -> None:
    found = weighed(UPTIME, PER_PERCENT, uptime=uptime)
    assert (found.verdict, told(found)) == (verdict, amounts)
    assert ("units_have_readings" in found.reasons) == (verdict == "ambiguous")


def test_a_claim_that_is_refused_anyway_is_refused_by_each_reading() -> None:
    text = "commitment: {range: {at_least: 99.7}, clause: text}\n        duties: [{item: pay, of: customer, says: pay,"
    duty = f"{text} condition: {{fact: level, one_of: [long], otherwise: unpaid, clause: text}}, clause: text}}]"
    found = weighed(UPTIME, PER_PERCENT, commitment=duty, uptime="98.2", level="short")
    assert (found.verdict, found.reasons) == ("not_owed", ("unpaid",))


def test_without_a_bill_the_percentage_is_open_all_the_same() -> None:
    found = weighed(UPTIME, PER_PERCENT, uptime="98.2", bill=None)
    assert found.verdict == "ambiguous"
    assert [dict(one.outcome)["percent"] for one in found.readings if one.about == "remedy"] == ["2", "4", "3"]


HALF_HOURS = (
    "{kind: per_unit, of: excess, threshold_percent: 0.01, unit_size: 30, percent: 5, counted: completed, clause: text}"
)
FROM_THE_START = "commitment: {range: {at_most: 0.01}, of: percent_of_window, clause: text}"


@pytest.mark.parametrize(
    ("minutes", "verdict", "amount"),
    [
        ("4.32", "not_owed", "0.00"),  # 0.01 % of 43,200 minutes
        ("34.31", "not_owed", "0.00"),  # a hundredth of a minute short of the first half hour
        ("34.32", "owed", "36.00"),
        ("64.32", "owed", "72.00"),
    ],
)
def test_a_threshold_may_be_a_part_of_the_window(minutes, verdict, amount) -> None:
    found = weighed(MINUTES, HALF_HOURS, commitment=FROM_THE_START, downtime_minutes=minutes)
    assert (found.verdict, str(found.amount.rounded)) == (verdict, amount)


def test_an_uptime_as_reported_becomes_down_time_where_that_is_measured() -> None:
    found = weighed(MINUTES, HALF_HOURS, commitment=FROM_THE_START, uptime="99.75")  # 108 minutes
    assert (found.measure.decimal(), str(found.amount.rounded)) == ("108.000000", "108.00")


FEES = (
    "{kind: tiers, tiers: ["
    "{when: [{fact: level, one_of: [short], clause: text}], fee_of: {hours: 4}, clause: text}, "
    "{when: [{fact: level, one_of: [long], clause: text}], fee_of: {months: 1}, clause: text}]}"
)


def test_the_fee_of_so_much_time_is_that_time_and_its_part_of_the_bill() -> None:
    found = weighed(UPTIME, FEES, uptime="99", level="short")
    assert (str(found.amount.rounded), found.quantity.exact, found.quantity.unit) == ("4.00", 4, "hours")
    without = weighed(UPTIME, FEES, uptime="99", level="short", bill=None)
    assert (without.amount, without.quantity.exact, without.quantity.unit) == (None, 4, "hours")


def test_a_cap_cuts_the_fee_and_what_is_left_is_no_round_time() -> None:
    cap = "caps: [{percent: 100, less: granted_before, per: quarter, clause: text}]"
    money = {"currency": "USD", "amount": "700"}
    found = weighed(UPTIME, FEES, cap, uptime="99", level="long", granted_before=money)
    assert (str(found.amount.rounded), found.quantity, "capped" in found.reasons) == ("20.00", None, True)


MULTIPLE = "{kind: tiers, tiers: [{times: 10, clause: text}]}"


@pytest.mark.parametrize(
    ("minutes", "kind", "verdict"),
    [
        (60, "credit", "not_owed"),  # exactly 10.00
        (61, "credit", "owed"),
        (600, "loss", "not_owed"),  # the time cost exactly 10.00, the credit is 100
        (601, "loss", "owed"),
        (60, "unstated", "not_owed"),
        (61, "unstated", "ambiguous"),
        (601, "unstated", "owed"),
    ],
)
def test_what_is_held_against_the_minimum(minutes, kind, verdict) -> None:
    extra = f"minimum: {{of: {kind}, range: {{above: 10}}, currency: USD, clause: text}}"
    found = weighed(UPTIME, MULTIPLE, extra, downtime_minutes=minutes, commitment="exemptions: []")
    assert found.verdict == verdict
    if verdict == "ambiguous":
        assert {"minimum_of_credit": "10.17 USD", "minimum_of_loss": "0.00 USD"}.items() <= told(found).items()


SEVERAL = (
    "commitment: {range: {at_least: 99.95}, clause: text}\n"
    "        several: {consecutive: 2, reason: two_months, otherwise: not_two_months, clause: text}"
)
PRO_RATA = "{kind: linear, of: shortfall, windows: WINDOWS, clause: text}"


@pytest.mark.parametrize(("windows", "amount"), [("row", "10.80"), ("last", "7.20"), ("unstated", None)])
def test_a_fee_in_proportion_for_the_windows_that_were_missed(windows, amount) -> None:
    months = [{"month": "2026-04", "uptime": "99.5"}, {"month": "2026-05", "uptime": "99"}]
    grant = PRO_RATA.replace("WINDOWS", windows)
    found = weighed(UPTIME, grant, commitment=SEVERAL, months=months, period=None)
    assert found.verdict == ("owed" if amount else "ambiguous")
    assert (str(found.amount.rounded) if found.amount else None) == amount
    assert told(found) == ({} if amount else {"last": "7.20 USD", "row": "10.80 USD"})
