"""Baseline: the failure rate that is usual for a stream at each of its minutes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from makegood.incidents.counts import Counts
from makegood.incidents.policy import Policy

Floats = NDArray[np.float64]

HOUR, DAY_HOURS = 60, 24
BACK_DAYS, AHEAD_DAYS, NEAR_HOURS = 28, 1, 4
DOUBT_ATTEMPTS, DOUBT_HOURS, DOUBT_DAYS = 500.0, 6, 4.0
SWING = 3.0


def level(counts: Counts, policy: Policy) -> Floats:
    """The usual failure rate at each minute of the counts, as its day knows it: a median with a daily shape.

    The median of the hourly rates of the 28 days before (and one day after) each day, times the shape of the hours of
    working days or of weekends in those days. An incident does not raise its own yardstick. Hours with few attempts
    are drawn towards `policy.usual`, and so is a log of few hours; hours without traffic say nothing.
    """
    hourly, first = _hourly(counts, policy)
    return np.exp(between_hours(_level(hourly, first, policy), counts.minute / HOUR - first))


def near(counts: Counts, swing: Floats, policy: Policy) -> Floats:
    """The usual failure rate at each minute of the counts, as its own hours know it.

    The level moved to the lower of two medians, of the hours before and of the hours after, by no more than one
    standard deviation of the wandering (`swing` holds the parts of its variance at each minute).
    """
    hourly, first = _hourly(counts, policy)
    return moved_level(hourly, _level(hourly, first, policy), counts.minute / HOUR - first, swing)


def moved_level(hourly: Floats, known: Floats, at: Floats, swing: Floats) -> Floats:
    """The usual rate at some moments, in hours since the first, from hourly rates and the hourly level."""
    moved, reach = _beside(hourly - known), np.sqrt(swing.sum(axis=0))
    return np.asarray(np.exp(between_hours(known, at) + np.clip(between_hours(moved, at), -reach, reach)))


def _hourly(counts: Counts, policy: Policy) -> tuple[Floats, int]:
    """Log rate of each hour of whole days, not-a-number without traffic, and the first hour since 1970."""
    first = int(counts.minute[0]) // (HOUR * DAY_HOURS) * DAY_HOURS
    size = int(counts.minute[-1]) // HOUR - first + 1
    size += -size % DAY_HOURS
    place = counts.minute // HOUR - first
    attempts = np.bincount(place, counts.attempts, size).astype(float)
    faults = np.bincount(place, counts.faults, size).astype(float)
    return hour_rates(attempts, faults, policy), first


def hour_rates(attempts: Floats, faults: Floats, policy: Policy) -> Floats:
    """Log rate of hours, drawn towards `policy.usual`; not-a-number without traffic."""
    rates = (faults + policy.usual * DOUBT_ATTEMPTS) / (attempts + DOUBT_ATTEMPTS)
    return np.asarray(np.log(np.where(attempts > 0, rates, np.nan)))


def _level(hourly: Floats, first: int, policy: Policy) -> Floats:
    """Level and shape for each hour: per day, from its look-back window."""
    return np.concatenate([day_level(hourly, first, day, policy) for day in range(len(hourly) // DAY_HOURS)])


def day_level(hourly: Floats, first: int, day: int, policy: Policy) -> Floats:
    """Level and shape for the 24 hours of one of the days, from its look-back window."""
    window = slice(max(0, day - BACK_DAYS), day + AHEAD_DAYS + 1)
    days = hourly.reshape(-1, DAY_HOURS)[window]
    weekday = np.arange(window.start, window.start + len(days)) + first // DAY_HOURS + 3
    free = weekday % 7 >= 5
    prior = np.full(DOUBT_HOURS, np.log(policy.usual))
    level = float(np.median(np.concatenate([days[~np.isnan(days)], prior])))
    return min(level, float(np.log(policy.most_usual))) + shape(days[free == free[day - window.start]] - level)


def shape(days: Floats) -> Floats:
    """How each hour of the day differs from the level, drawn to nothing where few days are known."""
    wide = np.concatenate([np.roll(days, 1, axis=1), days, np.roll(days, -1, axis=1)])
    known = (~np.isnan(wide)).sum(axis=0)
    ordered = np.sort(np.vstack([wide, np.zeros(DAY_HOURS)]), axis=0)  # what is not known stands last
    below, above = ordered[known // 2, np.arange(DAY_HOURS)], ordered[(known + 1) // 2, np.arange(DAY_HOURS)]
    middle, known = (below + above) / 2, known / 3
    return np.asarray(np.clip(middle * known / (known + DOUBT_DAYS), -np.log(SWING), np.log(SWING)))


def _beside(moved: Floats) -> Floats:
    """Lower of the medians before and after each hour; hours without traffic count as unmoved."""
    filled = np.pad(np.where(np.isnan(moved), 0.0, moved), NEAR_HOURS)
    medians = np.median(np.lib.stride_tricks.sliding_window_view(filled, NEAR_HOURS), axis=1)
    return np.asarray(np.minimum(medians[: len(moved)], medians[NEAR_HOURS + 1 :]))


def between_hours(hourly: Floats, at: Floats) -> Floats:
    """Straight lines between the middles of hours."""
    return np.asarray(np.interp(at, np.arange(len(hourly)) + 0.5, hourly))
