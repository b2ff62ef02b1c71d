"""What laws need beside a table: facts by other names, alternatives, each bad day, fixed sums, rights beside money."""

from fractions import Fraction
from typing import Any

import pytest

from makegood.errors import BadUse
from makegood.terms.case import Case
from makegood.terms.check import tried
from makegood.terms.conditions import Condition
from makegood.terms.given import read_inputs
from makegood.terms.pack import PackVersion
from makegood.terms.read import parse
from makegood.terms.verdict import Verdict
from makegood.terms.weigh import weigh_each
from makegood.terms.worked import Inputs, Worked

PACK = """\
terms: small
provider: Small
on_request: true
versions:
  - version: "1"
    name: Small law
    effective: {from: 2026-01-01}
    clauses:
      text: {says: All that is needed here., source: own sample, status: P}
    facts:
      - {name: fee, also: [monthly_fee], kind: money, says: the fee}
      - {name: extra, kind: money, says: a further fee}
      - {name: told, kind: flag, says: was it told before}
      - {name: hours, kind: number, says: how many hours before}
      - {name: visits, kind: number, says: missed visits}
      - {name: lost_days, kind: number, says: days without service}
      - {name: offer, kind: flag, says: was anything offered}
      - {name: offer.early, kind: number, says: how much earlier}
      - {name: offer.late, kind: number, says: how much later}
      - {name: began, kind: moment, says: when it began}
      - {name: event, kind: word, says: what happened}
      - {name: member, kind: flag, says: is the flight one of members}
    stacking: STACKING
    promises:
PROMISES
"""
PROMISE = """\
      - id: ID
        applies: APPLIES
        window: {kind: WINDOW, zone: Asia/Seoul, clause: text}
        measure: MEASURE
        commitment: COMMITMENT
        exemptions: EXEMPTIONS
        remedy:
          form: compensation
          form_clause: text
          BASE
          grant: GRANT
          rounding: {rule: half_up, clause: text}
        automatic: text
"""
LONGEST = "{name: outage_hours, unit: hours, aggregation: {kind: down_time, take: longest, clause: text}}"
TOTAL = LONGEST.replace("longest", "total")
WORST_DAY = "{name: day_minutes, unit: minutes, aggregation: {kind: down_time, take: worst_day, clause: text}}"
FEE = "base: {says: the fee, facts: [fee], plus: [extra], paid_for: calendar_month, clause: text}"
TIME = "base: {says: the time, kind: down_time, unit: minutes, clause: text}"
DEFAULTS = {
    "ID": "one",
    "APPLIES": "[]",
    "WINDOW": "event",
    "MEASURE": LONGEST,
    "COMMITMENT": "{range: {below: 2}, clause: text}",
    "EXEMPTIONS": "[]",
    "BASE": FEE,
    "GRANT": "{kind: per_part, range: {at_least: 2}, times: 10, clause: text}",
}
KRW = {"currency": "KRW", "amount": "74400"}


def promise(**parts: str) -> str:
    text = PROMISE
    for name, part in {**DEFAULTS, **parts}.items():
        text = text.replace(name, part)
    return text


def terms_of(*promises: str, stacking: str = "{rule: each, clause: text}") -> PackVersion:
    text = PACK.replace("STACKING", stacking).replace("PROMISES", "".join(promises))
    pack, faults = parse(text, "small.yaml")
    assert pack is not None, faults
    return PackVersion(pack, pack.versions[0])


def weighed(terms: PackVersion, **inputs: Any) -> Verdict:
    return tried(terms.pack, Worked.model_validate({"id": "x", "inputs": inputs, "expected": {}})).verdict


def case_of(terms: PackVersion, **inputs: Any) -> Case:
    ((_, case),) = read_inputs(terms, Inputs.model_validate(inputs)).cases
    return case


def due(verdict: Verdict) -> str | None:
    return str(verdict.amount.rounded) if verdict.amount else None


def hours(day: str, *spans: tuple[str, str]) -> list[dict[str, str]]:
    return [{"start": f"{day}T{start}+09:00", "end": f"{day}T{end}+09:00"} for start, end in spans]


@pytest.mark.parametrize(
    ("told", "ahead", "holds", "missing"),
    [
        (False, None, True, None),
        (True, 23, True, None),
        (True, 24, False, None),
        (None, 23, True, None),
        (None, 24, None, "told"),
        (None, None, None, "told"),
        (True, None, None, "hours"),
    ],
)
def test_a_condition_holds_as_well_by_its_alternative(told, ahead, holds, missing) -> None:
    other = Condition(fact="hours", range={"below": 24}, clause="text")
    one = Condition(**{"is": False}, fact="told", alternatively=other, clause="text")
    given = {"told": told, "hours": None if ahead is None else Fraction(ahead)}
    facts = {name: value for name, value in given.items() if value is not None}
    assert one.tell(facts) is holds
    assert missing is None or one.unknown_fact(facts) == missing


def test_a_fact_goes_by_its_other_names_and_a_group_says_that_it_is_there() -> None:
    terms = terms_of(promise())
    facts = case_of(terms, monthly_fee=KRW, offer={"early": 5}).facts
    assert (str(facts["fee"]), facts["offer"], facts["offer.early"]) == ("74400 KRW", True, 5)
    assert "offer" not in case_of(terms, fee=KRW, offer=None).facts
    assert case_of(terms, offer=False).facts["offer"] is False


def test_a_bare_date_begins_in_the_zone_of_the_terms() -> None:
    assert case_of(terms_of(promise()), began="2026-05-04").facts["began"].isoformat() == "2026-05-03T15:00:00+00:00"


EXEMPT = """
          - id: offered_in_time
            when:
              - {fact: offer, is: true, if_not_given: fails, clause: text}
              - {fact: offer.early, range: {at_most: 60}, if_not_given: fails, otherwise: too_early, clause: text}
              - {fact: offer.late, range: {below: 120}, otherwise: too_late, clause: text}
            says: another one offered
            clause: text
          - id: told_before
            when: [{fact: told, is: true, if_not_given: fails, clause: text}]
            says: told before
            clause: text"""


@pytest.mark.parametrize(
    ("facts", "verdict", "reasons"),
    [
        ({}, "owed", ("below_commitment",)),
        ({"offer": None}, "owed", ("below_commitment",)),
        ({"offer": {"early": 61, "late": 119}}, "owed", ("below_commitment", "too_early")),
        ({"offer": {"early": 61, "late": 120}}, "owed", ("below_commitment", "too_early", "too_late")),
        ({"offer": {"late": 120}}, "owed", ("below_commitment",)),
        ({"offer": {"early": 60, "late": 119}}, "not_owed", ("offered_in_time",)),
        ({"offer": {"early": 60}}, "unknown", ("fact_not_given:offer.late",)),
        ({"offer": {"early": 60}, "told": True}, "not_owed", ("told_before",)),
    ],
)
def test_why_an_exemption_fails_is_told_of_given_facts_and_one_that_holds_comes_first(facts, verdict, reasons) -> None:
    found = weighed(terms_of(promise(EXEMPTIONS=EXEMPT)), month="2026-07", outage_minutes=["150"], fee=KRW, **facts)
    assert (found.verdict, found.reasons) == (verdict, reasons)


def test_each_run_that_is_long_enough_is_paid_and_no_other() -> None:
    """July has 744 hours: 74400 / 744 = 100 an hour; 2.5 and 2 hours count, 1 hour 59 minutes does not."""
    found = weighed(terms_of(promise()), month="2026-07", outage_minutes=["150", "119", "120"], fee=KRW)
    assert (due(found), found.measure.value) == ("4500", 2.5)


def test_further_fees_are_added_in_one_currency() -> None:
    terms = terms_of(promise())
    extra = {"currency": "KRW", "amount": "7440"}
    assert due(weighed(terms, month="2026-07", outage_minutes=["120"], fee=KRW, extra=extra)) == "2200"
    with pytest.raises(BadUse, match="several currencies"):
        weighed(terms, month="2026-07", outage_minutes=["120"], fee=KRW, extra={"currency": "USD", "amount": "5"})


def test_a_fee_of_a_month_is_not_reckoned_without_the_month() -> None:
    found = weighed(terms_of(promise()), outage_minutes=["120"], fee=KRW)
    assert (found.verdict, due(found), found.reasons[-1]) == ("owed", None, "fact_not_given:month")


@pytest.mark.parametrize(
    ("grant", "quantity"),
    [
        ("{kind: per_part, range: {at_least: 240}, times: 3, clause: text}", 3 * (240 + 300)),
        ("{kind: per_part, range: {above: 200}, times: 1, threshold: 200, clause: text}", 40 + 100 + 1),
    ],
)
def test_each_day_gives_its_own_time_or_what_exceeds_a_threshold(grant: str, quantity: int) -> None:
    """Days of 240, 300, 201 and 200 minutes, the first over midnight UTC, which is no midnight here."""
    stops = hours("2026-05-04", ("06:00:00", "10:00:00")) + hours("2026-05-05", ("01:00:00", "06:00:00"))
    stops += hours("2026-05-06", ("01:00:00", "04:21:00")) + hours("2026-05-07", ("01:00:00", "04:20:00"))
    kept = "{range: {below: 200}, clause: text}"
    found = weighed(terms_of(promise(MEASURE=WORST_DAY, BASE=TIME, GRANT=grant, COMMITMENT=kept)), stops=stops)
    assert (found.quantity.exact, found.quantity.unit, found.percent) == (quantity, "minutes", None)


VISITS = "{name: visits, unit: count, aggregation: {kind: fact, fact: visits, if_not_given: 1, clause: text}}"
SUM = "{kind: per_unit, sum: {amount: 32.31, currency: GBP}, counted: exact, clause: text}"
NO_VISIT = "[{fact: event, one_of: [missed_visit], clause: text}]"
SOME = "{range: {at_most: 0}, clause: text}"


@pytest.mark.parametrize(
    ("facts", "amount"),
    [({}, "32.31"), ({"visits": 3}, "96.93"), ({"visits": 0}, "0.00")],
)
def test_one_visit_is_meant_where_no_number_is_told(facts: dict[str, int], amount: str) -> None:
    terms = terms_of(promise(MEASURE=VISITS, GRANT=SUM, BASE="", APPLIES=NO_VISIT, COMMITMENT=SOME))
    found = weighed(terms, event="missed_visit", **facts)
    assert (due(found), found.amount.currency, found.percent) == (amount, "GBP", None)


def test_what_counts_one_visit_says_nothing_of_a_case_without_its_facts() -> None:
    visits = promise(ID="visits", MEASURE=VISITS, GRANT=SUM, BASE="", APPLIES=NO_VISIT, COMMITMENT=SOME)
    terms = terms_of(promise(), visits)
    found = weigh_each(terms, case_of(terms, fee=KRW))
    assert [(one.promise, one.reasons) for one in found] == [("one", ("no_figures_given",))]


def test_a_number_of_days_is_down_time_for_a_share_of_the_fee() -> None:
    """February 2026 has 28 days: two of them are a fourteenth of the fee."""
    days = "{name: lost_days, unit: days, aggregation: {kind: fact, fact: lost_days, clause: text}}"
    share = "{kind: tiers, tiers: [{times: 1, clause: text}]}"
    terms = terms_of(promise(MEASURE=days, GRANT=share, COMMITMENT=SOME))
    assert due(weighed(terms, month="2026-02", lost_days=2, fee={"currency": "KRW", "amount": "56000"})) == "4000"


ROWS = """
            kind: tiers
            tiers:
              - {range: {at_least: 2, at_most: 5}, sum: {amount: 250, currency: EUR}, clause: text}
              - range: {above: 5}
                when: [{fact: member, is: true, clause: text}]
                sum: {amount: 400, currency: EUR}
                clause: text
              - range: {above: 5}
                when: [{fact: member, is: false, clause: text}]
                sum: {amount: 600, currency: EUR}
                clause: text"""


@pytest.mark.parametrize(
    ("minutes", "facts", "verdict", "amount"),
    [
        ("300", {}, "owed", "250.00"),
        ("301", {"member": True}, "owed", "400.00"),
        ("301", {"member": False}, "owed", "600.00"),
        ("301", {}, "unknown", None),
        ("60", {}, "not_owed", "0.00"),
    ],
)
def test_a_row_that_needs_a_fact_is_not_guessed(minutes, facts, verdict, amount) -> None:
    found = weighed(terms_of(promise(GRANT=ROWS, BASE="")), month="2026-07", outage_minutes=[minutes], **facts)
    assert (found.verdict, due(found)) == (verdict, amount)
    assert verdict != "unknown" or found.reasons == ("fact_not_given:member",)


def test_nothing_happened_that_needs_a_figure() -> None:
    happened = "{name: event, aggregation: {kind: happened, fact: event, clause: text}}"
    banned = "{when: [{fact: event, one_of: [ban], clause: text}], reason: banned, clause: text}"
    when = f"{{missed_when: [{banned}], clause: text}}"
    terms = terms_of(promise(MEASURE=happened, COMMITMENT=when, GRANT="{kind: no_money, clause: text}", BASE=""))
    assert [weighed(terms, event=event).reasons for event in ("ban", "praise")] == [("banned",), ("commitment_met",)]
    assert weighed(terms, event="ban").measure.name is None


MONTHLY = {
    "ID": "month",
    "WINDOW": "calendar_month",
    "MEASURE": TOTAL,
    "COMMITMENT": "{range: {below: 6}, clause: text}",
    "GRANT": "{kind: tiers, tiers: [{times: 10, clause: text}]}",
}


def test_months_beside_events_are_whole_months_of_their_own_zone() -> None:
    """Three hours on 31 July and three on 1 August in Korea are three in each month, not six in one."""
    terms = terms_of(promise(), promise(**MONTHLY))
    apart = hours("2026-07-31", ("20:00:00", "23:00:00")) + hours("2026-08-01", ("00:30:00", "03:30:00"))
    found = weigh_each(terms, case_of(terms, outages=apart, fee=KRW))
    assert [one.promise for one in found] == ["one", "month", "month"]
    assert [one.verdict for one in found] == ["owed", "not_owed", "not_owed"]
    together = hours("2026-08-01", ("00:30:00", "03:30:00"), ("20:00:00", "23:00:00"))
    found = weigh_each(terms, case_of(terms, outages=together, fee=KRW))
    assert [(one.promise, due(one)) for one in found] == [("one", "6000"), ("month", "6000")]
    assert found[1].period.end.isoformat() == "2026-08-31T15:00:00+00:00"


@pytest.mark.parametrize(
    ("stacking", "named"),
    [
        ("{rule: choose_one, order: [time, one], clause: text}", [("time", "owed"), ("one", "not_owed")]),
        ("{rule: choose_one, order: [one, time], clause: text}", [("one", "owed"), ("time", "not_owed")]),
        ("{rule: greatest, among: [one], clause: text}", [("one", "owed"), ("time", "owed")]),
    ],
)
def test_time_and_money_are_not_compared(stacking: str, named: list[tuple[str, str]]) -> None:
    terms = terms_of(promise(), promise(ID="time", BASE=TIME), stacking=stacking)
    found = weigh_each(terms, case_of(terms, month="2026-07", outage_minutes=["150"], fee=KRW))
    assert [(one.promise, one.verdict) for one in found] == named


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("times: 10, clause", "clause", "each part gives one thing"),
        ("times: 10, clause", "percent: 5, threshold: 1, clause", "only 'times' counts what lies over a threshold"),
        ("plus: [extra]", "plus: [more]", "fact 'more' is not declared"),
        ("also: [monthly_fee]", "also: [extra]", "'extra' names another fact already"),
        ("rule: each", "rule: each, among: [two]", "'two' is no promise of this version"),
        ("rule: each", "rule: choose_one, order: [two]", "the order must list each promise once"),
    ],
)
def test_what_cannot_be_right_is_told(old: str, new: str, fault: str) -> None:
    text = PACK.replace("STACKING", "{rule: each, clause: text}").replace("PROMISES", promise())
    assert text.count(old) == 1
    pack, faults = parse(text.replace(old, new), "small.yaml")
    assert pack is None
    assert fault in str(faults[0])
