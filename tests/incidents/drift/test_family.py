"""Several models together: the mean of e-values, and those that hold among all."""

from __future__ import annotations

from fractions import Fraction

import pytest

from makegood.incidents.drift.family import together


@pytest.mark.parametrize(
    ("wealths", "named"),
    [
        ({}, ()),
        ({"a": 19}, ()),
        ({"a": 20}, ("a",)),
        ({"a": 39, "b": 1}, ()),
        ({"a": 40, "b": 1}, ("a",)),
        ({"a": 20, "b": 20}, ("a", "b")),
        ({"a": 30, "b": 30, "c": 1}, ("a", "b")),
        ({"a": 1000, "b": 19, "c": 1}, ("a",)),
    ],
)
def test_named_are_those_that_reach_what_their_number_asks(wealths: dict[str, int], named: tuple[str, ...]):
    found = together({name: Fraction(one) for name, one in wealths.items()})
    assert found.named == named
    assert found.mean == (Fraction(sum(wealths.values()), len(wealths)) if wealths else 0)
