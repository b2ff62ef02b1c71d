"""Deciding: the first offer that an account can use, its amount rounded once, its cost, or why there is none."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.awards.award import REASONS, SKIPS, Award, Holder, Refusal
from makegood.awards.decide import cost_of, decide, granted
from makegood.awards.programme import Offer, Programme
from makegood.awards.read_programme import programme_of
from makegood.errors import BadMoney
from makegood.ledger.unit import minor, unit_of
from makegood.losses.hit import Hit

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
HOUSE = programme_of("goodwill-outage", NOW.date())
D = Decimal


def hit(faults: int = 9, **wasted: str) -> Hit:
    return Hit("a", "INC-7", 100, faults, 0, tuple((code, D(amount)) for code, amount in wasted.items()))


def share(**changes: object) -> Programme:
    """A programme of one offer: half of the waste in USD."""
    offer = replace(Offer("credit", "USD", waste_percent=D(50)), **changes)
    return Programme("house", "1", (offer,))


USD = Holder("payg", "", "USD")


@pytest.mark.parametrize(
    ("holder", "budget", "out"),
    [
        (Holder("payg", "", "USD"), "USD", ("credit", "USD", 2000, 2000)),
        (Holder("", "", "USD"), "USD", ("credit", "USD", 2000, 2000)),
        (Holder("payg", "", "usd", "suspended"), "USD", ("credit", "USD", 2000, 2000)),
        (Holder("payg", "", "EUR"), "USD", ("credit", "EUR", 2000, 2200)),
        (Holder("payg", "", "EUR"), "EUR", ("credit", "EUR", 2000, 2000)),
        (Holder("payg", "", "KRW"), "USD", ("credit", "KRW", 25000, 2000)),
        (Holder("payg", "", "JPY"), "USD", ("credit", "JPY", 3000, 2010)),
        (Holder("Pro", "", "CHF"), "USD", ("extension", "plan_days", 30, 1980)),
        (Holder("free"), "USD", ("reset", "usage_resets", 1, 0)),
        (Holder("free"), "EUR", ("no_worth_in_budget_currency", "reset.usage_resets EUR")),
        (Holder("payg", "", "USD"), "EUR", ("no_worth_in_budget_currency", "credit.USD EUR")),
        (Holder("payg", "", "USD", "closed"), "USD", ("status_not_eligible", "closed")),
        (Holder("payg"), "USD", (
            "no_usable_form",
            "credit.USD:currency_not_known credit.EUR:currency_not_known credit.KRW:currency_not_known "
            "credit.JPY:currency_not_known extension.plan_days:other_plan reset.usage_resets:other_plan")),
    ],
)  # fmt: skip
def test_the_example_by_who_holds_the_account(holder: Holder, budget: str, out: tuple[object, ...]) -> None:
    got = decide(HOUSE, hit(), holder, budget, NOW)
    told = (got.reason, got.detail) if isinstance(got, Refusal) else (got.form, got.unit, got.amount, got.cost)
    assert told == out


def test_a_plan_that_cannot_use_the_credit_is_told_for_each_offer() -> None:
    alone = replace(HOUSE, offers=HOUSE.offers[:2])
    got = granted(alone, hit(), Holder("team", "", "EUR"))
    assert got == Refusal("no_usable_form", "credit.USD:other_currency credit.EUR:plan_cannot_use")


@pytest.mark.parametrize(("faults", "out"), [(4, "4/5"), (5, None), (0, "0/5"), (10**9, None)])
def test_from_so_many_failed_attempts_on(faults: int, out: str | None) -> None:
    got = granted(HOUSE, hit(faults), USD)
    assert (got.detail if isinstance(got, Refusal) else None) == out


@pytest.mark.parametrize(
    ("programme", "wasted", "out"),
    [
        (share(), {"USD": "3.99"}, 200),  # 1.995, half up
        (replace(share(), rounding="half_even"), {"USD": "4.01"}, 200),  # 2.005
        (replace(share(), rounding="floor"), {"USD": "3.999999999"}, 199),
        (replace(share(), rounding="up"), {"USD": "0.000000001"}, 1),
        (share(), {"USD": "0.000000001"}, "below_smallest_unit"),
        (share(), {}, "nothing_charged"),
        (share(), {"USD": "-3"}, "nothing_charged"),
        (share(), {"EUR": "3.00", "XXX": "9"}, "nothing_charged"),
        (share(), {"USD": "3.00", "EUR": "900"}, 150),
        (share(at_least=D(5)), {}, 500),
        (share(at_least=D(5)), {"USD": "9.99"}, 500),
        (share(at_least=D(5)), {"USD": "10.02"}, 501),
        (share(at_most=D("7.5")), {"USD": "1e30"}, 750),
        (share(form="extension", unit="plan_days", worth=(D("0.66"), "USD")), {"USD": "10"}, 8),  # 7.57 days
        (share(form="quota", unit="tokens", worth=(D("0.000003"), "USD")), {"USD": "1"}, 166667),
        (share(form="quota", unit="tokens", worth=(D("0.000003"), "USD"), at_most=D(1000)), {"USD": "1"}, 1000),
    ],
)  # fmt: skip
def test_a_share_of_the_waste(programme: Programme, wasted: dict[str, str], out: int | str) -> None:
    got = granted(programme, hit(**wasted), USD)
    assert (got.reason if isinstance(got, Refusal) else got[1]) == out


def test_an_amount_that_no_posting_can_hold_is_bad_money() -> None:
    with pytest.raises(BadMoney, match="more than a posting can hold"):
        granted(share(), hit(USD="1e30"), USD)


@pytest.mark.parametrize(
    ("offer", "holder", "why"),
    [
        (Offer("credit", "USD", flat=D(1), product="api"), Holder("payg", "API", "USD"), None),
        (Offer("credit", "USD", flat=D(1), product="api"), Holder("payg", "", "USD"), None),
        (Offer("credit", "USD", flat=D(1), product="api"), Holder("payg", "chat", "USD"), "other_product"),
        (Offer("credit", "USD", flat=D(1), plan="Plus"), Holder("plus", "", "USD"), None),
        (Offer("credit", "USD", flat=D(1), plan="plus"), Holder("pro", "", "USD"), "other_plan"),
        (Offer("credit", "USD", flat=D(1), plans=("Plus",)), Holder("pLUS", "", "USD"), None),
        (Offer("credit", "USD", flat=D(1), not_plans=("Plus",)), Holder("pLUS", "", "USD"), "plan_cannot_use"),
        (Offer("refund", "EUR", flat=D(1)), Holder("", "", "USD"), "other_currency"),
        (Offer("quota", "tokens", flat=D(1)), Holder(), None),
    ],
)
def test_what_an_account_can_use(offer: Offer, holder: Holder, why: str | None) -> None:
    got = granted(Programme("house", "1", (offer,)), hit(), holder)
    assert got == (
        Refusal("no_usable_form", f"{offer.form}.{offer.unit}:{why}") if why else (offer, minor(D(1), offer.unit))
    )
    assert why is None or why in SKIPS


def test_a_part_of_a_cent_takes_a_whole_one_of_the_budget() -> None:
    won = Offer("credit", "KRW", flat=D(1), worth=(D("0.0008"), "USD"))
    assert [cost_of(won, amount, "USD") for amount in (0, 1, 12, 13, 25_000)] == [0, 1, 1, 2, 2000]
    assert cost_of(won, 7, "KRW") == 7
    assert cost_of(won, 7, "EUR") is None
    assert cost_of(replace(won, worth=None), 7, "USD") is None


def test_the_basis_says_why_until_when_and_for_what() -> None:
    offer = Offer("credit", "USD", flat=D(1), expires_days=30, product="api", plan="", priority=7, clause="credit")
    programme = Programme("house", "3", (offer,), reason="It failed.", clause="who")
    got = decide(programme, hit(), USD, "USD", NOW.astimezone(timezone(timedelta(hours=9))))
    assert isinstance(got, Award)
    assert got.basis.as_data() == {
        "form": "credit", "cause": "INC-7", "terms": "house", "version": "3", "clause": "credit",
        "reason": "It failed.", "campaign": "", "expires": "2026-10-01T08:30:00Z",
        "product": "api", "plan": "", "priority": 7,
    }  # fmt: skip
    bare = decide(replace(programme, offers=(Offer("credit", "USD", flat=D(1)),)), hit(), USD, "USD", NOW)
    assert isinstance(bare, Award)
    assert (bare.basis.expires, bare.basis.clause) == (None, "who")
    assert decide(programme, hit(), USD, "USD", NOW).basis is decide(programme, hit(), USD, "USD", NOW).basis
    ours = got.within("c-1")
    assert (ours.basis.campaign, ours.basis is got.within("c-1").basis, got.basis.campaign) == ("c-1", True, "")
    assert replace(ours, basis=got.basis) == got


money = st.decimals(min_value=0, max_value=10**6, places=9)
bound = st.none() | st.integers(0, 5000).map(D)


@settings(max_examples=150, deadline=None)
@given(
    st.tuples(money, money),
    st.decimals(min_value="0.01", max_value=1000, places=2),
    st.tuples(bound, bound),
    st.sampled_from([("credit", "USD"), ("credit", "KRW"), ("credit", "BHD"), ("extension", "plan_days")]),
    st.sampled_from(["half_up", "half_even", "floor", "up"]),
)
def test_never_a_float_never_less_for_more_waste_and_within_the_bounds(wastes, percent, bounds, what, rounding) -> None:
    low, high = sorted(bounds) if None not in bounds else bounds
    form, unit = what
    worth = (D("0.37"), "EUR")
    offer = Offer(form, unit, waste_percent=percent, at_least=low or None, at_most=high or None, worth=worth)
    programme = Programme("house", "1", (offer,), rounding=rounding)
    code = "EUR" if unit == "plan_days" else unit
    amounts = []
    for waste in sorted(wastes):
        got = decide(programme, Hit("a", "c", 9, 9, 0, ((code, waste),)), Holder("", "", code), "EUR", NOW)
        if isinstance(got, Refusal):
            assert got.reason in REASONS
            amounts.append(0)
            continue
        assert all(type(getattr(got, one.name)) in (str, int) or one.name == "basis" for one in fields(got))
        scale = 10 ** unit_of(unit).scale
        whole = Fraction(got.amount, scale)
        assert whole >= (offer.at_least or 0)
        assert whole <= (offer.at_most or whole)
        exact = Fraction(waste) * Fraction(percent) / 100 / (Fraction(worth[0]) if unit == "plan_days" else 1)
        assert offer.at_least or offer.at_most or abs(whole - exact) * scale < 1
        assert 0 <= got.cost - whole * Fraction(worth[0]) * 100 < 1
        amounts.append(got.amount)
    assert amounts == sorted(amounts)
