"""Exposure: what rests on one thing alone, by shares counted by hand, and when an alternative is one."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from makegood.engine import Audit
from makegood.losses.exposure import Bar, Lane, Target, Unit
from makegood.losses.exposure_paths import Route, Step
from makegood.losses.exposure_tested import finder
from tests.losses.auditing import FAILED, alternative, attempt, audited, thing, written

CHAT = {"route": "chat", "upstream": "first", "key": "KEY_A", "reason": "first"}
DETOUR = {"route": "chat", "upstream": "second", "key": "KEY_B", "reason": "failover", "provider": "azure.openai"}
EMBED = {"route": "embed", "upstream": "first", "key": "KEY_A", "service": "embeddings", "model": "ada"}
CLAUDE = {"provider": "anthropic", "service": "messages", "model": "claude", "charged": "0.002"}


def world() -> list[dict[str, Any]]:
    """100 calls of chat, of which 30 fail over to azure; 50 of embed; 25 to anthropic by a log without routes."""
    rows = [attempt(n, f"c{n}", **CHAT) for n in range(70)]
    for n in range(100, 130):
        extra = {"extra_nano": 500_000, "extra_currency": "USD"} if n < 128 else {}
        rows.append(attempt(n, f"f{n}", **CHAT | FAILED))
        rows.append(attempt(n, f"f{n}", **DETOUR | extra, charged="0.0015", retry=1))
    cheap = {"extra_nano": -7, "extra_currency": "USD"}
    told = {10: {"reason": "repeat"} | cheap, 11: {"reason": "probe"} | cheap}
    rows += [attempt(n, f"e{n}", **EMBED, **told.get(n, {})) for n in range(50)]
    return rows + [attempt(n, f"a{n}", **CLAUDE) for n in range(25)]


def declared() -> tuple[Route, ...]:
    """What a gateway declares for the small world: a third upstream that was never asked among it."""
    steps = {
        "embed": (Target("openai", "ada", "", "KEY_A", "first"), Target("mistral", "ada", "", "KEY_C", "third")),
        "chat": (Target("openai", "gpt-4o", "", "", "first"), Target("azure.openai", "gpt-4o", "", "", "second")),
    }
    return tuple(Route(name, tuple(Step(one, one is two[0]) for one in two)) for name, two in steps.items())


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """The audit of the small world, with a gateway's declared paths beside it."""
    return audited(written(tmp_path_factory.mktemp("world") / "log.jsonl", world()), routes=declared())


def test_the_shares_are_those_counted_by_hand(found: Audit):
    whole, sides = found.exposure.whole, {one.dimension: one for one in found.exposure.sides}
    assert (whole.calls, whole.attempts, len(whole.models)) == (175, 205, 4)
    assert whole.spend.amounts == {"USD": Decimal("0.215")}  # 70 + 50 at 0.001, 30 at 0.0015, 25 at 0.002
    provider, key, region = sides["provider"], sides["key"], sides["region"]
    assert (provider.told.calls, provider.untold.calls, provider.without.calls) == (175, 0, 75)
    assert provider.without.spend.amounts == {"USD": Decimal("0.1")}
    assert provider.without.models == {("openai", "ada"), ("anthropic", "claude")}
    assert {state: n for state, n in provider.states.items() if n} == {"tested": 100, "declared": 50, "none": 25}
    assert (key.told.calls, key.untold.calls, key.without.calls) == (150, 25, 50)
    assert (region.told.calls, region.untold.calls) == (0, 175)


def test_things_are_ranked_by_the_calls_that_would_stop(found: Audit):
    ranked = [(one.dimension, one.provider, one.name, one.stops.calls) for one in found.exposure.things]
    assert ranked[:5] == [
        ("provider", "openai", "", 50),
        ("key", "openai", "KEY_A", 50),
        ("model", "openai", "ada", 50),
        ("provider", "anthropic", "", 25),
        ("model", "anthropic", "claude", 25),
    ]
    assert {one[3] for one in ranked[5:]} == {0}
    openai = thing(found, "provider", "openai")
    assert (openai.whole.calls, openai.whole.attempts, openai.stops.spend.amounts) == (
        150,
        150,
        {"USD": Decimal("0.05")},
    )


def test_what_detours_cost_is_what_the_recorder_noted(found: Audit):
    assert [one.id for one in found.incidents] == ["INC-1"]  # the half hour of faults
    one, outside = found.detours
    assert (one.incident, one.reason, one.attempts, one.answered, one.unknown) == ("INC-1", "failover", 30, 30, 2)
    assert one.extra == (("USD", Decimal("0.014")),)
    assert (outside.incident, outside.reason, outside.extra) == ("", "repeat", (("USD", Decimal("-0.000000007")),))


LANE, OPENAI, AZURE = Lane("chat", "", ""), Target("openai", "gpt-4o"), Target("azure.openai", "gpt-4o")


@pytest.mark.parametrize(
    ("recent", "before", "bar", "state"),
    [
        ((20, 0), (0, 0), Bar(), "tested"),
        ((19, 0), (0, 0), Bar(), "tried"),
        ((19, 0), (0, 0), Bar(answers=19), "tested"),
        ((0, 0), (20, 0), Bar(), "stale"),
        ((19, 0), (1, 0), Bar(), "stale"),
        ((0, 5), (0, 0), Bar(), "failing"),
        ((20, 20), (50, 0), Bar(), "failing"),
        ((21, 20), (0, 500), Bar(), "tested"),
    ],
)
def test_when_an_alternative_is_tested(recent: Any, before: Any, bar: Bar, state: str):
    answered, failed = (sum(pair) for pair in zip(recent, before, strict=True))
    other = Unit("", LANE, AZURE, answered + failed, 0, answered, failed, *recent)
    one = finder([Unit("", LANE, OPENAI, 9, 9, 9), other], (), bar)("provider", LANE, ("openai", ""))
    assert (one.state, one.provider) == (state, "azure.openai")
    assert one.share == Fraction(recent[0], sum(recent) or 1)


def test_the_answers_of_two_alternatives_are_not_added_up_and_the_best_one_is_taken():
    third = Target("mistral", "gpt-4o")
    units = [Unit("", LANE, OPENAI, 9, 9, 9)] + [Unit("", LANE, one, 15, 0, 15, 0, 15) for one in (AZURE, third)]
    assert finder(units, (), Bar())("provider", LANE, ("openai", "")).state == "tried"
    best = Unit("", LANE, third, 5, 0, 5, 0, 5)
    assert finder([*units, best], (), Bar())("provider", LANE, ("openai", "")).provider == "mistral"


def test_a_thing_that_the_log_does_not_name_is_no_other_one():
    near, unnamed = Target("azure.openai", "gpt-4o", "east"), Target("azure.openai", "gpt-4o")
    units = [Unit("", LANE, one, 30, 30, 30, 0, 30) for one in (near, unnamed)]
    assert finder(units, (), Bar())("region", LANE, ("azure.openai", "east")).state == "none"
    units.append(Unit("", LANE, OPENAI, 30, 30, 30, 0, 30))
    assert finder(units, (), Bar())("region", LANE, ("azure.openai", "east")).provider == "openai"


ELSEWHERE = {"provider": "anthropic", "service": "messages", "model": "claude"}


PAIRS = {
    "went on elsewhere after a fault": (FAILED, ELSEWHERE, "tested"),
    "the caller's mistake is no fault": ({"status": 400, "error": "invalid_request_error"}, ELSEWHERE, "none"),
    "what came after an answer is other work": ({}, ELSEWHERE, "none"),
    "the same model elsewhere": (FAILED, {"provider": "azure.openai"}, "tested"),
}


def test_a_log_without_routes_shows_detours_by_its_call_ids(tmp_path: Path):
    rows = [
        attempt(n, f"{what}{n}", retry=place, **{"model": what, **one})
        for what, (*pair, _) in PAIRS.items()
        for n in range(20)
        for place, one in enumerate(pair)
    ]
    rows += [attempt(n, "session", **(FAILED | {"model": "session"} if n % 2 == 0 else ELSEWHERE)) for n in range(60)]
    rows += [attempt(n, f"r{n}", provider="bedrock", model="r", region=("east", "west")[n % 2]) for n in range(60)]
    found = audited(written(tmp_path / "log.jsonl", rows))
    stands = {one.lane.model: one.alternative.state for one in thing(found, "provider", "openai").stands}
    assert stands == {what: state for what, (*_, state) in PAIRS.items()} | {"session": "none"}
    assert found.exposure.whole.calls == 20 * len(PAIRS) + 60 + 60  # of a session each attempt is a call
    assert alternative(found, "region", "bedrock", "east").name == "west"
    assert alternative(found, "provider", "bedrock").state == "none"


def test_declared_paths_that_were_never_taken_are_no_alternative(found: Audit):
    known = {(one.route, one.step.target.upstream): one.known for one in found.paths}
    counts = {key: one and (one.attempts, one.answered, one.detours) for key, one in known.items()}
    assert counts == {
        ("embed", "first"): (50, 50, 0),
        ("embed", "third"): None,
        ("chat", "first"): (100, 70, 0),
        ("chat", "second"): (30, 30, 30),
    }
    states = {one.lane.route: one.alternative.state for one in thing(found, "provider", "openai").stands}
    assert states == {"embed": "declared", "chat": "tested"}


def test_what_nobody_knows_the_cost_of_is_counted_and_never_zero(tmp_path: Path):
    rows = [attempt(n, f"c{n}", charged=None, model=("gpt-4o", "nobody-knows")[n % 2]) for n in range(4)]
    rows.append(attempt(9, "t", charged=None, input_tokens=0, output_tokens=0))
    spend = audited(written(tmp_path / "log.jsonl", rows)).exposure.whole.spend
    assert spend.amounts == {"USD": 2 * (1000 * Decimal("2.5") + 100 * Decimal(10)) / 1_000_000}
    assert (spend.listed, spend.unknown) == (2, 3)  # two of no price and one without tokens


def test_one_provider_alone_has_no_alternative(shared: Path):
    (spans,) = (shared / "data" / "exgentic_llm_spans").glob("*.jsonl.gz")
    found = audited(spans)
    provider = found.exposure.sides[0]
    assert provider.told.calls == provider.without.calls == found.exposure.whole.calls
    assert found.tally.used == 1478
    assert {one.provider for one in found.exposure.things} == {"azure.ai.openai"}
    assert Fraction(provider.without.calls, found.exposure.whole.calls) == 1
