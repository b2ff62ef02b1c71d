"""Noun: the plan of a demo provider; its prices, its pace, and when it misbehaves how."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path
from typing import Any

from makegood.errors import BadUse
from makegood.gateway.demo.misbehaviour import FINE, KINDS

_NANO_PER_TOKEN = 1000  # one unit a million tokens is a thousand billionths a token
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
    """Read a plan from TOML; raise BadUse, naming the file and what to mend."""
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadUse(f"{path}: no plan could be read from it ({str(fault)[:120]}); write it in TOML.") from fault
    try:
        return _plan(read)
    except (BadUse, TypeError, ValueError, AttributeError, KeyError, ArithmeticError) as fault:
        said = str(fault) if isinstance(fault, BadUse) else f"a value cannot be right ({str(fault)[:120]})."
        raise BadUse(f"{path}: {said}") from fault


def _plan(read: dict[str, Any]) -> Plan:
    known = {one.name for one in fields(Plan)}
    if strange := sorted(set(read) - known):
        raise BadUse(f"'{strange[0][:40]}' is no setting of a plan; known are {', '.join(sorted(known))}.")
    made: dict[str, Any] = dict(read)
    for name in ("hold_seconds", "first_ms", "drip_ms"):
        if name in made:
            made[name] = Fraction(str(made[name]))
    made["shares"] = {name: Fraction(str(share)) for name, share in read.get("shares", {}).items()}
    made["listed"] = tuple(read.get("listed", ()))
    made["spells"] = tuple(_spell(one) for one in read.get("spells", ()))
    if "prices" in read:
        made["prices"] = {model: _price(one) for model, one in read["prices"].items()}
    return Plan(**made)


def _spell(read: Mapping[str, Any]) -> Spell:
    return Spell(
        Fraction(str(read["from"])), Fraction(str(read["to"])), read["what"], Fraction(str(read.get("share", 1)))
    )


def _price(read: Mapping[str, Any]) -> Price:
    whole = nano_a_token(str(read["input"]))
    return Price(whole, nano_a_token(str(read.get("cached", read["input"]))), nano_a_token(str(read["output"])))


def nano_a_token(text: str) -> int:
    """Billionths a token from a price a million tokens, such as "0.15"; raise BadUse where that is no whole number."""
    try:
        nano = Decimal(text) * _NANO_PER_TOKEN
    except InvalidOperation as fault:
        raise BadUse(f"'{text[:40]}' is no price a million tokens; write it like \"0.15\".") from fault
    if not nano.is_finite() or nano < 0 or nano != nano.to_integral_value():
        raise BadUse(
            f"the price {text[:40]} a million tokens is below 0 or finer than 0.001; the demo charges exactly."
        )
    return int(nano)
