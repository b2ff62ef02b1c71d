"""What is left of an amount: reductions, caps, the smallest credit, and laws that hold for every amount."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.terms.limits import Granted, limited
from makegood.terms.remedy import Gross
from tests.terms.parts_in_short import case, found, promise, usd

A_DAY_OF_THIRTY = found(99, down=Fraction(86_400), window=Fraction(30 * 86_400))
MINIMUM = {"range": {"at_least": "1"}, "currency": "USD", "clause": "least"}
TEAM = {"to_percent": "40", "when": [{"fact": "team", "is": True, "clause": "c"}], "reason": "team", "clause": "c"}
YEARLY = {"sum": {"amount": "100", "currency": "USD"}, "less": "before"}


def left(limits: dict[str, Any], amount: str | Fraction, unit: str = "USD", **facts: Any) -> Granted:
    due = Gross(Fraction(amount), unit, len(unit) == 3, "row", Fraction(10), "grant")
    return limited(promise(remedy=limits), case(**facts), A_DAY_OF_THIRTY, due)


@pytest.mark.parametrize(
    ("what", "cap", "facts", "exact"),
    [
        ("half of a bill of 300", {"percent": "50"}, {}, "150"),
        ("not reached", {"percent": "80"}, {}, "200"),
        ("a part of something else", {"percent": "50", "of": "fee"}, {"fee": usd("90")}, "45"),
        ("a part of a number", {"percent": "50", "of": "units"}, {"units": Fraction(8)}, "4"),
        ("three of the thirty days that 300 pay for", {"days": "3"}, {}, "30"),
        ("a sum", {"sum": {"amount": "12.5", "currency": "USD"}}, {}, "12.5"),
        ("exactly the sum", {"sum": {"amount": "200", "currency": "USD"}}, {}, "200"),
        ("what is left of a yearly sum", YEARLY, {"before": usd("88")}, "12"),
        ("nothing is left", YEARLY, {"before": usd("188")}, "0"),
        ("nothing was credited before", YEARLY, {}, "100"),
        ("what it is a part of is not given", {"percent": "50", "of": "fee"}, {}, "200"),
        ("another currency", {"sum": {"amount": "5", "currency": "JPY"}}, {}, "200"),
    ],
)
def test_a_cap_takes_what_lies_over_it(what: str, cap: dict[str, Any], facts: dict[str, Any], exact: str) -> None:
    got = left({"caps": [{**cap, "clause": "c"}]}, "200", **facts)
    assert got.amount is not None
    assert got.amount.exact == Fraction(exact), what
    assert got.reasons == (("capped",) if Fraction(exact) < 200 else ()), what


def test_a_cap_that_cannot_be_reckoned_is_told() -> None:
    caps = [{"percent": "50", "of": "fee", "clause": "c"}, {"sum": {"amount": "5", "currency": "JPY"}, "clause": "c"}]
    told = left({"caps": caps}, "200").told
    assert [(one.id, one.says) for one in told] == [
        ("cap_fee", "a cap applies that could not be reckoned: 'fee' is not given"),
        ("cap_in_other_currency", "a cap in JPY applies that could not be reckoned in USD"),
    ]
    assert [one.id for one in left({"caps": [{**YEARLY, "clause": "c"}]}, "9").told] == ["nothing_credited_before"]
    assert left({"caps": [{**YEARLY, "clause": "c"}]}, "9", before=usd("1")).told == ()


def test_a_quantity_has_a_cap_of_its_own() -> None:
    got = left({"caps": [{"quantity": {"quantity": "7", "unit": "days"}, "clause": "c"}]}, "9", "days")
    assert got.amount is None
    assert got.extent is not None
    assert (got.extent.exact, got.extent.unit) == (7, "days")


@pytest.mark.parametrize(
    ("team", "exact", "percent", "reasons"),
    [(True, "80", 40, ("team",)), (False, "200", 10, ()), (None, "200", 10, ())],
)
def test_a_reduction_leaves_a_part(team: bool | None, exact: str, percent: int, reasons: tuple[str, ...]) -> None:
    got = left({"reductions": [TEAM]}, "200", **({} if team is None else {"team": team}))
    assert got.amount is not None
    assert (got.amount.exact, got.percent, got.reasons) == (Fraction(exact), percent, reasons)


def test_a_reduction_that_cannot_be_told_is_said_beside_the_whole_amount() -> None:
    told = [one.id for one in left({"reductions": [TEAM]}, "200").told]
    assert told == [f"may_be_{TEAM['reason']}"]
    assert left({"reductions": [TEAM]}, "200", team=False).told == ()


def test_the_first_reduction_that_holds_is_the_only_one_and_comes_before_the_cap() -> None:
    other = TEAM | {"to_percent": "10", "reason": "other"}
    got = left({"reductions": [TEAM, other], "caps": [{"percent": "25", "clause": "c"}]}, "200", team=True)
    assert got.amount is not None
    assert (got.amount.exact, got.reasons) == (75, ("team", "capped"))
    chosen = left({"reductions": [TEAM | {"at_option_of": "provider"}]}, "200", team=True)
    assert [(one.id, one.outcome) for one in chosen.told] == [("not_reduced", (("amount", "200 USD"),))]


@pytest.mark.parametrize(
    ("amount", "unit", "limits", "refused", "remarks"),
    [
        ("1", "USD", {"minimum": MINIMUM}, None, ()),
        ("0.999", "USD", {"minimum": MINIMUM}, "below_minimum_credit", ()),
        ("0.5", "EUR", {"minimum": MINIMUM}, None, ("minimum_in_other_currency",)),
        ("0", "USD", {"minimum": MINIMUM}, "nothing_billed", ()),
        ("0", "USD", {"nothing": "nothing_unused"}, "nothing_unused", ()),
        ("0.5", "days", {"minimum": MINIMUM}, None, ()),
        # a day of the thirty that 300 USD pay for is 10 USD
        ("0.5", "USD", {"minimum": MINIMUM | {"of": "loss", "range": {"at_least": "10"}}}, None, ()),
        ("50", "USD", {"minimum": MINIMUM | {"of": "loss", "range": {"above": "10"}}}, "below_minimum_credit", ()),
    ],
)
def test_the_smallest_credit_is_tried_before_rounding(
    amount: str, unit: str, limits: dict[str, Any], refused: str | None, remarks: tuple[str, ...]
) -> None:
    got = left(limits, amount, unit)
    assert (got.refused, got.remarks) == (refused, remarks)


AMOUNTS = st.fractions(0, 10**9, max_denominator=10**6)


@given(AMOUNTS, st.integers(0, 10**6), st.integers(0, 100), st.integers(0, 10**6))
def test_a_cap_never_raises_an_amount_and_no_order_of_caps_matters(
    amount: Fraction, most: int, percent: int, before: int
) -> None:
    caps = [
        {"sum": {"amount": most, "currency": "USD"}, "less": "before", "clause": "c"},
        {"percent": percent, "clause": "c"},
    ]
    one = left({"caps": caps}, amount, before=usd(str(before))).amount
    other = left({"caps": caps[::-1]}, amount, before=usd(str(before))).amount
    assert one is not None
    assert other is not None
    assert 0 <= one.exact <= amount
    assert one.exact == other.exact == min(amount, max(0, most - before), Fraction(300 * percent, 100))


@given(AMOUNTS, st.integers(0, 99))
def test_a_reduction_never_raises_an_amount(amount: Fraction, percent: int) -> None:
    got = left({"reductions": [TEAM | {"to_percent": percent}]}, amount, team=True).amount
    assert got is not None
    assert got.exact == amount * percent / 100
