"""Distribution: quantiles by nearest rank, and bins that hold every figure once."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.campaigns.distribution import Bin, distribution


@pytest.mark.parametrize(
    ("figures", "quantiles"),
    [
        ([7], {0: 7, 10: 7, 25: 7, 50: 7, 75: 7, 90: 7, 99: 7, 100: 7}),
        ([1, 2, 3, 4], {0: 1, 10: 1, 25: 1, 50: 2, 75: 3, 90: 4, 99: 4, 100: 4}),
        (list(range(1, 1001)), {0: 1, 10: 100, 25: 250, 50: 500, 75: 750, 90: 900, 99: 990, 100: 1000}),
    ],
)
def test_quantiles_are_figures_that_occur(figures: list[int], quantiles: dict[int, int]):
    assert dict(distribution(figures).quantiles) == quantiles


@pytest.mark.parametrize(
    ("figures", "bins"),
    [
        ([2000] * 5, [(2000, 2001, 5)]),
        ([1500, 2000, 2000], [(1500, 1501, 1), (2000, 2001, 2)]),
        (range(100, 120), [(low, low + 2, 2) for low in range(100, 120, 2)]),
        (
            [*range(1, 14), 900],
            [
                *[(1, 2, 1), (2, 5, 3), (5, 10, 5), (10, 20, 4), (20, 50, 0)],
                *[(50, 100, 0), (100, 200, 0), (200, 500, 0), (500, 1000, 1)],
            ],
        ),
    ],
)
def test_bins_have_round_edges(figures, bins: list[tuple[int, int, int]]):
    assert distribution(figures).bins == tuple(Bin(*one) for one in bins)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 10**9) | st.integers(0, 40), min_size=1, max_size=60))
def test_every_figure_is_in_one_bin(figures: list[int]):
    found = distribution(figures)
    for one in found.bins:
        assert one.count == sum(one.low <= figure < one.high for figure in figures)
    assert sum(one.count for one in found.bins) == len(figures)
    assert len(found.bins) <= 32
    assert all(one.high <= other.low for one, other in pairwise(found.bins))
    assert found.bins[0].count > 0
    assert found.bins[-1].count > 0


def test_nothing_has_no_distribution():
    assert (distribution([]).quantiles, distribution([]).bins, distribution([]).median) == ((), (), 0)
