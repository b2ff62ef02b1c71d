"""Verb: what an attempt costs at declared prices, in whole nano units of the currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from makegood.gateway import config_shape

_PER_TOKEN = 10**6  # a price for a million tokens, in 1e-12 of the currency for one token
_PICO_IN_NANO = 1000


@dataclass(frozen=True, slots=True)
class Price:
    """Prices of one token in whole 1e-12 of `currency`; a declared price has at most six decimals."""

    input_pico: int
    cached_pico: int
    output_pico: int
    currency: str

    def pico(self, input_tokens: int, cached_tokens: int, output_tokens: int) -> int:
        """The cost of these tokens in 1e-12; the cached ones are part of the input."""
        cached = min(cached_tokens, input_tokens)
        fresh = (input_tokens - cached) * self.input_pico + cached * self.cached_pico
        return fresh + output_tokens * self.output_pico


def price_of(said: config_shape.Price | None) -> Price | None:
    """The price as declared."""
    if said is None:
        return None
    taken, cached, given = (
        int(Decimal(text) * _PER_TOKEN) for text in (said.input, said.cached or said.input, said.output)
    )
    return Price(taken, cached, given, said.currency)


def nano(pico: int) -> int:
    """1e-12 as 1e-9, half to even."""
    whole, rest = divmod(pico, _PICO_IN_NANO)
    return whole + (2 * rest > _PICO_IN_NANO or (2 * rest == _PICO_IN_NANO and whole % 2 == 1))
