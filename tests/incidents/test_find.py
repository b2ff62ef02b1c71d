"""Finding incidents: real logs first, then made streams, silence, thin traffic and scopes."""

import csv
import gzip
import itertools
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from makegood.incidents.counts import Counts
from makegood.incidents.find import find, find_one
from makegood.incidents.incident import Found
from makegood.incidents.pool import without
from makegood.records.scope import Scope
from makegood.spans import from_us, iso, to_us
from tests.incidents.streams import (
    BASES,
    DAY,
    FAST,
    FIRST,
    MILD,
    MINUTE_US,
    MONTH,
    SHAPES,
    STEADY,
    Plan,
    make,
    outage,
    score,
)


def counts_of(rows: list[tuple[str, int, bool]]) -> list[Counts]:
    """Counts by model from (model, microseconds, failed)."""
    result = []
    for model in sorted({row[0] for row in rows}):
        minutes: dict[int, list[int]] = {}
        for _, at, failed in sorted(row for row in rows if row[0] == model):
            column = minutes.setdefault(at // MINUTE_US, [0, 0, 0, 0])
            column[0] += 1
            if failed:
                column[1] += 1
                column[2] = column[2] or at
                column[3] = at
        columns = np.array([[minute, *minutes[minute]] for minute in sorted(minutes)], dtype=np.int64).T
        result.append(Counts(Scope("azure", "chat", model), *columns))
    return result


def minutes(one: Found) -> tuple[int, int]:
    """Start and end in minutes after the first of the made streams."""
    return to_us(one.span.start) // MINUTE_US - FIRST, (to_us(one.span.end) - 1) // MINUTE_US + 1 - FIRST


def at(minute: int) -> datetime:
    """The moment at which a minute of the made streams begins."""
    return from_us((FIRST + minute) * MINUTE_US)


def near(found: tuple[int, int], planted: tuple[int, int], slack: int = 2) -> bool:
    return all(abs(one - other) <= slack for one, other in zip(found, planted, strict=True))


# Real logs


@pytest.fixture(scope="module")
def spans(shared: Path) -> list[Counts]:
    files = list((shared / "data" / "exgentic_llm_spans").glob("*.jsonl.gz"))
    if not files:
        pytest.skip("reference data: exgentic_llm_spans is absent")
    with gzip.open(files[0]) as lines:
        calls = [json.loads(line) for line in lines]
    return counts_of([(c["request_model"], round(c["start_time_s"] * 1e6), c["is_error"]) for c in calls])


def test_the_real_spans_hold_three_incidents_of_one_model(spans: list[Counts]) -> None:
    found = find(spans)
    assert [(iso(one.span.start)[:19], iso(one.span.end)[:19], one.faults) for one in found] == [
        ("2026-04-19T11:20:42", "2026-04-19T11:32:36", 22),
        ("2026-04-20T17:43:21", "2026-04-20T18:25:45", 28),
        ("2026-04-21T02:07:13", "2026-04-21T02:25:43", 37),
    ]
    assert {one.scope for one in found} == {Scope("azure", "chat", "azure/Kimi-K2.5")}


def test_ranges_of_the_real_incidents_reach_over_the_silence_beside_them(spans: list[Counts]) -> None:
    first, second, third = find(spans)
    assert iso(first.start_range.start) == "2026-04-19T10:29:00Z"  # the log begins, this model is silent until 11:20
    assert iso(first.end_range.end) == "2026-04-20T17:41:00Z"  # its next call of all
    assert iso(second.end_range.end) >= "2026-04-20T21:21:00Z"
    assert iso(third.end_range.end) == "2026-04-21T02:27:00Z"  # the log ends


def test_the_real_trace_without_failures_holds_none(shared: Path) -> None:
    file = shared / "data" / "azure_llm_trace_2023" / "AzureLLMInferenceTrace_conv.csv"
    if not file.exists():
        pytest.skip("reference data: azure_llm_trace_2023 is absent")
    with file.open(newline="") as lines:
        times = [row["TIMESTAMP"][:26] for row in csv.DictReader(lines)]
    counts = counts_of([("chat", to_us(datetime.fromisoformat(one).replace(tzinfo=UTC)), False) for one in times])
    assert int(counts[0].attempts.sum()) == 19_366
    assert find(counts) == ()


# Made streams: a small part of benchmarks/detection.py

CELLS = ((20, 0.20), (20, 1.00), (200, 0.05), (200, 0.20), (2_000, 0.05), (2_000, 1.00))


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.name)
def test_planted_incidents_are_found_once_with_sharp_edges(base) -> None:  # type: ignore[no-untyped-def]
    scores = {
        (*cell, shape, seed): score(made := make(Plan(*cell, base, shape, seed, 3 * DAY)), find_one(made.counts))
        for cell, shape, seed in itertools.product(CELLS, SHAPES, range(5))
    }
    hit = [one for one in scores.values() if one.hits]
    assert len(hit) >= 0.94 * len(scores)
    assert sum(one.hits > 1 for one in hit) <= 1
    sharp = [one for (*_, shape, _), one in scores.items() if one.hits and shape != "ramp"]
    for edges in ([abs(one.start or 0) for one in sharp], [abs(one.end or 0) for one in sharp]):
        assert np.median(edges) == 0
        assert np.percentile(edges, 95) <= 2
    assert np.mean([one.start_held and one.end_held for one in hit]) >= 0.94


@pytest.mark.parametrize(
    ("base", "months", "most"), [(STEADY, 3, 0), (MILD, 9, 1), (FAST, 9, 6)], ids=lambda x: str(x)[:30]
)
def test_a_wandering_rate_raises_few_false_incidents(base, months: int, most: int) -> None:  # type: ignore[no-untyped-def]
    traffics = (20, 200, 2_000)
    plans = [Plan(traffics[seed % 3], 0, base, "step", seed, MONTH) for seed in range(100, 100 + months)]
    assert sum(len(find_one(make(plan).counts)) for plan in plans) <= most


def test_an_outage_of_thirteen_hours_is_not_taken_for_usual() -> None:
    stream = outage(Scope("p", "s", "m"), 200, [(5_000, 5_780, 0.25)], 1, 10 * DAY)
    (one,) = find_one(stream)
    assert near(minutes(one), (5_000, 5_780), 0)


def test_an_outage_within_an_elevated_hour_keeps_its_own_edges() -> None:
    stream = outage(Scope("p", "s", "m"), 200, [(5_000, 5_300, 0.02), (5_100, 5_160, 1.0)], 1, 5 * DAY)
    assert any(near(minutes(one), (5_100, 5_160), 0) for one in find_one(stream))


@pytest.mark.parametrize(("traffic", "on", "off"), [(2_000, 1, 1), (2_000, 2, 2), (200, 2, 3), (200, 10, 15)])
def test_flapping_is_one_incident_however_quick(traffic: int, on: int, off: int) -> None:
    cycle = on + off
    spans = [(5_000 + cycle * turn, 5_000 + cycle * turn + on, 0.2) for turn in range(120 // cycle)]
    (one,) = find_one(outage(Scope("p", "s", "m"), traffic, spans, 1, 5 * DAY))
    assert near(minutes(one), (spans[0][0], spans[-1][1]), 0)


def test_a_log_read_as_it_grows_says_the_same_once_the_next_day_has_passed() -> None:
    whole = make(Plan(200, 0.2, FAST, "step", 3, 8 * DAY)).counts
    settled = [one for one in find_one(whole) if one.end_range.end < at(5 * DAY)]
    for days in (7, 8):
        found = find_one(silent(whole, days * DAY, 8 * DAY))
        assert [one for one in found if one.end_range.end < at(5 * DAY)] == settled
    assert settled


def test_two_outages_an_hour_apart_are_two() -> None:
    stream = outage(Scope("p", "s", "m"), 200, [(1_000, 1_030, 0.5), (1_090, 1_130, 0.5)], 1)
    assert [
        near(minutes(one), planted)
        for one, planted in zip(find_one(stream), [(1_000, 1_030), (1_090, 1_130)], strict=True)
    ]


def test_the_span_runs_from_the_first_fault_to_just_after_the_last() -> None:
    stream = outage(Scope("p", "s", "m"), 50, [(1_000, 1_040, 1.0)], 1)
    (one,) = find_one(stream)
    row = int(np.searchsorted(stream.minute, FIRST + 1_000))
    assert to_us(one.span.start) == int(stream.first_fault_us[row])
    assert to_us(one.span.end) == int(stream.last_fault_us[row + 39]) + 1


# Silence and thin traffic


def silent(stream: Counts, low: int, high: int) -> Counts:
    return without(stream, [(FIRST + low, FIRST + high)])


def test_silence_is_no_outage() -> None:
    healthy = outage(Scope("p", "s", "m"), 50, [], 3)
    assert find_one(silent(healthy, 1_000, 1_300)) == ()


def test_silence_after_failures_leaves_the_end_open_until_traffic_returns() -> None:
    stream = silent(outage(Scope("p", "s", "m"), 50, [(1_000, 1_040, 0.6)], 3), 1_040, 1_400)
    (one,) = find_one(stream)
    assert near(minutes(one), (1_000, 1_040), 0)
    assert one.end_range.end == at(1_400)
    assert one.start_range.end <= at(1_002)


def test_silence_before_failures_leaves_the_start_open_since_the_last_attempt() -> None:
    stream = silent(outage(Scope("p", "s", "m"), 50, [(1_000, 1_040, 0.6)], 3), 800, 1_000)
    (one,) = find_one(stream)
    assert one.start_range.start == at(800)
    assert near(minutes(one), (1_000, 1_040), 0)


def test_a_log_that_ends_failing_ends_its_incident_with_the_log() -> None:
    stream = silent(outage(Scope("p", "s", "m"), 50, [(1_000, 1_040, 0.6)], 3), 1_040, 2 * DAY)
    other = outage(Scope("p", "s", "other"), 50, [], 4)
    (one,) = find([stream, other])
    assert minutes(one) == (1_000, 1_040)
    assert one.end_range.end == at(2 * DAY)


def test_a_short_silence_within_failures_does_not_part_them() -> None:
    stream = silent(outage(Scope("p", "s", "m"), 50, [(1_000, 1_060, 0.6)], 3), 1_020, 1_035)
    (one,) = find_one(stream)
    assert near(minutes(one), (1_000, 1_060), 0)


def test_nothing_is_carried_across_a_long_silence() -> None:
    stream = silent(outage(Scope("p", "s", "m"), 50, [(1_000, 1_200, 0.6)], 3), 1_040, 1_140)
    before, after = find_one(stream)
    assert near(minutes(before), (1_000, 1_040), 0)
    assert near(minutes(after), (1_140, 1_200), 0)
    assert before.end_range.end == at(1_140)
    assert after.start_range.start == at(1_040)


@pytest.mark.parametrize("attempts", [1, 4, 12])
def test_too_few_attempts_say_nothing(attempts: int) -> None:
    minute = FIRST + 5 * np.arange(attempts, dtype=np.int64)
    ones = np.ones(attempts, dtype=np.int64)
    assert find_one(Counts(Scope("p"), minute, ones, ones, minute * MINUTE_US, minute * MINUTE_US)) == ()


def test_empty_counts_and_logs_give_nothing() -> None:
    none = np.zeros(0, dtype=np.int64)
    empty = Counts(Scope("p"), none, none, none, none, none)
    assert find_one(empty) == find([empty]) == find([]) == ()


def test_years_of_silence_are_no_burden() -> None:
    early = outage(Scope("p", "s", "m"), 50, [(1_000, 1_040, 0.6)], 3)
    far = 4_000 * 525_960
    columns = (early.attempts, early.faults, early.first_fault_us, early.last_fault_us)
    later = [column + far * MINUTE_US * (column > 0) * (at > 1) for at, column in enumerate(columns)]
    both = [np.concatenate([one, two]) for one, two in zip(columns, later, strict=True)]
    stream = Counts(early.scope, np.concatenate([early.minute, early.minute + far]), *both)
    assert len(find_one(stream)) == 2


# Scopes

HOUR_OUT = [(1_000, 1_060, 0.5)]


def models(hit: set[str], traffic: float = 40, provider: str = "p") -> list[Counts]:
    names = ("a", "b", "c", "d")
    return [
        outage(Scope(provider, "s", name), traffic, HOUR_OUT if name in hit else [], seed)
        for seed, name in enumerate(names)
    ]


def test_one_outage_over_four_models_is_one_incident_of_their_service() -> None:
    leaves = models({"a", "b", "c", "d"})
    (one,) = find(leaves)
    assert one.scope == Scope("p", "s")
    assert near(minutes(one), (1_000, 1_060), 0)
    inside = [slice(*np.searchsorted(leaf.minute, [FIRST + 1_000, FIRST + 1_060])) for leaf in leaves]
    assert one.attempts == sum(int(leaf.attempts[rows].sum()) for leaf, rows in zip(leaves, inside, strict=True))
    assert one.faults == sum(int(leaf.faults[rows].sum()) for leaf, rows in zip(leaves, inside, strict=True))


def test_a_failure_of_one_model_stays_its_own() -> None:
    (one,) = find(models({"b"}))
    assert one.scope == Scope("p", "s", "b")


def test_a_region_that_fails_over_all_models_is_named_as_the_region() -> None:
    places = list(itertools.product("abc", ("eu", "us")))
    leaves = [
        outage(Scope("p", "s", model, region), 30, HOUR_OUT if region == "eu" else [], seed)
        for seed, (model, region) in enumerate(places)
    ]
    (one,) = find(leaves)
    assert one.scope == Scope("p", "s", None, "eu")


def test_unrelated_providers_stay_apart() -> None:
    found = find(models({"a", "b", "c", "d"}) + models({"a", "b", "c", "d"}, provider="q"))
    assert sorted(one.scope.key() for one in found) == [("p", "s", "", ""), ("q", "s", "", "")]


def test_outages_of_two_models_at_different_times_stay_apart() -> None:
    leaves = [
        outage(Scope("p", "s", "a"), 40, [(1_000, 1_120, 0.5)], 1),
        outage(Scope("p", "s", "b"), 40, [(1_090, 1_300, 0.5)], 2),
    ]
    assert [one.scope.model for one in find(leaves)] == ["a", "b"]


def test_leaves_too_thin_alone_are_seen_through_their_parent() -> None:
    leaves = [outage(Scope("p", "s", f"m{n:02}"), 0.25, [(1_000, 1_040, 0.9)], n) for n in range(16)]
    assert not any(find_one(leaf) for leaf in leaves)
    (one,) = find(leaves)
    assert one.scope == Scope("p", "s")
    assert near(minutes(one), (1_000, 1_040))


def test_order_and_division_of_the_counts_do_not_matter() -> None:
    leaves = models({"a", "c"}) + models({"b"}, provider="q") + models({"a", "b"}, 1, "r")
    answer = find(leaves)
    assert len(answer) >= 2
    rng = np.random.default_rng(5)
    for _ in range(3):
        assert find([leaves[place] for place in rng.permutation(len(leaves))]) == answer
    halves = [silent(leaf, *part) for leaf in leaves for part in ((0, 1_020), (1_020, 2 * DAY))]
    assert find(halves) == answer


def test_twenty_scopes_of_a_month_take_seconds() -> None:
    leaves = [
        outage(Scope(f"p{n % 4}", "s", f"m{n}"), 100, [(20_000 + 700 * n, 20_040 + 700 * n, 0.4)], n, MONTH)
        for n in range(20)
    ]
    begun = time.process_time()
    found = find(leaves)
    assert time.process_time() - begun < 15
    assert len(found) == 20


def test_a_stray_fault_behind_successes_is_no_part_of_a_total_outage():
    """Thin traffic, two attempts a minute: all fail for 42 minutes, then all pass but one, eleven minutes later."""
    minutes = np.arange(5_000, dtype=np.int64)
    attempts = np.full(5_000, 2, dtype=np.int64)
    faults = np.where((minutes >= 3_000) & (minutes < 3_042), 2, 0)
    for stray in (3_053, 2_989):
        faults[stray] = 1
    first = np.where(faults > 0, minutes * 60_000_000 + 1, 0)
    (found,) = find_one(Counts(Scope("made-up"), minutes, attempts, faults, first, first))
    assert found.span.start == from_us(3_000 * 60_000_000 + 1)
    assert found.span.end < from_us(3_042 * 60_000_000)
