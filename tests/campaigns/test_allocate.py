"""Allocate: exact to the unit, never above it, fair, the same for any order; beside an oracle that tries everything."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from makegood.campaigns.allocate import BELOW_FLOOR, NOTHING, OVER_BUDGET, OVER_CAP, Budget, Shares, Wish, allocate
from makegood.campaigns.scale import pro_rata
from makegood.errors import BadUse


def money(account: str, cost: int, floor: int = 0, cap: int | None = None) -> Wish:
    """A wish in the budget's own currency."""
    return Wish(account, "INC-1", "USD", cost, cost, floor, cap)


def days(account: str, cost: int) -> Wish:
    """A wish in kind."""
    return Wish(account, "INC-1", "plan_days", 30, cost)


def costs(shares: Shares) -> dict[str, int]:
    return {one.wish.account: one.cost for one in shares.lines}


def reasons(shares: Shares) -> dict[str, str]:
    return {one.account: one.reason for one in shares.excluded}


@pytest.mark.parametrize(
    ("wishes", "budget", "given_", "left_out"),
    [
        ([money("a", 700), money("b", 300)], 1000, {"a": 700, "b": 300}, {}),
        ([money("a", 700), money("b", 300)], 500, {"a": 350, "b": 150}, {}),
        ([money(one, 100) for one in "abc"], 100, {"a": 34, "b": 33, "c": 33}, {}),
        ([money("a", 900, cap=100), money("b", 100)], 150, {"a": 75, "b": 75}, {}),
        ([money("a", 900, cap=100), money("b", 100)], 1000, {"a": 100, "b": 100}, {}),
        # the floor: b needs the higher rate, so b goes and a has b's money
        ([money("a", 90, 50), money("b", 60, 50)], 70, {"a": 70}, {"b": BELOW_FLOOR}),
        ([money("a", 40, 50), money("b", 60, 50)], 900, {"b": 60}, {"a": BELOW_FLOOR}),
        # c needs the highest rate; what is left is just the floor of the others
        ([money("a", 100, 50), money("b", 100, 50), money("c", 10, 9)], 100, {"a": 50, "b": 50}, {"c": BELOW_FLOOR}),
        # in kind: half of the budget is theirs, which is one of two; the cheaper
        ([days("a", 80), days("b", 70), money("c", 150)], 150, {"b": 70, "c": 80}, {"a": OVER_BUDGET}),
        # money that nobody else can use reaches a whole wish after all
        ([days("a", 100), money("b", 20)], 110, {"b": 20}, {"a": OVER_BUDGET}),
        ([days("a", 100), money("b", 20, 20)], 100, {"b": 20}, {"a": OVER_BUDGET}),
        ([days("a", 60), days("b", 61), money("c", 9)], 100, {"a": 60, "c": 9}, {"b": OVER_BUDGET}),
        ([Wish("a", "", "plan_days", 30, 500, 0, 400)], 900, {}, {"a": OVER_CAP}),
        ([money("a", 0)], 900, {}, {"a": NOTHING}),
        ([money("a", 5)], 0, {}, {"a": BELOW_FLOOR}),
        ([], 10, {}, {}),
    ],
)
def test_the_rules_case_by_case(wishes: list[Wish], budget: int, given_: dict[str, int], left_out: dict[str, str]):
    shares = allocate(wishes, Budget(budget, "USD"))
    assert (costs(shares), reasons(shares)) == (given_, left_out)


def test_a_whole_wish_keeps_its_amount_and_a_cut_one_pays_what_it_costs():
    shares = allocate([days("a", 20), days("b", 60), money("c", 200)], Budget(140, "USD"))
    assert [(one.wish.account, one.amount, one.cost) for one in shares.lines] == [("a", 30, 20), ("c", 120, 120)]


def test_refusing_names_both_sums():
    with pytest.raises(BadUse, match=r"come to 61200\.00 USD and the budget is 50000\.00 USD"):
        allocate([money("a", 61_200_00)], Budget(50_000_00, "USD", "refuse"))
    assert allocate([money("a", 5)], Budget(5, "USD", "refuse")).total == 5


@pytest.mark.parametrize(
    ("wishes", "budget", "says"),
    [
        ([money("a", 1), money("a", 2)], Budget(9, "USD"), "a has two wishes for INC-1"),
        ([money("a", -1)], Budget(9, "USD"), "out of range"),
        ([replace(money("a", 3), amount=4)], Budget(9, "USD"), "of one currency"),
        ([], Budget(-1, "USD"), "cannot be kept"),
        ([], Budget(9, "USD", "shrug"), "use scale or refuse"),
    ],
)
def test_what_cannot_be_is_refused(wishes: list[Wish], budget: Budget, says: str):
    with pytest.raises(BadUse, match=says):
        allocate(wishes, budget)


def test_equals_in_kind_are_drawn_by_lot_and_not_by_name():
    wishes = [days(f"acct-{at:03}", 10) for at in range(100)]
    chosen = {seed: set(costs(allocate(wishes, Budget(500, "USD", seed=seed)))) for seed in ("one", "two")}
    assert [len(one) for one in chosen.values()] == [50, 50]
    assert chosen["one"] != chosen["two"]
    assert chosen["one"] == set(costs(allocate(wishes[::-1], Budget(500, "USD", seed="one"))))


any_wish = st.tuples(
    st.integers(0, 60), st.booleans(), st.integers(0, 30), st.none() | st.integers(0, 50), st.integers(1, 9)
)
any_wishes = st.lists(any_wish, max_size=9).map(
    lambda rows: [
        Wish(f"acct-{at}", "INC-1", "USD" if parts else "plan_days", cost if parts else days_, cost, floor, cap)
        for at, (cost, parts, floor, cap, days_) in enumerate(rows)
    ]
)


@settings(max_examples=300, deadline=None)
@given(any_wishes, st.integers(0, 300), st.randoms(use_true_random=False))
def test_whatever_is_wished(wishes: list[Wish], budget: int, shuffled):
    purse = Budget(budget, "USD", seed="s")
    shares = allocate(wishes, purse)
    again = wishes[:]
    shuffled.shuffle(again)
    assert allocate(again, purse) == shares
    assert shares.total <= budget
    assert sorted([*costs(shares), *reasons(shares)]) == sorted(one.account for one in wishes)
    for one in shares.lines:
        whole = one.wish.unit != "USD"
        assert (one.cost == one.wish.cost and one.amount == one.wish.amount) if whole else one.amount == one.cost
        assert one.cost <= one.wish.asked
        assert one.cost >= one.wish.floor
        assert one.amount > 0
    # nobody is left out whom the money that is left could still serve
    for wish in (one for one in wishes if reasons(shares).get(one.account) in (OVER_BUDGET, BELOW_FLOOR)):
        need = max(wish.floor, 1) if wish.unit == "USD" else max(wish.cost, wish.floor)
        assert need > budget - shares.total or need > wish.asked


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=30), st.integers(1, 10**6))
def test_money_without_floors_is_spent_to_the_unit_and_more_wished_is_never_less_given(asked: list[int], budget: int):
    given_ = pro_rata(asked, budget)
    assert sum(given_) == min(budget, sum(asked))
    pairs = sorted(zip(asked, given_, strict=True))
    assert all(one[1] <= other[1] for one, other in pairwise(pairs) if one[0] < other[0])
    assert all(abs(got - Fraction(one * min(budget, sum(asked)), sum(asked))) < 1 for one, got in pairs)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=5), st.integers(0, 40))
def test_largest_remainder_is_the_split_nearest_to_pro_rata(asked: list[int], budget: int):
    money_ = min(budget, sum(asked))

    def far(split: tuple[int, ...]) -> Fraction:
        return sum(
            ((got - Fraction(one * money_, sum(asked))) ** 2 for one, got in zip(asked, split, strict=True)),
            Fraction(0),
        )

    assert far(tuple(pro_rata(asked, budget))) == min(far(one) for one in _splits(money_, asked))


def _splits(money_: int, asked: list[int]):
    if len(asked) == 1:
        if money_ <= asked[0]:
            yield (money_,)
        return
    for first in range(min(asked[0], money_) + 1):
        for rest in _splits(money_ - first, asked[1:]):
            yield (first, *rest)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), min_size=1, max_size=7), st.integers(1, 90))
@example([(2, 1), (3, 1), (7, 5), (9, 6)], 9)  # without the neediest the next is needy too; without both there is room
def test_floors_leave_out_no_more_than_they_must(rows: list[tuple[int, int]], budget: int):
    """By brute force: whoever is added to those who are served, somebody falls below a floor."""
    wishes = [money(f"a{at}", cost, floor) for at, (cost, floor) in enumerate(rows) if floor <= cost]
    shares = allocate(wishes, Budget(budget, "USD"))
    kept = [one for one in wishes if one.account in costs(shares)]
    for more in range(1, len(wishes) - len(kept) + 1):
        for added in combinations([one for one in wishes if one not in kept], more):
            group = [*kept, *added]
            total = sum(one.cost for one in group)
            rate = min(Fraction(1), Fraction(budget, total))
            assert any(one.cost * rate < max(one.floor, 1) for one in group)
