"""Noun: the plan of a demo provider; its prices, its pace, and when it misbehaves how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path

from makegood.errors import BadUse
from makegood.gateway.demo.misbehaviour import FINE, KINDS
from makegood.gateway.demo.plan_shape import PlanFile, PriceTable
from makegood.records.config.toml_file import read_toml

_DRAWS = 1 << 64


@dataclass(frozen=True, slots=True)
class Price:
    """Billionths of a dollar a token: for input, for its cached part, for output."""

    input: int
    cached: int
    output: int


@dataclass(frozen=True, slots=True)
class Spell:
    """A span of seconds after the provider's start in which `share` of the requests meets `what`; half-open."""

    start: Fraction
    end: Fraction
    what: str
    share: Fraction = Fraction(1)


PRICES = {"demo-small": Price(150, 75, 600), "demo-large": Price(3_000, 300, 15_000)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a demo provider does; all of it can be told beforehand from the number of a request and its moment.

    `listed` says what the first requests meet, one by one; then the first spell that fits, then `shares` of all
    requests, drawn by `seed`. A request whose text holds `do:NAME` or `do:NAME@PROVIDER` meets that instead.
    Seconds and milliseconds are whole numbers or fractions. Models not in `prices` cost as the first that is.
    """

    name: str = "demo"
    seed: int = 0
    shares: Mapping[str, Fraction] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    spells: tuple[Spell, ...] = ()
    prices: Mapping[str, Price] = field(default_factory=lambda: dict(PRICES))
    hold_seconds: Fraction = Fraction(30)
    first_ms: Fraction = Fraction(0)
    drip_ms: Fraction = Fraction(20)
    pieces: int = 8
    retry_after: int | None = None

    def __post_init__(self) -> None:
        for name in (*self.shares, *self.listed, *(one.what for one in self.spells)):
            if name not in KINDS:
                raise BadUse(f"the plan's '{name[:40]}' is no misbehaviour; known are {', '.join(KINDS)}.")
        if sum(self.shares.values()) > 1 or min([*self.shares.values(), Fraction(0)]) < 0:
            raise BadUse("the plan's shares are below 0, or add up to more than 1; make them smaller.")
        if not self.prices:
            raise BadUse("the plan names no price; give at least one model under [prices].")

    def does(self, number: int, elapsed: Fraction) -> str:
        """What request `number` (from 0), `elapsed` seconds after the start, meets."""
        if number < len(self.listed):
            return self.listed[number]
        for spell in self.spells:
            if spell.start <= elapsed < spell.end and self._draw(number, "spell") < spell.share:
                return spell.what
        drawn = self._draw(number, "share") if self.shares else Fraction(0)
        for name, share in self.shares.items():
            if drawn < share:
                return name
            drawn -= share
        return FINE

    def price(self, model: str) -> Price:
        """The model's price, or the first where it has none of its own."""
        return self.prices.get(model) or next(iter(self.prices.values()))

    def _draw(self, number: int, what: str) -> Fraction:
        drawn = blake2b(f"{self.seed}:{what}:{number}".encode(), digest_size=8).digest()
        return Fraction(int.from_bytes(drawn, "big"), _DRAWS)


def read_plan(path: Path) -> Plan:
    """Read a plan from TOML; raise BadUse with one sentence that names file, line, field, reason and mend."""
    file = read_toml(path, "a demo provider's plan", "docs/gateway-first-five-minutes.md", exact=True)
    said = file.shaped(PlanFile)
    given = {name: getattr(said, name) for name in said.model_fields_set}
    spells = tuple(Spell(one.start, one.end, one.what, one.share) for one in said.spells)
    try:
        prices = {model: _price(one) for model, one in said.prices.items()} if said.prices is not None else PRICES
        return Plan(**{**given, "spells": spells, "prices": prices})
    except BadUse as fault:
        raise BadUse(f"{path}: {fault}") from fault


def _price(said: PriceTable) -> Price:
    return Price(said.input, said.input if said.cached is None else said.cached, said.output)
