"""Judging: the bill counts where it can only mean one thing, and goodwill is asked for once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from makegood.money import parse_money
from makegood.spans import Span, month
from makegood.terms.judge import Judged, Matter, judge
from tests.terms.small_world import AUGUST, JULY, SmallWarehouse

NOW = datetime(2026, 9, 5, tzinfo=UTC)
BILL = parse_money("2000 USD")
SUMMER = Span(JULY.start, month("2026-08").end)
TENTH = datetime(2026, 7, 10, 3, tzinfo=UTC)
GEMINI = ("gcp.vertex_ai", "generateContent", "gemini-3.5-flash", "", TENTH, 100, {503: 50})
STUDIO = ("google_ai_studio", *GEMINI[1:])
CLAUDE = ("aws.bedrock", "converse", "claude", "us-east-1", TENTH, 100, {503: 50})
SONNET = ("anthropic", "messages", "claude-sonnet-5", "", TENTH, 100, {529: 50})


def judged(*rows, **matter) -> Judged:
    names = sorted({row[0] for row in rows})
    return judge(SmallWarehouse(rows), replace(Matter(JULY, NOW, names, bill=BILL), **matter))


@pytest.mark.parametrize(
    ("rows", "matter", "packs", "shared"),
    [
        ([GEMINI], {}, ["google-gemini"], False),
        ([GEMINI, SONNET], {}, ["anthropic", "google-gemini"], False),
        ([GEMINI, SONNET], {"references": ("google-gemini", "anthropic")}, ["google-gemini", "anthropic"], False),
        ([SONNET], {}, ["anthropic"], False),
        ([GEMINI, CLAUDE], {}, ["amazon-bedrock", "google-gemini"], True),
        ([GEMINI, STUDIO], {}, ["google-gemini", "google-gemini", "google-gemini-developer-api"], True),
        ([GEMINI], {"span": SUMMER}, ["google-gemini", "google-gemini"], True),
        ([GEMINI, CLAUDE], {"bill": None}, ["amazon-bedrock", "google-gemini"], False),
    ],
)
def test_the_bill_is_used_only_where_one_promise_is_weighed(rows, matter, packs, shared) -> None:
    found = judged(*rows, **matter)
    assert [one.terms for one in found.verdicts] == packs
    assert found.bill_shared == shared
    used = not shared and matter.get("bill", BILL) is not None
    assert all((one.amount is not None) == used for one in found.verdicts if one.promise)


def test_one_promise_gets_the_whole_bill_and_goodwill_none_of_it() -> None:
    down = [(*GEMINI[:4], TENTH + timedelta(minutes=minute), 10, {503: 5}) for minute in range(300)]
    google, anthropic = judged(*down, SONNET, references=("google-gemini", "anthropic"), now=AUGUST).verdicts
    assert (google.verdict, google.measure.counted_minutes, google.amount.exact) == ("owed", 300, 200)
    assert (anthropic.verdict, anthropic.reasons, anthropic.amount) == ("goodwill", ("no_sla", "waste_not_given"), None)


def test_goodwill_is_asked_for_once_over_the_whole_span() -> None:
    found = judged(SONNET, span=SUMMER, wasted={"anthropic": parse_money("12.34 USD")})
    (verdict,) = found.verdicts
    assert (verdict.period, verdict.scope.provider, str(verdict.amount.exact)) == (SUMMER, "anthropic", "617/50")


@pytest.mark.parametrize(
    ("wasted", "verdict", "amount"),
    [
        ({"anthropic": "3 USD"}, "goodwill", 3),
        ({"anthropic": "0 USD"}, "not_owed", 0),
        ({"anthropic": "0 XXX"}, "not_owed", 0),
        ({}, "goodwill", None),
        ({"anthropic": "3 USD", "claude": "4 USD"}, "goodwill", 7),
        ({"anthropic": "3 USD", "claude": "0 XXX"}, "goodwill", 3),
        ({"anthropic": "0 USD", "claude": "0 XXX"}, "not_owed", 0),
        ({"anthropic": "3 USD", "claude": "4 EUR"}, "goodwill", None),
        ({"anthropic": "3 USD", "google": "4 USD"}, "goodwill", 3),
    ],
)
def test_goodwill_is_for_what_is_known_to_be_charged_for_nothing(wasted, verdict, amount) -> None:
    rows = [SONNET, *(("claude", *SONNET[1:]) for _ in ["again"] if "claude" in wasted)]
    sums = {name: parse_money(text) for name, text in wasted.items()}
    (found,) = judged(*rows, wasted=sums, references=("anthropic",)).verdicts
    assert (found.verdict, found.amount and found.amount.exact) == (verdict, amount)


def test_waste_known_under_one_of_two_names_only_is_not_known() -> None:
    rows = [SONNET, ("claude", *SONNET[1:])]
    (found,) = judged(*rows, wasted={"anthropic": parse_money("3 USD")}).verdicts
    assert (found.verdict, found.amount) == ("goodwill", None)


def test_providers_without_a_pack_are_named() -> None:
    found = judged(("nobody-ai", *SONNET[1:]), GEMINI)
    assert found.without_terms == ("nobody-ai",)
