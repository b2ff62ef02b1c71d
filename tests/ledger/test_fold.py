"""Balances: a fold that sums to nothing, whatever is posted."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.ledger.fold import balances, unbalanced
from makegood.ledger.posting import EXPENSE, USED, Posting, holder
from tests.ledger.book import SmallBook

POSTINGS = st.lists(
    st.builds(
        lambda pair, unit, amount: Posting("k", "award", *pair, unit, amount, "acme", "", 0, ""),
        st.permutations(["expense", "used", "customer/acme", "customer/b"]).map(lambda names: names[:2]),
        st.sampled_from(["USD", "KRW", "tokens"]),
        st.integers(1, 2**61),
    ),
    max_size=30,
)


def test_an_award_and_its_use():
    book = SmallBook()
    award = book.award(2050)
    book.use(award, 50)
    book.unit = "plan_days"
    book.award(7)
    sums = balances(entry.posting for entry in book.entries)
    assert sums == {
        (EXPENSE, "USD"): -2050,
        (holder("acme"), "USD"): 2000,
        (USED, "USD"): 50,
        (EXPENSE, "plan_days"): -7,
        (holder("acme"), "plan_days"): 7,
    }
    assert unbalanced(sums) == {}


@settings(max_examples=100, deadline=None)
@given(POSTINGS)
def test_every_unit_sums_to_nothing(postings):
    assert unbalanced(balances(postings)) == {}


def test_a_balance_that_was_changed_by_hand_is_found():
    book = SmallBook()
    book.award(2050)
    sums = balances(entry.posting for entry in book.entries)
    sums[holder("acme"), "USD"] += 1
    assert unbalanced(sums) == {"USD": 1}
