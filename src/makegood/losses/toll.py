"""Noun: the toll; what a past incident would have cost on the own calls, by each telling of it and at each share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from makegood.incidents.documented import Past, Telling
from makegood.incidents.laid import Laid
from makegood.losses.exposure import Rest
from makegood.spans import Span

STATED, TOTAL = "stated", "total"  # the share of requests that the source says failed, and all of them
Sums = Mapping[str, Fraction]


@dataclass(frozen=True)
class Habit:
    """What calls that failed at a provider cost so far, in this log: how many there were, and what was wasted on them.

    `charged` is known to have been; `doubtful` may have been. An amount that nobody knows is counted in `unpriced`.
    """

    calls: int = 0
    charged: Mapping[str, Decimal] = field(default_factory=dict)
    doubtful: Mapping[str, Decimal] = field(default_factory=dict)
    unpriced: int = 0


@dataclass(frozen=True)
class Toll:
    """What would have happened had `share` of the calls in the window failed; amounts by currency.

    `calls` would have failed and `attempts` with them; `spend` is what such calls cost when they are answered, of
    `spend_unknown` attempts nobody knows. `retries_least` is what failures cost so far (charged for nothing), `_most`
    with what may have been charged; None: not known. With the tested alternatives `taken` of the calls are answered,
    for `extra` more (below zero: less); of `extra_unknown` of them no price is known.
    """

    basis: str
    share: Fraction
    calls: Fraction
    attempts: Fraction
    spend: Sums
    spend_unknown: Fraction
    retries_least: Sums | None
    retries_most: Sums | None
    taken: Fraction
    extra: Sums
    extra_unknown: Fraction

    @property
    def left(self) -> Fraction:
        """Calls that fail even with the tested alternatives."""
        return self.calls - self.taken


@dataclass(frozen=True)
class Reading:
    """One telling of the incident, laid on the log: `part` names it in the warehouse.

    `observed` is the part of the moved window `span` that the log speaks of; all counts are of that part alone. `whole`
    is what was asked there, `failed` how many of its attempts met a provider fault in the log itself.
    """

    part: str
    telling: Telling
    span: Span
    observed: Span | None
    whole: Rest
    failed: int
    tolls: tuple[Toll, ...]


@dataclass(frozen=True)
class Replay:
    """A past incident on the own calls. `on` are the providers of the log that it was laid on.

    `stands_in`: these are others than the incident's own, as the log holds no calls to that one. `within` names the
    region or model that it was narrowed to. `why_not` says why nothing was laid (a code), else None.
    """

    past: Past
    laid: Laid | None
    on: tuple[str, ...]
    stands_in: bool
    within: str | None
    readings: tuple[Reading, ...]
    why_not: str | None = None
