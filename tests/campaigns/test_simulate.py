"""Simulate: the figures of a campaign before it is approved, and the accounts a human should look at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from makegood.campaigns.allocation import Allocation, Excluded, Line
from makegood.campaigns.draw import draw
from makegood.campaigns.oddest import oddest
from makegood.campaigns.simulate import FormSum, simulate
from makegood.ledger.basis import Basis
from makegood.losses.hit import Hit
from tests.campaigns.test_draw import DRAFT, Given, many

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BASES = (Basis("credit", "INC-1"), Basis("extension", "INC-1"), Basis("credit", "INC-1", clause="3"))


def line(number: int, cost: int, account: str = "") -> Line:
    return Line(number, account or f"a{number:03}", "INC-1", "USD", cost, cost, 0, wish=cost)


def hit(account: str, faults: int, lost: str) -> Hit:
    wasted = (("USD", Decimal(lost)),) if lost else ()
    return Hit(account, "INC-1", 10 * faults + 5, faults, 0, wasted)


def test_the_sums_of_a_small_campaign():
    lines = (
        Line(0, "a", "INC-1", "USD", 1000, 1000, 0, wish=2000),
        Line(1, "b", "INC-1", "plan_days", 30, 2000, 1, wish=2000),
        Line(2, "c", "INC-1", "USD", 500, 500, 2, wish=500),
        Line(3, "c", "INC-2", "USD", 500, 500, 0, wish=500),
        Line(4, "d", "INC-1", "USD", 700, 700, 0, "holdout", 1400),
    )
    out = [("x", "INC-1", "closed"), ("x", "INC-2", "closed"), ("y", "INC-1", "below_floor"), ("z", "", "closed")]
    excluded = tuple(Excluded(*one) for one in out)
    draft = replace(DRAFT, days=2, canary_ppm=250_000)
    found = simulate(Allocation(draft, BASES, lines, excluded), START)
    assert (found.accounts, found.lines, found.cost, found.wished, found.cut) == (3, 4, 4000, 5000, 1)
    assert (found.held_accounts, found.held_cost) == (1, 700)
    assert found.forms == (
        FormSum("credit", "USD", 3, 2000, 2000),
        FormSum("extension", "plan_days", 1, 30, 2000),
    )
    assert [(one.wave.first, one.wave.end, one.wave.due - START, one.cost, one.so_far) for one in found.waves] == [
        (0, 1, timedelta(0), 1000, 1000),
        (1, 2, timedelta(days=1), 2000, 3000),
        (2, 4, timedelta(days=2), 1000, 4000),
    ]
    assert found.excluded == (("closed", 2), ("below_floor", 1))
    assert found.costs.median == 500
    assert found.hash == Allocation(draft, BASES, lines, excluded).hash


def test_what_is_simulated_is_what_is_drawn():
    allocation = draw(replace(DRAFT, holdout_ppm=100_000), many(300), [])
    found = simulate(allocation, START)
    assert found.cost == allocation.total == sum(one.cost for one in found.forms) == found.waves[-1].so_far
    assert found.lines == sum(one.lines for one in found.forms) == sum(one.count for one in found.costs.bins)
    assert found.cost + found.held_cost == DRAFT.budget
    assert found.held_accounts == (found.accounts + found.held_accounts) // 10


def test_an_empty_campaign_is_told_too():
    found = simulate(Allocation(DRAFT, (), (), ()), START)
    assert (found.accounts, found.cost, found.waves, found.oddest, found.costs.bins) == (0, 0, (), (), ())


def test_the_oddest_are_far_from_the_middle_each_with_its_reason():
    lines = [line(at, 2000) for at in range(40)]
    lines[7], lines[9] = line(7, 50_000), line(9, 10)
    hits = [hit(one.account, 20, "4.00") for one in lines]
    hits[3], hits[5] = hit("a003", 1, "4.00"), hit("a005", 9000, "4.00")
    hits[11], hits[13] = hit("a011", 20, "0.01"), hit("a013", 20, "900")
    hits[15] = hit("a015", 0, "4.00")
    found = {one.line.account: (one.reason, one.times) for one in oddest(lines, hits, "USD")}
    assert found == {
        "a015": ("no_fault", None),
        "a007": ("cost_high", 25),
        "a009": ("cost_low", 200),
        "a011": ("per_loss_high", 400),
        "a003": ("per_fault_high", 20),
        "a013": ("per_loss_low", 225),
        "a005": ("per_fault_low", 450),
    }


def test_ten_alike_do_not_hide_the_one_of_another_kind():
    lines = [line(at, 2000) for at in range(60)]
    hits = [hit(one.account, 1 if one.number < 20 else 30, "") for one in lines]
    hits[59] = hit("a059", 900, "")
    found = oddest(lines, hits, "USD")
    assert [one.line.account for one in found if one.reason == "per_fault_low"] == ["a059"]
    assert [one.line.account for one in found if one.reason == "per_fault_high"] == [f"a{at:03}" for at in range(9)]
    assert {one.times for one in found} == {30}
    assert oddest(lines[::-1], hits[::-1], "USD") == found


def test_without_hits_only_the_cost_is_odd_and_awards_all_alike_are_not():
    assert oddest([line(at, 2000) for at in range(9)], [], "USD") == ()
    found = oddest([line(0, 1000), line(1, 1000), line(2, 1500), line(3, 0), line(4, 1499), line(5, 700)], [], "USD")
    assert [(one.line.number, one.reason, one.times) for one in found] == [(2, "cost_high", Fraction(3, 2))]


def test_a_loss_in_another_currency_is_no_measure():
    found = oddest([line(0, 100), line(1, 100)], [Hit("a000", "INC-1", 9, 2, 0, (("EUR", Decimal(9)),))], "USD")
    assert [(one.line.account, one.reason, one.lost) for one in found] == [("a001", "no_fault", None)]


def test_an_account_is_odd_once():
    lines = [line(at, 100) for at in range(5)] + [line(5, 900, "big")]
    hits = [hit(one.account, 10, "1.00") for one in lines]
    assert [one.line.account for one in oddest(lines, hits, "USD")] == ["big"]


def test_wishes_with_a_cost_of_nothing_are_simulated():
    allocation = draw(DRAFT, [Given("a", unit="usage_resets", amount=1, cost=0, basis=BASES[1])], [])
    assert simulate(allocation, START).forms == (FormSum("extension", "usage_resets", 1, 1, 0),)
