"""Noun: the named points of recording and sealing, where a crash is tried; nothing happens there in normal work."""

from __future__ import annotations

from collections.abc import Callable

POINTS = (
    "attempt.begun",
    "attempt.finished",
    "journal.created",
    "journal.carried",
    "journal.turned",
    "seal.torn",
    "seal.written",
    "seal.synced",
    "seal.renamed",
    "seal.listed",
    "seal.removed",
    "orphan.settled",
    "orphan.freed",
    "commit.written",
)
_watch: Callable[[str], None] | None = None


def watched_by(watch: Callable[[str], None] | None) -> None:
    """Call `watch` at every point from now on; None ends it."""
    global _watch
    _watch = watch


def reach(point: str) -> None:
    """Say that the point is reached."""
    if _watch is not None:
        _watch(point)
