"""A programme in a pack: each mistake is one sentence at its line, and a sound one is told in both languages."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from makegood.cli.main import app
from makegood.errors import BadUse
from makegood.reads.clauses import shown
from makegood.reads.programme_words import refusal_words
from makegood.reads.words import Words
from makegood.spans import Span
from makegood.terms.case import Case
from makegood.terms.casebook import run_file
from makegood.terms.lines import read_lined
from makegood.terms.read import find, parse, pick
from makegood.terms.weigh import weigh

OWN = """\
terms: house
provider: House AI
on_request: true
versions:
  - version: "2026-01-01"
    name: What House AI gives
    effective: {from: 2026-01-01}
    clauses:
      house: {says: We give this., source: own sample, date: 2026-01-01, status: P}
    programme:
      says: Our service failed.
      least_faults: 2
      statuses: [active]
      rounding: floor
      clause: house
      offers:
        - {form: credit, unit: USD, waste_percent: 50, at_least: 1, at_most: 99.50, not_plans: [plus], clause: house}
        - {form: refund, unit: KRW, flat: 500, product: api, plan: payg, plans: [payg], clause: house}
        - {form: extension, unit: plan_days, flat: 7, worth: {amount: 0.5, currency: USD}, plans: [plus], clause: house}
        - {form: quota, unit: tokens, waste_percent: 10, worth: {amount: 0.00001, currency: USD}, clause: house}
      worked:
        - id: half
          account: {plan: payg, currency: USD, faults: 2, wasted: {currency: USD, amount: 3.99}}
          expected: {form: credit, unit: USD, amount: 1.99}
"""
P = "versions.2026-01-01.programme"
FIRST, SECOND, THIRD, FOURTH = (f"{P}.offers.[{at}]" for at in range(4))
SLIPS = [
    ("- {form: credit,", "- {form: cash,", f"{FIRST}.form", "'form' has a value that is not known; use 'credit'"),
    ("unit: USD, waste", "unit: UUU, waste", f"{FIRST}.unit",
     "'UUU' is no unit; use a currency such as USD, or plan_d"),
    ("unit: USD, waste", "unit: usd, waste", f"{FIRST}.unit", "'usd' is not written as a unit is; write USD"),
    ("unit: USD, waste", "unit: XXX, waste", f"{FIRST}.unit", "'XXX' is no unit; use"),
    ("unit: USD, waste", "unit: usage_resets, waste", f"{FIRST}.unit",
     "the form credit is given in a currency; correct"),
    ("form: extension", "form: reset", f"{THIRD}.unit", "the form reset is given in usage_resets; correct the form"),
    ("waste_percent: 50", "waste_percent: 50, flat: 3", FIRST, "an offer gives one thing; give either"),
    ("waste_percent: 50, ", "", FIRST, "an offer gives one thing; give either 'flat' or 'waste_percent'"),
    ("flat: 500", "flat: 500, at_most: 900", f"{SECOND}.flat", "a flat amount has no bounds; leave out"),
    ("at_least: 1,", "at_least: 100,", f"{FIRST}.at_least", "the least is above the most; exchange"),
    ("flat: 500", "flat: 500.5", f"{SECOND}.flat", "the unit KRW has 0 decimals; write the amount with no more"),
    ("99.50", "99.505", f"{FIRST}.at_most", "the unit USD has 2 decimals; write the amount with no more"),
    ("flat: 7", "flat: 1.5", f"{THIRD}.flat", "the unit plan_days has 0 decimals; write the amount"),
    ("flat: 7", "flat: 0", f"{THIRD}.flat", "'flat' is not above 0; write a number above it"),
    ("worth: {amount: 0.00001, currency: USD}, ", "", f"{FOURTH}.waste_percent", "waste is money; say under 'worth'"),
    ("amount: 0.00001,", "amount: 0,", f"{FOURTH}.waste_percent",
     "waste is money; say under 'worth' what one of tok"),
    ("amount: 0.00001, currency: USD", "amount: 0.1, currency: Euro", f"{FOURTH}.worth.currency",
     "'Euro' is not an ISO"),
    ("amount: 0.00001, currency: USD", "amount: 0.1, currency: XXX", f"{FOURTH}.worth.currency",
     "'XXX' is not written"),
    ("flat: 500", "flat: 500, worth: {amount: 1, currency: KRW}", f"{SECOND}.worth",
     "KRW is worth itself; leave 'worth'"),
    ("not_plans: [plus]", "not_plans: [Plus]", f"{FIRST}.not_plans.[0]",
     "'Plus' is held against small letters; write"),
    ("plans: [payg]", "plans: [payg], not_plans: [payg]", f"{SECOND}.not_plans.[0]", "'payg' is among 'plans' as well",
     f"{SECOND}.plan"),
    ("api, plan: payg,", "api, plan: team,", f"{SECOND}.plan",
     "those who get it cannot use it, their plan is not 'team'; correct"),
    (", not_plans: [plus]", "", "", ""),
    ("USD, waste_percent: 50, at_least: 1, at_most: 99.50, not_plans: [plus]", "KRW, flat: 5", SECOND,
     "no account gets to this offer, offer 1 takes all; reorder or remove it"),
    ("quota, unit: tokens, waste_percent: 10, worth: {amount: 0.00001, currency: USD},", "credit, unit: JPY, flat: 3,",
     "", ""),
    ("clause: house}\n        - {form: refund", "clause: hause}\n        - {form: refund", f"{FIRST}.clause",
     "clause 'hause' is not listed under 'clauses'; add it there"),
    ("says: Our service failed.", "says: ''", f"{P}.says", "'says' has fewer characters than 1; write more"),
    ("says: Our service failed.", "says: ' '", f"{P}.says", "the text is blank; write it"),
    ("least_faults: 2", "least_faults: -1", f"{P}.least_faults", "'least_faults' is below 0; write 0 or more"),
    ("statuses: [active]", "statuses: []", f"{P}.statuses", "'statuses' is empty; give at least one item"),
    ("statuses: [active]", "statuses: [gone]", f"{P}.statuses.[0]",
     "item 1 of 'statuses' has a value that is not known"),
    ("rounding: floor", "rounding: unstated", f"{P}.rounding",
     "'rounding' has a value that is not known; use 'half_up'"),
    ("amount: 3.99", "amount: -1", f"{P}.worked.half.account.wasted.amount", "'amount' is below 0; write 0 or more"),
    ("plan: payg, currency: USD,", "plan: payg, currency: Dollar,", f"{P}.worked.half.account.currency",
     "'currency' cannot be read; 'Dollar' is no currency, use a code"),
    ("expected: {form: credit, unit: USD, amount: 1.99}", "expected: {}", f"{P}.worked.half.expected",
     "'expected' cannot be read; nothing is expected, give"),
    ("        - id: half\n", "        - id: half\n          terms_version: old\n", f"{P}.worked.half.terms_version",
     "version 'old' is not the one it stands under; use '2026-01-01'"),
    ("- id: half", "- id: half\n          says: x", f"{P}.worked.half.says", "'says' is not known here; remove it"),
]  # fmt: skip


def ran(*arguments: object, status: int = 0) -> str:
    done = CliRunner().invoke(app, ["terms", *map(str, arguments)], catch_exceptions=False, env={"COLUMNS": "150"})
    assert done.exit_code == status, done.output
    return done.output


@pytest.mark.parametrize("slip", SLIPS, ids=[f"{one[2]}: {one[3]}" for one in SLIPS])
def test_one_mistake_is_one_sentence_at_its_line(slip: tuple[str, ...]) -> None:
    good, bad, section, words, *also = slip
    assert OWN.count(good) == 1
    text = OWN.replace(good, bad)
    pack, faults = parse(text, "own.yaml")
    if not section:
        assert pack is not None, [str(one) for one in faults]
        return
    told = next(str(one) for one in faults if one.clause == section)
    assert {one.clause for one in faults} <= {section, *also}
    pairs = zip(text.split("\n"), OWN.split("\n"), strict=False)
    first = next(number for number, (one, other) in enumerate(pairs, 1) if one != other)
    number = int(re.match(r"own\.yaml:(\d+): ", told)[1])
    assert number in (first, first + 1)
    assert words in told
    assert re.fullmatch(r"[^\n]+; [^\n]+[^.]\.", told)


def test_whatever_stands_in_the_programme_breaks_nothing() -> None:
    data = read_lined(OWN).data
    for junk in (None, "", "x", [], {}, ["x"], [[]], {"id": []}, "9" * 5000):
        for name in ("programme", *data["versions"][0]["programme"]):
            version = data["versions"][0]
            inside = junk if name == "programme" else {**version["programme"], name: junk}
            pack, faults = parse(json.dumps({**data, "versions": [{**version, "programme": inside}]}), "own.json")
            assert (pack is None) == bool(faults)
            assert all(re.fullmatch(r"own\.json:\d+: [^\n]+; [^\n]+\.", str(one)) for one in faults)


def test_the_example_is_listed_shown_and_checked_in_both_languages() -> None:
    for lang, listed, offer in (
        (
            "en",
            "– · none promised · credit, extension, reset of the usage limit · automatic",
            "Offer 5: extension: 30 pl",
        ),
        ("ko", "– · 약속 없음 · 크레딧, 기간 연장, 사용 한도 초기화 · 자동", "제공 5: 기간 연장: "),
    ):
        (line,) = [one for one in ran("list", "--lang", lang).splitlines() if one.startswith("goodwill-outage  ")]
        assert listed in line
        assert offer in ran("show", "goodwill-outage", "--lang", lang)
    assert ran("check", "goodwill-outage").endswith("10 of 10 cases agree.\n")


def test_the_text_of_an_own_programme_is_nobody_elses() -> None:
    flat = " ".join(ran("show", "goodwill-outage").split())
    assert "(P: the programme's own text)" in flat
    assert "provider's own text was read" not in flat
    assert "프로그램 자체의 문구" in ran("show", "goodwill-outage", "--lang", "ko")


def test_a_pack_without_worked_cases_says_so(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN.partition("      worked:")[0], encoding="utf-8")
    assert ran("check", tmp_path / "own.yaml") == "house has no fault, and no worked cases of its own.\n"


def test_every_part_of_an_own_programme_is_told_with_its_clause(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    pack = find(str(tmp_path / "own.yaml"))
    told = shown(pack, pack.versions[0], Words()).programme
    assert [(label, says) for label, says, _ in told] == [
        ("Without a claim", "it comes by itself"),
        ("Reason told", "Our service failed."),
        ("Who counts", "from 2 failed attempts of the provider on; state of the account: active"),
        ("Offer 1", "credit: 50% of what was charged for nothing received, at least $1.00, at most $99.50; "
                    "for accounts billed in USD; not for the plans plus"),
        ("Offer 2", "refund: ₩500; for accounts billed in KRW; for the plans payg; to be used for the product api; "
                    "to be used on the plan payg"),
        ("Offer 3", "extension: 7 plan days; for the plans plus; 1 plan day takes $0.50 of the budget"),
        ("Offer 4", "quota: 10% of what was charged for nothing received; 1 token takes $0.00001 of the budget"),
        ("Rounding", "down"),
    ]  # fmt: skip
    assert {clause for _, _, clause in told} == {"house"}


def test_cases_of_a_file_are_run_beside_those_of_the_pack(tmp_path: Path) -> None:
    own, book = tmp_path / "own.yaml", tmp_path / "cases.json"
    own.write_text(OWN, encoding="utf-8")
    wasted = [
        {"currency": "USD", "amount": "0.40"},
        {"currency": "USD", "amount": 0.6},
        {"currency": "EUR", "amount": 9},
    ]
    cases = [
        {"id": "least", "account": {"currency": "USD", "faults": 2, "wasted": wasted}, "expected": {"amount": "1.00"}},
        {"id": "more", "account": {"currency": "USD", "faults": 2}, "expected": {"amount": 2, "unit": "USD"}},
        {"id": "out", "account": {"faults": 9, "status": "closed"}, "expected": {"excluded": "too_few_faults"}},
        {"id": "bad", "account": {"plans": "plus"}, "expected": {"amount": 1}},
    ]
    book.write_text(json.dumps({"format": 1, "cases": cases}, indent=1), encoding="utf-8")
    lines = ran("check", own, book, status=1).splitlines()
    assert lines[:2] == ["half  agrees  house  ", "1 of 1 cases agree."]
    assert lines[2:5] == [
        "least  agrees  house  ",
        "more  differs  house  : amount: expected 2, got 1",
        "out  differs  house  : excluded: expected too_few_faults, got status_not_eligible",
    ]
    assert lines[5].startswith(f"bad  not weighed  ?  : {book}:")
    assert "'plans' is not known here; remove it" in lines[5]
    assert lines[-1] == "1 of 4 cases agree."
    (said,) = next(run_file(book, find(str(own)))[1]).says  # the terms alone grant nothing
    assert said.startswith(f"{book}:")
    assert "run it where awards are decided" in said


def test_no_log_is_weighed_by_what_is_given_of_itself() -> None:
    span = Span(datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC))
    with pytest.raises(BadUse, match=r"'goodwill-outage' say what a provider grants of itself.*draw a campaign"):
        weigh(pick(find("goodwill-outage"), span.start), Case(span, None, span.end))
    assert find("goodwill-outage").versions[0].effective.holds(date(2026, 9, 1))


@pytest.mark.parametrize(
    ("reason", "detail", "english", "korean"),
    [
        ("too_few_faults", "2/5", "it met too few failed attempts (2/5)", "겪은 실패 횟수가 기준에 못 미침 (2/5)"),
        ("status_not_eligible", "closed", "the state of the account does not count (closed)",
         "계정 상태가 대상이 아님 (해지됨)"),
        ("no_usable_form", "credit.USD:other_currency quota.tokens:other_plan",
         "it can use none of the offers (credit USD: billed in another currency; quota: for other plans)",
         "쓸 수 있는 제공 형태가 없음 (크레딧 USD: 청구 통화가 다름; 할당량: 다른 요금제 대상)"),
        ("held_back", "", "held back", "held back"),
    ],
)  # fmt: skip
def test_why_nothing_is_granted_is_said_in_words(reason: str, detail: str, english: str, korean: str) -> None:
    assert refusal_words(reason, detail, Words()) == english
    assert refusal_words(reason, detail, Words("ko")) == korean
