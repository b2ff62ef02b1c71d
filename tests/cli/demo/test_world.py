"""The world: its prices are those of a dated price list, its plans lie in the month and apart from each other."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import genai_prices
import pytest

from makegood.cli.demo.world import END, LATER_US, MODELS, PLANS, START, Model
from makegood.spans import from_us

CUT = from_us(LATER_US)


def _nano(model: Model, when: datetime, **tokens: int) -> Decimal:
    usage = genai_prices.Usage(**tokens)
    made = genai_prices.calc_price(usage, model.name, provider_id=model.provider, genai_request_timestamp=when)
    return made.total_price * 1_000


@pytest.mark.parametrize("when", [START, CUT - timedelta(seconds=1), CUT, END - timedelta(seconds=1)])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_prices_are_the_list_prices_of_the_day(model: Model, when: datetime) -> None:
    price = model.later if model.later and when >= CUT else model.price
    assert _nano(model, when, input_tokens=1_000_000) == price.input
    assert _nano(model, when, output_tokens=1_000_000) == price.output
    if price.cached:
        assert _nano(model, when, input_tokens=1_000_000, cache_read_tokens=1_000_000) == price.cached


def test_planned_failures_lie_in_the_month_and_a_day_apart() -> None:
    spans = sorted(plan.span for plan in PLANS)
    assert spans[0].start > START
    assert spans[-1].end < END
    assert all(after.start - before.end > timedelta(days=1) for before, after in pairwise(spans))
    assert [plan.span.minutes for plan in PLANS] == [774, 42, 280]
