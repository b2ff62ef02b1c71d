"""Onset: weigh, at the present moment, whether a stream has begun to fail or its usual rate only wanders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from makegood.incidents.baseline import Floats
from makegood.incidents.counts import Ints
from makegood.incidents.habit import Habit
from makegood.incidents.lane import Mask
from makegood.incidents.policy import Policy
from makegood.incidents.wander import ODD, SPREAD, STEPS, TYPICAL

STEP_S = 10
PER_MINUTE = 60 // STEP_S
WINDOWS = np.array([6, 9, 12, 18, 30, 48, 90, 180, 360])  # steps: one minute to one hour
BEFORE = np.concatenate([[0], np.cumsum(STEPS)]) * PER_MINUTE  # steps back from a window to the edges of blocks
LOOKED_AT = int(WINDOWS[-1] + BEFORE[-1])
EVIDENCE, LEAST_ATTEMPTS = 11.0, 10
WORST, LASTING = 4, 6.0
# What a failing stream is thought to be like: a rate around a fifth, or next to everything fails.
_RATES = np.exp(np.linspace(np.log(0.01), np.log(0.95), 24))
_TOTAL, _SHARE_OF_TOTAL = np.array([0.9, 0.97, 0.995]), 0.4
MOST_USUAL = 0.3  # a rate above this is no wandering
_FINE, _WIDE = 121, 4.0
UNKNOWN = 1e6  # variance of what nothing is known of


@dataclass(frozen=True)
class Heard:
    """Attempts and faults of one stream before each step (one entry more than steps), as they ended."""

    attempts: Ints
    faults: Ints

    def between(self, low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """Attempts and faults in steps [low, high); nothing was heard before the first step."""
        low, high = np.maximum(low, 0), np.maximum(high, 0)
        return self.attempts[high] - self.attempts[low], self.faults[high] - self.faults[low]


@dataclass(frozen=True)
class Onset:
    """For each moment asked about: the evidence that it fails now, in the window (steps) that shows it best, and the
    rate that the stream had shown before that window."""

    evidence: Floats
    window: Ints
    expected: Floats


def material(attempts: Ints, faults: Ints, policy: Policy) -> Mask:
    """Which counts of windows are enough to say anything."""
    return np.asarray(
        (attempts >= LEAST_ATTEMPTS) & (faults >= policy.least_faults) & (faults >= policy.floor * attempts)
    )


def weigh(heard: Heard, ends: Ints, habits: Sequence[Habit], policy: Policy) -> Onset:
    """The evidence at the end of each of the given steps, minus infinity where there is too little to weigh.

    For each window up to now: log Bayes factor of "fails at a rate of its own" over "the usual rate, wandering". The
    wandering is that of `wander`, a Gaussian process of the log rate with the variance that the stream has shown,
    conditioned on blocks that widen backward from the window; the counts in the window are binomial, so that a few
    attempts that all fail weigh as much as they should. That an hour holds 360 looks is met by the threshold. What
    fails for half a minute is no onset: without the worst 40 seconds of the window at most `LASTING` may be missing.
    """
    evidence = np.full(len(ends), -np.inf)
    window, expected = np.zeros(len(ends), np.int64), np.zeros(len(ends))
    usual, brief, slow = (np.array([getattr(one, name) for one in habits]) for name in ("usual", "brief", "slow"))
    variance = np.stack([brief, slow])
    decay = np.array([policy.brief, policy.slow])
    for steps in WINDOWS:
        at = np.flatnonzero(material(*heard.between(ends - steps, ends), policy))
        if len(at) == 0:
            continue
        start = ends[at] - steps
        attempts, faults = heard.between(start, ends[at])
        before = _before(heard, start, usual[at])
        mean, doubt = _wandered(before, int(steps), variance[:, at], decay)
        weight = _factor(attempts, faults, usual[at], (mean, doubt))
        level = usual[at] * np.exp(mean)
        weight[faults < policy.factor * attempts * np.maximum(level, usual[at])] = -np.inf
        sure = np.flatnonzero(weight >= EVIDENCE)
        left = _without_worst(heard, start[sure], ends[at][sure])
        weight[sure] = np.minimum(weight[sure], LASTING + _factor(*left, usual[at][sure], (mean[sure], doubt[sure])))
        better = weight > evidence[at]
        evidence[at[better]], window[at[better]], expected[at[better]] = weight[better], steps, level[better]
    return Onset(evidence, window, expected)


def _without_worst(heard: Heard, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Attempts and faults of windows without the steps on end in which most attempts fail."""
    left = np.zeros((2, len(start)), np.int64)
    for at, (low, high) in enumerate(zip(np.maximum(start, 0), end, strict=True)):
        attempts, faults = heard.attempts[low : high + 1], heard.faults[low : high + 1]
        if len(faults) <= WORST:
            continue
        worst = int(np.argmax(faults[WORST:] - faults[:-WORST]))
        for column, whole in enumerate((attempts, faults)):
            left[column, at] = whole[-1] - whole[0] - (whole[worst + WORST] - whole[worst])
    return left[0], left[1]


def _before(heard: Heard, start: Ints, usual: Floats) -> tuple[Floats, Floats]:
    """Log rate against usual in each block before some windows, and its variance."""
    edges = start[:, None] - BEFORE[None, :]
    attempts, faults = heard.between(edges[:, 1:], edges[:, :-1])
    level = np.log((faults + 0.5) / (attempts * usual[:, None] + 0.5))
    return level, np.where(attempts > 0, 1 / (faults + 0.5) + ODD, UNKNOWN)


def _wandered(before: tuple[Floats, Floats], steps: int, variance: Floats, decay: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of the log rate in windows against usual, as the blocks before them let expect."""
    level, noise = before
    middle = (BEFORE[1:] + BEFORE[:-1] + steps) / 2 / PER_MINUTE
    apart = np.exp(-np.abs(np.subtract.outer(middle, middle)) / decay[:, None, None])
    shared = np.einsum("pk,pij->kij", variance, apart) + noise[:, :, None] * np.eye(len(middle))
    toward = np.einsum("pk,pi->ki", variance, np.exp(-middle / decay[:, None]))
    weights = np.linalg.solve(shared, toward[:, :, None])[:, :, 0]
    return (weights * level).sum(axis=1), variance.sum(axis=0) - (weights * toward).sum(axis=1) + ODD


def _factor(attempts: Ints, faults: Ints, usual: Floats, prior: tuple[Floats, Floats]) -> Floats:
    """Log Bayes factor of a rate of its own over the usual rate, wandering."""
    return _failing(attempts, faults) - _wandering(attempts, faults, usual, prior)


def _failing(attempts: Ints, faults: Ints) -> Floats:
    """Log likelihood of the counts in a stream that fails."""
    likely = np.exp(-0.5 * (np.log(_RATES / TYPICAL) / SPREAD) ** 2)
    weights = [(1 - _SHARE_OF_TOTAL) * likely / likely.sum(), np.full(len(_TOTAL), _SHARE_OF_TOTAL / len(_TOTAL))]
    rates = np.concatenate([_RATES, _TOTAL])
    return _mixed(
        attempts, faults, np.broadcast_to(rates, (len(attempts), len(rates))), np.log(np.concatenate(weights))
    )


def _wandering(attempts: Ints, faults: Ints, usual: Floats, prior: tuple[Floats, Floats]) -> Floats:
    """Log likelihood of the counts under the usual rate, over all that its wandering may have made of it."""
    mean, spread = prior[0], np.sqrt(prior[1])
    low, high = mean - _WIDE * spread, np.maximum(np.log(MOST_USUAL / usual), mean + _WIDE * spread)
    grid = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, _FINE)
    density = -0.5 * ((grid - mean[:, None]) / spread[:, None]) ** 2 - np.log(spread * np.sqrt(2 * np.pi))[:, None]
    rates = np.minimum(usual[:, None] * np.exp(grid), MOST_USUAL)
    return _mixed(attempts, faults, rates, density + np.log((high - low) / (_FINE - 1))[:, None])


def _mixed(attempts: Ints, faults: Ints, rates: Floats, weights: Floats) -> Floats:
    """Log of the weighted sum of likelihoods over rates (the last axis)."""
    each = weights + faults[:, None] * np.log(rates) + (attempts - faults)[:, None] * np.log1p(-rates)
    top = each.max(axis=1)
    return np.asarray(top + np.log(np.exp(each - top[:, None]).sum(axis=1)))
