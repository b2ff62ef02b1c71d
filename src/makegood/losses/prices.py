"""Price: what tokens cost at a date, from the dated prices of genai-prices, exact; None where it is not known.

Nothing is guessed: an unknown model, a kind of token without its own price, a tier the model does not list, or a
request size that leaves two prices possible give no price, and `quote` says which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from genai_prices import __version__ as _version
from genai_prices import data_snapshot, types

from makegood.money import Money

CURRENCY = "USD"  # genai-prices states all its prices in US dollars
SOURCE = f"genai-prices {_version}"
_DIGITS = 60

# A charge's kind of token: the price it is charged by (genai-prices' price key).
PRICE_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "input": "input_mtok",
        "cached_input": "cache_read_mtok",
        "cache_write": "cache_write_mtok",
        "cache_write_5m": "cache_write_5m_mtok",
        "cache_write_1h": "cache_write_1h_mtok",
        "output": "output_mtok",
        "input_audio": "input_audio_mtok",
        "cached_input_audio": "cache_audio_read_mtok",
        "output_audio": "output_audio_mtok",
        "input_image": "input_image_mtok",
        "cached_input_image": "cache_image_read_mtok",
        "output_image": "output_image_mtok",
    }
)
# A cache write of five minutes is the plain cache write where the two are not told apart.
_STAND_INS = {"cache_write_5m_mtok": "cache_write_mtok"}
_INPUTS = tuple(kind for kind in PRICE_KEYS if not kind.startswith("output"))
# The providers of the logs whose names genai-prices does not know.
_PROVIDERS = {"aws.bedrock": "aws", "azure.openai": "azure", "azure.ai.openai": "azure"}
_TIER_KEYS = ("processing", "service_tier", "speed")
_STANDARD = ("", "default", "standard")


@dataclass(frozen=True)
class Conditions:
    """What a price can hang on beside model and date.

    `tier` names a processing tier other than the standard one; `requests` is how many requests the tokens are of
    (None: not known); `context` bounds each request's input tokens: more than the first, at most the second;
    `whole_day` says that the tokens were used at some time of the day, not at one moment.
    """

    tier: str | None = None
    requests: int | None = 1
    context: tuple[int, int | None] | None = None
    whole_day: bool = False


@dataclass(frozen=True)
class Quote:
    """A price, or the reason why there is none."""

    money: Money | None
    reason: str | None = None


def price(
    provider: str | None, model: str, tokens: Mapping[str, int], at: datetime, on: Conditions = Conditions()
) -> Money | None:
    """What the tokens (kind of PRICE_KEYS to count) cost at that moment, unrounded; None where it is not known."""
    return quote(provider, model, tokens, at, on).money


def quote(
    provider: str | None, model: str, tokens: Mapping[str, int], at: datetime, on: Conditions = Conditions()
) -> Quote:
    """The same, with the reason where there is no price."""
    found = _model(provider, model)
    if found is None:
        return Quote(None, f"no price is known for model '{model[:80]}' of {provider or 'an unnamed provider'}")
    if on.whole_day and _changes_in_a_day(found):
        return Quote(None, f"the price of '{found.id}' hangs on the time of day, which is not told")
    rates = _rates(provider, model, at.astimezone(UTC).replace(second=0, microsecond=0), on.tier or "")
    if rates is None:
        return Quote(None, f"no price of '{found.id}' is known for tier '{(on.tier or '')[:40]}' at that date")
    total = Decimal(0)
    with localcontext() as context:
        context.prec = _DIGITS
        for kind, count in tokens.items():
            key = PRICE_KEYS.get(kind, "")
            rate = rates.get(key, rates.get(_STAND_INS.get(key, "")))
            if count and rate is None:
                return Quote(None, f"'{found.id}' has no price of its own for {kind} tokens")
            chosen = _rate(rate, tokens, on) if count else Decimal(0)
            if chosen is None:
                return Quote(None, f"the price of '{found.id}' hangs on the size of each request, which is not told")
            total += chosen * count / 1_000_000
    return Quote(Money(total, CURRENCY))


def thresholds(provider: str | None, model: str, at: datetime) -> tuple[int, ...]:
    """The sizes of a request's input beyond which tokens of the model cost more or less; none where it has no price."""
    rates = _rates(provider, model, at.astimezone(UTC).replace(second=0, microsecond=0), "") or {}
    tiers = (rate.tiers for rate in rates.values() if isinstance(rate, types.TieredPrices))
    return tuple(sorted({tier.start for each in tiers for tier in each}))


def _rate(rate: Any, tokens: Mapping[str, int], on: Conditions) -> Decimal | None:
    """The one rate that applies to every request, or None where requests may fall on both sides of a threshold."""
    if not isinstance(rate, types.TieredPrices):
        return rate if isinstance(rate, Decimal) else None
    whole = sum(tokens.get(kind, 0) for kind in _INPUTS)
    if on.requests == 1:
        low, high = whole, whole
    else:
        above, most = on.context or (0, None)
        low, high = above + 1 if above else 0, whole if most is None else min(whole, most)
    lowest, highest = _tier(rate, low), _tier(rate, max(low, high))
    return lowest if lowest == highest else None


def _tier(rate: types.TieredPrices, input_tokens: int) -> Decimal:
    return next((tier.price for tier in reversed(rate.tiers) if input_tokens > tier.start), rate.base)


@lru_cache(maxsize=4096)
def _lookup(provider: str | None, model: str) -> types.ModelInfo | None:
    """genai-prices' own matching; a name such as "azure/gpt-5" carries its provider where ours is not known there."""
    snapshot = data_snapshot.get_snapshot()
    for named in (_PROVIDERS.get(provider or "", provider), "litellm" if "/" in model else None):
        if named is None and provider is not None:
            continue
        try:
            return snapshot.find_provider_model(model, None, named, None)[1]
        except LookupError:
            continue
    return None


def _model(provider: str | None, model: str) -> types.ModelInfo | None:
    return _lookup(provider.strip().lower() if provider else None, model.strip()) if model.strip() else None


@lru_cache(maxsize=65536)
def _rates(provider: str | None, model: str, minute: datetime, tier: str) -> Mapping[str, Any] | None:
    """The price keys in force at a minute; for a tier only its own prices, None where none is listed at that date."""
    found = _model(provider, model)
    if found is None:
        return None
    if tier.lower() in _STANDARD:
        return _priced(found.get_prices(minute))
    wanted = [{key: tier.lower()} for key in _TIER_KEYS]
    for variant in found.price_variants or ():
        if variant.when in wanted and (variant.constraint is None or variant.constraint.active(minute)):
            return _priced(variant.prices)
    return None


def _priced(prices: types.ModelPrice) -> Mapping[str, Any]:
    return MappingProxyType({key: value for key in PRICE_KEYS.values() if (value := getattr(prices, key)) is not None})


def _changes_in_a_day(found: types.ModelInfo) -> bool:
    prices = found.prices if isinstance(found.prices, list) else []
    return any(isinstance(one.constraint, types.TimeOfDateConstraint) for one in prices)
