"""Money: a decimal amount in one currency, kept unrounded until the one rounding at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from fractions import Fraction

from babel.numbers import format_currency, get_currency_precision, list_currencies

from makegood.errors import BadMoney

ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "floor": ROUND_DOWN, "up": ROUND_UP}
NO_CURRENCY = "XXX"  # ISO 4217's own code for "no currency": an amount whose currency the source does not name
_AMOUNT = re.compile(
    r"^\s*(?:([A-Za-z]{3})\s+)?([+-]?[0-9]+(?:[_,][0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)\s*([A-Za-z]{3})?\s*$"
)
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DIGITS = 60
_TINY = 2  # digits of an amount below the smallest of its currency


@dataclass(frozen=True)
class Money:
    """`amount` units of `currency` (ISO 4217), unrounded."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.currency}"


def parse_money(text: str) -> Money:
    """Read "12000 USD", "USD 12,000.50" or "1234567 JPY"; raise BadMoney otherwise."""
    match = _AMOUNT.match(text)
    if not match or not (match[1] or match[3]) or (match[1] and match[3]):
        raise BadMoney(f"'{text[:60]}' is not an amount; write it like \"12000 USD\".")
    currency = check_currency(match[1] or match[3])
    return Money(Decimal(match[2].replace(",", "").replace("_", "")), currency)


def decimal_of(text: str) -> Decimal:
    """The number that a text writes with the digits 0 to 9; raise BadMoney for all else that `Decimal` lets in.

    That is 1_0, digits of other scripts, blanks, nan and infinity.
    """
    if not _PLAIN.fullmatch(text):
        raise BadMoney(f"'{text[:40]}' is not a number; write it with the digits 0 to 9 and a point, such as 2.50.")
    return Decimal(text)


def check_currency(code: str) -> str:
    """Return the ISO 4217 code in capitals; raise BadMoney when no such currency exists."""
    upper = code.strip().upper()
    if upper != NO_CURRENCY and upper not in list_currencies():
        raise BadMoney(f"'{code[:12]}' is not an ISO 4217 currency; use a code such as USD, EUR, KRW or JPY.")
    return upper


def exponent(currency: str) -> int:
    """Decimals of the currency's minor unit: KRW and JPY 0, USD 2, BHD 3."""
    return get_currency_precision(currency) if currency != NO_CURRENCY else 9


def rounded(amount: Decimal | Fraction, currency: str, rule: str) -> Decimal:
    """Round once to the currency's own decimals by a rule named in ROUNDING."""
    return quantized(amount, exponent(currency), rule)


def quantized(amount: Decimal | Fraction, places: int, rule: str) -> Decimal:
    """Exact rounding of a decimal or a fraction to `places` decimals."""
    value = Fraction(amount)
    scaled = abs(value) * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest
    mode = ROUNDING[rule]
    up = {
        ROUND_DOWN: False,
        ROUND_UP: rest > 0,
        ROUND_HALF_UP: twice >= scaled.denominator,
        ROUND_HALF_EVEN: twice > scaled.denominator or (twice == scaled.denominator and whole % 2 == 1),
    }[mode]
    whole += up
    with localcontext() as context:
        context.prec = max(_DIGITS, len(str(whole)) + places + 1)
        result = Decimal(whole).scaleb(-places)
    return -result if value < 0 and whole else result


def plain(amount: Decimal) -> str:
    """The decimal as text without exponent or trailing zeros: 0, 1200, 0.940109."""
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def shown(amount: Decimal, currency: str, locale: str = "en") -> str:
    """The amount as a person of that locale writes it, in the currency's own decimals; one that is less than the
    smallest of them to two digits that count: $0.0039.
    """
    if currency == NO_CURRENCY:
        return f"{plain(amount)} (no currency)"
    smallest = Decimal(1).scaleb(-exponent(currency))
    if amount and abs(amount) < smallest:
        fine = Decimal(plain(quantized(amount, _TINY - 1 - amount.adjusted(), "half_up")))
        return format_currency(fine, currency, locale=locale, decimal_quantization=False)
    return format_currency(amount, currency, locale=locale)
