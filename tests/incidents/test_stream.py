"""The stream: whatever the order and the pieces in which rows come, it says what a search of all of them says."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from makegood.incidents.arrived import Arrived
from makegood.incidents.counts import Counts
from makegood.incidents.find import find
from makegood.incidents.growing import Growing, possible
from makegood.incidents.incident import Found
from makegood.incidents.kept import Kept
from makegood.incidents.lane import lane
from makegood.incidents.policy import Policy
from makegood.incidents.pool import between
from makegood.incidents.stream import Seen, Stream
from makegood.records.scope import Scope
from makegood.spans import from_us, to_us
from tests.incidents.streams import BASES, DAY, FIRST, MINUTE_US, counted, curve, outage, wandering


def said(seen: Seen) -> tuple[Found, ...]:
    return tuple(sorted([*seen.settled, *seen.current], key=lambda one: (one.span, one.scope.key())))


def at(minute: int) -> datetime:
    return from_us((FIRST + minute) * MINUTE_US)


def some(counts: Counts, low: int, high: int) -> Counts:
    """The minutes [low, high) after the first of the made streams."""
    return between(counts, slice(*np.searchsorted(counts.minute, [FIRST + low, FIRST + high]).tolist()))


# Made streams


def made(seed: int, days: int) -> list[Counts]:
    """A few leaves of two providers, thin and dense, steady and wandering, with outages of their own and in common."""
    rng = np.random.default_rng(seed)
    size = days * DAY
    shared = [(int(start), int(start + rng.integers(5, 120))) for start in rng.integers(0, size - 200, 2)]
    leaves = []
    for number in range(4):
        traffic = float(rng.choice([0.2, 3, 20, 200]))
        rate = wandering(rng, BASES[int(rng.integers(3))], int(rng.integers(1_000)), size)
        own = [(int(start), int(start + rng.integers(3, 300))) for start in rng.integers(0, size - 300, 1)]
        for start, end in [*own, *(span for span in shared if rng.random() < 0.7)]:
            rate[start:end] = np.maximum(rate[start:end], rng.choice([0.05, 0.2, 1.0]))
        attempts = rng.poisson(traffic * curve(size))
        for start in rng.integers(0, size, 2):
            attempts[start : start + int(rng.integers(10, 600))] = 0
        scope = Scope("pq"[number % 2], "s", f"m{number}", ("eu", "us")[int(rng.integers(2))])
        leaves.append(counted(rng, attempts, rng.binomial(attempts, rate), scope))
    return leaves


@pytest.mark.parametrize("seed", range(2))
def test_a_stream_that_comes_in_pieces_late_and_out_of_order_says_what_all_its_rows_say(seed: int) -> None:
    rng, days = np.random.default_rng(seed), 8
    leaves = made(seed, days)
    stream, taken = Stream(), [0] * len(leaves)
    looks = [*sorted(rng.integers(DAY, days * DAY, 8).tolist()), days * DAY]
    for number, now in enumerate(looks):
        pieces = []
        for place, leaf in enumerate(leaves):
            late = int(rng.choice([0, 0, 7, 300])) if now < days * DAY else 0
            until = max(taken[place], now - late)
            cuts = sorted({taken[place], until, *rng.integers(taken[place], until + 1, 3).tolist()})
            pieces += [piece for low, high in pairwise(cuts) if len((piece := some(leaf, low, high)).minute)]
            taken[place] = until
        stream.take_counts([pieces[place] for place in rng.permutation(len(pieces))])
        seen = stream.look(at(now))
        if number % 4 == seed % 4 or now == days * DAY:
            assert said(seen) == find([some(leaf, 0, taken[place]) for place, leaf in enumerate(leaves)])
    assert len(said(seen)) >= 2


def test_what_is_usual_is_reckoned_as_a_search_of_all_rows_reckons_it_whichever_rows_come() -> None:
    rng, leaf = np.random.default_rng(5), made(5, 8)[1]
    order = np.argsort(np.arange(40) + rng.uniform(0, 12, 40))  # pieces of some hours, up to two days out of order
    kept, growing = Kept(leaf.scope), None
    for place in order.tolist():
        piece = some(leaf, place * 8 * DAY // 40, (place + 1) * 8 * DAY // 40)
        if len(piece.minute):
            since = kept.add(piece)
            growing = growing or Growing(Policy(), kept.counts)
            growing.change(kept.counts, since)
            whole = lane(kept.counts, Policy())
            assert np.array_equal(growing.usual(), whole.usual)
            assert np.array_equal(growing._yardstick.swing(kept.counts, 0), whole.swing)
    assert growing is not None
    assert np.array_equal(kept.counts.attempts, leaf.attempts)


def test_what_is_settled_stays_as_the_whole_log_has_it() -> None:
    leaves = made(11, 5)
    whole, stream, told = find(leaves), Stream(), 0
    for day in range(5):
        for half in (0, DAY // 2):
            stream.take_counts([some(leaf, day * DAY + half, day * DAY + half + DAY // 2) for leaf in leaves])
            seen = stream.look(now := at(day * DAY + half + DAY // 2))
            assert set(seen.settled) <= set(whole)
            assert all(now - one.end_range.end >= timedelta(days=1) for one in seen.settled)
            told = max(told, len(seen.settled))
    assert told >= 2


def test_rows_that_come_a_week_late_change_what_is_said_and_rows_that_come_too_late_are_counted() -> None:
    leaf = outage(Scope("p", "s", "m"), 20, [(2_000, 2_040, 0.6)], 1, 10 * DAY)
    stream = Stream(kept_days=35)
    stream.take_counts([some(leaf, 0, 1_990), some(leaf, 2_050, 10 * DAY)])
    assert said(stream.look(at(10 * DAY))) == ()
    stream.take_counts([some(leaf, 1_990, 2_050)])
    assert said(stream.look(at(10 * DAY))) == find([leaf])
    short = Stream(kept_days=5)
    short.take_counts([leaf])
    assert short.look(at(10 * DAY)).too_late == 0
    short.take_counts([some(leaf, 0, 10)])
    assert short.look(at(10 * DAY)).too_late == int(some(leaf, 0, 10).attempts.sum())


def test_a_row_of_a_day_to_come_does_no_harm() -> None:
    leaf = outage(Scope("p", "s", "m"), 20, [(1_000, 1_040, 0.6)], 1, DAY)
    stream = Stream()
    stream.take_counts([leaf])
    far = np.array([to_us(at(0)) + 64 * 365 * DAY * MINUTE_US], np.int64)
    stream.take(Arrived((Scope("p", "s", "m"),), np.zeros(1, np.int64), far, far, np.ones(1, bool)))
    seen = stream.look(at(DAY))
    assert (said(seen), seen.alarms, seen.too_early, seen.too_late) == (find([leaf]), (), 1, 0)


def test_a_model_that_falls_silent_amid_an_outage_does_not_keep_its_provider_from_being_put_away() -> None:
    silent = some(outage(Scope("p", "s", "a"), 20, [(700, 760, 0.9)], 1, DAY), 0, 750)
    other = outage(Scope("p", "s", "b"), 5, [], 2, 11 * DAY)
    stream = Stream(kept_days=7)
    for day in range(11):
        stream.take_counts(
            [piece for leaf in (silent, other) if len((piece := some(leaf, day * DAY, day * DAY + DAY)).minute)]
        )
        seen = stream.look(at((day + 1) * DAY))
    (growths,) = stream._providers.values()
    assert [one.span for one in said(seen)] == [one.span for one in find([silent, other])]
    assert list(growths._rows) == [Scope("p", "s", "b")]


def test_days_that_are_put_away_keep_their_incidents() -> None:
    spans = [(day * DAY + 700, day * DAY + 740, 0.6) for day in range(0, 11, 3)]
    leaves = [outage(Scope("p", "s", name), 10, spans, seed, 11 * DAY) for seed, name in enumerate("ab")]
    stream = Stream(kept_days=6)
    for day in range(11):
        stream.take_counts([some(leaf, day * DAY, (day + 1) * DAY) for leaf in leaves])
        seen = stream.look(at((day + 1) * DAY))
    planted = [one.span for one in find(leaves)]
    assert len(planted) == len(spans)
    assert [one.span for one in said(seen)] == planted
    kept = sum(len(growing.counts.minute) for growths in stream._providers.values() for growing in growths._searched())
    assert kept <= 4 * 7 * DAY


def test_nothing_is_searched_where_no_run_is_possible_and_never_where_one_is() -> None:
    rng = np.random.default_rng(3)
    found = 0
    for seed in range(24):
        attempts = rng.poisson(float(rng.choice([0.5, 5, 50])), 600)
        rate = np.full(600, 0.002)
        if seed % 2:
            rate[300 : 300 + int(rng.integers(3, 60))] = float(rng.choice([0.02, 0.1, 0.5]))
        leaf = counted(rng, attempts, rng.binomial(attempts, rate), Scope("p"))
        assert possible(leaf, Policy()) or find([leaf]) == ()
        found += bool(find([leaf]))
    assert found >= 5


def test_alarms_and_incidents_of_one_stream_speak_of_one_another() -> None:
    rng = np.random.default_rng(2)
    start = np.sort(rng.uniform(0, 4 * 3600, 4 * 60 * 20))
    fault = rng.random(len(start)) < np.where((start >= 3 * 3600) & (start < 3.5 * 3600), 0.9, 0.003)
    stream, number = Stream(), np.zeros(len(start), np.int64)
    time_us = FIRST * MINUTE_US + (start * 1e6).astype(np.int64)
    begun = None
    for now in range(60, 4 * 3600 + 1, 60):
        rows = (start >= now - 60) & (start < now)
        stream.take(Arrived((Scope("p", "s", "m"),), number[rows], time_us[rows], time_us[rows] + 900_000, fault[rows]))
        seen = stream.look(at(0) + timedelta(seconds=now))
        if seen.alarms and begun is None:
            begun = now
    assert begun is not None
    assert 3 * 3600 < begun <= 3 * 3600 + 120
    (one,) = seen.current
    (alarm,) = seen.alarms
    assert alarm.speaks_of(one)
    assert abs(to_us(alarm.began) - to_us(one.span.start)) <= 20_000_000
    assert not alarm.speaks_of(find([outage(Scope("p", "s", "m"), 20, [(1_000, 1_060, 0.9)], 1)])[0])


# Real logs


def calls(shared: Path) -> list[tuple[str, int, bool]]:
    files = list((shared / "data" / "exgentic_llm_spans").glob("*.jsonl.gz"))
    if not files:
        pytest.skip("reference data: exgentic_llm_spans is absent")
    with gzip.open(files[0]) as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["request_model"], round(row["start_time_s"] * 1e6), row["is_error"]) for row in rows]


def arrived(rows: list[tuple[str, int, bool]]) -> Arrived:
    models = sorted({model for model, _, _ in rows})
    time_us = np.array([at_us for _, at_us, _ in rows], np.int64)
    scopes = tuple(Scope("azure", "chat", model) for model in models)
    number = np.array([models.index(model) for model, _, _ in rows], np.int64)
    return Arrived(scopes, number, time_us, time_us + 1_000_000, np.array([failed for *_, failed in rows]))


def test_the_real_spans_hold_the_same_three_incidents_however_they_come(shared: Path) -> None:
    rows = calls(shared)
    rng, stream = np.random.default_rng(1), Stream()
    order = np.argsort([row[1] for row in rows] + rng.uniform(0, 600e6, len(rows)))  # up to ten minutes out of order
    taken: list[tuple[str, int, bool]] = []
    for part in np.array_split(order, 8):
        new = [rows[place] for place in part]
        taken += new
        stream.take(arrived(new))
        now = from_us(max(at_us for _, at_us, _ in taken))
        batch = Stream()
        batch.take(arrived(taken))
        every = said(stream.look(now))
        assert every == said(batch.look(now)) == find(_counts(taken))
    assert [one.faults for one in every] == [22, 28, 37]
    assert {one.scope.model for one in every} == {"azure/Kimi-K2.5"}


def _counts(rows: list[tuple[str, int, bool]]) -> list[Counts]:
    """Counts by model, by hand."""
    minutes: dict[tuple[str, int], list[int]] = {}
    for model, at_us, failed in sorted(rows, key=lambda row: row[1]):
        cell = minutes.setdefault((model, at_us // MINUTE_US), [0, 0, 0, 0])
        cell[0] += 1
        if failed:
            cell[1], cell[2], cell[3] = cell[1] + 1, cell[2] or at_us, at_us
    found = []
    for model in sorted({model for model, _ in minutes}):
        columns = np.array([[minute, *cell] for (name, minute), cell in sorted(minutes.items()) if name == model]).T
        found.append(Counts(Scope("azure", "chat", model), *columns.astype(np.int64)))
    return found


def test_the_real_trace_without_failures_says_nothing(shared: Path) -> None:
    file = shared / "data" / "azure_llm_trace_2023" / "AzureLLMInferenceTrace_conv.csv"
    if not file.exists():
        pytest.skip("reference data: azure_llm_trace_2023 is absent")
    with file.open(newline="") as lines:
        times = [datetime.fromisoformat(row["TIMESTAMP"][:26]).replace(tzinfo=UTC) for row in csv.DictReader(lines)]
    stream = Stream()
    for part in np.array_split(np.array([to_us(one) for one in times], np.int64), 20):
        zeros = np.zeros(len(part), np.int64)
        stream.take(Arrived((Scope("azure", "chat", "chat"),), zeros, part, part, zeros.astype(bool)))
        seen = stream.look(from_us(int(part.max())))
        assert (said(seen), seen.alarms) == ((), ())
