"""Noun: what was met while the log was read; enough to know what else has to be looked for, and what was met twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass
class Met:
    """Units, kinds, numbers of bases and turns of the postings; and, of keys and losses, a short hash of each."""

    units: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    bases: set[int] = field(default_factory=set)
    turns: set[int] = field(default_factory=set)
    keys: Many = field(default_factory=lambda: Many())
    losses: Many = field(default_factory=lambda: Many())


@dataclass
class Many:
    """So many things that they are kept by hashes of 64 bits alone, with the positions of the postings they are of."""

    hashes: list[NDArray[np.int64]] = field(default_factory=list)
    positions: list[NDArray[np.int64]] = field(default_factory=list)

    def add(self, things: Iterable[Any], positions: Sequence[int]) -> None:
        """Take on the thing of each posting."""
        self.hashes.append(np.fromiter(map(hash, things), np.int64, len(positions)))
        self.positions.append(np.array(positions, np.int64))

    def alike(self) -> list[int]:
        """The positions of all that share a hash with another: everything that was met twice is among them."""
        if sum(len(one) for one in self.hashes) < 2:
            return []
        hashes, positions = np.concatenate(self.hashes), np.concatenate(self.positions)
        order = np.argsort(hashes, kind="stable")
        same = hashes[order][1:] == hashes[order][:-1]
        doubled = np.concatenate([same, [False]]) | np.concatenate([[False], same])
        return sorted(int(one) for one in positions[order][doubled])
