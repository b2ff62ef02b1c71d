"""Worth: what verdicts come to, alone and added up; a reading may give nothing, and what is not known is no zero."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from makegood.spans import month
from makegood.terms.case import Case
from makegood.terms.outages import from_spans
from makegood.terms.verdict import Extent, Told, Verdict, amount_of
from makegood.terms.weigh import weigh
from makegood.terms.worth import Worth, worth_of
from tests.terms.whole_contract import version_of

JUNE = month("2026-06")
TERMS = version_of()
KEPT = weigh(TERMS, Case(JUNE, None, JUNE.end, outages=from_spans([])))


def told(*outcomes: tuple[tuple[str, str], ...]) -> Verdict:
    """An ambiguous verdict with readings of these outcomes."""
    readings = tuple(Told(str(at), "remedy", False, "so", "credits", one) for at, one in enumerate(outcomes))
    return replace(KEPT, verdict="ambiguous", readings=readings)


FIVE, NINE = ("amount", "5.00 USD"), ("amount", "9.00 USD")
USD_5_9 = Worth({"USD": Decimal("5.00")}, {"USD": Decimal("9.00")})


@pytest.mark.parametrize(
    ("verdict", "worth"),
    [
        (KEPT, Worth()),
        (replace(KEPT, verdict="unknown"), Worth(unknown=1)),
        (replace(KEPT, verdict="goodwill"), Worth(goodwill=1)),
        (replace(KEPT, verdict="owed", amount=None), Worth(owed=1, unknown=1)),
        (
            replace(KEPT, verdict="owed", amount=None, quantity=Extent(Fraction(3), "days")),
            Worth(extent={"days": Fraction(3)}, owed=1),
        ),
        (
            replace(KEPT, verdict="owed", amount=amount_of(Fraction("2.005"), "USD")),
            Worth({"USD": Decimal("2.00")}, {"USD": Decimal("2.01")}, owed=1),
        ),
        (told((FIVE,), (NINE,)), USD_5_9),
        (told((("half_up", "9.00 USD"), ("floor", "5.00 USD"))), USD_5_9),
        (told((("verdict", "not_owed"),), (NINE,)), replace(USD_5_9, least={"USD": Decimal(0)})),
        (told((("deadline", "2026-08-31T23:59:59Z"),), (FIVE,), (NINE,)), USD_5_9),
        (told((("verdict", "owed"),)), Worth(unknown=1)),
        (told((FIVE,), (("amount", "9.00 EUR"),)), Worth(unknown=1)),
        (told((("amount", "9 days"),)), Worth(unknown=1)),
    ],
)
def test_what_one_verdict_comes_to(verdict: Verdict, worth: Worth):
    assert worth_of(TERMS.version, verdict) == worth


def test_a_right_without_an_amount_is_no_unknown_one():
    rights = version_of({"remedy.grant": {"kind": "no_money", "clause": "credits"}, "remedy.form": "termination_right"})
    assert worth_of(rights.version, replace(KEPT, verdict="owed", amount=None)) == Worth(owed=1, rights=1)


def test_worths_are_added_by_currency_and_unit():
    one = Worth({"USD": Decimal(1)}, {"USD": Decimal(2)}, {"days": Fraction(1)}, unknown=1, owed=1)
    two = Worth({"USD": Decimal(3), "EUR": Decimal(4)}, {"USD": Decimal(5), "EUR": Decimal(4)}, goodwill=1)
    assert one + two == Worth(
        {"USD": Decimal(4), "EUR": Decimal(4)},
        {"USD": Decimal(7), "EUR": Decimal(4)},
        {"days": Fraction(1)},
        unknown=1,
        owed=1,
        goodwill=1,
    )
