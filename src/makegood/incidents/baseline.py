"""Baseline: the failure rate that is usual for a stream at each of its minutes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from makegood.incidents.counts import Counts
from makegood.incidents.policy import Policy

Floats = NDArray[np.float64]

HOUR, DAY_HOURS, WEEK_HOURS = 60, 24, 168
BACK_DAYS, AHEAD_DAYS, NEAR_HOURS = 28, 1, 3
DOUBT_ATTEMPTS, DOUBT_HOURS, DOUBT_DAYS = 500.0, 6, 4.0
SWING = 3.0


def usual(counts: Counts, policy: Policy = Policy()) -> tuple[Floats, Floats]:
    """The usual failure rate at each minute of the counts as a share of attempts: by the day, and of its own hours.

    Three robust parts, all medians of hourly rates, so that an incident does not raise its own yardstick: the level
    of the 28 days before (and one day after) each day, the shape of hour and weekend around it, and the hours
    within three of the minute, held within a factor of three of the level. Hours with few attempts are drawn
    towards `policy.usual`, and so is a log of few hours; hours without traffic say nothing.
    """
    if len(counts.minute) == 0:
        return np.zeros(0), np.zeros(0)
    first = int(counts.minute[0]) // (HOUR * DAY_HOURS) * DAY_HOURS
    size = int(counts.minute[-1]) // HOUR - first + 1
    size += -size % DAY_HOURS
    place = counts.minute // HOUR - first
    attempts = np.bincount(place, counts.attempts, size)
    faults = np.bincount(place, counts.faults, size)
    rates = (faults + policy.usual * DOUBT_ATTEMPTS) / (attempts + DOUBT_ATTEMPTS)
    hourly = np.log(np.where(attempts > 0, rates, np.nan))
    level = _level(hourly, first, policy)
    near = np.clip(_near(hourly, level), level - np.log(SWING), level + np.log(SWING))
    at = counts.minute / HOUR - first
    return np.exp(_between_hours(level, at)), np.exp(_between_hours(near, at))


def _level(hourly: Floats, first: int, policy: Policy) -> Floats:
    """Level and shape for each hour: per day, from its look-back window."""
    days = hourly.reshape(-1, DAY_HOURS)
    free = (np.arange(len(days)) + first // DAY_HOURS + 3) % 7 >= 5
    prior = np.full(DOUBT_HOURS, np.log(policy.usual))
    result = np.empty_like(days)
    for day in range(len(days)):
        window = slice(max(0, day - BACK_DAYS), day + AHEAD_DAYS + 1)
        known = days[window][~np.isnan(days[window])]
        level = float(np.median(np.concatenate([known, prior])))
        alike = days[window][free[window] == free[day]] - level
        result[day] = min(level, float(np.log(policy.most_usual))) + _shape(alike)
    return result.reshape(-1)


def _shape(days: Floats) -> Floats:
    """How each hour of the day differs from the level, drawn to nothing where few days are known."""
    wide = np.concatenate([np.roll(days, 1, axis=1), days, np.roll(days, -1, axis=1)])
    known = (~np.isnan(wide)).sum(axis=0) / 3
    shape = np.nanmedian(np.vstack([wide, np.zeros(DAY_HOURS)]), axis=0)
    return np.clip(shape * known / (known + DOUBT_DAYS), -np.log(SWING), np.log(SWING))


def _near(hourly: Floats, level: Floats) -> Floats:
    """Median of the hours around each hour; the level takes the place of hours without traffic."""
    filled = np.where(np.isnan(hourly), level, hourly)
    padded = np.concatenate([level[:1].repeat(NEAR_HOURS), filled, level[-1:].repeat(NEAR_HOURS)])
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * NEAR_HOURS + 1), axis=1))


def _between_hours(hourly: Floats, at: Floats) -> Floats:
    """Straight lines between the middles of hours."""
    return np.asarray(np.interp(at, np.arange(len(hourly)) + 0.5, hourly))
