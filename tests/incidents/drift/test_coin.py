"""The coin: the size is exact whenever tosses come and whatever their chances, and nobody sees the future."""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction

import pytest

from makegood.incidents.drift.coin import PACE, Toss, allowed, walk, wealth

SIZE = Fraction(1, 20)


def tossed(at: list[int], won: str, lucky: str = "1" * 300) -> list[Toss]:
    return [Toss(when, mark == "w", int(of)) for when, mark, of in zip(at, won, lucky, strict=False)]


@pytest.mark.parametrize("at", [list(range(100, 200, 10)), list(range(300, 310)), [999] * 10])
@pytest.mark.parametrize(("sides", "lucky"), [(2, "1" * 10), (3, "1121112112"), (3, "2" * 10), (4, "1231132213")])
def test_the_chance_of_a_false_alarm_is_what_all_sequences_together_give(at: list[int], sides: int, lucky: str):
    """Counted one by one over all 1,024 sequences of 10 tosses, each by its chance, against the recursion."""
    alarms = 0
    for won in itertools.product("wl", repeat=10):
        if walk(tossed(at, "".join(won), lucky), SIZE, sides).crossed is not None:
            ways = (int(of) if mark == "w" else sides - int(of) for mark, of in zip(won, lucky, strict=True))
            alarms += math.prod(ways)
    quiet = walk(tossed(at, "l" * 10, lucky), SIZE, sides)
    assert 0 < Fraction(alarms, sides**10) == quiet.spent <= SIZE


@pytest.mark.parametrize(("every", "least"), [(1, "0.049"), (2, "0.049"), (10, "0.045"), (40, "0.040")])
@pytest.mark.parametrize("sides", [2, 3])
def test_by_two_thousand_comparisons_the_size_is_used_up_and_never_passed(every: int, least: str, sides: int):
    tosses = [Toss(at, at % (2 * every) == 0, 1 + at // every % (sides - 1)) for at in range(every, 2001, every)]
    spent = walk(tosses[:600], SIZE, sides).spent
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


@pytest.mark.parametrize("sides", [2, 3, 5])
def test_wealth_is_a_fair_game(sides: int):
    """Whatever came before: over all sides of the next toss, the wealth is on average what it was."""
    draw = random.Random(sides)
    before = [Toss(at, draw.random() < 0.4, draw.randrange(1, sides)) for at in range(1, 9)]
    for lucky in range(1, sides):
        won, lost = (wealth([*before, Toss(9, mark, lucky)], sides) for mark in (True, False))
        assert lucky * won + (sides - lucky) * lost == sides * wealth(before, sides)
        assert won > lost > 0
    assert wealth([], sides) == 1


def test_wealth_stays_fair_where_answers_waver_and_as_many_are_right():
    """Right answers that were certain turn wrong as often as wrong ones turn right: another die than the test knows."""
    worse, better = Toss(1, True, 1), Toss(1, False, 2)
    assert wealth([worse], 3) + wealth([better], 3) == 2
    many = [
        [Toss(at, mark, 1 if mark else 2) for at, mark in enumerate(row)] for row in itertools.product([0, 1], repeat=6)
    ]
    assert sum(wealth(row, 3) for row in many) == len(many)


def test_wavering_answers_of_which_as_many_are_right_raise_few_alarms():
    """The same with the alarm: 400 comparisons of which one in five meets a certain answer that turned, 200 walks."""
    draw, alarms = random.Random(7), 0
    for _ in range(200):
        turns = [at for at in range(1, 401) if draw.random() < 0.2]
        worse = [draw.random() < 0.5 for _ in turns]
        alarms += (
            walk([Toss(at, w, 1 if w else 2) for at, w in zip(turns, worse, strict=True)], SIZE, 3).crossed is not None
        )
    assert alarms <= 0.08 * 200  # beside 0.18, were each toss weighed the same


@pytest.mark.parametrize("sides", [2, 3, 4])
def test_an_alarm_needs_as_many_tosses_as_fair_ones_would(sides: int):
    tosses = [Toss(10**6, True) for _ in range(12)]
    assert [walk(tosses[:n], SIZE, sides).crossed for n in range(6)] == [None] * 5 + [10**6]
    assert [walk(tosses[:n], SIZE / 5, sides).crossed is None for n in (6, 7)] == [True, False]


@pytest.mark.parametrize("sides", [2, 3])
def test_a_threshold_knows_no_later_toss(sides: int):
    draw = random.Random(3)
    whole = [Toss(at, draw.random() < 0.5, draw.randrange(1, sides)) for at in range(2, 300, 3)]
    for length in (1, 20, 60):
        assert walk(whole[:length], SIZE, sides).points == walk(whole, SIZE, sides).points[:length]


def test_the_alarm_stands_at_the_toss_that_raised_it():
    found = walk([Toss(at, True) for at in range(5, 400, 5)], SIZE)
    assert found.crossed is not None
    at = [one.at for one in found.points].index(found.crossed)
    assert found.points[at].beyond >= found.points[at].needed
    assert all(one.needed is None or one.beyond < one.needed for one in found.points[:at])
    assert {one.needed for one in found.points[at + 1 :]} == {None}


def test_beyond_chance_is_wins_less_losses_of_a_coin_and_nothing_on_average_of_a_die():
    fair = walk(tossed([1, 2, 3, 4], "wwlw"), SIZE)
    assert [one.beyond for one in fair.points] == [1, 2, 1, 2]
    for lucky in "123":
        won, lost = (walk(tossed([9], mark, lucky), SIZE, 4).points[0].beyond for mark in "wl")
        assert int(lucky) * won + (4 - int(lucky)) * lost == 0


def test_nothing_tossed_is_nothing_said():
    found = walk([], SIZE)
    assert (found.crossed, found.spent, found.wealth, found.wins, found.losses) == (None, 0, 1, 0, 0)
