"""Noun: exposure; what of the own calls rests on one thing alone, and what stands ready in its place, tested or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

_ADDED = ("attempts", "calls", "answered", "failed", "recent_answered", "recent_failed", "detours", "spend", "tokens")
DIMENSIONS = ("provider", "region", "model", "key")
# How well an alternative is known, the best first.
STATES = ("tested", "stale", "tried", "failing", "declared", "none")


@dataclass(frozen=True)
class Bar:
    """When an alternative counts as tested: so many answers within so many days before the log's last attempt."""

    answers: int = 20
    days: int = 30


@dataclass(frozen=True, order=True)
class Lane:
    """A kind of work that was asked for: by its route where the log names it, else by service and model."""

    route: str
    service: str
    model: str


@dataclass(frozen=True, order=True)
class Target:
    """Who was asked; region, key and upstream are empty where the log does not name them."""

    provider: str
    model: str
    region: str = ""
    key: str = ""
    upstream: str = ""

    def named(self, dimension: str) -> tuple[str, str] | None:
        """The provider and the one thing of it in that dimension; None where the log does not name it."""
        value = {"provider": "*", "region": self.region, "model": self.model, "key": self.key}[dimension]
        return (self.provider, "" if value == "*" else value) if value else None


@dataclass(frozen=True)
class Spend:
    """Amounts by currency, unrounded, and of how many attempts nobody knows what they cost; these are in no amount.

    `listed` says how many attempts stand in the amounts by their list price, as the log names none.
    """

    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    unknown: int = 0
    listed: int = 0

    def __add__(self, other: Spend) -> Spend:
        amounts = dict(self.amounts)
        for currency, amount in other.amounts.items():
            amounts[currency] = amounts.get(currency, Decimal(0)) + amount
        return Spend(dict(sorted(amounts.items())), self.unknown + other.unknown, self.listed + other.listed)


@dataclass(frozen=True)
class Tokens:
    """Tokens in, the cached part of them, and out; the input of each request is more than `above`, at most `most`."""

    above: int
    most: int
    input: int
    cached: int
    output: int


@dataclass(frozen=True)
class Unit:
    """Attempts of one lane at one target, added up; `part` names the window that they are of, empty for the whole log.

    `detours` are attempts made in another's place. `answered_us` is the moment of the last answer, 0 for none. `tokens`
    are those of its answers, by UTC day (days since 1970) and by size of the input.
    """

    part: str
    lane: Lane
    target: Target
    attempts: int = 0
    calls: int = 0
    answered: int = 0
    failed: int = 0
    recent_answered: int = 0
    recent_failed: int = 0
    answered_us: int = 0
    detours: int = 0
    spend: Spend = field(default_factory=Spend)
    tokens: tuple[tuple[int, Tokens], ...] = ()

    def __add__(self, other: Unit) -> Unit:
        """Both together, under the name of the first."""
        counts: dict[str, Any] = {name: getattr(self, name) + getattr(other, name) for name in _ADDED}
        return replace(self, answered_us=max(self.answered_us, other.answered_us), **counts)


def rest_of(units: Iterable[Unit]) -> Rest:
    """All that rests on these units."""
    found = Rest()
    for one in units:
        found += Rest(one.calls, one.attempts, one.spend, frozenset({(one.target.provider, one.target.model)}))
    return found


def summed(units: Iterable[Unit]) -> Unit | None:
    """All of them together, under the name of the first; None of none."""
    whole: Unit | None = None
    for one in units:
        whole = one if whole is None else whole + one
    return whole


@dataclass(frozen=True)
class Alternative:
    """The best that stands ready for a lane if one thing fails; `state` is one of STATES.

    `provider` and `name` say what it is in the dimension, `target` where most of its answers came from (None where
    merely declared). Answers and faults are those in the lane, the recent ones those that count.
    """

    state: str
    provider: str = ""
    name: str = ""
    target: Target | None = None
    answered: int = 0
    failed: int = 0
    recent_answered: int = 0
    recent_failed: int = 0
    answered_us: int = 0

    @property
    def share(self) -> Fraction:
        """Which share of the recent attempts was answered, the caller's own mistakes aside."""
        tried = self.recent_answered + self.recent_failed
        return Fraction(self.recent_answered, tried) if tried else Fraction(0)


@dataclass(frozen=True)
class Rest:
    """What rests on a thing: calls that it opened, attempts, their spend, and the models (provider and name)."""

    calls: int = 0
    attempts: int = 0
    spend: Spend = field(default_factory=Spend)
    models: frozenset[tuple[str, str]] = frozenset()

    def __add__(self, other: Rest) -> Rest:
        return Rest(
            self.calls + other.calls,
            self.attempts + other.attempts,
            self.spend + other.spend,
            self.models | other.models,
        )


@dataclass(frozen=True)
class Stand:
    """One lane at one thing, and the best that stands ready for it."""

    lane: Lane
    rest: Rest
    alternative: Alternative


@dataclass(frozen=True)
class Thing:
    """One thing of a dimension that may fail: all that rests on it, and what of that would stop with it.

    `name` is empty in the dimension of providers.
    """

    dimension: str
    provider: str
    name: str
    whole: Rest
    stops: Rest
    stands: tuple[Stand, ...]


@dataclass(frozen=True)
class Side:
    """One dimension: what the log names a thing for, what it does not, and what of the former would stop.

    `without`: has no tested alternative; its `models` are those of which some call has none. `states` says how many
    calls stand under each of STATES.
    """

    dimension: str
    told: Rest
    untold: Rest
    without: Rest
    states: Mapping[str, int]


@dataclass(frozen=True)
class Exposure:
    """All of it: the whole log, each dimension, and every thing, the one first with which most would stop."""

    bar: Bar
    since_us: int
    whole: Rest
    sides: tuple[Side, ...]
    things: tuple[Thing, ...]
