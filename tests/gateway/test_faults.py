"""A gateway under faults: what it records is what the providers counted, though it be killed; nothing secret stays."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from makegood.gateway.demo.ledger import Met
from tests.gateway.campaign import ANY, STOPPED, Campaign, campaign
from tests.gateway.canaries import Hidden, Searched, _look, canaries
from tests.gateway.load import Load, run
from tests.gateway.outage import Outage, outage
from tests.gateway.reckoning import reckon, rows_of
from tests.gateway.rig import Pace, plans, rigged

SALT = b"salt"
KINDS = ("error_500", "overloaded_429", "quota_429", "cut", "malformed", "reset_mid_stream", "error_after_200", "empty")


def test_every_attempt_is_recorded_once_as_it_was_counted(tmp_path: Path):
    async def story():
        shares = dict.fromkeys(KINDS, Fraction(5, 100))
        async with rigged(tmp_path, plans(7, shares=shares), Pace(first_byte=5, between=5)) as rig:
            load = Load(200, seed=7, openai_model="both", anthropic_model="both-a")
            loaded = await run(rig.address, load)
            await asyncio.sleep(0.1)
            met = {"one": rig.one.ledger.met, "two": rig.two.ledger.met}
            return loaded, reckon(rows_of(rig.folder), met, rig.log.salt)

    loaded, reckoned = asyncio.run(story())
    assert reckoned.faults == []
    assert len(loaded.whole()) > 180
    assert reckoned.met == reckoned.rows - reckoned.unmet > 200
    assert set(KINDS) < set(reckoned.kinds)


def test_killed_at_a_named_point_and_at_any_moment_nothing_answered_is_lost(tmp_path: Path):
    load = Load(5_000, seed=5, openai_model="both", anthropic_model="both-a", awaits=True)
    points, pace = ("attempt.begun", "attempt.finished"), Pace(connect=3, first_byte=3, between=3, failures=40)
    asked = Campaign(load, points, 1, share=Fraction(1, 400), rows=60, pace=pace, seed=5)
    outcome = asyncio.run(campaign(tmp_path, asked))
    assert outcome.faults == []
    assert outcome.ends[STOPPED] == 1
    assert outcome.ends[ANY] + outcome.ends["attempt.begun"] + outcome.ends["attempt.finished"] >= 2
    assert outcome.reckoned.stopped > 0


def test_an_outage_under_load_is_not_seen_by_callers_and_what_recovers_is_not_run_over(tmp_path: Path):
    survived = asyncio.run(outage(tmp_path, Outage(before=0.5, amid=0.8, after=1.2, at_once=12)))
    assert survived.faults == []
    assert survived.opened is not None
    assert survived.calls["open"] > 20
    assert survived.failed_per_thousand_after_opening() <= 1
    assert survived.asked[: len(survived.asked) // 2] != []
    assert max(survived.asked[:3]) <= max(4, survived.usual // 3)


def test_no_secret_is_in_anything_that_the_gateway_wrote(tmp_path: Path):
    searched = asyncio.run(canaries(tmp_path, 400))
    assert searched.found == []
    assert searched.secrets >= 400
    assert len(searched.places) > 12
    assert searched.files >= 5
    assert searched.read > 20_000
    assert {200, 400} < set(searched.statuses)


def test_a_secret_that_came_to_light_would_be_found():
    hidden, searched = Hidden(random.Random(1)), Searched()
    secret = hidden.secret("prompt", ("sk-{}",))
    _look(f"a line with {secret.upper()} in it".encode(), "a file", hidden, searched)
    assert [one.split(":")[0] for one in searched.found] == ["prompt -> a file"]


NOW = datetime(2026, 5, 1, tzinfo=UTC)
MET = Met(NOW, 0, "req_1", "call-1", 0, "openai", "chat.completions", "m", False, True, "fine", 200, True, 9, 0, 3, 77)
ROW = {
    "attempt": "a1", "provider": "one", "request_id": "req_1", "call_id": "call-1", "service": "chat.completions",
    "model": "m", "streamed": False, "status": 200, "error": None, "usable": True, "input_tokens": 9,
    "cached_tokens": 0, "output_tokens": 3,
}  # fmt: skip
SILENT = {"request_id": None, "status": 0, "error": "timeout", "usable": None, "input_tokens": 0, "output_tokens": 0}
WRONG = {
    "a row is missing": ([], [MET], "is not recorded"),
    "a row is there twice": ([ROW, ROW], [MET], "recorded twice"),
    "a second attempt has the same id": ([ROW, ROW | {"attempt": "a2"}], [MET], "is recorded 2 times"),
    "nobody met it": ([ROW], [], "no provider gave it"),
    "nobody met what had no answer": ([ROW | SILENT], [], "that nobody met"),
    "another status": ([ROW | {"status": 500}], [MET], "with status 500, not 200"),
    "other tokens": ([ROW | {"output_tokens": 4}], [MET], "with tokens (9, 0, 4), not (9, 0, 3)"),
    "called unusable": ([ROW | {"usable": False}], [MET], "as not usable"),
    "called usable": ([ROW], [replace(MET, did="cut")], "with usable True"),
    "another model": ([ROW | {"model": "x"}], [MET], "is recorded as chat.completions x"),
    "no end, and nobody killed it": ([ROW | SILENT | {"error": "recorder_stopped"}], [MET], "has no end"),
    "of another provider": ([ROW | {"provider": "three"}], [], "whom nobody asked"),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_reckoning_finds_what_does_not_agree(name: str):
    rows, met, said = WRONG[name]
    faults = reckon(rows, {"one": met}, SALT).faults
    assert any(said in fault for fault in faults), faults


def test_the_reckoning_lets_pass_what_agrees():
    later = replace(MET, id="req_2", call="call-2", did="timeout_after", status=0, time=NOW + timedelta(seconds=1))
    silent = ROW | SILENT | {"attempt": "a2", "call_id": "call-2"}
    stopped = ROW | SILENT | {"attempt": "a3", "call_id": "call-3", "error": "recorder_stopped"}
    assert reckon([ROW, silent], {"one": [MET, later]}, SALT).faults == []
    assert reckon([ROW, silent, stopped], {"one": [MET, later]}, SALT, killed=True).faults == []
