"""Noun: what is weighed; one period of one scope, what was counted in it, the bill, the claim, and the moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from makegood.money import Money
from makegood.records.scope import Scope
from makegood.spans import Span
from makegood.terms.intervals import IntervalCounts


@dataclass(frozen=True)
class ClaimFacts:
    """A claim as it arrived: when, and which of the required items it holds."""

    received: datetime
    contains: frozenset[str]


@dataclass(frozen=True)
class Case:
    """`bill` is the base that the terms name for this scope; `wasted` what was charged for nothing received there.

    `now` is the moment of judging. `zone` names the zone whose months are meant when the terms state none;
    None takes the one that the pack assumes. `observed` is the span that the log speaks of; None: all of it.
    Any other field left None is not known, which is not the same as zero.
    """

    period: Span
    counts: IntervalCounts | None
    now: datetime
    scope: Scope = field(default_factory=Scope)
    bill: Money | None = None
    claim: ClaimFacts | None = None
    wasted: Money | None = None
    zone: str | None = None
    observed: Span | None = None
