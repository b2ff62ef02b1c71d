"""Tail: follow an attempts folder as it grows; each attempt is told once, also across a restart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from makegood.records.scope import Scope
from makegood.records.tally import Quarantined

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Recent:
    """Attempts that the folder showed since the position before: columns of equal length, in any order.

    `scopes` and `outcomes` are tables that `scope` and `outcome` point into; an outcome is (provider, status, error,
    usable, empty) in the packed form of the warehouse, as the rules on faults read it. `time_us` is when an attempt
    started, `end_us` when it ended. `quarantined` are lines and parts that cannot be used, each told once.
    """

    scopes: tuple[Scope, ...]
    outcomes: tuple[tuple[str, int, str, int, int], ...]
    scope: Ints
    outcome: Ints
    time_us: Ints
    end_us: Ints
    quarantined: tuple[Quarantined, ...] = ()


@dataclass(frozen=True)
class Position:
    """How far a folder was read; kept as text by whoever follows it."""

    def text(self) -> str:
        """The position as JSON."""
        raise NotImplementedError

    @staticmethod
    def of(text: str) -> Position:
        """The position out of its text; raise BadUse when it is none."""
        raise NotImplementedError


class Tail:
    """Follows one attempts folder from a position, or from its beginning (or a day) when there is none."""

    def __init__(self, folder: Path, position: Position | None = None, since: str | None = None) -> None:
        self.folder = folder

    @property
    def position(self) -> Position:
        """How far it was read: after a restart, a tail from here goes on with the next row."""
        raise NotImplementedError

    def read(self) -> Iterator[Recent]:
        """What came since, in pieces of bounded size; the position moves on with each piece."""
        raise NotImplementedError
