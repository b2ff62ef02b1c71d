"""An incident: a span in which a scope failed, found in attempts, declared by bulletins, or both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from makegood.records.bulletin import Bulletin
from makegood.records.scope import Scope
from makegood.spans import Span


@dataclass(frozen=True)
class Found:
    """A span of failure found in counts: best edges, and the range in which each edge may lie."""

    scope: Scope
    span: Span
    start_range: Span
    end_range: Span
    attempts: int
    faults: int


@dataclass(frozen=True)
class Incident:
    """`basis` is `attempts`, `bulletin` or `both`; the span is the attempts' own where there is one.

    `bulletins` holds what the page says of it, with the page's own times: the two lengths are never averaged.
    """

    id: str
    scope: Scope
    span: Span
    start_range: Span
    end_range: Span
    attempts: int
    faults: int
    accounts: int
    basis: str
    bulletins: tuple[Bulletin, ...] = ()

    @property
    def start(self) -> datetime:
        """First moment of the incident."""
        return self.span.start

    @property
    def end(self) -> datetime:
        """First moment after the incident."""
        return self.span.end
