"""Noun: what is weighed; one period of one scope, what was seen in it, the bill, the claim, and the moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from makegood.money import Money
from makegood.records.scope import Scope
from makegood.spans import Span
from makegood.terms.conditions import FactValue
from makegood.terms.intervals import IntervalCounts
from makegood.terms.outages import Outages


@dataclass(frozen=True)
class ClaimFacts:
    """A claim as it arrived: when (None: the moment is not known), and which of the required items it holds.

    `contains` is None where nothing is said about its contents. `made` is false where it is known that none came.
    """

    received: datetime | None
    contains: frozenset[str] | None
    sent: datetime | None = None
    made: bool = True


@dataclass(frozen=True)
class Totals:
    """Requests and errors of a whole window; `repeats` of the errors are the same request again, None: not known."""

    requests: int
    errors: int
    repeats: int | None = None


@dataclass(frozen=True)
class Case:
    """`bill` is the base that the terms name for this scope; `wasted` what was charged for nothing received there.

    What was seen comes as counts by bucket, totals, outages, or figures (percent) by window: "2026-05" or, for the
    period itself, "", or no more than whether a window `fell` short. `now` is the moment of judging. `zone` names the
    zone whose months are meant when the terms state none; None takes the one that the pack assumes. `observed` is the
    span that the log speaks of; None: all of it. `anchors` are the moments that deadlines count from, by their names.
    `agreed` says that the parties hold this version to be the one that rules, whatever the date. Where the moment of
    judging is only assumed (`now_assumed`), the time to claim is not said to have run out by it. Where it is not
    `dated`, nothing tells when it was and the period only stands in. `whole`: by the clock it was given in the period
    is a whole window, where the terms state no zone. Any other field left None, and any fact not given, is not known,
    which is not the same as zero.
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
    totals: Totals | None = None
    outages: Outages | None = None
    figures: Mapping[str, Fraction] = field(default_factory=dict)
    fell: Mapping[str, bool] = field(default_factory=dict)
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    anchors: Mapping[str, datetime] = field(default_factory=dict)
    agreed: bool = False
    now_assumed: bool = False
    dated: bool = True
    whole: bool = False

    def money(self, name: str) -> Money | None:
        """The bill, or the fact of that name where it is money."""
        value = self.bill if name == "bill" else self.facts.get(name)
        return value if isinstance(value, Money) else None

    def number(self, name: str) -> Fraction | None:
        """The fact of that name where it is a number."""
        value = self.facts.get(name)
        return value if isinstance(value, Fraction) else None

    def moment(self, name: str) -> datetime | None:
        """The fact of that name where it is a moment."""
        value = self.facts.get(name)
        return value if isinstance(value, datetime) else None
