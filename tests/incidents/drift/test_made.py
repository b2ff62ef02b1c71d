"""The made set: right answers are right, classes are even, and a seed makes the same set again."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from makegood.errors import BadUse
from makegood.incidents.drift.balance import balance
from makegood.incidents.drift.canary_file import read_set, set_lines
from makegood.incidents.drift.made import TOPICS, make_set

SET = make_set(4)


def of(topic: str):
    return [one for one in SET if one.topic == topic]


def test_every_topic_has_its_classes_equally_often():
    for topic, (classes, _) in TOPICS.items():
        assert Counter(one.group for one in of(topic)) == dict.fromkeys(classes, 28 // len(classes))
    found = balance(SET, "any")
    assert (len(found.counted), found.lopsided, found.left_out) == (224, (), 0)


def test_a_seed_makes_the_same_set_and_another_makes_others():
    assert make_set(4) == SET
    assert not {one.ask for one in make_set(5)} & {one.ask for one in SET if one.topic == "prime"}
    assert len({one.ask for one in SET}) == len({one.id for one in SET}) == 224
    assert len(make_set(4, 56)) == 448


def test_the_file_of_a_set_is_read_as_the_set():
    assert read_set("set", set_lines(SET).encode().splitlines()).canaries == SET


def numbers(ask: str) -> list[int]:
    return [int(one) for one in re.findall(r"\d+", ask)]


def closed(text: str) -> bool:
    """With a stack, where the generator folds pairs away."""
    stack = []
    for mark in text:
        if mark in "([{":
            stack.append(mark)
        elif not stack or stack.pop() + mark not in ("()", "[]", "{}"):
            return False
    return not stack


def test_the_answers_are_right_when_reckoned_in_another_way():
    for one in of("prime"):
        (number,) = numbers(one.ask)
        assert (one.truth == "yes") == all(number % d for d in range(2, int(number**0.5) + 1))
    for one in of("brackets"):
        assert (one.truth == "yes") == closed("".join(re.findall(r"[(){}\[\]]", one.ask)))
    for one in of("weekday"):
        assert one.truth == f"{date(*numbers(one.ask)):%A}"
    for one in of("letters"):
        letter, words = re.findall(r'"([^"]+)"', one.ask)
        assert int(one.truth) == sum(mark == letter for mark in words)
    for one in of("remainder"):
        first, other, four, *_ = numbers(one.ask)[-3:]
        assert int(one.truth) == (first + other) % four
    for one in of("sorting"):
        place = re.search(r"comes (\w+)", one.ask)[1]
        assert one.truth == sorted(one.options)[{"first": 0, "second": 1, "third": 2, "last": -1}[place]]
    for one in of("larger"):
        assert one.truth == max(one.options, key=lambda text: int(text.replace(".", "").ljust(4, "0")))
    for one in of("order"):
        told = dict(re.findall(r"(\w+) is taller than (\w+)\.", one.ask))
        first, other = re.search(r"Is (\w+) taller than (\w+)\?", one.ask).groups()
        below = []
        while first in told:
            below.append(first := told[first])
        assert (one.truth == "yes") == (other in below)


@pytest.mark.parametrize("size", [0, 10, 29, -28])
def test_a_size_that_cannot_be_even_is_refused(size: int):
    with pytest.raises(BadUse, match="multiple of 28"):
        make_set(1, size)
