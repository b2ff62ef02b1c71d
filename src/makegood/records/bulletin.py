"""A bulletin: what a provider's status page says happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from makegood.records.scope import Scope
from makegood.spans import Span

# Severities, in the words of the page most feeds come from; `none` is a report without stated impact.
SEVERITIES = ("none", "maintenance", "degraded", "partial", "major", "unknown")
# What the page's words are about; only `downtime` is plainly an outage of the service that was bought.
KINDS = ("downtime", "maintenance", "access", "login", "billing", "other")


@dataclass(frozen=True)
class Update:
    """One line of a bulletin's history."""

    time: datetime
    status: str
    text: str


@dataclass(frozen=True)
class Bulletin:
    """One incident on one component of a status page.

    `id` is unique in its source; records of one incident on several components share `incident`.
    `end` is None while the page shows it open. `minutes` is the length the source states when the span
    only says where it lies (a day of a calendar); otherwise None and the span's own length counts.
    `impact` is the window that the text states, where it differs from the page's. `seen` is when the source
    was taken (a scrape time, a page's own `updated_at`), so that the later of two versions can be told. `peak` is the
    largest share of requests (0 to 1) that the source says failed; None where it says nothing of it.
    """

    id: str
    incident: str
    scope: Scope
    component: str
    title: str
    severity: str
    kind: str
    start: datetime
    end: datetime | None
    source: str
    url: str | None = None
    minutes: Fraction | None = None
    impact: Span | None = None
    updates: tuple[Update, ...] = ()
    seen: datetime | None = None
    peak: Fraction | None = None

    def span(self, now: datetime) -> Span:
        """The page's span; an open bulletin ends at `now`."""
        return Span(self.start, max(self.start, self.end if self.end is not None else now))
