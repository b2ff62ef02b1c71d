"""OpenAI's API pages: buckets of results, one page or many, dollars as dollars."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from makegood.records.small_files import read_small
from makegood.records.sources.small import Reading


def page(*results: Any, **fields: Any) -> dict[str, Any]:
    bucket = {"object": "bucket", "start_time": 1730419200, "end_time": 1730505600, "results": list(results)}
    return {"object": "page", "data": [bucket], "has_more": False, "next_page": None, **fields}


COST = {"object": "organization.costs.result", "amount": {"value": 0.06, "currency": "usd"}, "line_item": "gpt-5, in"}


def test_one_page_a_list_or_a_map_of_pages(reading_of: Callable[[str], Reading]) -> None:
    for shape in (page(COST), [page(COST)], {"GET /v1/organization/costs": page(COST)}):
        (charge,) = reading_of(json.dumps(shape)).charges
        assert (charge.amount, charge.currency, charge.item) == (Decimal("0.06"), "USD", "gpt-5, in")


def test_an_empty_bucket_is_covered_and_a_part_says_so(reading_of: Callable[[str], Reading]) -> None:
    reading = reading_of(json.dumps(page(has_more=True)))
    assert (reading.records, reading.read, len(reading.coverage)) == ((), 1, 1)
    assert "has_more" in reading.notes[0]


def test_bad_results_are_located(reading_of: Callable[[str], Reading]) -> None:
    bad: list[Any] = [
        5,
        {"object": "organization.costs.result", "amount": 5},
        {"object": "organization.costs.result", "amount": {"value": "NaN", "currency": "usd"}},
        {"object": "organization.usage.completions.result", "input_tokens": -5},
        {"object": "something.else"},
    ]
    text = json.dumps(page(COST, *bad)).replace(', {"object"', ',\n{"object"')
    reading = reading_of(text.replace('"NaN"', "NaN"))
    assert len(reading.charges) == 1
    assert [row.line for row in reading.quarantined] == [1, 2, 3, 4, 5]
    assert "amount.value is not a finite number" in reading.quarantined[2].reason


def test_the_documented_answers_of_all_endpoints(shared: Path) -> None:
    reading = read_small(shared / "data/openai_usage_costs/openai_usage_api_example_responses.json")
    assert (reading.read, reading.used, len(reading.charges)) == (11, 11, 11)
    found = {charge.item: charge for charge in reading.charges}
    assert found["total"].amount == Decimal("0.06")
    assert sum(found["completions"].tokens.values()) == 1500
    assert found["completions"].tokens["cache_write"] == 100
    assert found["embeddings"].tokens == {"input": 16}
    assert (found["audio_transcriptions"].quantity, found["audio_transcriptions"].unit) == (20, "seconds")
    assert (found["vector_stores"].quantity, found["vector_stores"].unit) == (1024, "bytes")
