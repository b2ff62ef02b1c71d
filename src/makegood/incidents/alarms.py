"""Alarms: raise one when a stream begins to fail, follow it through flapping, and say when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import numpy as np

from makegood.incidents.alarm import FAILING, OVER, PASSING, SILENT, Alarm
from makegood.incidents.counts import Ints
from makegood.incidents.ears import STEP_US, Ears
from makegood.incidents.merge import SURELY_HIT, parents
from makegood.incidents.onset import EVIDENCE, LOOKED_AT, PER_MINUTE, WINDOWS, Heard, material, weigh
from makegood.incidents.policy import Policy
from makegood.records.scope import Scope, common
from makegood.spans import from_us

TOGETHER = 5 * PER_MINUTE  # steps between the beginnings of what is one alarm
HALF, ABOVE, FIRM = 2.0, 1.5, 5.0


@dataclass
class _Open:
    """An alarm that is followed: its leaves by number, moments as steps; `usual` is what it failed at before.

    `passed` and `failed` are running sums of evidence for the other state.
    `attempts` and `faults` are those up to `heard`; `shown` is how many of them stood at its last failing step.
    """

    number: int
    leaves: list[int]
    began: int
    raised: datetime
    usual: float
    first_rate: float
    last: int
    heard: int
    attempts: int = 0
    faults: int = 0
    shown: tuple[int, int] = (0, 0)
    state: str = FAILING
    passed: float = 0.0
    failed: float = 0.0
    silent: int = 0

    @property
    def rate(self) -> float:
        """At which it fails: as when it was raised, then more and more as it goes on."""
        return max((self.shown[1] + FIRM) / (self.shown[0] + FIRM / self.first_rate), 2 * self.usual)


@dataclass(frozen=True)
class _Raised:
    leaves: list[int]
    began: int
    usual: float


class Alarms:
    """Hears what the ears hear; `look` says what is open, and once what is over."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.ears = Ears(policy)
        self._open: list[_Open] = []
        self._past: list[_Open] = []
        self._number = 0

    def look(self, now: datetime, now_us: int) -> tuple[Alarm, ...]:
        """The alarms at a moment, in the order in which they were raised."""
        self.ears.hear(now_us)
        for one in self._open:
            self._follow(one)
        for raised in self._raised():
            self._join(raised, now)
        shown = tuple(self._shown(one) for one in self._open)
        self._past += [one for one in self._open if one.state in (OVER, SILENT)]
        self._past = [one for one in self._past if one.last > self.ears.now - LOOKED_AT]
        self._open = [one for one in self._open if one.state not in (OVER, SILENT)]
        return shown

    def _raised(self) -> Iterator[_Raised]:
        """What begins to fail: leaves, then the parents of those that are quiet."""
        attempts, faults = self._sums()
        quiet = np.ones(len(self.ears.leaves), bool)
        quiet[[leaf for one in self._open for leaf in one.leaves]] = False
        for leaf in np.flatnonzero(quiet & self._enough(attempts, faults)).tolist():
            if raised := self._asked([leaf]):
                quiet[leaf] = False
                yield raised
        for under in _pooled(tuple(self.ears.leaves)):
            some = [leaf for leaf in under if quiet[leaf]]
            sums = attempts[some].sum(axis=0), faults[some].sum(axis=0)
            if len(some) > 1 and self._enough(*sums) and (raised := self._asked(some)):
                raised = self._hit(raised)
                quiet[raised.leaves] = False
                yield raised

    def _sums(self) -> tuple[Ints, Ints]:
        """Attempts and faults of each leaf in each window up to now."""
        steps = self.ears.steps[:, :, -int(WINDOWS[-1]) :]
        summed = np.cumsum(steps[:, :, ::-1], axis=2, dtype=np.int64)
        at = np.minimum(WINDOWS, steps.shape[2]) - 1
        return summed[:, 0, at], summed[:, 1, at]

    def _enough(self, attempts: Ints, faults: Ints) -> np.ndarray:
        return np.asarray(material(attempts, faults, self.policy).any(axis=-1))

    def _asked(self, leaves: list[int]) -> _Raised | None:
        """Do these leaves, as one stream, begin to fail?"""
        heard = self.ears.heard(leaves, [(leaf, one.began, one.last) for one in self._past for leaf in one.leaves])
        end = len(heard.attempts) - 1
        onset = weigh(heard, np.array([end]), [self.ears.habit(leaves)], self.policy)
        if onset.evidence[0] < EVIDENCE:
            return None
        usual = float(onset.expected[0])
        began = _began(heard, end - int(onset.window[0]), usual)
        return _Raised(leaves, self.ears.now + 1 - end + began, usual)

    def _hit(self, raised: _Raised) -> _Raised:
        """Of the leaves that fail together those that surely do, else those with any fault at all."""
        counts = self._counted(raised.leaves, raised.began)
        failing = counts[:, 1] > 0
        due = np.maximum(counts[:, 0] * raised.usual, 1e-12)
        ratio = np.maximum(counts[:, 1] / due, 1e-12)
        sure = failing & (ratio > 1) & (counts[:, 1] * np.log(ratio) - (counts[:, 1] - due) >= SURELY_HIT)
        chosen = np.flatnonzero(sure if sure.any() else failing)
        return replace(raised, leaves=[raised.leaves[at] for at in chosen])

    def _counted(self, leaves: Sequence[int], began: int) -> Ints:
        """Attempts and faults of each leaf from a step on, to the last that is complete."""
        steps = self.ears.steps[list(leaves), :, max(0, began - self.ears.first) : -1]
        return np.asarray(steps.sum(axis=2, dtype=np.int64))

    def _join(self, raised: _Raised, now: datetime) -> None:
        """To the alarm of its provider that began with it, or a new one."""
        attempts, faults = self._counted(raised.leaves, raised.began).sum(axis=0).tolist()
        one = next((one for one in self._open if self._same(one, raised)), None)
        if one is None:
            rate = max(faults, 1) / max(attempts, 1)
            one = _Open(
                self._number + 1, raised.leaves, raised.began, now, raised.usual, rate, raised.began, raised.began - 1
            )
            self._follow(one)
            over = one.state in (OVER, SILENT)  # before it was raised: it is nobody's alarm
            (self._past if over else self._open).append(one)
            self._number += not over
            return
        one.leaves, last = sorted({*one.leaves, *raised.leaves}), self._last(raised.leaves)
        one.began, one.usual = min(one.began, raised.began), max(one.usual, raised.usual)
        one.attempts, one.faults = one.attempts + attempts, one.faults + faults
        if one.state == FAILING or last > one.last + PER_MINUTE:
            one.shown, one.state, one.passed, one.last = (one.attempts, one.faults), FAILING, 0.0, max(one.last, last)

    def _same(self, one: _Open, raised: _Raised) -> bool:
        """Did they begin together, or is all that fails now known to fail already?"""
        scope = common(self.ears.leaves[leaf] for leaf in one.leaves)
        if scope.provider != self.ears.leaves[raised.leaves[0]].provider or one.state in (OVER, SILENT):
            return False
        inside = all(scope.covers(self.ears.leaves[leaf]) for leaf in raised.leaves)
        return abs(one.began - raised.began) <= TOGETHER or (inside and raised.began > one.began)

    def _last(self, leaves: Sequence[int]) -> int:
        failing = np.flatnonzero(self.ears.steps[list(leaves), 1, :].sum(axis=0))
        return self.ears.first + int(failing[-1])

    def _follow(self, one: _Open) -> None:
        """Hear the steps that are complete since; evidence for the other state is summed up, never below nothing."""
        gap = self.policy.gap * PER_MINUTE
        for step in range(max(one.heard + 1, self.ears.first), self.ears.now):
            attempts, faults = self.ears.steps[one.leaves, :, step - self.ears.first].sum(axis=0).tolist()
            one.heard = step
            one.attempts, one.faults = one.attempts + attempts, one.faults + faults
            one.silent = 0 if attempts else one.silent + 1
            self._weigh(one, step, attempts, faults)
            if one.state == PASSING and step - one.last >= gap:
                one.state = OVER
            elif one.state == FAILING and step - one.last >= gap:
                one.state = SILENT if one.silent >= gap else OVER
            if one.state in (OVER, SILENT):
                return

    def _weigh(self, one: _Open, step: int, attempts: int, faults: int) -> None:
        healthy = max(one.usual, min(ABOVE * one.usual, one.rate / 3))
        failing = max(one.rate / HALF, ABOVE * healthy)
        passes = attempts - faults
        weight = faults * float(np.log(healthy / failing)) + passes * float(np.log1p(-healthy) - np.log1p(-failing))
        if one.state == FAILING:
            one.passed = max(0.0, one.passed + weight)
            if one.passed >= self.policy.leave:
                one.state, one.failed = PASSING, 0.0
            elif faults and one.passed <= 0:
                one.last, one.shown = step, (one.attempts, one.faults)
        else:
            one.failed = max(0.0, one.failed - weight)
            if one.failed >= self.policy.enter:
                one.state, one.passed, one.last, one.shown = FAILING, 0.0, step, (one.attempts, one.faults)

    def _shown(self, one: _Open) -> Alarm:
        leaves = tuple(self.ears.leaves[leaf] for leaf in one.leaves)
        began, last = (from_us(step * STEP_US) for step in (one.began, one.last + 1))
        return Alarm(one.number, common(leaves), leaves, one.state, began, one.raised, last, *one.shown)


def _began(heard: Heard, start: int, usual: float) -> int:
    """The failing step from which on failing at a rate of its own is likeliest, looked for a window earlier too."""
    end = len(heard.attempts) - 1
    low = max(0, 2 * start - end)
    attempts, faults = heard.attempts[-1] - heard.attempts[low:-1], heard.faults[-1] - heard.faults[low:-1]
    rate = np.clip(faults / np.maximum(attempts, 1), usual, 0.99)
    gain = faults * np.log(rate / usual) + (attempts - faults) * (np.log1p(-rate) - np.log1p(-usual))
    return low + int(np.argmax(np.where(np.diff(heard.faults[low:]) > 0, gain, -np.inf)))


@lru_cache(maxsize=8)
def _pooled(leaves: tuple[Scope, ...]) -> tuple[tuple[int, ...], ...]:
    """The leaves under each parent, narrow parents first."""
    return tuple(
        tuple(number for number, leaf in enumerate(leaves) if parent.covers(leaf))
        for provider in dict.fromkeys(leaf.provider for leaf in leaves)
        for parent in parents([leaf for leaf in leaves if leaf.provider == provider])
    )
