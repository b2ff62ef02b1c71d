"""Place: the incidents of one lane, with their edges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from makegood.incidents import edges, scan, wander
from makegood.incidents.incident import Found
from makegood.incidents.lane import Lane, Mask, Run
from makegood.spans import Span, from_us, to_us

MINUTE_US = 60_000_000
ALIKE, COMPANION, FAINT = 3.0, 0.3, 1.0
LIFTS, HIGHER = (1.0, 3.0, 9.0), 2.0


def minutes(span: Span) -> tuple[int, int]:
    """The minutes [first, after) that a span touches, counted since 1970."""
    return to_us(span.start) // MINUTE_US, -(-to_us(span.end) // MINUTE_US)


@dataclass(frozen=True)
class Sharp:
    """A run between its placed edges, and as the scan had it."""

    rough: Run
    run: Run
    start: edges.Edge
    end: edges.Edge


def found_in(lane: Lane, whole: tuple[int, int]) -> tuple[Found, ...]:
    """The incidents of a lane in a log whose minutes are `whole`: edges beside silence reach no further than it."""
    return tuple(as_found(lane, group, whole) for group in incidents(lane))


def rough_runs(lane: Lane) -> list[list[Run]]:
    """Runs that are material, at each lift."""
    found: list[list[Run]] = []
    for lift in LIFTS:
        lower = found[-1] if found else None
        found.append([run for run in scan.runs(lane, lift, lower) if _material(lane, run)])
    return found


def incidents(lane: Lane, rough: list[list[Run]] | None = None) -> list[list[Sharp]]:
    """Runs that are material and no mere wandering, those of one incident together."""
    layers = [_sharpened(lane, runs) for runs in (rough or rough_runs(lane))]
    groups = _joined(
        lane, _chosen([one for at, layer in enumerate(layers) for one in _weighed(lane, layer, HIGHER * at)])
    )
    sure = [group for group in groups if _weight([weight for _, weight in group]) >= lane.policy.evidence]
    return [[one for one, _ in group] for group in sure]


def _sharpened(lane: Lane, rough: list[Run]) -> list[Sharp]:
    """Those of the runs that wandering does not explain better at first sight, with their edges placed."""
    skip = _rows_of(lane, rough)
    return [_sharp(lane, rough, at) for at, run in enumerate(rough) if wander.evidence(lane, run, skip) > FAINT]


def _rows_of(lane: Lane, runs: Iterable[Run]) -> Mask:
    """Which rows lie in a run."""
    rows = np.zeros(len(lane.counts.minute), dtype=bool)
    for run in runs:
        rows[run.first : run.last + 1] = True
    return rows


def _weighed(lane: Lane, layer: list[Sharp], price: float) -> list[tuple[Sharp, float]]:
    """The runs of one lift with their evidence, less the price of a lift, where there is a hint of an incident."""
    skip = _rows_of(lane, (one.run for one in layer))
    weighed = [(one, max(wander.evidence(lane, run, skip) for run in {one.run, one.rough})) for one in layer]
    return [(one, weight - price) for one, weight in weighed if weight - price >= lane.policy.hint]


def _chosen(weighed: list[tuple[Sharp, float]]) -> list[tuple[Sharp, float]]:
    """Of runs that overlap, the one with most evidence; in order of time."""
    chosen: list[tuple[Sharp, float]] = []
    for one, weight in sorted(weighed, key=lambda pair: (-pair[1], pair[0].run.first, pair[0].run.last)):
        if all(one.run.last < other.run.first or other.run.last < one.run.first for other, _ in chosen):
            chosen.append((one, weight))
    return sorted(chosen, key=lambda pair: pair[0].run.first)


def _sharp(lane: Lane, runs: list[Run], at: int) -> Sharp:
    """The run with its edges placed, apart from its neighbours."""
    run = runs[at]
    floor = runs[at - 1].last + 1 if at else 0
    roof = runs[at + 1].first if at + 1 < len(runs) else len(lane.counts.minute)
    start, end = edges.start(lane, run, floor), edges.end(lane, run, roof)
    sharp = Run(start.row, end.row)
    if sharp.first < sharp.last and _material(lane, sharp):
        return Sharp(run, sharp, start, end)
    return Sharp(run, run, start.moved(run.first), end.moved(run.last))


def _weight(weights: list[float]) -> float:
    """The strongest run counts in full, its companions in part: a wandering rate seldom comes alone either."""
    return max(weights) + COMPANION * (sum(weights) - max(weights))


def _material(lane: Lane, run: Run) -> bool:
    """Enough traffic, failures, minutes and rate to say anything."""
    policy, counts = lane.policy, lane.counts
    rows = slice(run.first, run.last + 1)
    attempts, faults = int(counts.attempts[rows].sum()), int(counts.faults[rows].sum())
    expected = float(lane.expected[run.last + 1] - lane.expected[run.first])
    return (
        attempts >= policy.least_attempts
        and faults >= policy.least_faults
        and int((counts.faults[rows] > 0).sum()) >= policy.least_minutes
        and faults >= policy.floor * attempts
        and faults >= policy.factor * expected
    )


def _joined(lane: Lane, runs: list[tuple[Sharp, float]]) -> list[list[tuple[Sharp, float]]]:
    """Runs less than `gap` apart that fail about as much as one another."""
    groups: list[list[tuple[Sharp, float]]] = []
    for one in runs:
        last = groups[-1][-1][0].run if groups else one[0].run
        near = lane.minutes(one[0].run)[0] - lane.minutes(last)[1] < lane.policy.gap - 1
        if groups and near and 1 / ALIKE <= lane.rate(one[0].run) / lane.rate(last) <= ALIKE:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def as_found(lane: Lane, group: list[Sharp], whole: tuple[int, int]) -> Found:
    """Edges with their ranges, and the counts between them."""
    counts, minute = lane.counts, lane.counts.minute
    start, end = group[0].start, group[-1].end
    rows = slice(start.row, end.row + 1)
    before = int(minute[start.low - 1]) + 1 if start.low else whole[0]
    after = int(minute[end.low + 1]) if end.low + 1 < len(minute) else whole[1]
    first, last = int(counts.first_fault_us[start.row]), int(counts.last_fault_us[end.row]) + 1
    return Found(
        counts.scope,
        Span(from_us(first), from_us(last)),
        Span(from_us(before * MINUTE_US), from_us((int(minute[start.high]) + 1) * MINUTE_US)),
        Span(from_us(int(minute[end.high]) * MINUTE_US), from_us(max(after * MINUTE_US, last))),
        int(counts.attempts[rows].sum()),
        int(counts.faults[rows].sum()),
    )
