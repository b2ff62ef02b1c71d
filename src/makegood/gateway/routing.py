"""Noun: the routing table; which upstream is asked next for a model, by order, weight and what its breaker says."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from makegood.gateway.breaker import OPEN, PASS, PROBE, RAMP, Breaker
from makegood.gateway.budget import Budget, budget_of
from makegood.gateway.config import Config, over_ceiling
from makegood.gateway.config_shape import REPEAT, BudgetRules, RouteRules, Step
from makegood.gateway.price import Price, price_of
from makegood.gateway.upper import Upper, uppers_of


@dataclass(slots=True, eq=False)
class Lane:
    """One upstream asked for one model (None: the model stays as the caller named it)."""

    upper: Upper
    model: str | None
    breaker: Breaker
    price: Price | None = None
    weight: int = 1
    most_output_tokens: int | None = None
    turn: int = 0  # of the smooth round among equals

    @property
    def name(self) -> str:
        """Upstream and model, for people."""
        return f"{self.upper.name}/{self.model}" if self.model else self.upper.name


@dataclass(slots=True)
class Route:
    """`groups` are lanes of equal order, first asked first. `first_price` is that of the first lane as declared."""

    alias: str | None
    wire: str
    groups: tuple[tuple[Lane, ...], ...]
    budget: Budget
    repeats: bool
    hedge_seconds: float | None = None
    first_price: Price | None = None
    left_out: tuple[Lane, ...] = ()

    def choose(self, now: float, tried: Collection[Lane]) -> tuple[Lane, str] | None:
        """The lane to ask now and how its breaker admits it. A probe that may cost its caller the answer goes out only
        where nobody else is there to ask, or once enough calls went elsewhere. Where nobody was tried and no breaker
        admits, the lane whose breaker opens next is asked all the same, unless it said itself when to come back; None
        for nobody."""
        shut: list[Lane] = []
        for group in self.groups:
            for lane in group if len(group) == 1 else _by_weight(group):
                if lane in tried:
                    continue
                admission = lane.breaker.admit(now)
                if admission:
                    for other in shut if not tried else ():
                        other.breaker.passed_by()
                    return lane, admission
                shut.append(lane)
        return _of_last_resort([lane for lane in shut if now >= lane.breaker.rest], now, bool(tried))

    def only_first(self) -> Route:
        """The route with nothing but the lane declared first: what hangs on an earlier answer is known only there."""
        return replace(self, groups=((self.groups[0][0],),), hedge_seconds=None)

    def waits(self, now: float) -> float:
        """Seconds until one of the lanes may be asked."""
        return min(lane.breaker.waits(now) for group in self.groups for lane in group)


@dataclass(slots=True)
class Table:
    """Everything that routes a call; built once for a config, replaced as a whole when the config is read again."""

    config: Config
    routes: Mapping[tuple[str, str], Route]
    defaults: Mapping[str, Route]
    callers: Mapping[bytes, tuple[str, str]] = field(repr=False)  # digest of a key -> name and account
    lanes: Mapping[tuple[str, str | None], Lane] = field(default_factory=dict)

    def route(self, wire: str, model: str | None) -> Route | None:
        """The route of this model name, if one names it."""
        return self.routes.get((wire, model)) if model else None

    def caller(self, key: str) -> tuple[str, str] | None:
        """Name and account of the caller who holds this key."""
        return self.callers.get(digest(key))


def digest(key: str) -> bytes:
    """What a caller's key is looked up by, so that the time of the search tells nothing of the key."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def build_table(config: Config, before: Table | None = None) -> Table:
    """The table of a config; breakers of lanes that were there before are kept."""
    return _Builder(config, before).table()


class _Builder:
    def __init__(self, config: Config, before: Table | None) -> None:
        self.config = config
        self.uppers = uppers_of(config)
        self.lanes: dict[tuple[str, str | None], Lane] = {}
        self.before = before.lanes if before else {}

    def table(self) -> Table:
        said = self.config.said
        routes = {}
        for alias, rules in said.routes.items():
            route = self._route(alias, rules)
            routes[(route.wire, alias)] = route
        defaults = {
            wire: Route(None, wire, ((self._lane(name, None),),), budget_of(BudgetRules(attempts=1)), False)
            for wire, name in (("openai", said.default.openai), ("anthropic", said.default.anthropic))
            if name
        }
        callers = {digest(self.config.keys[one.key_env]): (one.name, one.account) for one in said.callers}
        return Table(self.config, routes, defaults, callers, self.lanes)

    def _route(self, alias: str, rules: RouteRules) -> Route:
        ordered = sorted(
            ((step.order or number, step) for number, step in enumerate(rules.upstreams, 1)), key=lambda pair: pair[0]
        )
        kept = [(order, step) for order, step in ordered if not (rules.ceiling and over_ceiling(step, rules.ceiling))]
        groups = tuple(
            tuple(self._step(alias, step) for _, step in steps) for _, steps in groupby(kept, key=lambda pair: pair[0])
        )
        dear = [step for pair in ordered if pair not in kept for step in pair[1:]]
        return Route(
            alias=alias,
            wire=groups[0][0].upper.wire,
            groups=groups,
            budget=budget_of(rules.budget),
            repeats=rules.unanswered == REPEAT,
            hedge_seconds=rules.hedge_after_ms / 1000 if rules.hedge_after_ms else None,
            first_price=price_of(ordered[0][1].price),
            left_out=tuple(self._step(alias, step) for step in dear if isinstance(step, Step)),
        )

    def _step(self, alias: str, step: Step) -> Lane:
        shared = self._lane(step.upstream, step.model or alias)
        return Lane(
            shared.upper, shared.model, shared.breaker, price_of(step.price), step.weight, step.most_output_tokens
        )

    def _lane(self, name: str, model: str | None) -> Lane:
        """Routes that ask the same upstream for the same model share what is known of it."""
        lane = self.lanes.get((name, model))
        if lane is None:
            old = self.before.get((name, model))
            breaker = old.breaker if old and old.upper.base == self.uppers[name].base else None
            if breaker is None:
                breaker = Breaker(self.config.said.breaker)
            breaker.rules = self.config.said.breaker
            lane = self.lanes[(name, model)] = Lane(self.uppers[name], model, breaker)
        return lane


def _of_last_resort(shut: list[Lane], now: float, tried: bool) -> tuple[Lane, str] | None:
    """Of lanes that no breaker admits: whoever recovers already, whoever a probe is due for, or who opens next."""
    if not tried:
        for lane in shut:
            if lane.breaker.state == RAMP:
                return lane, PASS
    for lane in shut:
        if lane.breaker.state == OPEN and lane.breaker.admit(now, sparing=False):
            return lane, PROBE
    return (min(shut, key=lambda lane: lane.breaker.waits(now)), PASS) if shut and not tried else None


def _by_weight(group: Iterable[Lane]) -> list[Lane]:
    """Equals in the order of a smooth weighted round: each is first as often as its weight says, and spread evenly."""
    lanes = list(group)
    for lane in lanes:
        lane.turn += lane.weight
    lanes.sort(key=lambda lane: -lane.turn)
    lanes[0].turn -= sum(lane.weight for lane in lanes)
    return lanes
