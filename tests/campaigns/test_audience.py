"""Whom a campaign is for: each account is a candidate or is left out with the first reason that applies."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.campaigns.allocation import Excluded
from makegood.campaigns.audience import LOST, REASONS, audience
from makegood.campaigns.customer import STATUSES, Customer
from makegood.campaigns.filters import Filters
from makegood.errors import BadUse
from makegood.losses.hit import Hit
from makegood.money import Money

HIT = Hit("acme", "C1", 10, 6, 100, (("USD", Decimal("10.01")),))
CUSTOMER = Customer("acme", "pro")
TEN = Money(Decimal(10), "USD")


def usd(amount: int, currency: str = "USD") -> dict:
    """What was charged for nothing, as a change of a hit."""
    return {"wasted": ((currency, Decimal(amount)),)}


STORIES = [
    ("hit", {}, {}, Filters(), None),
    ("lost just over", {}, {}, Filters(lost_over=TEN), None),
    ("lost just that", usd(10), {}, Filters(lost_over=TEN), (LOST, "10 of over 10 USD")),
    ("lost it in another currency", usd(99, "KRW"), {}, Filters(lost_over=TEN), (LOST, "0 of over 10 USD")),
    ("faults over", {}, {}, Filters(faults_over=5), None),
    ("faults just that", {}, {}, Filters(faults_over=6), ("too_few_faults", "6 of over 6")),
    ("on the plan", {}, {}, Filters(plans=("pro", "team")), None),
    ("on the plan, in whatever letters", {}, {"plan": "Pro"}, Filters(plans=("PRO",)), None),
    ("on a plan left out, in any letters", {}, {"plan": "Pro"}, Filters(not_plans=("pRO",)), ("other_plan", "Pro")),
    ("on another plan", {}, {}, Filters(plans=("team",)), ("other_plan", "pro")),
    ("on a plan left out", {}, {}, Filters(not_plans=("pro",)), ("other_plan", "pro")),
    ("on none of the plans left out", {}, {}, Filters(not_plans=("free",)), None),
    ("plan not known", {}, {"plan": ""}, Filters(plans=("pro",)), ("other_plan", "")),
    ("listed", {}, {}, Filters(only={"acme": ""}), None),
    ("not listed", {}, {}, Filters(only={"acme": ""}, exclude={"acme": "our own"}), ("excluded", "our own")),
    ("left out by name", {}, {}, Filters(exclude={"acme": "our own"}), ("excluded", "our own")),
    ("another left out by name", {}, {}, Filters(exclude={"other": ""}), None),
    ("closed", {}, {"status": "closed"}, Filters(), ("account_closed", "")),
    ("suspended", {}, {"status": "suspended"}, Filters(), None),
    ("nothing lost", {"faults": 0, "tokens": 0} | usd(0), {}, Filters(), ("lost_nothing", "")),
    ("failed, but nothing charged", {"tokens": 0, "wasted": ()}, {}, Filters(), None),
    ("the first reason counts", {}, {"status": "closed"}, Filters(exclude={"acme": "x"}), ("excluded", "x")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("hit", "customer", "filters", "why"), [row for _, *row in STORIES], ids=[row[0] for row in STORIES]
)
def test_one_account(hit: dict, customer: dict, filters: Filters, why: tuple[str, str] | None):
    met, owner = replace(HIT, **hit), replace(CUSTOMER, **customer)
    candidates, excluded = audience([met], {"acme": owner}, filters)
    assert excluded == ((Excluded("acme", "C1", *why),) if why else ())
    assert [(one.account, one.customer, one.hits) for one in candidates] == ([] if why else [("acme", owner, (met,))])


def test_hits_of_several_causes_are_looked_at_together():
    hits = [replace(HIT, cause=cause, wasted=(("USD", Decimal(6)), ("KRW", Decimal(1)))) for cause in ("C2", "C1")]
    (one,), excluded = audience(hits, {}, Filters(lost_over=TEN, faults_over=11))
    assert excluded == ()
    assert [hit.cause for hit in one.hits] == ["C1", "C2"]
    assert (one.faults, one.attempts, one.tokens) == (12, 20, 200)
    assert one.wasted == {"KRW": Decimal(2), "USD": Decimal(12)}
    assert audience(hits, {}, Filters(faults_over=12)) == (
        (),
        tuple(Excluded("acme", cause, "too_few_faults", "12 of over 12") for cause in ("C1", "C2")),
    )


def test_sums_are_exact_beyond_what_a_decimal_keeps_by_default():
    amounts = Decimal("999999999999999999.000000000000000001"), Decimal("0.000000000000000009")
    (one,), _ = audience(
        [replace(HIT, cause=str(n), wasted=(("USD", a),)) for n, a in enumerate(amounts)], {}, Filters()
    )
    assert str(one.wasted["USD"]) == "999999999999999999.000000000000000010"


def test_who_stands_in_no_customer_file():
    known = {"other": Customer("other")}
    assert audience([HIT], known, Filters())[1] == (Excluded("acme", "C1", "unknown_customer"),)
    for customers, filters in (({}, Filters()), (known, Filters(unknown=True))):
        ((one,), excluded) = audience([HIT], customers, filters)
        assert (one.customer, excluded) == (Customer("acme"), ())


def test_who_is_not_in_the_list_or_was_not_hit():
    _, excluded = audience([HIT], {}, Filters(only={"other": "asked for it"}))
    assert excluded == (Excluded("acme", "C1", "not_listed"), Excluded("other", "", "not_hit"))


def test_an_account_is_hit_once_by_a_cause():
    with pytest.raises(BadUse, match="'acme' is hit twice by C1"):
        audience([HIT, replace(HIT, faults=1)], {}, Filters())


ACCOUNTS = st.sampled_from("abcdef")
AMOUNTS = st.decimals(0, 30, places=2)
WASTED = st.dictionaries(st.sampled_from(("USD", "KRW")), AMOUNTS).map(lambda found: tuple(sorted(found.items())))
CAUSES = st.sampled_from(("C1", "C2", "C3"))
HITS = st.lists(
    st.builds(Hit, ACCOUNTS, CAUSES, st.just(9), st.integers(0, 9), st.integers(0, 1), WASTED),
    max_size=8,
    unique_by=lambda hit: (hit.account, hit.cause),
)
CUSTOMERS = st.dictionaries(
    ACCOUNTS, st.tuples(st.sampled_from(("", "pro", "free")), st.sampled_from(STATUSES)), max_size=6
).map(lambda found: {name: Customer(name, plan, status=status) for name, (plan, status) in found.items()})
LISTS = st.none() | st.dictionaries(ACCOUNTS, st.sampled_from(("", "why")), min_size=1)
FILTERS = st.builds(
    Filters,
    st.none() | AMOUNTS.map(lambda amount: Money(amount, "USD")),
    st.none() | st.integers(0, 20),
    st.sampled_from(((), ("pro",))),
    st.sampled_from(((), ("free",))),
    LISTS,
    LISTS,
    st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(HITS, CUSTOMERS, FILTERS, st.randoms(use_true_random=False))
def test_every_account_looked_at_ends_in_exactly_one_of_the_two(hits, customers, filters, random):
    candidates, excluded = audience(hits, customers, filters)
    inside, outside = {one.account for one in candidates}, {one.account for one in excluded}
    assert inside.isdisjoint(outside)
    assert inside | outside == {hit.account for hit in hits} | set(filters.only or ())
    kept = [(hit.account, hit.cause) for one in candidates for hit in one.hits]
    left = [(one.account, one.cause) for one in excluded if one.cause]
    assert sorted(kept + left) == sorted((hit.account, hit.cause) for hit in hits)
    assert {one.reason for one in excluded} <= set(REASONS)
    shuffled = random.sample(hits, len(hits))
    assert audience(shuffled, customers, filters) == (candidates, excluded)
