"""The interval of a fall: it holds the truth at every moment, and shrinks with what is seen."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from makegood.incidents.drift.change import Differences, drop_bounds


def seen(worse: int, better: int, same: int) -> Differences:
    return Differences({1: worse, -1: better, 0: same})


def test_nothing_seen_bounds_nothing():
    assert drop_bounds(seen(0, 0, 0)) == drop_bounds(Differences({})) == (-1000, 1000)


def test_beside_several_answers_a_part_of_them_is_a_part_of_a_fall():
    several = Differences({2: 10, 1: 20, 0: 60, -1: 8, -2: 2}, 2)
    assert (several.all, several.worse, several.better, several.fall) == (100, 30, 10, Fraction(28, 200))
    least, most = drop_bounds(several)
    assert least < 140 < most
    assert drop_bounds(Differences({2: 10, -2: 5, 0: 85}, 2)) == drop_bounds(seen(10, 5, 85))
    one = drop_bounds(seen(30, 16, 54))
    assert most - least < one[1] - one[0]


def test_worse_and_better_in_turn_are_mirrored():
    least, most = drop_bounds(seen(40, 10, 150))
    assert drop_bounds(seen(10, 40, 150)) == (-most, -least)
    assert 0 < least < 150 < most


def test_it_shrinks_with_what_is_seen():
    widths = [most - least for least, most in (drop_bounds(seen(n, n, 8 * n)) for n in (5, 20, 80, 320))]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 80


@pytest.mark.parametrize(("worse", "better"), [(0.1, 0.1), (0.14, 0.04)])
def test_at_most_one_in_twenty_runs_ever_leaves_the_truth_outside_an_end(worse: float, better: float):
    """Looked at after every 40th of 400; 40 runs, of which more than 7 are out by chance once in a thousand times."""
    draw, truth, below, above = random.Random(7), round(1000 * (worse - better)), 0, 0
    for _ in range(40):
        fell = rose = 0
        ends = []
        for at in range(1, 401):
            luck = draw.random()
            fell, rose = fell + (luck < worse), rose + (worse <= luck < worse + better)
            if at % 40 == 0:
                ends.append(drop_bounds(seen(fell, rose, at - fell - rose)))
        below += max(least for least, _ in ends) > truth
        above += min(most for _, most in ends) < truth
    assert max(below, above) <= 7
