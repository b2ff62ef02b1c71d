"""Noun: a distribution of whole figures; quantiles by nearest rank, and bins with round edges."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

PERCENTILES = (0, 10, 25, 50, 75, 90, 99, 100)
_MOST_EXACT, _MOST_BINS, _SKEWED = 12, 16, 20


@dataclass(frozen=True, slots=True)
class Bin:
    """So many figures in [low, high); one of a single figure is [figure, figure + 1)."""

    low: int
    high: int
    count: int


@dataclass(frozen=True)
class Distribution:
    """`quantiles` are pairs of a percentile and the figure that so many percent do not exceed; empty for no figures."""

    quantiles: tuple[tuple[int, int], ...]
    bins: tuple[Bin, ...]

    @property
    def median(self) -> int:
        """The middle figure, 0 for no figures."""
        return dict(self.quantiles).get(50, 0)


def distribution(figures: Iterable[int]) -> Distribution:
    """The distribution of figures from 0 up.

    Up to twelve different figures have a bin each. More have up to sixteen bins of one round width; where the highest
    is more than twenty times the middle, the edges are 1, 2, 5, 10, 20, 50 and so on instead.
    """
    ordered = sorted(figures)
    if not ordered:
        return Distribution((), ())
    quantiles = tuple((one, ordered[max(0, -(-one * len(ordered) // 100) - 1)]) for one in PERCENTILES)
    return Distribution(quantiles, _bins(ordered, dict(quantiles)[50]))


def _bins(ordered: Sequence[int], median: int) -> tuple[Bin, ...]:
    low, high = ordered[0], ordered[-1]
    different = sorted(set(ordered))
    if len(different) <= _MOST_EXACT:
        edges = [(one, one + 1) for one in different]
    elif high > _SKEWED * max(median, 1):
        edges = list(pairwise(_rounds(low, high)))
    else:
        step = next(one for one in _rounds(1, high) if high // one - low // one < _MOST_BINS)
        edges = [(at * step, (at + 1) * step) for at in range(low // step, high // step + 1)]
    return tuple(Bin(first, end, bisect_left(ordered, end) - bisect_left(ordered, first)) for first, end in edges)


def _rounds(low: int, high: int) -> list[int]:
    """0, 1, 2, 5, 10, 20 ...: from the last that is not above `low` to the first above `high`."""
    found, size = [0], 1
    while found[-1] <= high:
        found += [size, 2 * size, 5 * size]
        size *= 10
    while found[-2] > high:
        found.pop()
    while len(found) > 1 and found[1] <= low:
        found.pop(0)
    return found
