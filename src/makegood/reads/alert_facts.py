"""Noun: what alerts are decided from; the state of pages, own traffic and claims at one moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from makegood.incidents.alarm import Alarm
from makegood.incidents.incident import Found
from makegood.reads.alert import Alert
from makegood.reads.calendar import Entry
from makegood.records.bulletin import Bulletin
from makegood.records.page_version import PageVersion
from makegood.records.scope import Scope
from makegood.records.tally import Quarantined
from makegood.spans import Span


@dataclass(frozen=True)
class PageSeen:
    """One page: when it was last read, what it says now, and why it cannot be read, empty where it can.

    `refused` counts its records that could not be used: what they say is not known.
    """

    provider: str
    url: str
    read_at: datetime | None
    bulletins: tuple[Bulletin, ...] = ()
    failing: str = ""
    refused: int = 0


@dataclass(frozen=True)
class TrafficSeen:
    """Own traffic: `alarms` as a stream tells them, `newest` the end of the latest attempt, `looked` the look before.

    `minutes` are (minute since 1970, attempts, provider faults) of each provider, the last hours of them. `failing`
    says why the folder cannot be read, empty where it can; nothing else is then known. `quarantined` are the lines and
    parts that this look could not use. `incidents` are all that the rows show so far, past ones too, by the method of
    assessments: what is too faint for an alarm, or began while nobody was there. They rest on attempts `since` then,
    None for all; `away` is the last span in which nobody looked. `lately` are attempts and faults of each scope of the
    log in the last three minutes.
    """

    folder: str
    alarms: tuple[Alarm, ...] = ()
    newest: datetime | None = None
    looked: datetime | None = None
    minutes: Mapping[str, Sequence[tuple[int, int, int]]] | None = None
    failing: str = ""
    quarantined: tuple[Quarantined, ...] = ()
    incidents: tuple[Found, ...] = ()
    away: Span | None = None
    since: datetime | None = None
    lately: Mapping[Scope, tuple[int, int]] = field(default_factory=dict)

    def lately_of(self, scope: Scope) -> tuple[int, int]:
        """Attempts and faults of all that a scope covers in the last three minutes."""
        some = [counts for leaf, counts in self.lately.items() if scope.covers(leaf)]
        return sum(attempts for attempts, _ in some), sum(faults for _, faults in some)


@dataclass(frozen=True)
class Facts:
    """All that alerts are decided from; `since` is when the watch was first started, `one_name` the one name of a
    provider, `versions` the versions of pages that were kept lately, `found` alerts that tasks bring ready-made.
    `missing` are the told incidents of own traffic that nothing showed at the looks before, by id, since when.
    """

    now: datetime
    since: datetime
    one_name: Callable[[str | None], str]
    pages: tuple[PageSeen, ...] = ()
    versions: tuple[PageVersion, ...] = ()
    traffic: TrafficSeen | None = None
    claims: tuple[tuple[str, Entry], ...] = ()
    found: tuple[Alert, ...] = ()
    missing: Mapping[str, datetime] = field(default_factory=dict)

    def pages_of(self, providers: frozenset[str]) -> tuple[PageSeen, ...]:
        """The pages of these providers, by their one names."""
        return tuple(one for one in self.pages if self.one_name(one.provider) in providers)

    def own(self, provider: str, start: datetime) -> tuple[int, int]:
        """Attempts and faults of a provider, by its one name, since a moment."""
        first = int(start.timestamp()) // 60
        minutes = self.traffic.minutes if self.traffic and self.traffic.minutes else {}
        rows = [row for name, many in minutes.items() if self.one_name(name) == provider for row in many]
        told = [(attempts, faults) for minute, attempts, faults in rows if minute >= first]
        return sum(attempts for attempts, _ in told), sum(faults for _, faults in told)


@dataclass(frozen=True)
class AlertPolicy:
    """When something is an alert. A page is `silent` so many minutes after own traffic began to fail; it is `blind`
    when it could not be read for so long, and own traffic when no attempt came for `stale` minutes (0: never). Claims
    are told so many `days` ahead. More than `most_per_hour` are held back for a summary.
    """

    silent: timedelta = timedelta(minutes=10)
    blind: timedelta = timedelta(minutes=30)
    stale: timedelta = timedelta(minutes=60)
    days: tuple[int, ...] = (14, 7, 1)
    most_per_hour: int = 20
