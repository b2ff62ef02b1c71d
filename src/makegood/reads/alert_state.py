"""Alert state: what was told and what is still to be sent, as a fold over the log of alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from makegood.errors import BadPeriod
from makegood.reads.alert import (
    ACKNOWLEDGED,
    BEGAN,
    BLIND,
    CHANGED,
    ENDED,
    KINDS,
    PAGE_CHANGED,
    PAGE_ENDED,
    PAGE_ONLY,
    PAGE_SAYS,
    SEES_AGAIN,
    SILENT,
    SUMMARY,
    Alert,
)
from makegood.reads.alert_shape import check_facts
from makegood.spans import iso, moment

DUE, HELD, TRYING, OUTCOME = "due", "held", "trying", "outcome"
ENDS = frozenset({"done", "refused", "given_up"})
_HOUR = timedelta(hours=1)


@dataclass
class Delivery:
    """One alert on its way by one channel. `doubt`: a try may have arrived although nobody said so."""

    alert: Alert
    channel: str
    tries: int = 0
    doubt: bool = False
    outcome: str = ""
    not_before: datetime | None = None

    @property
    def over(self) -> bool:
        """Is nothing more to be done?"""
        return self.outcome in ENDS


@dataclass
class Episode:
    """An incident of own traffic as it was last told."""

    id: str
    facts: Mapping[str, Any]
    page_said: bool
    silent: bool = False


@dataclass
class Told:
    """The fold; `add` takes the entries of the log in their order.

    `held` waits for the next summary. `episodes` are the open incidents of own traffic by id, `stories` the open
    bulletins that were told by themselves, by key; `met` are those (address, incident) that were told with own traffic.
    `endings` is how often one was told to be over. `blind` is what the watch said it cannot see.
    """

    alerts: dict[str, Alert] = field(default_factory=dict)
    held: dict[str, Alert] = field(default_factory=dict)
    deliveries: dict[tuple[str, str], Delivery] = field(default_factory=dict)
    episodes: dict[str, Episode] = field(default_factory=dict)
    stories: dict[str, Alert] = field(default_factory=dict)
    met: set[tuple[str, str]] = field(default_factory=set)
    endings: Counter[tuple[str, str]] = field(default_factory=Counter)
    blind: dict[str, Alert] = field(default_factory=dict)
    due_at: list[datetime] = field(default_factory=list)
    unread: int = 0

    def add(self, entry: Mapping[str, Any]) -> None:
        """Take one entry; one that is none is counted and left out."""
        try:
            self._take(entry)
        except (KeyError, TypeError, ValueError, AttributeError, BadPeriod):
            self.unread += 1

    def knows(self, key: str) -> bool:
        """Was an alert of this key written, as due or as held back?"""
        return key in self.alerts

    def lately(self, now: datetime) -> int:
        """How many alerts became due in the hour before `now`."""
        since = now - _HOUR
        return sum(1 for at in self.due_at if since < at <= now)

    def waiting(self, now: datetime) -> list[Delivery]:
        """What is to be sent now, the most urgent first."""
        due = [
            one
            for one in self.deliveries.values()
            if not one.over and (one.not_before is None or one.not_before <= now)
        ]
        return sorted(due, key=lambda one: (KINDS.index(one.alert.kind), one.alert.at))

    def unsent(self) -> int:
        """How many deliveries are not over."""
        return sum(1 for one in self.deliveries.values() if not one.over)

    def _take(self, entry: Mapping[str, Any]) -> None:
        what, key = entry["what"], entry["key"]
        if what in (DUE, HELD):
            check_facts(entry["kind"], entry["at"], entry["facts"])
            self._told(Alert(key, entry["kind"], moment(entry["at"]), dict(entry["facts"])), what == HELD)
            for channel in entry.get("to", ()):
                self.deliveries[key, channel] = Delivery(self.alerts[key], channel)
            return
        delivery = self.deliveries[key, entry["to"]]
        if what == TRYING:
            delivery.tries, delivery.doubt = delivery.tries + 1, True
        elif what == OUTCOME:
            outcome, again = str(entry["outcome"]), moment(entry["next"]) if entry.get("next") else None
            delivery.outcome, delivery.doubt, delivery.not_before = outcome, outcome == "doubt", again

    def _told(self, alert: Alert, held: bool) -> None:
        if alert.kind not in KINDS:
            raise KeyError(alert.kind)
        self.alerts[alert.key] = alert
        if held:
            self.held[alert.key] = alert
        else:
            self.due_at.append(alert.at)
        if alert.kind in (BEGAN, CHANGED, SILENT, ACKNOWLEDGED, ENDED):
            self._own(alert)
        else:
            self._other(alert)

    def _own(self, alert: Alert) -> None:
        """What an alert on own traffic says of its incident."""
        facts = alert.facts
        page, before = facts["page"], self.episodes.get(facts["incident"])
        if page["state"] == "says":
            self.met.update((page["url"], name) for name in page["incidents"])
        if alert.kind == ENDED:
            for name in (facts["incident"], *facts["with"]):
                self.episodes.pop(name, None)
            return
        silent = alert.kind == SILENT or (before is not None and before.silent)
        said = page["state"] == "says" or (before is not None and before.page_said)
        self.episodes[facts["incident"]] = Episode(facts["incident"], facts, said, silent)

    def _other(self, alert: Alert) -> None:
        facts = alert.facts
        if alert.kind in (PAGE_ONLY, PAGE_SAYS, PAGE_CHANGED):
            self.stories[facts["story"]] = alert
        elif alert.kind == PAGE_ENDED:
            self.stories.pop(facts["story"], None)
            self.endings[facts["url"], facts["bulletin"]] += 1
        elif alert.kind == BLIND:
            self.blind[facts["what"]] = alert
        elif alert.kind == SEES_AGAIN:
            self.blind.pop(facts["what"], None)
        elif alert.kind == SUMMARY:
            for one in facts["held"]:
                self.held.pop(one["key"], None)


def told_of(entries: Iterable[Mapping[str, Any]]) -> Told:
    """The state after these entries."""
    told = Told()
    for entry in entries:
        told.add(entry)
    return told


def due_entry(alert: Alert, channels: Iterable[str]) -> dict[str, Any]:
    """The entry that an alert is to be sent by these channels; without any it is only known."""
    return {**_entry(DUE, alert), "to": list(channels)}


def held_entry(alert: Alert) -> dict[str, Any]:
    """The entry that an alert is held back for the next summary."""
    return _entry(HELD, alert)


def _entry(what: str, alert: Alert) -> dict[str, Any]:
    return {"what": what, "at": iso(alert.at), "key": alert.key, "kind": alert.kind, "facts": dict(alert.facts)}


def trying_entry(delivery: Delivery, now: datetime) -> dict[str, Any]:
    """The entry that a try begins; without an outcome behind it nobody knows whether it arrived."""
    return {"what": TRYING, "at": iso(now), "key": delivery.alert.key, "to": delivery.channel}


def outcome_entry(
    delivery: Delivery, outcome: str, now: datetime, said: str = "", again: datetime | None = None
) -> dict[str, Any]:
    """The entry of how a try ended: done, refused, given_up, or again or doubt with the moment of the next try."""
    entry = {"what": OUTCOME, "at": iso(now), "key": delivery.alert.key, "to": delivery.channel, "outcome": outcome}
    return {**entry, "said": said[:400], "next": iso(again) if again else None}
