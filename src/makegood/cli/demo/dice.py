"""Dice: numbers that depend on a seed and a place alone, the same on every machine and version."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15  # steps and mixers of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)
_MIX = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)


def _mixed(value: int) -> int:
    value = (value ^ value >> 30) * _MIX[0] & _MASK
    value = (value ^ value >> 27) * _MIX[1] & _MASK
    return value ^ value >> 31


class Dice:
    """Throws of one seed; a throw is named by a word and a place, so that no throw moves another."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def bits(self, name: str, place: Ints) -> NDArray[np.uint64]:
        """64 bits for each place."""
        salt = _mixed(self._seed & _MASK)
        for code in name.encode():
            salt = _mixed((salt + code + _STEP) & _MASK)
        value = place.astype(np.uint64) * np.uint64(_STEP) + np.full(place.shape, salt, np.uint64)
        value = (value ^ value >> np.uint64(30)) * np.uint64(_MIX[0])
        value = (value ^ value >> np.uint64(27)) * np.uint64(_MIX[1])
        return value ^ value >> np.uint64(31)

    def below(self, name: str, place: Ints, limit: Ints | int) -> Ints:
        """A whole number in [0, limit) for each place; limits stay below 2^31."""
        high = (self.bits(name, place) >> np.uint64(33)).astype(np.int64)
        return (high * limit) >> 31

    def pick(self, name: str, place: Ints, weights: Ints) -> Ints:
        """An index into `weights` for each place, as often as its weight says; the weights' sum stays below 2^31."""
        edges = np.cumsum(weights)
        return np.searchsorted(edges, self.below(name, place, int(edges[-1])), side="right").astype(np.int64)
