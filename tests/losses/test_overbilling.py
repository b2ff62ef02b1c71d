"""Overbilling: a day that looks overcharged may only have been cut elsewhere; what stays open is said once."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from makegood.losses.overbilling import Comparison, Overbilling, overbilling
from makegood.losses.prices import SOURCE
from makegood.money import Money
from makegood.records.charge import Charge
from makegood.records.small_files import read_small
from makegood.spans import Span

START = datetime(2025, 10, 1, tzinfo=UTC)


def day(number: int) -> Span:
    return Span(START + timedelta(days=number), START + timedelta(days=number + 1))


def bill(number: int, amount: str, **fields: object) -> Charge:
    line = Charge(day(number), "org", "openai", "total", "costs", number, Decimal(amount), "USD")
    return replace(line, **fields)  # type: ignore[arg-type]


def usage(number: int, thousands: int, line: int = 0, model: str = "gpt-5") -> Charge:
    """Use of so many thousand input tokens: gpt-5 costs 0.00125 USD each."""
    tokens = {"input": 1000 * thousands}
    return Charge(day(number), "proj", "openai", "completions", "usage", line, model=model, requests=2, tokens=tokens)


def states(found: Overbilling) -> list[str]:
    return [one.state for one in found.days]


def test_a_row_that_the_bill_has_on_the_day_before() -> None:
    lines = [usage(0, 8), usage(1, 16), usage(1, 40, 1), bill(0, "0.03"), bill(1, "0.05")]
    found = overbilling(lines)
    assert states(found) == ["moved", "moved"]
    (move,) = found.moves
    assert (move.from_days, move.to_day, move.amount) == ((day(1).start,), day(0).start, Money(Decimal("0.02"), "USD"))
    assert [row.charge.tokens for row in move.rows] == [{"input": 16_000}]
    assert found.open == (Money(Decimal(0), "USD"),)
    assert [one.difference for one in found.days] == [Decimal("0.02"), Decimal("-0.02")]


def test_several_rows_of_both_neighbours() -> None:
    lines = [usage(0, 8), usage(0, 4), usage(2, 16), usage(2, 32, 1)]
    lines += [bill(0, "0.005"), bill(1, "0.03"), bill(2, "0.04")]
    found = overbilling(lines)
    assert states(found) == ["moved", "moved", "moved"]
    assert found.moves[0].from_days == (day(0).start, day(2).start)


@pytest.mark.parametrize(
    ("lines", "expected", "open_amount"),
    [
        ([usage(0, 8), bill(0, "0.01")], ["agrees"], "0"),
        ([usage(0, 8), bill(0, "0.0100004")], ["agrees"], "0.0000004"),
        ([usage(0, 8), bill(0, "0.010001")], ["open"], "0.000001"),
        ([usage(0, 8), bill(0, "0.004"), bill(0, "0.006")], ["agrees"], "0"),
        ([usage(0, 8), usage(2, 8), bill(0, "0.01"), bill(1, "0.7"), bill(2, "0.01")], ["agrees", "no_usage", "agrees"],
         "0.7"),
        # A day that agrees gives no row away, though its row would explain the neighbour.
        ([usage(0, 8), usage(1, 8), bill(0, "0.01"), bill(1, "0.02")], ["agrees", "open"], "0.01"),
        # Rows two days off explain nothing.
        ([usage(0, 8), usage(2, 8), usage(2, 16), bill(0, "0.03"), bill(2, "0.01")], ["open", "open"], "0"),
        # Less billed than used is no overcharge.
        ([usage(0, 8), bill(0, "0.001")], ["open"], "-0.009"),
    ],
)  # fmt: skip
def test_states_and_what_stays_open(lines: Sequence[Charge], expected: list[str], open_amount: str) -> None:
    found = overbilling(lines)
    assert states(found) == expected
    assert found.open == (Money(Decimal(open_amount), "USD"),)


def test_usage_of_unknown_price_says_nothing_about_its_day() -> None:
    found = overbilling([usage(0, 8), bill(0, "0.01"), usage(1, 8, model="secret"), bill(1, "9")])
    assert (states(found), found.compared) == (["agrees", "unpriced"], 1)
    assert found.open == (Money(Decimal(0), "USD"),)
    assert [(one.charge.model, one.reason) for one in found.unpriced] == [
        ("secret", "no price is known for model 'secret' of openai")
    ]
    assert found.notes == ("Days with usage of unknown price are not part of the open amount.",)


def test_what_is_not_compared_is_named() -> None:
    long = replace(bill(0, "5"), span=Span(day(0).start, day(3).end))
    credit, outside = bill(0, "-1", category="Credit"), bill(5, "7")
    sessions = replace(usage(0, 0), tokens={}, quantity=Decimal(3), unit="sessions")
    found = overbilling([usage(0, 8), bill(0, "0.01"), long, credit, outside, sessions])
    assert states(found) == ["agrees"]
    assert {(line.amount, why) for line, why in found.left_out} == {
        (Decimal(5), "the line spans more than one UTC day"),
        (Decimal(-1), "category Credit is not billed usage"),
        (Decimal(7), "the usage export says nothing about this day"),
        (None, "a usage line without token counts has no price here"),
    }
    covered = Comparison(usage_covered=(Span(day(0).start, day(5).end),))
    assert states(overbilling([usage(0, 8), bill(0, "0.01"), outside], covered)) == ["agrees", "no_usage"]
    asked = Comparison(span=Span(day(1).start, day(9).end))
    assert overbilling([usage(0, 8), bill(0, "0.01")], asked).days == ()


def test_a_bill_in_another_currency_is_not_held_against_list_prices() -> None:
    euros = bill(0, "2", currency="EUR")
    found = overbilling([usage(0, 8), bill(0, "0.01"), euros])
    assert found.open == (Money(Decimal(0), "USD"),)
    assert found.left_out == ((euros, "list prices are in USD, the bill is in EUR"),)


def test_one_providers_coverage_says_nothing_about_another() -> None:
    other = replace(usage(2, 8), provider="anthropic", model="claude-opus-4-1")
    lines = [usage(0, 8), bill(0, "0.01"), other, bill(0, "5", provider="anthropic")]
    found = overbilling(lines, Comparison(usage_covered=(day(0), day(2))))
    assert [(one.provider, one.state) for one in found.days] == [("openai", "agrees")]
    assert [why for _, why in found.left_out] == ["the usage export says nothing about this day"]


def test_the_search_is_bounded_and_says_so() -> None:
    lines = [usage(1, 2 * number + 1, number) for number in range(60)] + [bill(0, "0.0001"), bill(1, "1"), usage(0, 0)]
    lines[-1] = replace(lines[-1], tokens={"input": 1})
    found = overbilling(lines, Comparison(most_tries=100))
    assert found.moves == ()
    assert found.notes == ("The search for moves on 2025-10-01 stopped at 100 sums.",)


def test_the_order_of_the_lines_does_not_matter() -> None:
    lines = [usage(0, 8), usage(1, 16, 1), usage(1, 16, 2), usage(1, 40, 3), bill(0, "0.03"), bill(1, "0.07")]
    first = overbilling(lines)
    for seed in range(10):
        random.Random(seed).shuffle(lines)
        assert overbilling(lines) == first


def test_the_real_week(shared: Path) -> None:
    folder = shared / "data/openai_usage_costs"
    costs = read_small(folder / "openai_costs_export_2025-10-05_to_12.tsv")
    used = read_small(folder / "openai_completions_usage_export_2025-10-05_to_11.tsv")
    found = overbilling(costs.charges + used.charges, Comparison(usage_covered=tuple(s for _, s in used.coverage)))
    expected = [
        ("2025-10-05", "0.247260", "0.895874", "0.648614", "0", "moved"),
        ("2025-10-06", "0.81584275", "0.56177125", "-0.2540715", "0.3945425", "open"),
        ("2025-10-07", "0.569788", "0.569788", "0", "0", "agrees"),
        ("2025-10-08", "0", "0.5455665", "0.5455665", "0.5455665", "no_usage"),
        ("2025-10-10", "0.340900", "0.340900", "0", "0", "agrees"),
        ("2025-10-11", "0.072054", "0.072054", "0", "0", "agrees"),
    ]
    assert [
        (f"{one.span.start:%Y-%m-%d}", one.usage, one.billed, one.difference, one.open, one.state) for one in found.days
    ] == [(when, *map(Decimal, amounts), state) for when, *amounts, state in expected]
    (move,) = found.moves
    assert (move.amount, move.to_day) == (Money(Decimal("0.648614"), "USD"), datetime(2025, 10, 5, tzinfo=UTC))
    assert [(row.charge.model, row.charge.requests) for row in move.rows] == [("gpt-5-2025-08-07", 8)]
    assert found.open == (Money(Decimal("0.940109"), "USD"),)
    assert (found.unpriced, found.left_out, found.notes, found.prices) == ((), (), (), SOURCE)
