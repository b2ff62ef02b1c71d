"""Verb: fold; the events of a campaign become its state, and a table says which event may come next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from makegood.errors import BadState

KINDS = ("drawn", "approved", "started", "paused", "resumed", "stopped", "cancelled", "finished")
STATES = ("drawn", "approved", "running", "paused", "stopped", "cancelled", "finished")
NEW = ""
# state -> event -> state; what is not here is not allowed
MOVES: Mapping[str, Mapping[str, str]] = {
    NEW: {"drawn": "drawn"},
    "drawn": {"approved": "approved", "cancelled": "cancelled"},
    "approved": {"started": "running", "cancelled": "cancelled"},
    "running": {"paused": "paused", "stopped": "stopped", "cancelled": "cancelled", "finished": "finished"},
    "paused": {"resumed": "running", "cancelled": "cancelled"},
    "stopped": {"resumed": "running", "cancelled": "cancelled"},
    "cancelled": {},
    "finished": {},
}
STANDING_STILL = ("paused", "stopped")
_INSTEAD = {
    NEW: "draw it first",
    "drawn": "it can be approved or cancelled",
    "approved": "it can be started or cancelled",
    "running": "it can be paused or cancelled",
    "paused": "it can be resumed or cancelled",
    "stopped": "it can be resumed or cancelled",
    "cancelled": "nothing follows; draw a new one",
    "finished": "nothing follows; draw a new one",
}


@dataclass(frozen=True)
class Event:
    """Something that happened to a campaign; `data` is what the kind needs, such as a rule or the hash approved."""

    kind: str
    at: datetime
    person: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """How a campaign stands: `state` since a moment by a person's act, and the last event's data as `why`.

    `paused` is the time it stood still in stretches that are over.
    """

    state: str = NEW
    since: datetime | None = None
    person: str = ""
    why: Mapping[str, str] = field(default_factory=dict)
    drawn_by: str = ""
    approved_by: str = ""
    started: datetime | None = None
    paused: timedelta = timedelta(0)

    def shift(self, now: datetime) -> timedelta:
        """All the time it has stood still until now: how much later is due what is left."""
        if self.state not in STANDING_STILL or self.since is None:
            return self.paused
        return self.paused + max(now - self.since, timedelta(0))


def allowed(state: str, kind: str) -> str | None:
    """None where the event may come in this state, else a sentence that says why not and what can be done."""
    if kind in MOVES[state]:
        return None
    if kind not in KINDS:
        return f"'{kind[:20]}' is nothing that can happen to a campaign; use one of {', '.join(KINDS)}."
    asked = "drawn again" if kind == "drawn" else kind
    return f"a campaign that is {state or 'not drawn'} cannot be {asked}; {_INSTEAD[state]}."


def fold(events: Iterable[Event]) -> Standing:
    """The standing after all events in the order they were appended; raise BadState for one that may not come."""
    standing = Standing()
    for event in events:
        standing = after(standing, event)
    return standing


def after(standing: Standing, event: Event) -> Standing:
    """The standing after one more event; raise BadState where it may not come."""
    why_not = allowed(standing.state, event.kind)
    if why_not:
        raise BadState(why_not)
    return replace(
        standing,
        state=MOVES[standing.state][event.kind],
        since=event.at,
        person=event.person,
        why=event.data,
        drawn_by=event.person if event.kind == "drawn" else standing.drawn_by,
        approved_by=event.person if event.kind == "approved" else standing.approved_by,
        started=event.at if event.kind == "started" else standing.started,
        paused=standing.shift(event.at),
    )
