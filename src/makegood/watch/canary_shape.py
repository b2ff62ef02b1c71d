"""Noun: what the config of canaries may say; tables, fields, kinds and limits, without what holds between them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from makegood.errors import BadMoney
from makegood.money import check_currency

_MOST_PRICE, _PRICE_DECIMALS = Decimal(1_000_000), 6


def _amount(text: str) -> str:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError('must be an amount in quotes, such as "0.25"') from None
    if not amount.is_finite() or not 0 <= amount <= _MOST_PRICE or amount != round(amount, _PRICE_DECIMALS):
        raise ValueError(f"must be from 0 to {_MOST_PRICE} with at most {_PRICE_DECIMALS} decimals")
    return text


def _currency(text: str) -> str:
    try:
        return check_currency(text)
    except BadMoney:
        raise ValueError("must be an ISO 4217 currency, such as USD") from None


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Environment = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")]
Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Amount = Annotated[str, AfterValidator(_amount)]


class Shape(BaseModel):
    """What every table shares: no unknown field, no silent change of kind, nothing altered later."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class DriftTable(Shape):
    """The set of canaries, the folder of their answers, the seed that draws what is asked, answers of the reference."""

    canaries: Text
    folder: Text = "drift"
    seed: Text
    reference: Annotated[int, Field(ge=1, le=100)] = 3


class PriceTable(Shape):
    """Declared prices of a million tokens, as decimal text."""

    input: Amount
    output: Amount
    currency: Annotated[str, AfterValidator(_currency)] = "USD"


class ModelTable(Shape):
    """A model to ask, where, with which key, and how much a day; `send` are further fields of each request."""

    name: Name
    wire: Literal["openai", "anthropic"] = "openai"
    base_url: Text
    key_env: Environment | None = None
    model: Text
    provider: Text | None = None
    service: Text | None = None
    region: Text | None = None
    per_day: Annotated[int, Field(ge=1, le=100_000)] = 40
    money_per_day: Amount | None = None
    price: PriceTable | None = None
    max_tokens: Annotated[int, Field(ge=0, le=100_000)] = 64
    timeout_seconds: Annotated[int, Field(ge=1, le=3_600)] = 60
    send: dict[str, Any] = {}


class File(Shape):
    """The whole file."""

    drift: DriftTable
    models: Annotated[tuple[ModelTable, ...], Field(min_length=1, max_length=64)]
