"""Draw: the same inputs in any order are the same hash; order, canary and holdout are fair and nobody's choice."""

import random
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest

from makegood.campaigns.allocation import GRANT, HOLDOUT, Draft, Excluded
from makegood.campaigns.draw import draw, seed_of
from makegood.campaigns.waves import cuts
from makegood.errors import BadUse
from makegood.ledger.basis import Basis

CREDIT, EXTENSION = Basis("credit", "INC-1", "goodwill-outage"), Basis("extension", "INC-1", "goodwill-outage")
DRAFT = Draft(("INC-1",), "goodwill-outage", "1", "USD", 500_000, 14, 10_000)


@dataclass(frozen=True)
class Given:
    """An award as the draw needs it."""

    account: str
    cause: str = "INC-1"
    unit: str = "USD"
    amount: int = 2000
    cost: int = 2000
    basis: Basis = CREDIT


def many(count: int) -> list[Given]:
    return [
        Given(f"acct-{at:04}")
        if at % 3
        else Given(f"acct-{at:04}", unit="plan_days", amount=30, basis=replace(EXTENSION))
        for at in range(count)
    ]


def test_the_same_in_any_order_is_the_same_hash():
    awards, out = many(400), [Excluded(f"out-{at}", "INC-1", "too_few_faults", "0") for at in range(30)]
    draft = replace(DRAFT, holdout_ppm=100_000)
    first = draw(draft, awards, out)
    shuffle = random.Random(7)
    shuffle.shuffle(awards)
    shuffle.shuffle(out)
    again = draw(draft, awards, out)
    assert again == first
    assert again.hash == first.hash
    assert draw(replace(draft, budget=draft.budget + 1), awards, out).hash != first.hash


def test_every_award_is_in_exactly_one_place_and_the_money_is_the_budget():
    allocation = draw(DRAFT, many(400), [Excluded("out", "INC-1", "closed")])
    names = [one.account for one in (*allocation.lines, *allocation.excluded)]
    assert sorted(names) == sorted([*(f"acct-{at:04}" for at in range(400)), "out"])
    assert allocation.total == DRAFT.budget
    assert [one.number for one in allocation.lines] == list(range(len(allocation.lines)))
    assert {one.reason for one in allocation.excluded} == {"closed", "over_budget"}
    assert all(one.wish == 2000 for one in allocation.lines)
    for line in allocation.lines:
        assert allocation.bases[line.basis] == (CREDIT if line.unit == "USD" else EXTENSION)
    assert len(allocation.bases) == 2


def test_who_is_in_which_wave_is_a_lot_that_the_budget_cannot_turn():
    def canary(draft: Draft, share: int) -> list[str]:
        drawn = draw(replace(draft, canary_ppm=share), many(200), [])
        return [one.account for one in drawn.lines[: cuts(len(drawn.lines), drawn.draft)[0]]]

    rich = replace(DRAFT, budget=10**9, days=3)
    for share in (50_000, 100_000, 250_000, 500_000):
        assert set(canary(rich, share)) < set(canary(rich, share * 2))  # the same lots, only more of them
        assert canary(replace(rich, days=9), share) == canary(rich, share)
        assert canary(replace(rich, budget=10**8), share) == canary(rich, share)
    first = canary(rich, 250_000)
    assert set(first) != set(canary(replace(rich, causes=("INC-2",)), 250_000))
    # the canary holds its part of every kind of account: no run of names, no run of forms
    assert 0.4 < sum(one < "acct-0100" for one in first) / len(first) < 0.6


def test_within_a_wave_lines_are_in_the_order_of_accounts_and_causes():
    awards = [Given(f"a{at:02}", cause) for at in range(40) for cause in ("INC-2", "INC-1")]
    draft = replace(DRAFT, days=3, canary_ppm=100_000, holdout_ppm=250_000)
    lines = draw(draft, awards, []).lines
    ends = [*cuts(60, draft), 80]
    assert ends == [6, 24, 42, 60, 80]
    for first, end in pairwise([0, *ends]):
        names = [(one.account, one.cause) for one in lines[first:end]]
        assert names == sorted(names)
    assert [one.account for one in lines] != sorted(one.account for one in lines)


def test_the_holdout_is_exact_stands_last_and_keeps_its_money():
    draft = replace(DRAFT, budget=10**9, holdout_ppm=150_000)
    allocation = draw(draft, many(333), [])
    groups = [one.group for one in allocation.lines]
    assert groups == [GRANT] * (333 - 49) + [HOLDOUT] * 49  # floor of 49.95
    assert allocation.total == 2000 * (333 - 49)
    fewer = draw(replace(draft, holdout_ppm=50_000), many(333), [])
    held = {one.account for one in fewer.lines if one.group == HOLDOUT}
    assert held < {one.account for one in allocation.lines if one.group == HOLDOUT}


def test_an_account_with_two_causes_is_held_out_or_granted_as_one():
    awards = [Given(f"a{at}", cause) for at in range(40) for cause in ("INC-1", "INC-2")]
    allocation = draw(replace(DRAFT, holdout_ppm=250_000), awards, [])
    groups: dict[str, set[str]] = {}
    for one in allocation.lines:
        groups.setdefault(one.account, set()).add(one.group)
    assert sorted(len(one) for one in groups.values()) == [1] * 40
    assert sum(one == {HOLDOUT} for one in groups.values()) == 10


def test_the_cap_is_on_all_that_an_account_gets_and_the_floor_on_each_line():
    awards = [Given("a", cause) for cause in ("INC-1", "INC-2", "INC-3")]
    allocation = draw(replace(DRAFT, cap=3000), awards, [])
    assert {one.cause: one.cost for one in allocation.lines} == {"INC-1": 2000, "INC-2": 1000}
    assert [(one.cause, one.reason) for one in allocation.excluded] == [("INC-3", "below_floor")]
    allocation = draw(replace(DRAFT, cap=3000, floor=1500), awards, [])
    assert {one.cause: one.cost for one in allocation.lines} == {"INC-1": 2000}


def test_terms_that_owe_hold_nobody_out():
    with pytest.raises(BadUse, match="goodwill-outage owes what is granted, so nobody can be held out"):
        draw(replace(DRAFT, holdout_ppm=1), many(3), [], owes=True)
    assert len(draw(DRAFT, many(3), [], owes=True).lines) == 3


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"canary_ppm": 1_000_001}, "share of the canary"),
        ({"holdout_ppm": -1}, "share of the holdout"),
        ({"overrun": "maybe"}, "use scale or refuse"),
        ({"unit": "tokens"}, "a budget is money, not tokens"),
        ({"unit": "ZZZ"}, "not an ISO 4217 currency"),
        ({"budget": 0}, "a budget is above it"),
        ({"days": -1}, "not below zero"),
        ({"overrun": "refuse", "budget": 3000}, r"come to 60\.00 USD and the budget is 30\.00 USD"),
    ],
)
def test_a_draft_that_cannot_be_is_refused(wrong: dict[str, object], says: str):
    with pytest.raises(BadUse, match=says):
        draw(replace(DRAFT, **wrong), [Given(one) for one in "abc"], [])


def test_granted_and_excluded_at_once_is_refused():
    with pytest.raises(BadUse, match="acct-0001 is granted and excluded"):
        draw(DRAFT, many(4), [Excluded("acct-0001", "INC-1", "closed")])


def test_the_seed_is_what_the_draft_is_about():
    assert seed_of(DRAFT) == seed_of(replace(DRAFT, budget=1, days=1, canary_ppm=5, holdout_ppm=7, floor=3))
    assert seed_of(DRAFT) != seed_of(replace(DRAFT, filters=(("plan", "pro"),)))
