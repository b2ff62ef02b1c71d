"""Filters from the texts of options, and how a draft keeps them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from makegood.campaigns.filters import Filters, Options, read_filters
from makegood.errors import BadUse
from makegood.money import Money


def test_from_options():
    asked = Options("10 USD", "5", ("pro", "team", "Pro"), ("free",), {"acme": ""}, {"own": "our own"}, True)
    assert read_filters(asked) == Filters(
        Money(Decimal(10), "USD"), 5, ("pro", "team"), ("free",), {"acme": ""}, {"own": "our own"}, True
    )
    assert read_filters(Options()) == Filters()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (Options(lost_over="10"), "'10' is not an amount"),
        (Options(lost_over="-1 USD"), "--lost-over '-1 USD' is below zero"),
        (Options(lost_over="1 BITCOIN"), "is not an amount"),
        (Options(faults_over="-1"), "--faults-over '-1' is not a whole number"),
        (Options(faults_over="1.5"), "--faults-over '1.5' is not a whole number"),
        (Options(faults_over="٣"), "is not a whole number"),
        (Options(plans=("",)), "--plan names no plan"),
        (Options(plans=("pro",), not_plans=("pro",)), "--plan and --not-plan both name 'pro'"),
        (Options(plans=("Pro",), not_plans=("pro",)), "--plan and --not-plan both name 'pro'"),
        (Options(only={}), "--only names no account"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_option_is_named(options: Options, says: str):
    with pytest.raises(BadUse) as fault:
        read_filters(options)
    assert says in str(fault.value)


def test_a_draft_keeps_every_filter_and_the_content_of_lists():
    filters = read_filters(Options("10.0 USD", "0", ("pro",), (), None, {"own": "our own"}))
    told = dict(filters.told())
    assert {name: value for name, value in told.items() if name != "exclude"} == {
        "lost_over": "10 USD",
        "faults_over": "0",
        "plan": "pro",
    }
    assert told["exclude"].startswith("1 accounts, ")
    other = read_filters(Options("10.0 USD", "0", ("pro",), (), None, {"own": "another reason"}))
    assert filters.told() != other.told()
    assert Filters().told() == ()
