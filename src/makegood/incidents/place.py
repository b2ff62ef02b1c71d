"""Place: the incidents of one lane, with their edges."""

from __future__ import annotations

import numpy as np

from makegood.incidents import edges, scan, wander
from makegood.incidents.incident import Found
from makegood.incidents.lane import Lane, Run
from makegood.spans import Span, from_us, to_us

MINUTE_US = 60_000_000
ALIKE = 3.0


def minutes(span: Span) -> tuple[int, int]:
    """The minutes [first, after) that a span touches, counted since 1970."""
    return to_us(span.start) // MINUTE_US, -(-to_us(span.end) // MINUTE_US)


def found_in(lane: Lane, whole: tuple[int, int]) -> tuple[Found, ...]:
    """The incidents of a lane in a log whose minutes are `whole`: edges beside silence reach no further than it."""
    groups = incidents(lane)
    found = []
    for at, group in enumerate(groups):
        floor = groups[at - 1][-1].last + 1 if at else 0
        roof = groups[at + 1][0].first if at + 1 < len(groups) else len(lane.counts.minute)
        found.append(_found(lane, group, (floor, roof), whole))
    return tuple(found)


def incidents(lane: Lane) -> list[list[Run]]:
    """Runs that are material and no mere wandering, those of one incident together."""
    material = [run for run in scan.runs(lane) if _material(lane, run)]
    skip = np.zeros(len(lane.counts.minute), dtype=bool)
    for run in material:
        skip[run.first : run.last + 1] = True
    weights = {run: wander.evidence(lane, run, skip) for run in material}
    likely = [run for run in material if weights[run] >= lane.policy.hint]
    return [group for group in _joined(lane, likely) if max(weights[run] for run in group) >= lane.policy.evidence]


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


def _joined(lane: Lane, runs: list[Run]) -> list[list[Run]]:
    """Runs less than `gap` apart that fail about as much as one another."""
    groups: list[list[Run]] = []
    for run in runs:
        near = groups and lane.minutes(run)[0] - lane.minutes(groups[-1][-1])[1] < lane.policy.gap - 1
        if near and 1 / ALIKE <= lane.rate(run) / lane.rate(groups[-1][-1]) <= ALIKE:
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups


def _found(lane: Lane, group: list[Run], bounds: tuple[int, int], whole: tuple[int, int]) -> Found:
    """Edges with their ranges, and the counts between them."""
    counts, minute = lane.counts, lane.counts.minute
    start, end = edges.start(lane, group[0], bounds[0]), edges.end(lane, group[-1], bounds[1])
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
