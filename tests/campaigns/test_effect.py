"""Effect: the published examples of method 10, an independent reckoning, and no statement without two groups."""

from decimal import Decimal
from math import sqrt
from statistics import NormalDist

import pytest

from makegood.campaigns.effect import Effect, effect
from makegood.errors import BadUse

# R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, examples (a) to (h), method 10: to four places.
PUBLISHED = [
    ((70, 56, 80, 48), "0.2000", "0.0524", "0.3339"),
    ((10, 9, 10, 3), "0.6000", "0.1705", "0.8090"),
    ((7, 6, 7, 2), "0.5714", "0.0582", "0.8062"),
    ((56, 5, 29, 0), "0.0893", "-0.0381", "0.1926"),
    ((10, 0, 20, 0), "0.0000", "-0.1611", "0.2775"),
    ((10, 0, 10, 0), "0.0000", "-0.2775", "0.2775"),
    ((10, 10, 20, 0), "1.0000", "0.6791", "1.0000"),
    ((10, 10, 10, 0), "1.0000", "0.6075", "1.0000"),
]
PLACES = Decimal("0.0001")


@pytest.mark.parametrize(("counts", "difference", "low", "high"), PUBLISHED)
def test_the_published_examples(counts: tuple[int, int, int, int], difference: str, low: str, high: str):
    found = effect(*counts)
    assert found is not None
    rounded = [str(one.quantize(PLACES)) for one in (found.difference, found.low, found.high)]
    assert [one.replace("-0.0000", "0.0000") for one in rounded] == [difference, low, high]


def by_roots(granted: int, kept: int, held_out: int, held_kept: int) -> tuple[float, float]:
    """The same in floats: score limits as the roots of (n + z²)p² - (2x + z²)p + x²/n, found by bisection."""
    z = NormalDist().inv_cdf(0.975)

    def limit(part: int, whole: int, up: bool) -> float:
        share = part / whole
        near, far = share, 1.0 if up else 0.0
        for _ in range(200):
            middle = (near + far) / 2
            if abs(share - middle) <= z * sqrt(middle * (1 - middle) / whole):
                near = middle
            else:
                far = middle
        return near

    first, second = kept / granted, held_kept / held_out
    down = sqrt((first - limit(kept, granted, False)) ** 2 + (limit(held_kept, held_out, True) - second) ** 2)
    up = sqrt((limit(kept, granted, True) - first) ** 2 + (second - limit(held_kept, held_out, False)) ** 2)
    return max(first - second - down, -1.0), min(first - second + up, 1.0)


@pytest.mark.parametrize(
    "counts",
    [(950_000, 912_345, 50_000, 47_400), (7, 0, 3, 3), (1, 1, 1, 0), (13, 5, 999, 998), (100, 50, 100, 50)],
)
def test_an_independent_reckoning_says_the_same(counts: tuple[int, int, int, int]):
    found = effect(*counts)
    assert found is not None
    low, high = by_roots(*counts)
    assert abs(float(found.low) - low) < 1e-9
    assert abs(float(found.high) - high) < 1e-9


@pytest.mark.parametrize("counts", [(0, 0, 10, 5), (10, 5, 0, 0), (0, 0, 0, 0)])
def test_an_empty_group_allows_no_statement(counts: tuple[int, int, int, int]):
    assert effect(*counts) is None


@pytest.mark.parametrize("counts", [(10, 11, 10, 5), (10, -1, 10, 5), (10, 5, 10, 12), (-1, 0, 1, 0)])
def test_counts_that_cannot_be_are_refused(counts: tuple[int, int, int, int]):
    with pytest.raises(BadUse, match="cannot have stayed"):
        effect(*counts)


def test_a_difference_is_shown_when_the_interval_leaves_out_nothing():
    assert [effect(70, 56, 80, 48).shown, effect(56, 5, 29, 0).shown, effect(20, 0, 10, 10).shown] == [
        True,
        False,
        True,
    ]


def test_changing_the_groups_turns_the_sign():
    one, other = effect(70, 56, 80, 48), effect(80, 48, 70, 56)
    assert (one, other) == (Effect(-other.difference, -other.high, -other.low), other)
