"""Verb: bound how much the share of right answers fell, at every moment at once.

A bet against each possible mean of differences that lie in -1, 0 and 1 (Waudby-Smith and Ramdas 2023); a mean is out
once its bet has multiplied by 1/size. A mixture of fixed bets depends on the counts alone, not on their order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_BETS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.49)
_SIZE = 0.05
_HALVINGS = 30
_STEP = 1000


@dataclass(frozen=True, slots=True)
class Differences:
    """Comparisons by what they showed: right before and wrong now, wrong before and right now, the same."""

    worse: int
    better: int
    same: int

    @property
    def all(self) -> int:
        """All comparisons."""
        return self.worse + self.better + self.same


def drop_bounds(seen: Differences) -> tuple[int, int]:
    """Least and most of the fall, in thousandths of all questions (negative: a rise), rounded outwards.

    Each end by itself holds at all times at once with 95 %, so both together with 90 %.
    """
    least = _least(seen.worse, seen.better, seen.same)
    most = -_least(seen.better, seen.worse, seen.same)
    return math.floor(least * _STEP), math.ceil(most * _STEP)


def _least(up: int, down: int, same: int) -> float:
    """The highest mean that is out from below; what it made of 1 falls as the mean rises."""
    low, high = -1.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _made(middle, up, down, same) >= -math.log(_SIZE):
            low = middle
        else:
            high = middle
    return low


def _made(mean: float, up: int, down: int, same: int) -> float:
    """Logarithm of what the mixture made of 1 against this mean."""
    logs = [
        up * math.log1p(bet * (1 - mean)) + down * math.log1p(bet * (-1 - mean)) + same * math.log1p(-bet * mean)
        for bet in _BETS
    ]
    highest = max(logs)
    return highest + math.log(sum(math.exp(one - highest) for one in logs) / len(_BETS))
