"""The coin: the size is exact whenever tosses come, wealth is a fair game, and nobody sees the future."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest

from makegood.incidents.drift.coin import PACE, Toss, allowed, walk, wealth

SIZE = Fraction(1, 20)


def tossed(at: list[int], won: str) -> list[Toss]:
    return [Toss(when, mark == "w") for when, mark in zip(at, won, strict=True)]


@pytest.mark.parametrize("at", [list(range(70, 170, 10)), list(range(300, 310)), [999] * 10])
def test_the_chance_of_a_false_alarm_is_what_all_sequences_together_give(at: list[int]):
    """Counted one by one over all 1,024 sequences of 10 tosses, against the recursion."""
    alarms = sum(walk(tossed(at, "".join(won)), SIZE).crossed is not None for won in itertools.product("wl", repeat=10))
    quiet = walk(tossed(at, "l" * 10), SIZE)
    assert 0 < Fraction(alarms, 2**10) == quiet.spent <= SIZE


@pytest.mark.parametrize(("every", "least"), [(1, "0.049"), (2, "0.049"), (10, "0.045"), (40, "0.040")])
def test_by_two_thousand_comparisons_the_size_is_used_up_and_never_passed(every: int, least: str):
    spent = walk([Toss(at, at % (2 * every) == 0) for at in range(every, 2001, every)], SIZE).spent
    assert Fraction(least) < spent <= SIZE


def test_a_toss_takes_at_most_twice_what_was_left_for_it():
    tosses = [Toss(at, False) for at in range(3, 363, 6)]
    spent = [walk(tosses[:n], SIZE).spent for n in range(len(tosses) + 1)]
    over = [after - allowed(toss.at, SIZE) for toss, after in zip(tosses, spent[1:], strict=True)]
    taken = [after - before for before, after in itertools.pairwise(spent)]
    left = [allowed(toss.at, SIZE) - before for toss, before in zip(tosses, spent, strict=False)]
    assert all(one <= 2 * max(room, 0) for one, room in zip(taken, left, strict=True))
    assert max(over) > 0
    assert max(spent) <= SIZE


def test_what_is_allowed_grows_to_the_size():
    steps = [allowed(at, SIZE) for at in (1, 50, PACE, 400, 2_000, 10**6)]
    assert steps == sorted(steps)
    assert (steps[2], steps[3] > Fraction("0.047"), steps[-1] < SIZE) == (SIZE / 2, True, True)


def test_wealth_is_a_fair_game():
    for wins, losses in itertools.product(range(12), repeat=2):
        assert wealth(wins + 1, losses) + wealth(wins, losses + 1) == 2 * wealth(wins, losses)
    assert wealth(0, 0) == 1
    assert wealth(9, 1) > 20 > 1 > wealth(5, 5)


def test_a_threshold_knows_no_later_toss():
    draw = random.Random(3)
    whole = [Toss(at, draw.random() < 0.5) for at in range(2, 300, 3)]
    for length in (1, 20, 60):
        assert walk(whole[:length], SIZE).points == walk(whole, SIZE).points[:length]


def test_the_alarm_stands_at_the_toss_that_raised_it():
    found = walk([Toss(at, True) for at in range(5, 400, 5)], SIZE)
    assert found.crossed is not None
    at = [one.at for one in found.points].index(found.crossed)
    assert found.points[at].wins == found.points[at].needed
    assert all(one.needed is None or one.wins < one.needed for one in found.points[:at])
    assert {one.needed for one in found.points[at + 1 :]} == {None}


def test_nothing_tossed_is_nothing_said():
    found = walk([], SIZE)
    assert (found.crossed, found.spent, found.wealth) == (None, 0, 1)
