"""The demo provider: real shapes, the same words for the same question, and a ledger that adds up."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import httpx2
import pytest

from makegood.errors import BadUse
from makegood.gateway.demo.misbehaviour import FINE, KINDS
from makegood.gateway.demo.plan import Plan, Price, Spell, read_plan
from makegood.gateway.demo.plan_shape import nano_a_token
from makegood.gateway.demo.provider import DemoProvider, serving
from tests.gateway.hosting import Loop

PLAN = """
name = "one"
seed = 7
listed = ["fine", "error_500"]
hold_seconds = 0.5
[shares]
error_503 = "0.25"
[[spells]]
from = 60
to = 90.5
what = "error_529"
[prices.small]
input = "0.15"
output = "0.60"
"""


@pytest.fixture(scope="module")
def loop():
    made = Loop()
    yield made
    made.close()


@pytest.fixture
def served(loop: Loop):
    """A provider of its own clock, and how to ask it."""
    now = datetime(2026, 5, 1, 12, 30, 20, tzinfo=UTC)
    provider = DemoProvider(Plan(name="one", hold_seconds=Fraction(1, 20)), clock=lambda: now, stamp="t")
    address = loop.enter(serving(provider))
    with httpx2.Client(base_url=address, timeout=5) as client:
        yield provider, client


def chat(text: str, **more: object) -> dict[str, object]:
    return {"model": "demo-small", "messages": [{"role": "user", "content": text}], **more}


def test_a_plan_is_read_from_toml(tmp_path: Path):
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    plan = read_plan(path)
    assert (plan.name, plan.seed, plan.hold_seconds) == ("one", 7, Fraction(1, 2))
    assert plan.spells == (Spell(Fraction(60), Fraction(181, 2), "error_529"),)
    assert plan.price("small") == plan.price("any other") == Price(150, 150, 600)
    assert [plan.does(number, Fraction(0)) for number in (0, 1)] == ["fine", "error_500"]
    assert [plan.does(9, Fraction(at)) for at in (60, 90)] == ["error_529", "error_529"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hold", "is not TOML"),
        ("colour = 1", "line 1: colour: is no field of a demo provider's plan"),
        ('listed = ["error_418"]', "line 1: listed.0: 'error_418' is no misbehaviour; known are "),
        ("[shares]\nerror_500 = 0.7\nerror_503 = 0.7", "add up to more than 1"),
        ('[prices.a]\ninput = "0.0001"\noutput = "1"', "line 2: prices.a.input: is below 0 or finer than 0.001"),
        ('[prices.a]\ninput = "dear"\noutput = "1"', "line 2: prices.a.input: is no price"),
        ('[prices.a]\ninput = 1\noutput = "1_0"', "line 3: prices.a.output: is no price"),
        ('[prices.a]\ninput = "٣"\noutput = "1"', "line 2: prices.a.input: is no price"),
        ("[shares]\nerror_500 = '1_0'", "line 2: shares.error_500: must be a number with the digits 0 to 9"),
        ("[shares]\nerror_500 = true", "line 2: shares.error_500: must be a number"),
        ("[shares]\nslow = 1", "line 2: shares.slow"),
        ("retry_after = '2'", "line 1: retry_after: must be a whole number"),
        ('hold_seconds = "long"', "line 1: hold_seconds: must be a number"),
        ("[[spells]]\nfrom = 1", "line 1: spells.0.to: is needed and missing"),
    ],
)
def test_a_plan_with_a_fault_is_refused_by_name(tmp_path: Path, text: str, said: str):
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadUse) as fault:
        read_plan(path)
    assert said in str(fault.value)
    assert str(fault.value).startswith(f"{path}: ")


def test_shares_are_drawn_from_the_seed_alone():
    plan = Plan(seed=3, shares={"error_500": Fraction(1, 10), "cut": Fraction(1, 5)})
    drawn = [plan.does(number, Fraction(0)) for number in range(4000)]
    assert drawn == [Plan(seed=3, shares=plan.shares).does(number, Fraction(99)) for number in range(4000)]
    assert drawn != [Plan(seed=4, shares=plan.shares).does(number, Fraction(0)) for number in range(4000)]
    assert 340 < drawn.count("error_500") < 460
    assert 720 < drawn.count("cut") < 880
    assert set(drawn) == {FINE, "error_500", "cut"}


@pytest.mark.parametrize(("text", "nano"), [("0.15", 150), ("15", 15_000), ("0", 0), ("0.001", 1)])
def test_a_price_a_million_tokens_is_a_whole_number_of_billionths_a_token(text: str, nano: int):
    assert nano_a_token(text) == nano


def test_the_ledger_counts_what_was_served_and_charged(served):
    _, client = served
    for text in ("hello", "hello", "do:error_503", "do:empty", "do:error_503@two", "do:error_after_200"):
        client.post("/v1/chat/completions", json=chat(text), headers={"Idempotency-Key": f"call {text}"})
    lines = [json.loads(line) for line in client.get("/-/ledger").text.splitlines()]
    assert [(one["did"], one["status"], one["served"]) for one in lines] == [
        ("fine", 200, True),
        ("fine", 200, True),
        ("error_503", 503, False),
        ("empty", 200, True),
        ("fine", 200, True),
        ("error_after_200", 200, True),
    ]
    assert [one["call"] for one in lines[:3]] == ["call hello", "call hello", "call do:error_503"]
    for one in lines:
        tokens = 150 * one["input_tokens"] + 600 * one["output_tokens"]
        assert one["charged_nano"] == (tokens if one["served"] else 0)
    assert lines[3]["output_tokens"] == 0
    bill = list(csv.DictReader(io.StringIO(client.get("/-/charges.csv?account=acme").text)))
    assert [row["request_id"] for row in bill] == [one["id"] for one in lines]
    assert [Decimal(row["amount"]).scaleb(9) for row in bill] == [one["charged_nano"] for one in lines]
    assert {(row["start"], row["end"]) for row in bill} == {("2026-05-01T12:30:00Z", "2026-05-01T12:31:00Z")}
    counts = client.get("/-/counts").json()
    assert counts["charged_nano"] == sum(one["charged_nano"] for one in lines)
    assert (counts["requests"], counts["fine"]) == (6, 3)


def test_the_same_question_gets_the_same_answer_and_counts(served):
    _, client = served
    answers = [client.post("/v1/chat/completions", json=chat("hello")).json() for _ in range(2)]
    assert answers[0]["choices"] == answers[1]["choices"]
    assert answers[0]["usage"] == answers[1]["usage"]
    assert answers[0]["id"] != answers[1]["id"]
    assert client.post("/v1/chat/completions", json=chat("good bye")).json()["choices"] != answers[0]["choices"]


def test_it_can_be_told_what_to_do_from_now_on(served):
    _, client = served
    assert client.post("/-/do", json={"always": "error_529"}).json() == {"always": "error_529"}
    assert client.post("/v1/messages", json=chat("hello", max_tokens=9)).status_code == 529
    assert client.post("/-/do", json={"always": "nonsense"}).status_code == 400
    assert client.post("/-/do", json={"always": None}).json() == {"always": None}
    assert client.post("/v1/messages", json=chat("hello", max_tokens=9)).status_code == 200


@pytest.mark.parametrize("what", [name for name in KINDS if KINDS[name].status >= 400])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages"])
def test_refusals_have_the_status_of_their_kind(served, what: str, path: str):
    _, client = served
    answer = client.post(path, json=chat(f"do:{what}", max_tokens=9))
    assert answer.status_code == KINDS[what].status


@pytest.mark.parametrize("body", [b"", b"[]", b'{"messages": []}', b'{"model": "a"}', b"\xff\xfe"])
def test_what_is_no_question_is_refused_and_counted(served, body: bytes):
    provider, client = served
    assert client.post("/v1/chat/completions", content=body).status_code == 400
    (met,) = provider.ledger.met
    assert (met.did, met.status, met.charged_nano) == ("bad_request", 400, 0)


def test_a_request_that_leads_nowhere_is_told_so(served):
    _, client = served
    assert client.get("/v1/files").json()["error"]["code"] == "unknown_url"
    assert client.post("/v1/messages/batches").json()["error"]["type"] == "not_found_error"


def test_prepared_answers_are_only_counted(served):
    provider, client = served
    made = [client.post(f"/plain/v1/{path}", content=b"x") for path in ("chat/completions", "messages")]
    assert [one.json()["model"] for one in made] == ["demo-small", "demo-small"]
    assert (provider.ledger.plain, provider.ledger.met) == (2, [])
