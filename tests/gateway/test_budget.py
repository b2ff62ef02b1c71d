"""Budgets and prices, as tables."""

from __future__ import annotations

import orjson
import pytest

from makegood.gateway import config_shape
from makegood.gateway.budget import ATTEMPTS, MONEY, SECONDS, Budget, budget_of, most_pico
from makegood.gateway.price import nano, price_of

PRICE = price_of(config_shape.Price(input="2.50", cached="1.25", output="10"))


@pytest.mark.parametrize(
    ("attempts", "elapsed", "spent", "next_one", "stands_against"),
    [
        (0, 99, 0, 10**9, None),  # the first is what the caller asked for
        (1, 0, 0, 100, None),
        (2, 9.9, 400, 600, None),
        (3, 0, 0, 0, ATTEMPTS),
        (1, 10, 0, 0, SECONDS),
        (1, 0, 901, 100, MONEY),
    ],
)
def test_what_stands_against_a_further_attempt(attempts, elapsed, spent, next_one, stands_against):
    assert Budget(3, 10, 1000).forbids(attempts, elapsed, spent, next_one) == stands_against


def test_money_is_kept_in_whole_picos():
    rules = config_shape.BudgetRules(attempts=2, seconds=1.5, money="0.000001")
    assert budget_of(rules) == Budget(2, 1.5, 1_000_000)


@pytest.mark.parametrize(
    ("said", "output"),
    [
        ({}, 4096),  # nothing said: what the model can put out
        ({"max_tokens": 10}, 10),
        ({"max_completion_tokens": 20, "max_tokens": 10}, 20),
        ({"max_output_tokens": 30}, 30),
        ({"max_tokens": 10, "n": 3}, 30),
        ({"max_tokens": "10", "n": "3"}, 4096),
        ({"max_tokens": True}, 4096),
    ],
)
def test_the_most_a_request_can_cost(said, output):
    body = orjson.dumps(said)
    assert most_pico(PRICE, body, 4096) == len(body) * 2_500_000 + output * 10_000_000


def test_a_body_that_is_no_json_is_bounded_all_the_same():
    assert most_pico(PRICE, b"\xff{", 5) == 2 * 2_500_000 + 5 * 10_000_000
    assert most_pico(PRICE, b"[1]", None) == 3 * 2_500_000


def test_where_no_price_is_declared_nothing_can_be_said():
    assert (most_pico(None, b"{}", 10), price_of(None)) == (0, None)


def test_cached_tokens_are_a_part_of_the_input():
    assert PRICE.pico(1000, 400, 10) == 600 * 2_500_000 + 400 * 1_250_000 + 10 * 10_000_000
    assert PRICE.pico(10, 400, 0) == 10 * 1_250_000
    assert price_of(config_shape.Price(input="1", output="2")).cached_pico == 1_000_000


@pytest.mark.parametrize(
    ("pico", "whole"), [(0, 0), (499, 0), (500, 0), (501, 1), (1500, 2), (2500, 2), (-501, -1), (-500, 0), (-1500, -2)]
)
def test_half_a_nano_goes_to_the_even_one(pico, whole):
    assert nano(pico) == whole
