"""A verdict's numbers as text: exact, short where they can be, never cut."""

from decimal import Decimal
from fractions import Fraction

import pytest

from makegood.terms.verdict import Figure, amount_of, exact_text, fraction_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(1200), "1200"),
        (Fraction("123456.7"), "123456.7"),
        (Fraction(1, 1024), "0.0009765625"),
        (Fraction(-5, 2), "-2.5"),
        (Fraction(1, 3), "1/3"),
        (Fraction(1, 3 * 2**70), f"1/{3 * 2**70}"),
    ],
)
def test_finite_decimals_are_written_out_and_others_as_fractions(value: Fraction, text: str) -> None:
    assert exact_text(value) == text


def test_fractions_too_long_for_decimal_stay_exact_in_hexadecimal() -> None:
    value = Fraction(10**9000 + 1, 3**9000)
    top, bottom = fraction_text(value).split("/")
    assert Fraction(int(top, 16), int(bottom, 16)) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(999, 10), "99.900000"),
        (Fraction(999, 10) - Fraction(1, 10**9), "99.899999999"),
        (Fraction(999, 10) + Fraction(1, 10**9), "99.900000001"),
        (Fraction(200, 3), "66.666667"),
    ],
)
def test_a_figure_never_shows_an_edge_it_does_not_touch(value: Fraction, shown: str) -> None:
    assert Figure("uptime_percent", value, None, edges=(Decimal("99.9"),)).decimal() == shown


@pytest.mark.parametrize(
    ("exact", "currency", "rule", "rules"),
    [
        ("0.005", "USD", "unstated", {"half_up": "0.01", "floor": "0.00"}),
        ("0.005", "USD", "half_even", {"half_even": "0.00"}),
        ("0.5", "KRW", "unstated", {"half_up": "1", "floor": "0"}),
        ("0.0005", "BHD", "up", {"up": "0.001"}),
    ],
)
def test_rounding_happens_by_the_rule_or_by_each_usual_one(exact, currency, rule, rules) -> None:
    assert amount_of(Fraction(exact), currency, rule).as_data()["rounded"] == rules
