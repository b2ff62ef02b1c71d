"""Noun: an alert; one thing that somebody should know, told once, with what is known of it at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from makegood.keys import content_hash
from makegood.records.scope import Scope

# Own traffic: it began to fail, fails wider or worse, passes again.
BEGAN, CHANGED, ENDED = "began", "changed", "ended"
# Own traffic beside the page: we see it and the page does not; the page says so now too.
SILENT, ACKNOWLEDGED = "silent", "acknowledged"
# The page: it says so and own traffic is fine; it says so; it says worse; it says that it is over; it was rewritten.
PAGE_ONLY, PAGE_SAYS, PAGE_CHANGED, PAGE_ENDED, EDITED = (
    "page_only",
    "page_says",
    "page_changed",
    "page_ended",
    "edited",
)
# A claim must be made soon; the watch cannot see; it sees again; what the limit held back; what a task found.
DEADLINE, BLIND, SEES_AGAIN, SUMMARY, TASK = "deadline", "blind", "sees_again", "summary", "task"

# The most urgent first: in this order they are told, and the first few keep a part of the limit for themselves.
KINDS = (
    SILENT, BEGAN, DEADLINE, BLIND, CHANGED, ACKNOWLEDGED, PAGE_ONLY, PAGE_SAYS, PAGE_CHANGED, TASK, ENDED, PAGE_ENDED,
    SEES_AGAIN, EDITED, SUMMARY,
)  # fmt: skip
URGENT = frozenset({SILENT, BEGAN, DEADLINE, BLIND, SUMMARY})
_DIGITS = 16


@dataclass(frozen=True)
class Alert:
    """`key` names it for ever: an alert of that key is told once. `facts` are JSON without floats, as they stood `at`
    that moment, and hold all that the words are made from.
    """

    key: str
    kind: str
    at: datetime
    facts: Mapping[str, Any]

    @property
    def id(self) -> str:
        """A short name of the key for those who are sent it; letters, digits and `_`."""
        return f"alert_{content_hash(self.key)[:32]}"


def scope_data(scope: Scope) -> dict[str, str | None]:
    """The scope as facts; None for every one."""
    return {"provider": scope.provider, "service": scope.service, "model": scope.model, "region": scope.region}


def scope_of(data: Mapping[str, Any]) -> Scope:
    """The scope of facts."""
    return Scope(*(data.get(name) for name in ("provider", "service", "model", "region")))


def key_of(kind: str, *parts: str | None) -> str:
    """A key: the kind, and a hash of what it is about."""
    return f"{kind}:{content_hash(list(parts))[:_DIGITS]}"
