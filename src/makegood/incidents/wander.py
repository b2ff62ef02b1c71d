"""Wander: weigh whether a run is an incident or only the usual rate wandering."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from makegood.incidents.baseline import Floats
from makegood.incidents.lane import Lane, Mask, Run

STEPS = (3, 6, 12, 24, 48, 96)
ODD, TYPICAL, SPREAD, RAGGED = 0.1, 0.2, 1.5, 0.3


@dataclass(frozen=True)
class Blocks:
    """Stretches of minutes: their middles, log rate against usual, its variance, and whether they lie in the run."""

    middle: Floats
    level: Floats
    noise: Floats
    inside: Mask


def evidence(lane: Lane, run: Run, skip: Mask) -> float:
    """Log Bayes factor of "a run apart" over "the usual rate, wandering".

    Under the usual state the log rate is a Gaussian process around the baseline (a log-Gaussian Cox process: Møller,
    Syversveen and Waagepetersen, Scandinavian Journal of Statistics 25, 1998) with the variance that the
    stream has shown, parted between two time constants, seen through counts in blocks that widen away from the
    run's edges. Under the other one the blocks inside the run have a level of their own. What a run must show is
    thus either a level that wandering hardly reaches or an edge too abrupt for it. `skip` marks rows of other runs.
    """
    blocks = _blocks(lane, run, skip)
    usual = _wandering(lane, blocks.middle, run.first) + np.diag(blocks.noise)
    apart = _apart(blocks) + np.diag(blocks.noise)
    base = float(np.mean(lane.usual[run.first : run.last + 1]))
    mean = np.where(blocks.inside, np.log(TYPICAL / base), 0.0)
    apart = np.where(np.logical_xor.outer(blocks.inside, blocks.inside), 0.0, apart)
    apart = np.where(np.logical_or.outer(blocks.inside, blocks.inside), apart, usual)
    return _density(blocks.level - mean, apart) - _density(blocks.level, usual)


def _wandering(lane: Lane, middle: Floats, row: int) -> Floats:
    """Covariance of the usual log rate between block middles."""
    apart = np.abs(np.subtract.outer(middle, middle))
    brief, slow = lane.swing[:, row]
    shape = brief * np.exp(-apart / lane.policy.brief) + slow * np.exp(-apart / lane.policy.slow)
    return np.asarray(shape + ODD * np.eye(len(middle)))


def _apart(blocks: Blocks) -> Floats:
    """Covariance inside a run: one level for all, and some raggedness of each block."""
    size = len(blocks.middle)
    return np.asarray(SPREAD**2 * np.ones((size, size)) + RAGGED * np.eye(size))


def _density(away: Floats, covariance: Floats) -> float:
    """Log density of a centred normal vector, up to a constant that depends on its length alone."""
    root = np.linalg.cholesky(covariance)
    scaled = np.linalg.solve(root, away)
    return float(-0.5 * scaled @ scaled - np.log(np.diag(root)).sum())


def _blocks(lane: Lane, run: Run, skip: Mask) -> Blocks:
    """Blocks before, inside and after the run; blocks without traffic are left out."""
    start, end = lane.minutes(run)
    steps = np.cumsum((0, *STEPS))
    half = (end - start) / 2
    cuts = steps[steps < half]
    inner = sorted({start + int(cut) for cut in cuts} | {end - int(cut) for cut in cuts})
    edges = [*(start - steps[:0:-1]).tolist(), *inner, *(end + steps[1:]).tolist()]
    low = np.searchsorted(lane.counts.minute, edges)
    kept = np.where(skip, 0, 1)
    kept[run.first : run.last + 1] = 1
    span = slice(int(low[0]), int(low[-1]))
    at = low - low[0]
    sums = [
        np.concatenate([[0.0], np.cumsum(column[span] * kept[span])])
        for column in (lane.counts.faults, lane.counts.attempts * lane.usual)
    ]
    faults, expected = (np.diff(column[at]) for column in sums)
    middle = (np.array(edges[1:]) + np.array(edges[:-1])) / 2
    inside = (middle > start) & (middle < end)
    some = expected > 0
    level = np.log((faults[some] + 0.5) / (expected[some] + 0.5))
    return Blocks(middle[some], level, 1 / (faults[some] + 0.5), inside[some])
