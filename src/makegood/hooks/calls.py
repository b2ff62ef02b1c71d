"""Noun: the call that an attempt belongs to, where a client repeats what failed; told by its thread and its body."""

from __future__ import annotations

import itertools
import os
import secrets
from contextvars import ContextVar
from dataclasses import dataclass

# A repeat belongs to the call whose attempt failed at most ten minutes before, as with attempts without any id.
_NS = 600 * 1_000_000_000


@dataclass(slots=True)
class Call:
    """The latest attempt of one call: what it asked, by account, model and fingerprint, and how it went."""

    work: tuple[str, str, str | None]
    id: str
    tries: int = 1
    failed: bool = False
    ended: int = 0


# One thread or task does one thing after another: the attempt before in it is the one that this repeats, or none.
_BEFORE: ContextVar[Call | None] = ContextVar("makegood_call", default=None)


def call_of(work: tuple[str, str, str | None], given: str | None, own: str, now: int) -> tuple[Call, int]:
    """The call of an attempt that starts at `now` (ns of a steady clock), and how many attempts of it went before.

    `given` is the id that the caller sent, `own` the attempt's, which names a call that has no other.
    """
    before = _BEFORE.get()
    same = before is not None and before.failed and before.work == work and now - before.ended <= _NS and work[2]
    if before is not None and same and given in (None, before.id):
        call, tries = Call(work, before.id, before.tries + 1), before.tries
    else:
        call, tries = Call(work, given or own), 0
    _BEFORE.set(call)
    return call, tries


class Ids:
    """Ids of attempts, unlike any other's, in forked children too."""

    def __init__(self) -> None:
        self._renew()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self._mark, self._numbers = secrets.token_hex(8), itertools.count(1)

    def next(self) -> str:
        """The next one: 24 hexadecimal digits."""
        return f"{self._mark}{next(self._numbers):08x}"


IDS = Ids()
