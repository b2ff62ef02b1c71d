"""Noun: what the plan of a demo provider may say, field by field."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from makegood.errors import BadMoney
from makegood.gateway.demo.misbehaviour import KINDS
from makegood.money import decimal_of
from makegood.records.config.shape import Listed, Shape

_NANO_PER_TOKEN = 1000  # one unit a million tokens is a thousand billionths a token


def _exact(given: Any) -> Fraction:
    """A number, or one in quotes."""
    if isinstance(given, bool) or not isinstance(given, str | int | Decimal):
        raise ValueError("must be a number such as 0.5")
    try:
        return Fraction(decimal_of(str(given)))
    except BadMoney:
        raise ValueError("must be a number with the digits 0 to 9, such as 0.5") from None


def nano_a_token(given: Any) -> int:
    """Billionths a token from a price a million tokens, such as "0.15"; raise ValueError where that is not whole."""
    try:
        nano = decimal_of(str(given)) * _NANO_PER_TOKEN
    except BadMoney:
        raise ValueError('is no price a million tokens, such as "0.15"') from None
    if nano < 0 or nano != nano.to_integral_value():
        raise ValueError("is below 0 or finer than 0.001 a million tokens, and the demo charges exactly")
    return int(nano)


def _known(name: str) -> str:
    if name not in KINDS:
        raise ValueError(f"'{name[:40]}' is no misbehaviour; known are {', '.join(KINDS)}")
    return name


Number = Annotated[Fraction, BeforeValidator(_exact)]
Price = Annotated[int, BeforeValidator(nano_a_token)]
Misbehaviour = Annotated[str, AfterValidator(_known)]


class SpellTable(Shape):
    """A span of seconds after the start in which a share of the requests meets a misbehaviour."""

    start: Number = Field(alias="from")
    end: Number = Field(alias="to")
    what: Misbehaviour
    share: Number = Fraction(1)


class PriceTable(Shape):
    """Dollars for a million tokens; cached ones cost as much as others where nothing is said."""

    input: Price
    output: Price
    cached: Price | None = None


class PlanFile(Shape):
    """A whole plan; what is left out is as in `Plan`."""

    name: str = ""
    seed: int = 0
    shares: dict[Misbehaviour, Number] = Field(default={})
    listed: Listed[Misbehaviour] = ()
    spells: Listed[SpellTable] = ()
    prices: dict[str, PriceTable] | None = None
    hold_seconds: Number = Fraction(0)
    first_ms: Number = Fraction(0)
    drip_ms: Number = Fraction(0)
    pieces: int = 0
    retry_after: int | None = None
