"""The street on real data, against figures that were reckoned elsewhere."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from makegood.spans import month
from tests.street.street import assessed

NOTHING = {"attempts": 0, "tokens": 0}


@pytest.fixture(scope="module")
def spans(shared: Path):
    return assessed(*(shared / "data" / "exgentic_llm_spans").glob("*.jsonl.gz"))


def test_spans_are_1478_calls_with_87_failures(spans):
    assert spans["rows"] == {"read": 1478, "used": 1478, "duplicate": 0, "quarantined": 0, "out_of_scope": 0}
    (requests,) = [one for one in spans["readings"] if one["reading"] == "requests"]
    assert (requests["attempts"], requests["faults"]) == (1478, 87)
    assert requests["availability"] == {"fraction": "69550/739", "decimal": "94.113667"}


def test_spans_hold_three_incidents_with_their_own_times(spans):
    found = [(one["start"][:19], one["end"][:19], one["faults"], one["attempts"]) for one in spans["incidents"]]
    assert found == [
        ("2026-04-19T11:20:42", "2026-04-19T11:32:36", 22, 112),
        ("2026-04-20T17:43:21", "2026-04-20T18:25:45", 28, 209),
        ("2026-04-21T02:07:13", "2026-04-21T02:25:43", 37, 323),
    ]
    assert {one["scope"]["model"] for one in spans["incidents"]} == {"azure/Kimi-K2.5"}
    assert {one["basis"] for one in spans["incidents"]} == {"attempts"}


def test_spans_lost_no_token_and_nothing_is_owed(spans):
    assert {name: box["tokens"] for name, box in spans["waste"].items()} == dict.fromkeys(spans["waste"], 0)
    assert spans["waste"]["charged"]["attempts"] == 0
    assert spans["waste"]["unknown"]["attempts"] == 87
    assert spans["waste"]["unknown"]["amounts"] == {}
    assert [one for one in spans["verdicts"] if one["verdict"] == "owed"] == []


def test_spans_are_said_to_hide_retries(spans):
    assert "retries_not_shown" in {note["code"] for note in spans["notes"]}


def test_the_bill_of_a_week(shared: Path):
    folder = shared / "data" / "openai_usage_costs"
    week = assessed(*sorted(folder.glob("*.tsv")))["overbilling"]
    states = {day["day"]: day["state"] for day in week["days"]}
    assert [day for day, state in states.items() if state == "agrees"] == ["2025-10-07", "2025-10-10", "2025-10-11"]
    assert states["2025-10-05"] == "moved"
    assert week["open"] == {"USD": "0.940109"}
    assert week["moves"] == [{"from": ["2025-10-06"], "to": "2025-10-05", "amount": "0.648614", "currency": "USD"}]


def test_overlapping_bulletins_are_merged(shared: Path):
    page = shared / "data" / "ai_status_leaderboard" / "2026-06-15T20" / "anthropic.json"
    readings = {
        (one["component"], one["reading"], one["variant"]): one
        for one in assessed(page, span=month("2026-05"))["readings"]
    }
    api = readings["Claude API (api.anthropic.com)", "all", "with_doubtful"]
    assert abs(Decimal(api["added_minutes"]) - Decimal("1814.41")) < Decimal("0.01")
    assert abs(Decimal(api["down_minutes"]) - Decimal("1781.36")) < Decimal("0.01")
    assert Decimal(api["availability"]["decimal"]).quantize(Decimal("0.0001")) == Decimal("96.0095")
    outages = readings["Claude API (api.anthropic.com)", "outage_only", "with_doubtful"]
    assert Decimal(outages["availability"]["decimal"]).quantize(Decimal("0.0001")) == Decimal("97.9227")


def test_what_is_not_downtime_is_neither_counted_silently_nor_dropped(shared: Path):
    page = shared / "data" / "ai_status_leaderboard" / "2026-06-15T20" / "anthropic.json"
    found = assessed(page)
    suspension = [
        one
        for one in found["readings"]
        if one["variant"] == "without_doubtful"
        and any("not plainly downtime (access)" in left["why"] for left in one["left_out"])
    ]
    assert suspension
    for one in suspension:
        (twin,) = [
            other
            for other in found["readings"]
            if other["variant"] == "with_doubtful"
            and (other["component"], other["reading"]) == (one["component"], one["reading"])
        ]
        assert Decimal(twin["down_minutes"]) >= Decimal(one["down_minutes"])
    assert "doubtful_bulletins" in {note["code"] for note in found["notes"]}
    assert not any("access" in b["kind"] for one in found["incidents"] for b in one["bulletins"])


def test_traffic_without_failure_gives_nothing(shared: Path):
    found = assessed(*(shared / "data" / "azure_llm_trace_2023").glob("*.csv"))
    assert found["rows"]["used"] == 19366
    assert found["incidents"] == []
    assert {name: {key: box[key] for key in NOTHING} for name, box in found["waste"].items()} == dict.fromkeys(
        found["waste"], NOTHING
    )


def test_the_papers_calendar_is_read_by_three_readings(shared: Path):
    found = assessed(shared / "data" / "atlarge_llm_outages" / "clean" / "outage_unexploded.csv")
    api = {one["reading"]: one for one in found["readings"] if one["component"] == "api"}
    assert {"scaled", "unscaled", "major_only"} <= api.keys()
    assert (api["scaled"]["down_minutes"], api["unscaled"]["down_minutes"]) == ("3340.3", "7891")
    assert Decimal(api["scaled"]["availability"]["decimal"]).quantize(Decimal("0.01")) == Decimal("99.82")
