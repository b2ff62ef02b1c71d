"""Noun: what the config of canaries may say; tables, fields, kinds and limits, without what holds between them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from makegood.incidents.drift.plan import REFERENCES
from makegood.records.config.shape import Amount, Currency, Environment, Listed, Name, Shape, Text


class DriftTable(Shape):
    """The set of canaries, the folder of their answers, the seed that draws what is asked; answers of the reference,
    and how many of them an answer of the watch lies beside."""

    canaries: Text
    folder: Text = "drift"
    seed: Text
    reference: Annotated[int, Field(ge=1, le=100)] = REFERENCES
    beside: Annotated[int, Field(ge=1, le=9)] | None = None


class PriceTable(Shape):
    """Declared prices of a million tokens, as decimal text."""

    input: Amount
    output: Amount
    currency: Currency = "USD"


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
    send: dict[str, Any] = Field(default={})


class File(Shape):
    """The whole file."""

    drift: DriftTable
    models: Annotated[Listed[ModelTable], Field(min_length=1, max_length=64)]
