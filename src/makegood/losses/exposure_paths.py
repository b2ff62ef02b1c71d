"""Noun and verb: the paths that a gateway declares, and which of them were ever taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from makegood.losses.exposure import Lane, Target, Tokens, Unit, summed
from makegood.losses.exposure_units import list_price
from makegood.money import Money

_MILLION = 1_000_000


@dataclass(frozen=True)
class Rates:
    """Declared prices for a million tokens, in units of the currency."""

    input: Decimal
    cached: Decimal
    output: Decimal
    currency: str

    def of(self, tokens: Tokens) -> Decimal:
        """What the tokens cost."""
        fresh = tokens.input - tokens.cached
        return (fresh * self.input + tokens.cached * self.cached + tokens.output * self.output) / _MILLION


@dataclass(frozen=True)
class Step:
    """One declared upstream of a route; `first` where calls go there without any failure before."""

    target: Target
    first: bool
    rates: Rates | None = None


@dataclass(frozen=True)
class Route:
    """A route as a gateway's file declares it: its steps in the order in which they are asked."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Path:
    """A declared step and what the log shows of it; `known` is None where it was never taken."""

    route: str
    step: Step
    known: Unit | None


def paths(units: Sequence[Unit], routes: Sequence[Route]) -> tuple[Path, ...]:
    """Every declared step in its order, with its attempts in the log."""
    return tuple(
        Path(route.name, step, summed(one for one in units if _taken(one, route.name, step)))
        for route in routes
        for step in route.steps
    )


def _taken(one: Unit, route: str, step: Step) -> bool:
    asked, named = one.target, step.target
    return one.lane.route == route and asked.upstream == named.upstream and asked.model == named.model


def declared_targets(lane: Lane, routes: Sequence[Route]) -> tuple[Target, ...]:
    """Who may be asked for a lane; of a log without routes by the name of the model that is asked for."""
    return tuple(step.target for step in _steps(lane, routes))


def _steps(lane: Lane, routes: Sequence[Route]) -> Iterable[Step]:
    named = lane.route or lane.model
    return (step for route in routes if route.name == named for step in route.steps)


def cost(lane: Lane, target: Target, used: Sequence[tuple[int, Tokens]], routes: Sequence[Route]) -> Money | None:
    """What tokens cost at a target: by the price declared for it, else by the list of the day; None if not known."""
    for step in _steps(lane, routes):
        same = (step.target.provider, step.target.model) == (target.provider, target.model)
        if same and step.rates is not None and target.upstream in ("", step.target.upstream):
            return Money(sum((step.rates.of(tokens) for _, tokens in used), Decimal(0)), step.rates.currency)
    return list_price(target.provider, target.model, used)
