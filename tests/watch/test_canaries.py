"""Canaries over HTTP: both wires, faults that are no answers, the budget of a day, and no text that is kept."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from makegood.errors import BadUse, Unreadable
from makegood.incidents.drift.canary_file import set_lines
from makegood.keys import content_hash
from makegood.watch import canary_task
from makegood.watch.canaries import ask, due, judged
from makegood.watch.canary_config import CanaryConfig, read_canary_config
from makegood.watch.canary_task import CanaryTask
from makegood.watch.canary_wire import read_reply
from tests.incidents.drift.worlds import yes_no_set
from tests.watch.canary_server import Model, serving

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
KEY = "sk-live-0123456789abcdefABCDEF"
SMALL = yes_no_set(12, 12)
TRUTH = {one.ask: one.truth for one in SMALL}


@pytest.fixture
def model() -> Iterator[Model]:
    with serving(Model(TRUTH.__getitem__)) as served:
        yield served


def config(folder: Path, served: Model, canaries=SMALL, drift: str = "reference = 3", **fields: object) -> CanaryConfig:
    """A config of one model; fields of its table as TOML would have them. Three answers before the watch are few."""
    said = {"name": "mini", "base_url": f"{served.base}/v1", "model": "demo", "per_day": 1000} | fields
    lines = [f"{name} = {inline(one) if isinstance(one, dict) else json.dumps(one)}" for name, one in said.items()]
    (folder / "canaries.jsonl").write_text(set_lines(canaries), encoding="utf-8")
    head = ["[drift]", 'canaries = "canaries.jsonl"', 'seed = "s"', drift, "[[models]]"]
    (folder / "drift.toml").write_text("\n".join([*head, *lines]), encoding="utf-8")
    return read_canary_config(folder / "drift.toml", {"A_KEY": KEY})


def inline(table: dict[str, object]) -> str:
    return "{" + ", ".join(f"{name} = {json.dumps(value)}" for name, value in table.items()) + "}"


def clock(start: datetime = NOON):
    """A second later at each look."""
    ticks = iter(range(10**6))
    return lambda: start + timedelta(seconds=next(ticks))


def asked(read: CanaryConfig, most: int | None = None, start: datetime = NOON, renew: bool = False):
    return ask(read, read.models[0], clock(start), most, renew)


def rows(read: CanaryConfig) -> list[dict[str, object]]:
    return [json.loads(line) for line in read.answers.read_text().splitlines()]


@pytest.mark.parametrize(("wire", "base"), [("openai", "/v1"), ("anthropic", "")])
def test_both_wires_are_asked_and_read(tmp_path: Path, model: Model, wire: str, base: str):
    fields = {"wire": wire, "base_url": model.base + base, "key_env": "A_KEY", "send": {"temperature": 0}}
    read = config(tmp_path, model, **fields)
    done = asked(read, 30)
    assert (done.asked, done.faults, done.ended) == (30, 0, "limit")
    assert model.asked[0]["model"] == "demo"
    assert (model.asked[0]["temperature"], model.asked[0]["max_tokens"]) == (0, 64)
    header = {"openai": ("authorization", f"Bearer {KEY}"), "anthropic": ("x-api-key", KEY)}[wire]
    assert model.headers[0][header[0]] == header[1]
    first = rows(read)[0]
    told = {"status": 200, "fault": None, "right": True, "form": "bare", "model": "demo-1", "request_id": "req_000001"}
    assert told.items() <= first.items()
    assert (first["input_tokens"], first["output_tokens"], first["part"]) == (30, 2, "reference")


def test_the_reference_then_the_watch_then_used_up_then_anew(tmp_path: Path, model: Model):
    read = config(tmp_path, model)
    assert asked(read).ended == "used_up"
    parts = [row["part"] for row in rows(read)]
    assert parts == ["reference"] * 72 + ["watch"] * 48
    (one,) = judged(read)
    assert (one.drift.counts.left, one.drift.behaviour.comparisons) == (0, 48)
    assert due(read, NOON + timedelta(days=1))[0].next_at is None
    assert asked(read, 5, renew=True).part == "reference"
    assert rows(read)[-1]["number"] == 2
    assert judged(read)[0].drift.verdict == "not_enough"


@pytest.mark.parametrize(
    ("drift", "reference", "beside", "watched"),
    [("", 5, 2, 48), ("reference = 7\nbeside = 3", 7, 3, 48), ("reference = 3", 3, 1, 48), ("reference = 1", 1, 1, 24)],
)
def test_answers_lie_beside_two_of_before_where_the_reference_is_no_smaller_than_usual(
    tmp_path: Path, model: Model, drift: str, reference: int, beside: int, watched: int
):
    read = config(tmp_path, model, drift=drift)
    asked(read)
    (one,) = judged(read)
    assert (read.plan.reference, read.plan.beside) == (reference, beside)
    assert (one.drift.counts.reference_asked, one.drift.counts.asked) == (24 * reference, watched)
    assert {len(pair.before) for pair in one.drift.pairs} == {beside}
    assert one.drift.counts.left == 0 < len(one.drift.pairs) == watched


def test_another_number_of_answers_beside_begins_anew_and_one_is_as_it_always_was(tmp_path: Path, model: Model):
    read = [config(tmp_path, model, drift=f"reference = 5\nbeside = {beside}") for beside in (1, 2, 3)]
    marks = [one.models[0].mark for one in read]
    assert len(set(marks)) == 3
    sent = ["openai", f"{model.base}/v1", "demo", 64, "{}", "s", 5]
    assert marks[0] == content_hash([sent, sorted(one.mark for one in SMALL)])[:16]
    with pytest.raises(
        BadUse, match=r"drift\.toml:.*beside: is more than the reference has of each question; name fewer"
    ):
        config(tmp_path, model, drift="reference = 2\nbeside = 3")


FAULTS = [
    ((529, {"error": {"type": "overloaded_error", "message": "secret words"}}), "overloaded_error"),
    ((500, b"<html>"), "status_500"),
    ((200, b'{"cut'), "malformed"),
    ((200, {"choices": []}), "malformed"),
    ((200, {"error": {"code": "server_busy"}}), "server_busy"),
    ((200, {"choices": [{"message": {"content": ""}, "finish_reason": "stop"}]}), "empty"),
    ((200, {"choices": [{"message": {"content": ""}, "finish_reason": "length"}]}), "cut"),
]


@pytest.mark.parametrize(("said", "fault"), FAULTS)
def test_what_is_no_answer_is_a_fault(said: tuple[int, object], fault: str):
    body = said[1] if isinstance(said[1], bytes) else json.dumps(said[1]).encode()
    assert read_reply("openai", said[0], body).fault == fault


def test_tokens_are_read_as_in_every_recorded_attempt():
    """What went through Anthropic's cache is input too; what an error names twice is named as the provider's."""
    usage = {"input_tokens": 3, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 100, "output_tokens": 2}
    said = {"model": "m", "content": [{"type": "text", "text": "yes"}], "stop_reason": "end_turn", "usage": usage}
    found = read_reply("anthropic", 200, json.dumps(said).encode())
    assert (found.text, found.model, found.input_tokens, found.output_tokens) == ("yes", "m", 123, 2)
    busy = {"error": {"code": "rate_limit", "type": "server_overloaded"}}
    assert read_reply("openai", 503, json.dumps(busy).encode()).fault == "server_overloaded"


def test_a_number_of_tokens_that_no_answer_has_counts_as_none():
    said = '{"choices":[{"message":{"content":"7"}}],"usage":{"prompt_tokens":%s,"completion_tokens":-5}}' % (
        "9" * 4_200
    )
    told = read_reply("openai", 200, said.encode())
    assert (told.input_tokens, told.output_tokens, told.fault) == (0, 0, None)


def test_refusals_are_told_by_the_provider_or_by_the_text():
    declined = {"choices": [{"message": {"content": None, "refusal": "I can't."}, "finish_reason": "stop"}]}
    stopped = {"content": [], "stop_reason": "refusal"}
    for wire, body in (("openai", declined), ("anthropic", stopped)):
        found = read_reply(wire, 200, json.dumps(body).encode())
        assert (found.fault, found.refused) == (None, True)


def test_three_faults_in_a_row_end_the_run_and_are_no_answers(tmp_path: Path, model: Model):
    read = config(tmp_path, model)
    asked(read, 90)
    model.says = lambda _: (529, {"error": {"type": "overloaded_error"}})
    done = asked(read)
    assert (done.asked, done.faults, done.ended) == (3, 3, "faults")
    (one,) = judged(read)
    assert (one.drift.counts.faults, one.drift.behaviour.comparisons) == (3, 18)
    assert [row["answer"] for row in rows(read)[-3:]] == [""] * 3


def test_nobody_there_is_a_fault_too(tmp_path: Path, model: Model):
    read = config(tmp_path, model, base_url="http://127.0.0.1:9/v1")
    assert asked(read).ended == "faults"
    assert {(row["status"], row["fault"]) for row in rows(read)} == {(0, "unreachable")}


def test_a_refused_key_ends_the_run_and_a_missing_one_begins_none(tmp_path: Path, model: Model):
    model.says = lambda _: (401, {"error": {"code": "invalid_api_key"}})
    assert asked(config(tmp_path, model)).ended == "key"
    read = config(tmp_path, model, key_env="NO_KEY")
    with pytest.raises(BadUse, match="NO_KEY holds no key for mini"):
        asked(read)
    assert judged(read)  # which needs none
    with pytest.raises(BadUse, match="NO_KEY_FILE names cannot be read"):
        asked(read_canary_config(tmp_path / "drift.toml", {"NO_KEY_FILE": "/nowhere"}))
    (tmp_path / "key").write_text(f"{KEY}\n")
    read = read_canary_config(tmp_path / "drift.toml", {"NO_KEY_FILE": str(tmp_path / "key")})
    assert (asked(read).ended, model.headers[-1]["authorization"]) == ("key", f"Bearer {KEY}")


def test_the_day_holds_so_many_questions_and_so_much_money(tmp_path: Path, model: Model):
    read = config(tmp_path, model, per_day=10)
    assert (asked(read).asked, asked(read).asked) == (10, 0)
    assert asked(read, start=NOON + timedelta(days=1)).asked == 10
    # a question costs 30 * 100 + 2 * 1000 nano; the next is begun only if its dearest outcome fits
    price = {"input": "0.10", "output": "1.00"}
    read = config(tmp_path, model, name="dear", price=price, money_per_day="0.0001", max_tokens=20)
    done = asked(read)
    spent = sum(row["cost_nano"] for row in rows(read) if row["scope"] == "dear")
    assert (done.ended, done.asked) == ("money", spent // 5000)
    assert 60_000 < spent <= 100_000


def test_the_day_is_spread_evenly_for_a_task(tmp_path: Path, model: Model):
    read = config(tmp_path, model, per_day=24)
    dawn = NOON.replace(hour=0)
    assert [due(read, dawn + timedelta(hours=h))[0].may for h in (0, 1, 12, 23)] == [1, 2, 13, 24]
    asked(read, 12, dawn)
    (turn,) = due(read, NOON - timedelta(minutes=5))
    assert (turn.may, turn.next_at) == (0, NOON)
    asked(read, 12, NOON)
    assert due(read, NOON)[0].next_at == dawn + timedelta(days=1)


def test_nothing_of_a_text_or_a_key_is_kept(tmp_path: Path, model: Model):
    """What a model wrote is kept as the option that it named and a salted hash; of an id that may be a key, a hash."""
    model.says = lambda _: f"My key is {KEY}; by the way, the answer is yes. 4111-1111"
    read = config(tmp_path, model, key_env="A_KEY")
    asked(read, 5)
    kept = b"".join(path.read_bytes() for path in read.folder.iterdir())
    assert not [word for word in (KEY, "sk-live", "My key", "4111", "by the way") if word.encode() in kept]
    assert {row["answer"] for row in rows(read)} == {"yes"}
    assert len({row["text_hash"] for row in rows(read)}) == 1
    assert {path.stat().st_mode & 0o777 for path in read.folder.iterdir()} == {0o600}


def test_a_salt_that_was_begun_only_is_none_and_one_that_is_spoilt_is_told(tmp_path: Path, model: Model):
    read = config(tmp_path, model)
    read.folder.mkdir()
    (read.folder / "salt.part").write_bytes(b"")  # as a crash leaves it
    asked(read, 1)
    assert len(bytes.fromhex((read.folder / "salt").read_text())) == 32
    (read.folder / "salt").write_bytes(b"")
    with pytest.raises(Unreadable, match="is shorter than a salt; put the file back"):
        asked(read, 1)


def test_free_text_is_kept_as_a_hash(tmp_path: Path, model: Model):
    canary = {"id": "a", "topic": "t", "class": "c", "ask": "Say hi", "answer": {"kind": "exact", "is": "hi"}}
    model.says = lambda _: "Confidential words"
    read = config(tmp_path, model)
    (tmp_path / "canaries.jsonl").write_text(json.dumps(canary))
    read = read_canary_config(tmp_path / "drift.toml", {})
    asked(read, 2)
    answers = {str(row["answer"]) for row in rows(read)}
    assert len(answers) == 1
    assert answers.pop().startswith("other:")
    assert "Confidential" not in read.answers.read_text()


def test_a_torn_line_is_ended_and_set_aside(tmp_path: Path, model: Model):
    read = config(tmp_path, model)
    asked(read, 3)
    read.answers.write_bytes(read.answers.read_bytes()[:-20])
    asked(read, 2)
    (one,) = judged(read)
    assert (one.taken.tally.read, one.taken.tally.used, one.taken.tally.quarantined) == (5, 4, 1)
    assert one.taken.quarantined[0].line == 3


def test_one_run_at_a_time(tmp_path: Path, model: Model):
    read = config(tmp_path, model)
    asked(read, 1)
    with read.answers.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BadUse, match="another run asks canaries"):
            asked(read, 1)


def test_another_seed_set_request_or_address_begins_anew(tmp_path: Path, model: Model):
    asked(config(tmp_path, model), 10)
    for other in (
        config(tmp_path, model, canaries=SMALL[:-2]),
        config(tmp_path, model, send={"temperature": 1}),
        config(tmp_path, model, model="other"),
        config(tmp_path, model, base_url=f"{model.base}/elsewhere/v1"),
    ):
        taken = judged(other)[0].taken
        assert (taken.tally.used, taken.tally.out_of_scope, taken.earlier) == (0, 10, 10)
    assert judged(config(tmp_path, model, base_url=f"{model.base}/v1/"))[0].taken.tally.used == 10
    assert judged(config(tmp_path, model, name="another"))[0].taken.earlier == 0
    assert judged(config(tmp_path, model, per_day=7))[0].taken.tally.used == 10


BAD = [
    ({"base_url": "ftp://x"}, "models.0.base_url: is no address"),
    ({"base_url": "http://example.com/v1"}, "begins with https://"),
    ({"wire": "anthropic", "base_url": "https://api.example.com/v1"}, "leave it off"),
    ({"wire": "grpc"}, "models.0.wire"),
    ({"per_day": 0}, "models.0.per_day"),
    ({"money_per_day": "1.00"}, "needs the price"),
    ({"price": {"input": "x", "output": "1"}}, "must be an amount in quotes"),
    ({"price": {"input": "1", "output": "1", "currency": "ZZZ"}}, "ISO 4217"),
    ({"colour": "red"}, "models.0.colour"),
]


@pytest.mark.parametrize(("fields", "says"), BAD)
def test_a_faulty_config_is_one_sentence(tmp_path: Path, fields: dict[str, object], says: str):
    with pytest.raises(BadUse, match=says) as fault:
        config(tmp_path, Model(str, base="http://127.0.0.1:1"), **fields)
    assert "see docs/drift.md" in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_set_without_canaries_is_told(tmp_path: Path, model: Model):
    config(tmp_path, model)
    (tmp_path / "canaries.jsonl").write_text("{\n")
    with pytest.raises(Unreadable, match=r"holds no canary .*canaries.jsonl:1: is not JSON"):
        read_canary_config(tmp_path / "drift.toml", {})
    with pytest.raises(BadUse, match="cannot be read"):
        read_canary_config(tmp_path / "none.toml", {})


def test_the_task_asks_when_due_and_tells_a_fall_and_a_swap_once(tmp_path: Path, model: Model):
    canaries = yes_no_set(30, 30)
    truth = {one.ask: one.truth for one in canaries}
    model.says = truth.__getitem__
    read = config(tmp_path, model, canaries)
    late = NOON.replace(hour=23, minute=59)
    asked(read, 182, late - timedelta(days=1))
    task = CanaryTask(read, lambda: late)
    assert task.due() <= late
    model.name, model.says = "demo-2", lambda question: "no" if truth[question] == "yes" else "yes"
    found = task.run(late)
    assert late < task.due() <= late + timedelta(minutes=1)
    fell, swapped = (alert.facts["subject"] for alert in found)
    assert fell["en"].startswith("mini: Quality dropped by 96.8 points (between ")
    assert "품질이 96.8포인트 떨어졌습니다" in fell["ko"]
    assert swapped["en"] == "mini: another model answers now: demo-2."
    assert all(set(line) == {"en", "ko"} for line in found[0].facts["lines"])
    again = task.run(late + timedelta(minutes=1))
    assert [alert.key for alert in again] == [alert.key for alert in found]


def test_the_task_leaves_a_model_alone_that_does_not_answer(tmp_path: Path, model: Model):
    model.says = lambda _: (503, {"error": {"type": "unavailable"}})
    task = CanaryTask(config(tmp_path, model), lambda: NOON)
    assert task.run(NOON) == []
    assert (len(model.asked), task.due()) == (3, NOON + timedelta(minutes=15))


def test_a_model_that_cannot_be_asked_stops_no_other_and_is_told_once(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
):
    read = config(tmp_path, model)
    first = replace(read.models[0], said=read.models[0].said.model_copy(update={"name": "first"}))
    read, told = replace(read, models=(first, *read.models)), []
    task = CanaryTask(read, lambda: NOON, tell=told.append)

    def ask_others(config: CanaryConfig, one: object, *more: object) -> object:
        if one is first:
            raise Unreadable("the answer of a canary could not be written whole.")
        return ask(config, one, *more)

    monkeypatch.setattr(canary_task, "ask", ask_others)
    task.run(NOON)
    task.run(NOON + timedelta(minutes=15))
    assert told == ["canaries: first was not asked (the answer of a canary could not be written whole.)"]
    assert {row["scope"] for row in rows(read)} == {"mini"}
    assert task.due() == NOON + timedelta(minutes=30)
    with pytest.raises(BadUse, match="NO_KEY holds no key for mini"):
        CanaryTask(config(tmp_path, model, key_env="NO_KEY"), lambda: NOON)
