"""Swing: how far the usual failure rate of a stream wanders, learnt from the stream."""

from __future__ import annotations

import numpy as np

from makegood.incidents.baseline import AHEAD_DAYS, BACK_DAYS, Floats
from makegood.incidents.counts import Counts
from makegood.incidents.policy import Policy

DAY = 1_440
LENGTHS, LEAST_DUE, DOUBT_HOURS = (10, 30, 60, 180), 3.0, 24.0
CALMEST, WILDEST = 0.2, 2.0


def swing(counts: Counts, level: Floats, policy: Policy) -> Floats:
    """Variance of the log of the usual rate around its level, at each minute of the counts.

    From the spread between the 16th and 84th percentile of block rates over the days that the baseline looks at,
    less what counting alone explains, and drawn to `policy.wander` where few hours are known. A percentile does not
    see incidents that fill less than a sixth of the time.
    """
    first = int(counts.minute[0]) // DAY * DAY
    length = _length(counts, level)
    size = ((int(counts.minute[-1]) - first) // DAY + 1) * (DAY // length)
    place = (counts.minute - first) // length
    due = np.bincount(place, counts.attempts * level, size)
    faults = np.bincount(place, counts.faults, size)
    away = np.where(due >= LEAST_DUE, np.log((faults + 0.5) / (due + 0.5)), np.nan).reshape(-1, DAY // length)
    noise = (1 / (due + 0.5)).reshape(away.shape)
    daily = np.array([_variance(away, noise, day, length, policy) for day in range(len(away))])
    return np.asarray(daily[(counts.minute - first) // DAY])


def _length(counts: Counts, level: Floats) -> int:
    """Minutes of a block: short, yet with some usual faults in it."""
    due = float(np.median(counts.attempts * level))
    return next((length for length in LENGTHS if due * length >= LEAST_DUE + 1), LENGTHS[-1])


def _variance(away: Floats, noise: Floats, day: int, length: int, policy: Policy) -> float:
    """Variance for one day, from the blocks of its window."""
    window = slice(max(0, day - BACK_DAYS), day + AHEAD_DAYS + 1)
    known = ~np.isnan(away[window])
    hours = float(known.sum()) * length / 60
    prior = float(np.log1p(policy.wander**2))
    learnt = 0.0
    if hours:
        low, high = np.percentile(away[window][known], [16, 84])
        learnt = max(0.0, ((high - low) / 2) ** 2 - float(noise[window][known].mean())) / _kept(length, policy)
    variance = (learnt * hours + prior * DOUBT_HOURS) / (hours + DOUBT_HOURS)
    return float(np.clip(variance, np.log1p(CALMEST**2), np.log1p(WILDEST**2)))


def _kept(length: int, policy: Policy) -> float:
    """Share of the variance that is left when a wandering rate is averaged over blocks of a length."""
    parts = np.array([length / policy.brief, length / policy.slow])
    return float(np.mean(2 / parts * (1 - (1 - np.exp(-parts)) / parts)))
