"""Swing: how far the usual failure rate of a stream wanders, learnt from the stream."""

from __future__ import annotations

import numpy as np

from makegood.incidents.baseline import AHEAD_DAYS, BACK_DAYS, Floats
from makegood.incidents.counts import Counts
from makegood.incidents.policy import Policy

DAY, HOUR, BLOCK = 1_440, 60, 10
LENGTHS, LEAST_DUE, DOUBT_HOURS = (1, 3, 6, 18), 3.0, 24.0
CALMEST, WILDEST, LEAST_BRIEF, MOST_BRIEF, LIKELY_BRIEF = 0.2, 2.0, 0.2, 0.9, 0.5


def swing(counts: Counts, level: Floats, policy: Policy) -> Floats:
    """Variance of the log of the usual rate around its level at each minute of the counts: its brief and slow part.

    Shape (2, rows). From the spread between the 16th and 84th percentile of block rates over the days that the
    baseline looks at, less what counting alone explains, and drawn to `policy.wander` where few hours are known; the
    brief part from the spread of changes over an hour. A percentile does not see incidents that fill less than a
    sixth of the time.
    """
    first = int(counts.minute[0]) // DAY
    size = (int(counts.minute[-1]) // DAY - first + 1) * (DAY // BLOCK)
    place = (counts.minute - first * DAY) // BLOCK
    due = np.bincount(place, counts.attempts * level, size).astype(float).reshape(-1, DAY // BLOCK)
    faults = np.bincount(place, counts.faults, size).astype(float).reshape(-1, DAY // BLOCK)
    daily = np.array([day_swing(faults, due, day, policy) for day in range(len(due))])
    return np.asarray(daily[counts.minute // DAY - first].T)


def day_swing(faults: Floats, due: Floats, day: int, policy: Policy) -> tuple[float, float]:
    """Brief and slow variance at one of the days, from faults and usual faults in blocks of ten minutes by day."""
    window = slice(max(0, day - BACK_DAYS), day + AHEAD_DAYS + 1)
    return parts(faults[window].ravel(), due[window].ravel(), policy)


def _blocks(faults: Floats, due: Floats) -> tuple[Floats, Floats, int]:
    """Log rate against the level, and its variance, in blocks short yet with some usual faults; their minutes."""
    typical = float(np.median(due[due > 0]))
    joined = next((joined for joined in LENGTHS if typical * joined >= LEAST_DUE + 1), LENGTHS[-1])
    faults, due = faults.reshape(-1, joined).sum(axis=1), due.reshape(-1, joined).sum(axis=1)
    away = np.where(due >= LEAST_DUE, np.log((faults + 0.5) / (due + 0.5)), np.nan)
    return away, 1 / (due + 0.5), joined * BLOCK


def parts(faults: Floats, due: Floats, policy: Policy) -> tuple[float, float]:
    """Brief and slow variance, from the blocks of one window."""
    if not due.any():
        return 0.0, 0.0
    away, noise, length = _blocks(faults, due)
    known = ~np.isnan(away)
    hours = float(known.sum()) * length / HOUR
    trust = hours / (hours + DOUBT_HOURS)
    whole = _spread(away[known], float(noise[known].mean())) if hours else 0.0
    brief = trust * _share(away, noise, whole, length, policy) + (1 - trust) * LIKELY_BRIEF
    kept = brief * _kept(length / policy.brief) + (1 - brief) * _kept(length / policy.slow)
    variance = trust * whole / kept + (1 - trust) * float(np.log1p(policy.wander**2))
    variance = float(np.clip(variance, np.log1p(CALMEST**2), np.log1p(WILDEST**2)))
    return brief * variance, (1 - brief) * variance


def _share(away: Floats, noise: Floats, whole: float, length: int, policy: Policy) -> float:
    """Share of the variance that comes and goes within the hour."""
    lag = max(1, HOUR // length)
    change = away[lag:] - away[:-lag]
    known = ~np.isnan(change)
    if length > HOUR or whole <= 0 or not known.any():
        return LIKELY_BRIEF
    moved = _spread(change[known], float((noise[lag:] + noise[:-lag])[known].mean())) / 2
    brief, slow = float(np.exp(-HOUR / policy.brief)), float(np.exp(-HOUR / policy.slow))
    return float(np.clip((moved / whole - (1 - slow)) / (slow - brief), LEAST_BRIEF, MOST_BRIEF))


def _spread(values: Floats, noise: float) -> float:
    """Robust variance, less that of the noise."""
    low, high = np.percentile(values, [16, 84])
    return max(0.0, float((high - low) / 2) ** 2 - noise)


def _kept(length: float) -> float:
    """Share of the variance left when a wandering rate is averaged over a block, in units of its time constant."""
    return float(2 / length * (1 - (1 - np.exp(-length)) / length))
