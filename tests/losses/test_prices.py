"""Prices: dated, exact, and none where it would be a guess."""

from datetime import UTC, datetime
from decimal import Decimal, getcontext

import pytest

from makegood.losses.prices import SOURCE, Conditions, price, quote
from makegood.money import Money

AUTUMN = datetime(2025, 10, 6, tzinfo=UTC)
ONE = {"input": 1_000_000, "output": 1_000_000}


@pytest.mark.parametrize(
    ("model", "tokens", "amount"),
    [
        ("gpt-5-2025-08-07", {"input": 38072, "cached_input": 8192, "output": 60000}, "0.648614"),
        ("gpt-4o-2024-08-06", {"input": 53440, "cached_input": 5760, "output": 10646}, "0.24726"),
        ("gpt-5-mini-2025-08-07", {"input": 80992, "output": 274770}, "0.569788"),
        ("gpt-5", {}, "0"),
        ("gpt-5", {"input": 0, "cache_write": 0}, "0"),
    ],
)
def test_exact(model: str, tokens: dict[str, int], amount: str) -> None:
    assert price("openai", model, tokens, AUTUMN) == Money(Decimal(amount), "USD")


def test_the_price_of_the_day_counts() -> None:
    assert price("openai", "o3", ONE, datetime(2025, 1, 1, tzinfo=UTC)) == Money(Decimal(50), "USD")
    assert price("openai", "o3", ONE, datetime(2025, 7, 1, tzinfo=UTC)) == Money(Decimal(10), "USD")


def test_a_prefix_may_name_the_provider() -> None:
    assert price("azure.openai", "gpt-5", {"input": 1000}, AUTUMN) == Money(Decimal("0.00125"), "USD")
    assert price(None, "azure/gpt-5", {"input": 1000}, AUTUMN) == Money(Decimal("0.00125"), "USD")
    assert price(None, "gpt-5", {"input": 1000}, AUTUMN) == Money(Decimal("0.00125"), "USD")


@pytest.mark.parametrize(
    ("provider", "model", "tokens", "terms", "reason"),
    [
        (
            "openai",
            "no-such-model",
            {"input": 1},
            Conditions(),
            "no price is known for model 'no-such-model' of openai",
        ),
        ("no-such-provider", "gpt-5", {"input": 1}, Conditions(), "no price is known for model"),
        (None, "", {"input": 1}, Conditions(), "an unnamed provider"),
        ("openai", "gpt-5", {"input": 1, "smell": 5}, Conditions(), "no price of its own for smell tokens"),
        (
            "openai",
            "gpt-4o-2024-08-06",
            {"output_image": 5},
            Conditions(),
            "no price of its own for output_image tokens",
        ),
        ("openai", "gpt-5", {"input": 1}, Conditions(tier="lunar"), "is known for tier 'lunar' at that date"),
        ("deepseek", "deepseek-chat", {"input": 1}, Conditions(whole_day=True), "time of day"),
        ("google", "gemini-2.5-pro", {"input": 300_000}, Conditions(requests=3), "size of each request"),
        ("google", "gemini-2.5-pro", {"input": 300_000}, Conditions(requests=None), "size of each request"),
    ],
)
def test_no_guess(provider: str | None, model: str, tokens: dict[str, int], terms: Conditions, reason: str) -> None:
    told = quote(provider, model, tokens, AUTUMN, terms)
    assert told.money is None
    assert reason in (told.reason or "")


def test_request_size_where_it_is_told() -> None:
    tokens = {"input": 300_000}
    amounts = {
        terms: told.amount if (told := price("google", "gemini-2.5-pro", tokens, AUTUMN, terms)) else None
        for terms in (
            Conditions(requests=1),
            Conditions(requests=3, context=(0, 200_000)),
            Conditions(requests=3, context=(200_000, None)),
        )
    }
    assert list(amounts.values()) == [Decimal("0.75"), Decimal("0.375"), Decimal("0.75")]
    small = price("google", "gemini-2.5-pro", {"input": 199_999}, AUTUMN, Conditions(requests=None))
    assert small == Money(Decimal("0.24999875"), "USD")


def test_a_tier_counts_from_its_date() -> None:
    tier = Conditions(tier="batch")
    assert price("openai", "gpt-5", {"input": 1_000_000}, datetime(2026, 4, 1, tzinfo=UTC), tier) is None
    later = price("openai", "gpt-5", {"input": 1_000_000}, datetime(2026, 11, 1, tzinfo=UTC), tier)
    assert later == Money(Decimal("0.625"), "USD")


def test_large_counts_stay_exact_whatever_the_callers_precision() -> None:
    before = getcontext().prec
    getcontext().prec = 5
    try:
        found = price("openai", "gpt-5", {"input": 123_456_789_012_345_679}, AUTUMN)
    finally:
        getcontext().prec = before
    assert found == Money(Decimal("154320986265.43209875"), "USD")


def test_list_prices_name_their_source() -> None:
    assert price("openai", "gpt-5", {"input": 8}, AUTUMN) == Money(Decimal("0.00001"), "USD")
    assert SOURCE.startswith("genai-prices 0.")
