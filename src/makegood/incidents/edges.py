"""Edges: place the start and the end of a run, and say in which range each may lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from makegood.incidents.baseline import Floats
from makegood.incidents.lane import Lane, Run

AROUND, RISES, SLOWNESS, CHANCE = 45, (0, 5, 10, 20, 30, 60), 1.0, 0.1


@dataclass(frozen=True)
class Edge:
    """Row of the edge's own minute, and the earliest and latest row it may have (all hold or border the run)."""

    row: int
    low: int
    high: int


@dataclass(frozen=True)
class Side:
    """Rows around one edge, ordered from outside to inside: minute within, attempts, faults, usual rate."""

    at: Floats
    attempts: Floats
    faults: Floats
    usual: Floats
    full: float


def start(lane: Lane, run: Run, floor: int) -> Edge:
    """The first row of the run, by profile likelihood; rows before `floor` belong to others."""
    minute = lane.counts.minute
    first, until = int(minute[run.first]), int(minute[run.last]) + 1
    low, high = lane.rows(first - AROUND, min(until, first + 2 * AROUND))
    low = max(low, floor)
    rows = np.arange(low, high)
    return _placed(lane, run, rows, (minute[rows] - first).astype(float))


def end(lane: Lane, run: Run, roof: int) -> Edge:
    """The last row of the run, as `start` seen from the other side; rows from `roof` on belong to others."""
    minute = lane.counts.minute
    first, last = int(minute[run.first]), int(minute[run.last])
    low, high = lane.rows(max(first, last - 2 * AROUND + 1), last + AROUND + 1)
    rows = np.arange(low, min(high, roof))[::-1]
    return _placed(lane, run, rows, (last - minute[rows]).astype(float))


def _placed(lane: Lane, run: Run, rows: np.ndarray, at: Floats) -> Edge:
    """The likeliest edge among the rows with faults, then stretched over faults too near to be chance."""
    counts = lane.counts
    columns = (counts.attempts[rows].astype(float), counts.faults[rows].astype(float))
    side = Side(at, *columns, _flank(lane, run, rows), min(0.999, max(lane.rate(run), lane.policy.floor)))
    score = _profile(side)
    close = np.flatnonzero(score >= score.max() - lane.policy.sure)
    fit = int(np.argmax(score))
    failing = np.flatnonzero(side.faults)
    best = int(failing[min(np.searchsorted(failing, fit), len(failing) - 1)])
    best = _stretched(side, failing, best)
    return Edge(int(rows[best]), int(rows[min(close[0], best)]), int(rows[max(close[-1], best)]))


def _flank(lane: Lane, run: Run, rows: np.ndarray) -> Floats:
    """Usual rate near an edge: the baseline, drawn to what the rows outside the run show."""
    outside = (rows < run.first) | (rows > run.last)
    base = lane.usual[rows]
    seen, due = lane.counts.faults[rows][outside].sum(), (lane.counts.attempts[rows] * base)[outside].sum()
    return np.asarray(np.minimum(base * (seen + 2) / (due + 2), lane.rate(run) / 2))


def _profile(side: Side) -> Floats:
    """Best log likelihood ratio for an edge at each row, over heights and lengths of its rise."""
    size = len(side.at)
    best = np.full(size, -np.inf)
    length = side.at[-1] + 1
    for rise in (rise for rise in RISES if rise == 0 or rise <= length):
        since = side.at[None, :] - side.at[:, None] + 0.5
        share = np.clip(since / rise, 0, 1) if rise else np.ones((size, size))
        share = np.where(since > 0, share, 0.0)
        for height in (0.6, 1.0, 1.5):
            full = min(0.999, side.full * height)
            rate = np.minimum(side.usual + share * np.maximum(full - side.usual, 0.0), 0.999)
            gain = side.faults * np.log(rate / side.usual)
            gain += (side.attempts - side.faults) * (np.log1p(-rate) - np.log1p(-side.usual))
            best = np.maximum(best, gain.sum(axis=1) - (SLOWNESS if rise else 0.0))
    return best


def _stretched(side: Side, failing: np.ndarray, best: int) -> int:
    """Move outward over a fault while so few attempts lie between that chance would hardly put one there."""
    while True:
        outer = failing[failing < best]
        if len(outer) == 0:
            return best
        near = int(outer[-1])
        between = slice(near + 1, best)
        chance = float(((side.attempts * side.usual)[between]).sum() + side.usual[near] * side.attempts[near])
        if chance >= CHANCE:
            return best
        best = near
