"""Ears: attempts and faults of all leaf scopes as they end, in steps of ten seconds and in blocks of ten minutes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from makegood.incidents.arrived import Arrived
from makegood.incidents.counts import Counts, Ints
from makegood.incidents.habit import BLOCKS, DAYS, Habit, habit
from makegood.incidents.onset import LOOKED_AT, STEP_S, Heard
from makegood.incidents.policy import Policy
from makegood.incidents.swing import BLOCK
from makegood.records.scope import Scope

STEP_US, BLOCK_STEPS = STEP_S * 1_000_000, BLOCK * 60 // STEP_S
HOUR_STEPS, DAY_STEPS = 6 * BLOCK_STEPS, BLOCKS * BLOCK_STEPS
ROOM = 2 * LOOKED_AT


class Ears:
    """Leaves are numbered in the order in which they were first heard of; `steps` has the shape (leaf, attempts or
    faults, step), begins with the step `first` and ends with that of the last moment given to `hear`."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.leaves: list[Scope] = []
        self.first = 0
        self.now = 0
        self._numbers: dict[Scope, int] = {}
        self._waiting: list[Ints] = []
        self._steps = np.zeros((0, 2, ROOM), np.int32)
        self._blocks = np.zeros((0, 2, DAYS * BLOCKS), np.int32)
        self._today = 0
        self._habits: dict[tuple[int, ...], tuple[int, Habit]] = {}

    @property
    def steps(self) -> NDArray[np.int32]:
        """Of each leaf, the steps up to now."""
        return self._steps[: len(self.leaves), :, : self.now - self.first + 1]

    def take(self, rows: Arrived) -> None:
        """Attempts that came; they are heard with the next `hear`."""
        numbers = np.array([self._number(scope) for scope in rows.scopes], np.int64)
        once = np.ones(len(rows.scope), np.int64)
        self._wait(numbers[rows.scope], rows.end_us // STEP_US, once, rows.fault.astype(np.int64))

    def take_counts(self, counts: Sequence[Counts]) -> None:
        """Minutes of the past: they tell what is usual."""
        for one in counts:
            step = one.minute * (60 // STEP_S)
            self._wait(np.full(len(step), self._number(one.scope)), step, one.attempts, one.faults)

    def hear(self, now_us: int) -> None:
        """Go on to a moment; what is said to have ended after it counts as ended now."""
        self.now = max(self.now, now_us // STEP_US)
        self._go_on()
        if not self._waiting:
            return
        leaf, step, attempts, faults = np.concatenate(self._waiting, axis=1)
        self._waiting = []
        step = np.minimum(step, self.now)
        place = step - self.first
        fresh = place >= 0
        for column, values in enumerate((attempts, faults)):
            np.add.at(self._steps, (leaf[fresh], column, place[fresh]), values[fresh])
        block = step // BLOCK_STEPS - (self._today - DAYS + 1) * BLOCKS
        known = block >= 0
        for column, values in enumerate((attempts, faults)):
            np.add.at(self._blocks, (leaf[known], column, block[known]), values[known])

    def heard(self, leaves: Sequence[int], without: Sequence[tuple[int, int, int]]) -> Heard:
        """Some leaves as one stream over the steps that matter now, without some (leaf, first, last) of them."""
        low = max(0, self.now + 1 - LOOKED_AT - self.first)
        steps = self.steps[list(leaves), :, low:].astype(np.int64)
        for leaf, first, last in without:
            if leaf in leaves:
                span = (max(0, one - self.first - low) for one in (first, last + 1))
                steps[list(leaves).index(leaf), :, slice(*span)] = 0
        summed = np.cumsum(steps.sum(axis=0), axis=1)
        return Heard(*(np.concatenate([[0], one]) for one in summed))

    def habit(self, leaves: Sequence[int]) -> Habit:
        """What is usual for some leaves as one stream at this hour."""
        hour, name = self.now // HOUR_STEPS, tuple(leaves)
        known = self._habits.get(name)
        if known is None or known[0] != hour:
            blocks = self._blocks[list(leaves)].sum(axis=0).astype(float)
            blocks[:, hour * 6 - (self._today - DAYS + 1) * BLOCKS :] = 0
            attempts, faults = blocks.reshape(2, DAYS, BLOCKS)
            known = self._habits[name] = (hour, habit(attempts, faults, hour, self.policy))
        return known[1]

    def _number(self, scope: Scope) -> int:
        if scope not in self._numbers:
            self._numbers[scope] = len(self.leaves)
            self.leaves.append(scope)
            if len(self.leaves) > len(self._steps):
                more = len(self.leaves)
                self._steps = np.concatenate([self._steps, np.zeros((more, *self._steps.shape[1:]), np.int32)])
                self._blocks = np.concatenate([self._blocks, np.zeros((more, *self._blocks.shape[1:]), np.int32)])
        return self._numbers[scope]

    def _wait(self, leaf: Ints, step: Ints, attempts: Ints, faults: Ints) -> None:
        """Add up what belongs to one leaf and step, and keep it until it is heard."""
        keys, place = np.unique(leaf << 40 | step, return_inverse=True)
        sums = (np.bincount(place, one, len(keys)).astype(np.int64) for one in (attempts, faults))
        self._waiting.append(np.stack([keys >> 40, keys & (1 << 40) - 1, *sums]))

    def _go_on(self) -> None:
        """Make room for the steps and the day of now."""
        if self.now - self.first >= ROOM:
            first = self.now - LOOKED_AT + 1
            gone = min(ROOM, first - self.first)
            self._steps[:, :, : ROOM - gone] = self._steps[:, :, gone:]
            self._steps[:, :, ROOM - gone :] = 0
            self.first = first
        days = min(DAYS, self.now // DAY_STEPS - self._today)
        if days > 0:
            keep = (DAYS - days) * BLOCKS
            self._blocks[:, :, :keep] = self._blocks[:, :, days * BLOCKS :]
            self._blocks[:, :, keep:] = 0
            self._today = self.now // DAY_STEPS
            self._habits.clear()
