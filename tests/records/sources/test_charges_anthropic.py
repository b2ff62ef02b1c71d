"""Anthropic: the console's export and both reports; report amounts are cents."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from makegood.losses.prices import Conditions, price
from makegood.money import Money
from makegood.records.small_files import read_small
from makegood.records.sources.charges_anthropic import context
from makegood.records.sources.small import Reading


def report(*results: Any) -> str:
    bucket = {"starting_at": "2026-07-31T00:00:00Z", "ending_at": "2026-08-01T00:00:00Z", "results": list(results)}
    return json.dumps({"data": [bucket], "has_more": False, "next_page": None})


def test_the_cost_report_is_in_cents(reading_of: Callable[[str], Reading]) -> None:
    rows = [
        {"amount": "123.45", "currency": "USD", "cost_type": "tokens", "model": "claude-opus-5",
         "description": "Claude Opus 5 Usage - Input Tokens", "context_window": "0-200k", "service_tier": "batch"},
        {"amount": "0.0000001", "currency": "USD", "description": None, "cost_type": None},
        {"amount": "50", "currency": "JPY"},
    ]  # fmt: skip
    reading = reading_of(report(*rows))
    assert [(charge.amount, charge.currency) for charge in reading.charges] == [
        (Decimal("1.2345"), "USD"), (Decimal("0.000000001"), "USD"), (Decimal(50), "JPY"),
    ]  # fmt: skip
    first = reading.charges[0]
    assert (first.tier, first.context, first.item) == ("batch", (0, 200_000), "Claude Opus 5 Usage - Input Tokens")
    assert "Priority Tier" in reading.notes[0]


def test_the_usage_report(reading_of: Callable[[str], Reading]) -> None:
    row = {"uncached_input_tokens": 10, "cache_creation": {"ephemeral_5m_input_tokens": 4,
           "ephemeral_1h_input_tokens": 3}, "cache_read_input_tokens": 2, "output_tokens": 5, "model": "claude-opus-5",
           "service_tier": "standard", "context_window": "200k-1M"}  # fmt: skip
    (charge,) = reading_of(report(row)).charges
    assert charge.tokens == {"input": 10, "cache_write_5m": 4, "cache_write_1h": 3, "cached_input": 2, "output": 5}
    assert (charge.amount, charge.tier, charge.context) == (None, None, (200_000, 1_000_000))
    assert reading_of(report()).coverage != ()


def test_bad_results_are_located(reading_of: Callable[[str], Reading]) -> None:
    bad: list[Any] = [{"amount": "1,5", "currency": "USD"}, {"amount": "1", "currency": "??"}, {}, 7]
    bad += [{"uncached_input_tokens": 1.5}, {"uncached_input_tokens": -1}]
    reading = reading_of(report(*bad))
    assert (len(reading.quarantined), reading.used, reading.records) == (6, 0, ())


@pytest.mark.parametrize(
    ("text", "bounds"),
    [("≤ 200k", (0, 200_000)), ("<=200k", (0, 200_000)), ("> 200k", (200_000, None)), ("0-200k", (0, 200_000)),
     ("200k-1M", (200_000, 1_000_000)), ("", None), ("all", None)],
)  # fmt: skip
def test_context_windows(text: str, bounds: tuple[int, int | None] | None) -> None:
    assert context(text) == bounds


def test_the_console_export_and_what_its_first_day_costs(shared: Path) -> None:
    reading = read_small(shared / "data/anthropic_usage_costs/console_usage_export_sample.csv")
    assert (reading.read, reading.used, len(reading.charges)) == (2, 2, 2)
    first = reading.charges[0]
    assert first.tokens == {"input": 109911, "cache_write_5m": 2528, "output": 34988}
    assert (first.model, first.context, first.account) == ("claude-opus-5", (0, 200_000), "Default")
    terms = Conditions(requests=None, context=first.context, whole_day=True)
    assert price("anthropic", "claude-opus-5", first.tokens, first.span.start, terms) == Money(
        Decimal("1.440055"), "USD"
    )
