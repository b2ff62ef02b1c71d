"""Noun: the budget of one call; how many attempts, how long and how much money, before a further attempt may begin."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from makegood.gateway.config_shape import BudgetRules
from makegood.gateway.price import Price
from makegood.records.wire.shapes import mapping, parsed

ATTEMPTS, SECONDS, MONEY = "attempts", "seconds", "money"
_NAMES = ("max_tokens", "max_completion_tokens", "max_output_tokens")
_PICO = 10**12
_MOST_ANSWERS = 128


@dataclass(frozen=True, slots=True)
class Budget:
    """`money_pico` is in 1e-12 of the route's currency; None where nothing bounds it."""

    attempts: int
    seconds: float | None = None
    money_pico: int | None = None

    def forbids(self, attempts: int, elapsed: float, spent_pico: int, next_pico: int) -> str | None:
        """What stands against a further attempt after `attempts` of them, `elapsed` seconds after the first began.

        `spent_pico` is what the ended attempts cost at most, `next_pico` what the next one can cost at most. The first
        attempt is what the caller asked for: nothing stands against that.
        """
        if attempts == 0:
            return None
        if attempts >= self.attempts:
            return ATTEMPTS
        if self.seconds is not None and elapsed >= self.seconds:
            return SECONDS
        if self.money_pico is not None and spent_pico + next_pico > self.money_pico:
            return MONEY
        return None


def budget_of(said: BudgetRules) -> Budget:
    """The budget as declared."""
    money = None if said.money is None else int(Decimal(said.money) * _PICO)
    return Budget(said.attempts, said.seconds, money)


def most_pico(price: Price | None, body: bytes, most_output_tokens: int | None) -> int:
    """What a request can cost at most, in 1e-12; 0 where no price is declared.

    Input is bounded by the bytes of the body, as no token of text is shorter than a byte; what a body only points to,
    such as the address of a picture, is not seen. Output is bounded by what the body asks for at most, times the
    number of answers asked for, else by `most_output_tokens`.
    """
    if price is None:
        return 0
    said = mapping(parsed(body))
    asked = [said[name] for name in _NAMES if type(said.get(name)) is int and said[name] >= 0]
    answers = said.get("n")
    answers = min(answers, _MOST_ANSWERS) if type(answers) is int and answers > 0 else 1
    output = max(asked) if asked else most_output_tokens or 0
    return price.pico(len(body), 0, output * answers)
