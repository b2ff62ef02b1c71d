"""Noun: a unit of the ledger; each currency, plan days, tokens and usage resets, with its declared scale."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

from makegood.errors import BadMoney
from makegood.money import NO_CURRENCY, check_currency, exponent

PLAN_DAYS, TOKENS, USAGE_RESETS = "plan_days", "tokens", "usage_resets"
# Whole days, tokens and resets: none of them is ever granted in parts.
SCALES = {PLAN_DAYS: 0, TOKENS: 0, USAGE_RESETS: 0}
MOST_MINOR = 2**62  # sums of two still fit a 64-bit column
_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Unit:
    """`code` is ISO 4217 or one of SCALES; `scale` is the number of decimals of its minor unit."""

    code: str
    scale: int


def unit_of(code: str) -> Unit:
    """The unit of a code; raise BadMoney where nobody declared one."""
    if code in SCALES:
        return Unit(code, SCALES[code])
    currency = check_currency(code)
    if currency == NO_CURRENCY:
        raise BadMoney("an amount without a currency cannot be posted; name its ISO 4217 code.")
    return Unit(currency, exponent(currency))


def minor(amount: Decimal, code: str) -> int:
    """The amount in minor units; raise BadMoney where it is not whole in them, or is out of range."""
    unit = unit_of(code)
    with localcontext() as context:
        context.prec = _DIGITS
        scaled = amount.scaleb(unit.scale)
        whole = scaled.to_integral_value()
    if whole != scaled:
        raise BadMoney(f"{amount} {code} has more decimals than the {unit.scale} of its minor unit; round it first.")
    if abs(whole) >= MOST_MINOR:
        raise BadMoney(f"{amount} {code} is more than a posting can hold; check the amount.")
    return int(whole)


def text(amount: int, code: str) -> str:
    """Minor units as text for a sentence: 2050 USD cents are "20.50 USD"."""
    return f"{major(amount, code):f} {code}"


def major(amount: int, code: str) -> Decimal:
    """Minor units as a decimal amount of the unit: 2050 USD cents are 20.50."""
    return Decimal(amount).scaleb(-unit_of(code).scale)
