"""Noun: a task; something the watch does besides, such as canary calls, when it is due and within its own budget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from makegood.reads.alert import Alert


class Task(Protocol):
    """`run` is called in a thread of its own, never twice at once, and raises nothing for what the other side does.

    What it finds are alerts of the kind `task`: `facts` hold `subject` and `lines`, each as {"en": ..., "ko": ...}.
    Each is told once for its key, in the log, the limit and the ways of all others. Calls that a task makes are
    recorded in the attempts folder like any other, so that the watch sees them there.
    """

    name: str

    def due(self) -> datetime | None:
        """The moment of its next run; None for never."""

    def run(self, now: datetime) -> Sequence[Alert]:
        """Do what is due at this moment."""
