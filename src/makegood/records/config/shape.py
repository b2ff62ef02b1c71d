"""Noun: what the fields of all configs share; names, amounts, currencies, lists; nothing is let in silently."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from makegood.errors import BadMoney
from makegood.money import check_currency, decimal_of

_MOST_AMOUNT, _DECIMALS = Decimal(1_000_000), 6
_LONGEST_NAME = 40
_KEY_BEGINS = re.compile(r"sk-|(?:sk_|gsk_|whsec_|xox[a-z]-|AIza|ghp_|hf_).{16}")
_KEY_HOLDS = re.compile(r"(?=.*[0-9])(?=.*[a-z])")


def _amount(text: str) -> str:
    try:
        amount = decimal_of(text)
    except BadMoney:
        raise ValueError('must be an amount in quotes, with the digits 0 to 9, such as "2.50"') from None
    if not 0 <= amount <= _MOST_AMOUNT or amount != round(amount, _DECIMALS):
        raise ValueError(f"must be from 0 to {_MOST_AMOUNT} with at most {_DECIMALS} decimals")
    return text


def _currency(text: str) -> str:
    try:
        return check_currency(text)
    except BadMoney:
        raise ValueError("must be an ISO 4217 currency, such as USD") from None


def _no_key(name: object) -> object:
    """Refuse what looks like a key where the name of the variable that holds one belongs, without showing it."""
    if isinstance(name, str) and (_KEY_BEGINS.match(name) or (len(name) > _LONGEST_NAME and _KEY_HOLDS.match(name))):
        raise ValueError("looks like a key itself; name the variable that holds it")
    return name


_One = TypeVar("_One")
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Environment = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$"), BeforeValidator(_no_key)]
Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Amount = Annotated[str, AfterValidator(_amount)]
Currency = Annotated[str, AfterValidator(_currency)]
# A list of TOML as a tuple, which nobody alters later; what it holds is as strict as ever.
Listed = Annotated[tuple[_One, ...], Field(strict=False)]


class Shape(BaseModel):
    """What every table shares: no unknown field, no silent change of kind, nothing altered later."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
