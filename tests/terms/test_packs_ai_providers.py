"""Packs of the AI providers: what is owed, what is only asked for, and what nobody could read."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.money import parse_money
from makegood.terms.check import differences, tried
from makegood.terms.judge import Matter, judge
from makegood.terms.read import find
from makegood.terms.verdict import Verdict
from makegood.terms.worked import Worked
from tests.terms.small_world import AUGUST, JULY, SmallWarehouse

GOODWILL = {
    "anthropic": "anthropic",
    "deepseek": "deepseek",
    "fireworks_ai": "fireworks",
    "groq": "groq",
    "openai": "openai",
    "openrouter": "openrouter",
    "perplexity": "perplexity",
    "together_ai": "together",
    "google_ai_studio": "google-gemini-developer-api",
}
ALONE = [
    "openai-scale-tier",
    "openai-consumer-europe",
    "openai-invoice-dispute",
    "anthropic-consumer-eea",
    "vertex-ai-platform",
]
MONTH = {"start": "2026-07-01T00:00:00Z", "end": "2026-08-01T00:00:00Z"}
BILL = {"currency": "USD", "amount": "1000.00"}
START = datetime(2026, 6, 1, tzinfo=UTC)


def weighed(terms: str, version: str | None = None, **inputs: Any) -> Verdict:
    case = {"id": "x", "inputs": inputs, "expected": {}, "terms_version": version}
    return tried(find(terms), Worked.model_validate(case)).verdict


@pytest.mark.parametrize("number", [6, 7, 8, 9, 20, 21, 22])
def test_published_cases_come_out_as_written(shared: Path, number: int) -> None:
    cases = json.loads((shared / "terms" / "cases.json").read_text(), parse_float=str)["cases"]
    case = Worked.model_validate(next(case for case in cases if case["id"] == f"S{number:02}"))
    assert differences(find(case.terms or ""), case) == []


@pytest.mark.parametrize("name", [*GOODWILL.values(), *ALONE, "google-gemini"])
def test_every_clause_is_told_in_both_languages(name: str) -> None:
    for version in find(name).versions:
        assert [clause for clause, one in version.clauses.items() if not one.ko] == []
        assert version.goodwill is None or len(version.goodwill.rules) == len(version.goodwill.rules_ko) == 4


@pytest.mark.parametrize(("provider", "terms"), GOODWILL.items())
def test_what_was_charged_for_nothing_is_asked_for_once_of_a_provider_that_promises_nothing(provider, terms) -> None:
    """A right that needs facts, as the refund of a balance, does not stand in the way of asking."""
    log = SmallWarehouse([(provider, "chat", "gemini-3-pro", "", JULY.start, 100, {503: 50})])
    wasted = {provider: parse_money("12.34 USD")}
    found = judge(log, Matter(JULY, AUGUST, [provider], wasted=wasted, bill=parse_money("99 USD"))).verdicts
    (asked,) = [one for one in found if one.terms == terms]
    assert (asked.verdict, asked.form, asked.amount.exact) == ("goodwill", "credit", Fraction("12.34"))
    assert all(one.terms == terms or one.verdict != "owed" for one in found)


def test_packs_for_an_agreement_or_a_plan_are_weighed_only_when_they_are_named() -> None:
    log = SmallWarehouse([("openai", "chat", "gpt-5.5", "", JULY.start, 100, {503: 50})])
    assert [one.terms for one in judge(log, Matter(JULY, AUGUST, ["openai"])).verdicts] == ["openai"]
    for name in ALONE:
        (verdict, *_) = judge(log, Matter(JULY, AUGUST, ["openai"], references=(name,))).verdicts
        assert (verdict.terms, verdict.verdict) == (name, "unknown")


def test_of_gemini_only_uptime_is_weighed_from_a_log() -> None:
    rows = [("gcp.vertex_ai", "generateContent", "gemini-3-pro", "", JULY.start, 10, {503: 5})]
    rows += [(*rows[0][:4], JULY.start + timedelta(minutes=at), 10, {503: 5}) for at in range(1, 300)]
    found = judge(SmallWarehouse(rows), Matter(JULY, AUGUST, ["gcp.vertex_ai"])).verdicts
    assert [(one.promise, one.verdict) for one in found] == [("uptime", "owed")]


@settings(max_examples=60, deadline=None)
@given(percent=st.decimals(0, 100, places=4), facts=st.sampled_from([{}, {"agreement": "enterprise"}]))
def test_a_level_whose_credits_nobody_read_is_never_owed(percent: Decimal, facts: dict[str, str]) -> None:
    verdict = weighed("openai-scale-tier", period=MONTH, uptime_percent=str(percent), bill=BILL, **facts)
    assert (verdict.verdict, verdict.amount) == ("unknown", None) or percent >= Decimal("99.9")
    assert verdict.measure.commitment_met == (percent >= Decimal("99.9"))
    gemini = weighed(
        "google-gemini", period=MONTH, provisioned_throughput="true", latency_attainment_percent=str(percent)
    )
    assert (gemini.promise, gemini.verdict) == ("latency", "unknown")
    assert weighed("groq", period=MONTH, uptime_percent=str(percent), bill=BILL).verdict == "unknown"
    designated = weighed("google-gemini", period=MONTH, designated_model="true", uptime_percent=str(percent), bill=BILL)
    assert designated.verdict == ("not_owed" if percent >= 95 else "unknown")


@settings(max_examples=60, deadline=None)
@given(amounts=st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), currency=st.sampled_from(["USD", "JPY", "KWD"]))
def test_of_two_missed_levels_the_greater_amount_is_owed_and_no_sum(amounts: tuple[int, int], currency: str) -> None:
    uptime, latency = amounts
    both = {"currency": currency, "uptime_credit": str(uptime), "latency_credit": str(latency)}
    verdict = weighed("openai-scale-tier", month="2026-05", amounts=both, agreement="enterprise")
    assert verdict.verdict == ("owed" if uptime or latency else "not_owed")
    assert verdict.amount.exact == max(amounts)


@pytest.mark.parametrize("terms", ["anthropic-consumer-eea", "openai-consumer-europe"])
@settings(max_examples=40, deadline=None)
@given(hours=st.lists(st.integers(0, 15 * 24), min_size=2, max_size=2))
def test_who_withdraws_later_never_gets_more(terms: str, hours: list[int]) -> None:
    early, late = (
        weighed(
            terms,
            contract_start=START.isoformat(),
            term_end=(START + timedelta(days=30)).isoformat(),
            withdrawal=(START + timedelta(hours=at)).isoformat(),
            used="true",
            bill={"currency": "EUR", "amount": "20.00"},
        )
        for at in sorted(hours)
    )
    assert early.computed.exact >= late.computed.exact
    assert early.verdict == "owed" or late.verdict == "not_owed"


def test_the_fourteen_days_are_those_of_the_customers_clock() -> None:
    """By the clock of Warsaw the contract is of 1 June and the 15th in time; by that of London it is of 31 May."""
    facts = {"contract_start": "2026-06-01T00:30:00+02:00", "term_end": "2026-07-01T00:30:00+02:00", "used": "false"}
    told = weighed("anthropic-consumer-eea", withdrawal="2026-06-15T23:00:00+02:00", bill=BILL, **facts)
    assert (told.verdict, told.deadline) == ("owed", datetime(2026, 6, 15, 22, tzinfo=UTC))
    named = weighed(
        "anthropic-consumer-eea",
        withdrawal="2026-06-15T22:30:00Z",
        customer_time_zone="Europe/London",
        bill=BILL,
        **facts,
    )
    assert (named.verdict, named.reasons) == ("not_owed", ("after_14_days",))


@pytest.mark.parametrize(
    ("second", "verdict", "reason"),
    [(-1, "owed", "within_24_hours"), (0, "owed", "within_24_hours"), (1, "not_owed", "after_24_hours")],
)
def test_a_day_of_24_hours_is_kept_to_the_second(second: int, verdict: str, reason: str) -> None:
    bought = datetime(2026, 6, 1, 8, tzinfo=UTC)
    asked = bought + timedelta(hours=24, seconds=second)
    purchase = {"at": bought.isoformat(), "credits": "50.00", "platform_fee": "2.75", "currency": "USD"}
    found = weighed("openrouter-credits", purchase=purchase, used="12.40", refund_requested=asked.isoformat())
    assert (found.verdict, found.reasons) == (verdict, (reason,))


@pytest.mark.parametrize(("terms", "end"), [("anthropic", "2028-03-01"), ("openrouter", "2028-02-29")])
def test_a_calendar_year_and_365_days_part_over_a_leap_day(terms: str, end: str) -> None:
    purchase = {"at": "2027-03-01T00:00:00Z", "credits": "50.00", "currency": "USD"}
    found = weighed(terms, purchase=purchase, used="1")
    assert found.expires.date().isoformat() == end
