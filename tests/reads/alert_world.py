"""A small day for alerts: Acme's page, own traffic as alarms, and a log of alerts that is kept in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from makegood.incidents.alarm import FAILING, Alarm
from makegood.incidents.incident import Found
from makegood.reads.alert import Alert
from makegood.reads.alert_facts import AlertPolicy, Facts, PageSeen, TrafficSeen
from makegood.reads.alert_state import Told, due_entry, held_entry, told_of
from makegood.reads.alerts import decide
from makegood.records.bulletin import Bulletin
from makegood.records.page_version import PageVersion
from makegood.records.scope import Scope
from makegood.records.small_files import read_small
from makegood.records.watch_folder import named
from makegood.spans import Span, to_us
from tests.watch.status_pages import URL, at

CHAT = Scope("acme", "chat.completions", "a-1", "")
EMBED = Scope("acme", "embeddings", "e-1", "")
ACME = Scope("acme", None, None, None)


def alarm(scope: Scope = CHAT, began: str = "09:30", last: str = "09:40", **more: Any) -> Alarm:
    """An alarm of one scope; sixty attempts, all of which failed."""
    fields = {"state": FAILING, "attempts": 60, "faults": 60, "number": 1, "leaves": (scope,), **more}
    return Alarm(scope=scope, began=at(began), raised=at(began), last=at(last), **fields)


def rows(start: str, end: str, scope: Scope = CHAT) -> Found:
    """An incident as all rows show it; sixty attempts, all of which failed."""
    span = Span(at(start), at(end))
    return Found(scope, span, Span(span.start, span.start), Span(span.end, span.end), 60, 60)


def bulletins(folder: Path, body: bytes) -> tuple[Bulletin, ...]:
    """What a made page says."""
    path = folder / "page.json"
    path.write_bytes(body)
    return named(read_small(path).bulletins, "acme", URL)


def traffic(*alarms: Alarm, **more: Any) -> TrafficSeen:
    """Own traffic that failed as the alarms say; 20 attempts a minute of which none failed beside them."""
    newest = max([one.last for one in alarms], default=at("10:00"))
    return TrafficSeen("attempts", alarms, **{"newest": newest, **more})


def minutes(start: str, end: str, attempts: int, faults: int = 0) -> dict[str, list[tuple[int, int, int]]]:
    """So many attempts and faults a minute."""
    first, last = (to_us(at(one)) // 60_000_000 for one in (start, end))
    return {"acme": [(minute, attempts, faults) for minute in range(first, last)]}


@dataclass
class World:
    """What the watch sees, and the log of what it told; `look` decides at a moment and writes what it decides."""

    policy: AlertPolicy = field(default_factory=AlertPolicy)
    page: PageSeen | None = None
    traffic: TrafficSeen | None = None
    versions: tuple[PageVersion, ...] = ()
    claims: tuple[Any, ...] = ()
    found: tuple[Alert, ...] = ()
    log: list[dict[str, Any]] = field(default_factory=list)
    missing: Mapping[str, datetime] = field(default_factory=dict)

    def facts(self, now: datetime) -> Facts:
        pages = (self.page,) if self.page else ()
        lower = str.lower
        return Facts(
            now=now, since=at("09:00"), one_name=lambda name: lower(name or ""), pages=pages, versions=self.versions,
            traffic=self.traffic, claims=self.claims, found=self.found,
            missing=self.missing,
        )  # fmt: skip

    @property
    def told(self) -> Told:
        """The state as it would be read again after a restart."""
        return told_of(self.log)

    def look(self, when: str) -> list[Alert]:
        """The alerts of that moment of the made day, the held ones last; they are written to the log."""
        return self.looks(at(when))

    def looks(self, now: datetime) -> list[Alert]:
        """The same at any moment."""
        decided = decide(self.facts(now), self.told, self.policy)
        self.missing = decided.missing
        self.log += [due_entry(one, ["console"]) for one in decided.due]
        self.log += [held_entry(one) for one in decided.held]
        return [*decided.due, *decided.held]

    def kinds(self, when: str) -> list[str]:
        """The kinds of the alerts of that moment."""
        return [one.kind for one in self.look(when)]

    def reads(self, when: str, *told: Bulletin, failing: str = "") -> None:
        """The page was read at that moment and says so."""
        self.page = PageSeen("acme", URL, at(when), told, failing)

    def cannot_read(self, why: str = "it answered 503") -> None:
        """The page cannot be read since it was last."""
        assert self.page is not None
        self.page = replace(self.page, failing=why)
