"""Pool: the counts of several leaf scopes added up as one stream."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from makegood.incidents.counts import Counts, Ints
from makegood.records.scope import Scope

NEVER = np.iinfo(np.int64).max


def pool(leaves: Sequence[Counts], scope: Scope) -> Counts:
    """Attempts and faults added minute by minute, first and last fault over all; minutes without attempts left out."""
    every = np.concatenate([leaf.minute for leaf in leaves])
    minute, place = np.unique(every, return_inverse=True)
    attempts, faults = np.zeros(len(minute), np.int64), np.zeros(len(minute), np.int64)
    first, last = np.full(len(minute), NEVER), np.zeros(len(minute), np.int64)
    np.add.at(attempts, place, np.concatenate([leaf.attempts for leaf in leaves]))
    np.add.at(faults, place, np.concatenate([leaf.faults for leaf in leaves]))
    firsts = np.concatenate([leaf.first_fault_us for leaf in leaves])
    failing = np.concatenate([leaf.faults for leaf in leaves]) > 0
    np.minimum.at(first, place[failing], firsts[failing])
    np.maximum.at(last, place, np.concatenate([leaf.last_fault_us for leaf in leaves]))
    columns = (minute, attempts, faults, np.where(faults > 0, first, 0), last)
    return Counts(scope, *(column[attempts > 0] for column in columns))


def without(leaf: Counts, spans: Sequence[tuple[int, int]]) -> Counts:
    """The leaf without its minutes in any of the spans [low, high)."""
    kept = np.ones(len(leaf.minute), dtype=bool)
    for low, high in spans:
        kept &= (leaf.minute < low) | (leaf.minute >= high)
    columns: tuple[Ints, ...] = (leaf.minute, leaf.attempts, leaf.faults, leaf.first_fault_us, leaf.last_fault_us)
    return Counts(leaf.scope, *(column[kept] for column in columns))


def between(leaf: Counts, rows: slice) -> Counts:
    """Some rows of the leaf."""
    columns = (leaf.minute, leaf.attempts, leaf.faults, leaf.first_fault_us, leaf.last_fault_us)
    return Counts(leaf.scope, *(column[rows] for column in columns))


def within(leaves: Sequence[Counts], low: int, high: int) -> tuple[int, int]:
    """Attempts and faults of all leaves in minutes [low, high)."""
    attempts = faults = 0
    for leaf in leaves:
        at = slice(*np.searchsorted(leaf.minute, [low, high]).tolist())
        attempts += int(leaf.attempts[at].sum())
        faults += int(leaf.faults[at].sum())
    return attempts, faults
