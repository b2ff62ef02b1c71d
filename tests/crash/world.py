"""Noun: the world that a harness and its workers share; one clock, who is to die where, and what was done."""

from __future__ import annotations

import mmap
import os
import signal
from datetime import datetime, timedelta

from makegood.spans import from_us, to_us
from makegood.store.effects import LEASE
from makegood.store.points import POINTS

POSTED, PARCELS, NOTICES, REFUSED, AWAY, NOW, DOOM, _BEGUN = range(8)
STAGES = (POSTED, PARCELS, NOTICES)
_CLOCK, _ENDED, _ALLOWED, _FIRST, _EACH = 0, 1, 2, 8, 16
_NARROW = timedelta(seconds=30)


class World:
    """Shared memory; made before the first fork. Every cell is one aligned word, written by one process at a time."""

    def __init__(self, slots: int, now: datetime) -> None:
        self.slots = slots
        self._cells = memoryview(mmap.mmap(-1, 8 * (_FIRST + _EACH * slots))).cast("q")
        self._cells[_CLOCK] = to_us(now)

    @property
    def now(self) -> datetime:
        """The clock of everyone."""
        return from_us(self._cells[_CLOCK])

    @property
    def ended(self) -> bool:
        """Were the workers told to go home?"""
        return bool(self._cells[_ENDED])

    def end(self) -> None:
        """Tell the workers to go home after what they are doing."""
        self._cells[_ENDED] = 1

    def allow(self, stage: int, parts: int) -> None:
        """Let so many more parts of a stage be begun, so that every stage goes on for as long as there are kills."""
        self._cells[_ALLOWED + stage] = self.total(_BEGUN + stage) + parts

    def may(self, slot: int, stage: int) -> bool:
        """May this worker begin another part? One that is doomed always may, for it has somewhere to go."""
        if self.total(_BEGUN + stage) >= self._cells[_ALLOWED + stage] and not self.doomed(slot):
            return False
        self.count(slot, _BEGUN + stage, 1)
        return True

    def move(self, step: timedelta) -> None:
        """Move the clock on, but never so far that the lease of somebody alive runs out: machines that stand still for
        five minutes are another story than machines that die."""
        busy = [at for at in (self._cells[self._at(slot, NOW)] for slot in range(self.slots)) if at]
        wished = self.now + step
        until = min(wished, from_us(min(busy)) + LEASE - _NARROW) if busy else wished
        if until > self.now:
            self._cells[_CLOCK] = to_us(until)

    def begin(self, slot: int) -> datetime:
        """The moment at which this worker's next act happens; until `rest` the clock stays within its lease."""
        cell = self._at(slot, NOW)
        while self._cells[cell] != self._cells[_CLOCK]:
            self._cells[cell] = self._cells[_CLOCK]
        return from_us(self._cells[cell])

    def rest(self, slot: int) -> None:
        """This worker holds nothing more, or is dead."""
        self._cells[self._at(slot, NOW)] = 0

    def doom(self, slot: int, point: str | None, by: int = signal.SIGKILL) -> None:
        """Send the worker this signal where it next reaches the point: SIGKILL to die, SIGSTOP to stand still."""
        code = POINTS.index(point) + 1 if point else 0
        self._cells[self._at(slot, DOOM)] = -code if by == signal.SIGSTOP else code

    def doomed(self, slot: int) -> str | None:
        """Where the worker is to die, or to stand still."""
        code = abs(self._cells[self._at(slot, DOOM)])
        return POINTS[code - 1] if code else None

    def reached(self, slot: int, point: str) -> None:
        """Die here, if it is here: SIGKILL leaves nothing to tidy up, no buffer to flush, no transaction to end."""
        code = self._cells[self._at(slot, DOOM)]
        if code and point == POINTS[abs(code) - 1]:
            self._cells[self._at(slot, DOOM)] = 0
            os.kill(os.getpid(), signal.SIGKILL if code > 0 else signal.SIGSTOP)

    def count(self, slot: int, what: int, many: int) -> None:
        """Note that the worker did so many; not exact, for whoever dies counts no more."""
        self._cells[self._at(slot, what)] += many

    def total(self, *what: int) -> int:
        """What all workers noted."""
        return sum(self._cells[self._at(slot, one)] for slot in range(self.slots) for one in what)

    def _at(self, slot: int, what: int) -> int:
        return _FIRST + _EACH * slot + what
