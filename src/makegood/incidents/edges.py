"""Edges: place the start and the end of a run, and say in which range each may lie."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from makegood.incidents.baseline import Floats
from makegood.incidents.lane import Lane, Run

AROUND, RISES, HEIGHTS = 45, (0, *range(3, 16), 17, 19, 21, 24, 27, 30, 35, 40, 50, 60), (0.7, 1.0, 1.4)
REMEMBERED = 2_048  # some 10 MB
SLOWNESS, CHANCE, FALL, LEAN, THIN, DOUBT_ATTEMPTS = 1.0, 0.1, 2.0, 1.0, 0.05, 20.0


@dataclass(frozen=True)
class Edge:
    """Row of the edge's own minute, and the earliest and latest row it may have (all hold or border the run)."""

    row: int
    low: int
    high: int

    def moved(self, row: int) -> Edge:
        """The edge at another row, its range widened to hold it."""
        low, high = sorted((self.low, self.high))
        inward = self.low <= self.high
        low, high = min(low, row), max(high, row)
        return Edge(row, low, high) if inward else Edge(row, high, low)


@dataclass(frozen=True)
class Side:
    """Rows around one edge, ordered from outside to inside: minute within, attempts, faults, usual rate."""

    at: Floats
    attempts: Floats
    faults: Floats
    usual: Floats
    full: float


@dataclass(frozen=True)
class Profile:
    """Log likelihood ratio of an edge at each row, the best fit's misfit (1 = chance), and its doubt in rows.

    A slope is fitted in whole minutes, so its foot is known no better than to a row.
    """

    score: Floats
    misfit: float
    doubt: int


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
    """The likeliest edge among the rows with faults, stretched over faults too near for chance.

    In thin traffic it leans outward: a fault that fits inside nearly as well as outside is taken for a part.

    The range holds the rows within `policy.sure` of the likeliest; where the best rise fits the counts worse than
    chance alone would, by as much more (quasi-likelihood: Wedderburn, Biometrika 61, 1974).
    """
    counts = lane.counts
    columns = (counts.attempts[rows].astype(float), counts.faults[rows].astype(float))
    side = Side(at, *columns, _flank(lane, run, rows), min(0.999, max(lane.rate(run), lane.policy.floor)))
    profile = _profile(side)
    score = profile.score
    close = np.flatnonzero(score >= score.max() - lane.policy.sure * profile.misfit)
    lean = LEAN if float(np.median(side.attempts * side.usual)) < THIN else 0.0
    fit = int(np.flatnonzero(score >= score.max() - lean)[0])
    failing = np.flatnonzero(side.faults)
    best = int(failing[min(int(np.searchsorted(failing, fit)), len(failing) - 1)])
    fitting = failing[score[failing] >= score.max() - FALL]
    best = _stretched(side, np.union1d(fitting, best), best)
    low, high = max(int(close[0]) - profile.doubt, 0), min(int(close[-1]) + profile.doubt, len(rows) - 1)
    return Edge(int(rows[best]), int(rows[min(low, best)]), int(rows[max(high, best)]))


def _flank(lane: Lane, run: Run, rows: np.ndarray) -> Floats:
    """Usual rate near an edge: the baseline, drawn to what the rows outside the run show."""
    outside = (rows < run.first) | (rows > run.last)
    base = lane.usual[rows]
    seen, due = lane.counts.faults[rows][outside].sum(), (lane.counts.attempts[rows] * base)[outside].sum()
    return np.asarray(np.minimum(base * (seen + 2) / (due + 2), lane.rate(run) / 2))


def _profile(side: Side) -> Profile:
    """Best log likelihood ratio for an edge at each row, over heights and lengths of its rise.

    A stream that grows asks again for edges that nothing has moved, so the latest answers are remembered.
    """
    return _remembered(*(column.tobytes() for column in (side.at, side.attempts, side.faults, side.usual)), side.full)


@lru_cache(maxsize=REMEMBERED)
def _remembered(at: bytes, attempts: bytes, faults: bytes, usual: bytes, full: float) -> Profile:
    columns = [np.frombuffer(column) for column in (at, attempts, faults, usual)]
    return _reckoned(Side(columns[0], columns[1], columns[2], columns[3], full))


def _reckoned(side: Side) -> Profile:
    since = side.at[None, :] - side.at[:, None] + 0.5
    passes = np.log1p(-side.usual)
    best, peak, fitted, sloping = np.full(len(side.at), -np.inf), -np.inf, side.usual, False
    for rise in (rise for rise in RISES if rise <= side.at[-1] + 1):
        share = np.where(since > 0, np.minimum(since / max(rise, 0.1), 1.0), 0.0)
        for height in (1.0,) if rise else HEIGHTS:
            full = min(0.999, _plateau(side, rise) * height)
            rate = side.usual + share * np.maximum(full - side.usual, 0.0)
            gain = side.faults * np.log(rate / side.usual) + (side.attempts - side.faults) * (np.log1p(-rate) - passes)
            score = gain.sum(axis=1) - (SLOWNESS if rise else 0.0)
            best = np.maximum(best, score)
            if score.max() > peak:
                peak, fitted, sloping = float(score.max()), rate[int(np.argmax(score))], rise > 0
    off = (side.faults - side.attempts * fitted) ** 2 / (side.attempts * fitted * (1 - fitted) + 0.5)
    return Profile(best, max(1.0, float(off.mean())), int(sloping))


def _plateau(side: Side, rise: int) -> float:
    """Failure rate once the rise is over; that of the whole run where little traffic is left."""
    over = side.at >= rise
    attempts, faults = float(side.attempts[over].sum()), float(side.faults[over].sum())
    return (faults + side.full * DOUBT_ATTEMPTS) / (attempts + DOUBT_ATTEMPTS)


def _stretched(side: Side, failing: np.ndarray, best: int) -> int:
    """Move outward over a fault while so few attempts lie between that chance would hardly put one there.

    `failing` holds the rows with faults at which an edge fits well enough: a stray fault behind a row of successes
    does not belong to an outage that let nothing through.
    """
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
