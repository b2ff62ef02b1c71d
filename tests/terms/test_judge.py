"""Judging: the bill counts where it can only mean one thing, and goodwill is asked for once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from makegood.money import parse_money
from makegood.spans import Span, month
from makegood.terms.judge import Judged, Matter, judge
from makegood.terms.read import packs
from tests.terms.small_pack import YAML
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


START = YAML.index("      - id: uptime\n        coverage")
PROMISE = YAML[START : YAML.index("    worked:")]


def own(folder: Path, text: str, *rows, **matter) -> Judged:
    """What a pack of one's own says of a log of acme."""
    path = folder / "own.yaml"
    path.write_text(text.partition("    worked:")[0], encoding="utf-8")
    asked = Matter(JULY, NOW, ["acme"], (str(path),), bill=BILL)
    return judge(SmallWarehouse(rows), replace(asked, **matter))


def acme(time: datetime, attempts: int, faults: dict, region: str = "") -> tuple:
    return ("acme", "chat", "small", region, time, attempts, faults)


def test_each_promise_has_windows_buckets_and_scopes_of_its_own(tmp_path: Path) -> None:
    latency = PROMISE.replace("id: uptime", "id: quarterly").replace("calendar_month", "calendar_quarter")
    latency = latency.replace("bucket_minutes: 5", "bucket_minutes: 60")
    latency = latency.replace("{clause: uptime}\n        window", "{split: [region], clause: uptime}\n        window")
    rows = [acme(TENTH, 10, {500: 1}, "east"), acme(TENTH, 30, {}, "west")]
    rows += [acme(TENTH + timedelta(days=31), 10, {}, "east")]
    text = YAML.replace(PROMISE, PROMISE + latency + "    stacking: {rule: each, clause: credits}\n")
    found = own(tmp_path, text, *rows, span=SUMMER, now=datetime(2026, 11, 1, tzinfo=UTC))
    quarter = Span(JULY.start, month("2026-09").end)
    told = [(one.promise, one.period, one.scope.region) for one in found.verdicts]
    assert told == [
        ("uptime", JULY, None),
        ("uptime", month("2026-08"), None),
        ("quarterly", quarter, "west"),
        ("quarterly", quarter, "east"),
    ]
    # one failure in 40 requests of five minutes of July, and one in 10 of an hour of the quarter
    values = [one.measure.value for one in found.verdicts]
    assert values[0] == 100 * (1 - Fraction(1, 40) / 8928)
    assert values[3] == 100 * (1 - Fraction(1, 10) / 2208)
    assert found.bill_shared


@pytest.mark.parametrize(("rule", "verdicts"), [("each", ["owed", "owed"]), ("greatest", ["owed", "not_owed"])])
def test_promises_missed_together_go_by_the_texts_own_rule(tmp_path: Path, rule: str, verdicts: list[str]) -> None:
    second = PROMISE.replace("id: uptime", "id: second").replace("percent: 100", "percent: 50")
    second = second.replace("percent: 10,", "percent: 20,")
    text = YAML.replace(PROMISE, PROMISE + second + f"    stacking: {{rule: {rule}, clause: credits}}\n")
    down = [acme(TENTH + timedelta(minutes=minute), 10, {503: 9}) for minute in range(300)]
    found = own(tmp_path, text, *down, now=AUGUST)
    # both rest on the bill, so neither gets it; without amounts the first of the text leads
    told = [("uptime", verdicts[0]), ("second", verdicts[1])]
    assert [(one.promise, one.verdict) for one in found.verdicts] == told
    assert found.bill_shared


def test_a_promise_for_a_case_that_no_log_tells_of_is_left_out(tmp_path: Path) -> None:
    only = "applies: [{fact: reserved, is: true, if_not_given: fails, otherwise: not_reserved, clause: uptime}]"
    reserved = PROMISE.replace("id: uptime\n", f"id: reserved\n        {only}\n")
    fact = "    facts: [{name: reserved, kind: flag, says: whether capacity was reserved}]\n"
    both = YAML.replace(PROMISE, PROMISE + reserved + "    stacking: {rule: each, clause: credits}\n" + fact)
    assert [one.promise for one in own(tmp_path, both, acme(TENTH, 10, {})).verdicts] == ["uptime"]
    (verdict,) = own(tmp_path, YAML.replace(PROMISE, reserved + fact), acme(TENTH, 10, {})).verdicts
    assert (verdict.verdict, verdict.reasons) == ("not_owed", ("not_reserved",))


@pytest.mark.parametrize(("stated", "start"), [("", "2026-06-30T15:00"), (", stated: true", "2026-07-01T00:00")])
def test_a_zone_that_the_text_states_is_not_overridden(tmp_path: Path, stated: str, start: str) -> None:
    text = YAML.replace("zone: UTC,", f"zone: UTC{stated},")
    (verdict,) = own(tmp_path, text, acme(TENTH, 10, {}), span=Span(TENTH, TENTH), zone="Asia/Seoul").verdicts
    assert verdict.period.start.isoformat() == f"{start}:00+00:00"


def test_fixed_days_are_laid_from_the_midnight_before(tmp_path: Path) -> None:
    text = YAML.replace("kind: calendar_month", "kind: fixed_days, days: 30")
    (verdict,) = own(tmp_path, text, acme(TENTH, 10, {500: 9}), span=Span(TENTH, TENTH + timedelta(hours=1))).verdicts
    assert verdict.period == Span(TENTH - timedelta(hours=3), TENTH + timedelta(days=30, hours=-3))


def test_what_needs_a_contract_is_weighed_only_when_it_is_named() -> None:
    row = ("openai", "chat", "gpt", "", TENTH, 10, {})
    asked = {pack.terms for pack in packs() if pack.on_request}
    assert not asked & {one.terms for one in judged(row).verdicts}
    named = judged(row, references=("openai-scale-tier",)).verdicts
    assert {one.terms for one in named} == {"openai-scale-tier"}


def test_a_text_of_which_a_log_shows_nothing_is_not_known() -> None:
    (verdict,) = judged(GEMINI, references=("eu261",)).verdicts
    assert (verdict.verdict, verdict.amount, verdict.measure) == ("unknown", None, None)
    (verdict,) = judged(("azure", "chat", "gpt", "", TENTH, 10, {503: 9})).verdicts
    assert (verdict.terms, verdict.verdict) == ("azure-openai", "unknown")
    (verdict,) = judged(GEMINI, references=("slack",)).verdicts
    assert (verdict.verdict, "no_figures_given" in verdict.reasons) == ("unknown", True)


def test_a_pack_under_two_of_its_names_is_weighed_once() -> None:
    assert len(judged(CLAUDE, references=("amazon-bedrock", "aws-bedrock")).verdicts) == 1
