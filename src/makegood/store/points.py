"""Noun: the named points of a commit, where a crash is tried; nothing happens there in normal work."""

from __future__ import annotations

from collections.abc import Callable

POINTS = (
    "posting.locked",
    "posting.staged",
    "posting.inserted",
    "posting.boxed",
    "posting.rooted",
    "posting.before_commit",
    "posting.after_commit",
    "chunk.noted",
    "outbox.taken",
    "outbox.sent",
    "outbox.noted",
    "notice.made",
    "notice.taken",
    "notice.handed",
    "notice.sent",
    "notice.noted",
)
# A campaign ends before these.
LATER = ("reminder.made", "reminder.taken", "reminder.handed", "reminder.sent", "reminder.noted")
_watch: Callable[[str], None] | None = None


def watched_by(watch: Callable[[str], None] | None) -> None:
    """Call `watch` at every point from now on; None ends it."""
    global _watch
    _watch = watch


def reach(point: str) -> None:
    """Say that the point is reached."""
    if _watch is not None:
        _watch(point)
