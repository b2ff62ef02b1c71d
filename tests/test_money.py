"""Money as people write it: what is read as a number or an amount, and what is a slip."""

from __future__ import annotations

from decimal import Decimal

import pytest

from makegood.errors import BadMoney
from makegood.money import decimal_of, parse_money

SLIPS = ("1_0", "٣", "１", "1,000", " 1", "1 ", "", ".", "-", "1e", "1e1000", "0x1", "nan", "inf", "-Infinity", "1\n")


@pytest.mark.parametrize("text", ["0", "2.50", "+2.5", "-0.1", "3.", ".5", "1e-6", "15E3", "007"])
def test_a_number_is_what_its_digits_say(text: str):
    assert decimal_of(text) == Decimal(text)


@pytest.mark.parametrize("text", SLIPS)
def test_what_else_a_decimal_could_be_made_of_is_refused(text: str):
    with pytest.raises(BadMoney, match="is not a number; write it with the digits 0 to 9"):
        decimal_of(text)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [("12000 USD", "12000", "USD"), ("usd 12,000.50", "12000.50", "USD"), ("1_234_567 JPY", "1234567", "JPY")],
)
def test_an_amount_has_a_currency_and_may_group_its_digits_by_three(text: str, amount: str, currency: str):
    money = parse_money(text)
    assert (money.amount, money.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize("text", ["1_0 USD", "٣ USD", "１２ USD", "12", "USD", "12 ZZZ", "nan USD", "1e3 USD"])
def test_an_amount_that_is_none(text: str):
    with pytest.raises(BadMoney):
        parse_money(text)
