"""Verb: bound how much the share of right answers fell, at every moment at once.

A bet against each possible mean of differences that lie between -1 and 1 (Waudby-Smith and Ramdas 2023); a mean is out
once its bet has multiplied by 1/size. A mixture of fixed bets depends on the counts alone, not on their order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

_BETS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.49)
_SIZE = 0.05
_HALVINGS = 30
_STEP = 1000


@dataclass(frozen=True, slots=True)
class Differences:
    """Comparisons by how many of the `beside` answers of before the new one is worse than; less than 0: better than."""

    steps: Mapping[int, int]
    beside: int = 1

    @property
    def all(self) -> int:
        """All comparisons."""
        return sum(self.steps.values())

    @property
    def worse(self) -> int:
        """Those whose new answer is wrong and any of before right."""
        return sum(many for step, many in self.steps.items() if step > 0)

    @property
    def better(self) -> int:
        """Those whose new answer is right and any of before wrong."""
        return sum(many for step, many in self.steps.items() if step < 0)

    @property
    def fall(self) -> Fraction:
        """By how much the share of right answers fell; negative where it rose."""
        return Fraction(sum(step * many for step, many in self.steps.items()), self.beside * self.all)


def drop_bounds(seen: Differences) -> tuple[int, int]:
    """Least and most of the fall, in thousandths of all questions (negative: a rise), rounded outwards.

    Each end by itself holds at all times at once with 95 %, so both together with 90 %.
    """
    fell = {step / seen.beside: many for step, many in seen.steps.items()}
    least, most = _least(fell), -_least({-step: many for step, many in fell.items()})
    return math.floor(least * _STEP), math.ceil(most * _STEP)


def _least(seen: Mapping[float, int]) -> float:
    """The highest mean that is out from below; what it made of 1 falls as the mean rises."""
    low, high = -1.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _made(middle, seen) >= -math.log(_SIZE):
            low = middle
        else:
            high = middle
    return low


def _made(mean: float, seen: Mapping[float, int]) -> float:
    """Logarithm of what the mixture made of 1 against this mean."""
    logs = [sum(many * math.log1p(bet * (step - mean)) for step, many in seen.items()) for bet in _BETS]
    highest = max(logs)
    return highest + math.log(sum(math.exp(one - highest) for one in logs) / len(_BETS))
