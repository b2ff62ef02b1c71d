"""The world: its prices are those of a dated price list, its plans lie in the month and apart from each other."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import genai_prices
import pytest

from makegood.cli.demo.world import END, MODELS, PLANS, START, Model

LARGE = 100_000  # tokens: more than any request of the month, fewer than any model charges more for


def _nano(model: Model, when: datetime, **tokens: int) -> Decimal:
    usage = genai_prices.Usage(**tokens)
    made = genai_prices.calc_price(usage, model.name, provider_id=model.provider, genai_request_timestamp=when)
    return made.total_price * 10**9 / LARGE


@pytest.mark.parametrize("when", [START, END - timedelta(seconds=1)])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_prices_are_the_list_prices_of_the_day(model: Model, when: datetime) -> None:
    assert _nano(model, when, input_tokens=LARGE) == model.price.input
    assert _nano(model, when, output_tokens=LARGE) == model.price.output
    assert _nano(model, when, input_tokens=LARGE, cache_read_tokens=LARGE) == model.price.cached


def test_prices_were_others_before_the_month() -> None:
    """The list is dated: three models were dearer early in summer, so that a price of another day would show."""
    before = [_nano(model, START - timedelta(days=60), input_tokens=LARGE) for model in MODELS]
    dearer = [model.name for model, price in zip(MODELS, before, strict=True) if price > model.price.input]
    assert dearer == ["gpt-5.6-luna", "gpt-5.6-terra", "gpt-5.6-sol"]


def test_planned_failures_lie_in_the_month_and_a_day_apart() -> None:
    spans = sorted(plan.span for plan in PLANS)
    assert spans[0].start > START
    assert spans[-1].end < END
    assert all(after.start - before.end > timedelta(days=1) for before, after in pairwise(spans))
    assert [plan.span.minutes for plan in PLANS] == [774, 42, 280]
