"""Habit: the usual failure rate of a stream at this hour, and how far it wanders, from what came before the hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from makegood.incidents.baseline import DAY_HOURS, DOUBT_HOURS, Floats, hour_rates, shape
from makegood.incidents.policy import Policy
from makegood.incidents.swing import BLOCK, DAY, HOUR, parts

DAYS, BLOCKS = 29, DAY // BLOCK  # today and the 28 days before
AN_HOUR = HOUR // BLOCK


@dataclass(frozen=True)
class Habit:
    """`usual` is a share of attempts; `brief` and `slow` are the parts of the variance of its logarithm."""

    usual: float
    brief: float
    slow: float


def habit(attempts: Floats, faults: Floats, hour: int, policy: Policy) -> Habit:
    """The habit at an hour (since 1970), from blocks of ten minutes, shape (29, 144): today last, none after the hour.

    As `baseline` and `swing` have it, but nothing after the hour is known, and one level stands for all the days.
    """
    heard, failed = (one.reshape(-1, AN_HOUR).sum(axis=1) for one in (attempts, faults))
    hourly = hour_rates(heard, failed, policy)
    days = hourly.reshape(-1, DAY_HOURS)
    free = (np.arange(len(days)) - len(days) + 1 + hour // DAY_HOURS + 3) % 7 >= 5
    prior = np.full(DOUBT_HOURS, np.log(policy.usual))
    level = float(np.median(np.concatenate([hourly[~np.isnan(hourly)], prior])))
    height = min(level, float(np.log(policy.most_usual)))
    each = np.stack([height + shape(days[free == kind] - level) for kind in (False, True)])[free.astype(int)]
    due = attempts * np.exp(np.repeat(each, AN_HOUR, axis=1))
    brief, slow = parts(faults.ravel(), due.ravel(), policy)
    if not due.any():
        brief = slow = float(np.log1p(policy.wander**2)) / 2
    return Habit(float(np.exp(each[-1, hour % DAY_HOURS])), brief, slow)
