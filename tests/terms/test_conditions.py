"""Conditions: what holds, what fails and what cannot be told."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.money import Money
from makegood.terms.conditions import Condition, all_hold, first_failing, first_open


def condition(**test: Any) -> Condition:
    return Condition.model_validate({"fact": "f", "clause": "c"} | test)


FREE = {"one_of": ["free", "Git Operations"]}
HOUR = {"range": {"above": "60"}}


@pytest.mark.parametrize(
    ("test", "value", "told"),
    [
        ({"is": True}, True, True),
        ({"is": True}, False, False),
        ({"is": False}, False, True),
        ({"is": True}, "true", False),
        (FREE, "free", True),
        (FREE, "FREE", True),
        (FREE, "git_operations", True),
        (FREE, "team", False),
        ({"none_of": ["free"]}, "team", True),
        ({"none_of": ["free"]}, "Free", False),
        (HOUR, Fraction(60), False),
        (HOUR, Fraction(6001, 100), True),
        (HOUR, Money(Decimal("60.01"), "EUR"), True),
        (HOUR, datetime(2026, 1, 1, tzinfo=UTC), False),
        (HOUR, None, None),
        (HOUR | {"if_not_given": "holds"}, None, True),
        (HOUR | {"if_not_given": "fails"}, None, False),
    ],
)
def test_one_test_of_one_fact(test: dict[str, Any], value: Any, told: bool | None) -> None:
    assert condition(**test).tell({} if value is None else {"f": value}) is told


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (True, None, True),
        (False, True, True),
        (False, False, False),
        (False, None, None),
        (None, True, True),
        (None, False, None),
        (None, None, None),
    ],
)
def test_either_of_two(first: bool | None, second: bool | None, told: bool | None) -> None:
    other = {"fact": "g", "is": True, "clause": "c"}
    facts = {name: value for name, value in (("f", first), ("g", second)) if value is not None}
    either = condition(**{"is": True, "alternatively": other})
    assert either.tell(facts) is told
    if told is None:
        assert either.unknown_fact(facts) == ("f" if first is None else "g")


THREE = [condition(fact=name, **{"is": True}) for name in "abc"]


@given(st.dictionaries(st.sampled_from("abc"), st.booleans()))
def test_all_hold_when_none_fails_and_all_are_told(facts: dict[str, bool]) -> None:
    told = all_hold(THREE, facts)
    assert told is (False if False in facts.values() else None if len(facts) < 3 else True)
    failing, open_ = first_failing(THREE, facts), first_open(THREE, facts)
    assert (failing is not None) == (told is False)
    assert (open_ is not None) == (len(facts) < 3)
    assert all_hold([], facts) is True
