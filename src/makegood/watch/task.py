"""Noun: a task; something the watch does besides, such as canary calls, when it is due and within its own budget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from makegood.reads.alert import Alert


class Task(Protocol):
    """`run` is called in a thread of its own, never twice at once, and raises nothing for what the other side does.

    What it finds are alerts of the kind `task`: `facts` hold `subject` and `lines`, each as {"en": ..., "ko": ...}.
    Each is told once for its key, in the log, the limit and the ways of all others. A task keeps what it asked in a
    place of its own (canaries in answers.jsonl); its calls stand in the attempts folder, where the watch sees its own
    traffic, only if they go by a gateway that records them.
    """

    name: str

    def due(self) -> datetime | None:
        """The moment of its next run; None for never."""

    def run(self, now: datetime) -> Sequence[Alert]:
        """Do what is due at this moment."""
