"""Which requests count, and which as errors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from makegood.terms.population import Population, Statuses

RULES: dict[str, Any] = {
    "errors": {"statuses": ["0", "500-599"], "error_types": ["overloaded"], "clause": "c"},
    "left_out": {"statuses": ["400-499", "503"], "clause": "c"},
    "recounts": [
        {"use": ["provisioned"], "statuses": ["429"], "counts_as": "error", "clause": "c"},
        {"use": ["batch", "trial"], "statuses": ["500-599"], "counts_as": "valid", "clause": "c"},
    ],
}
POPULATION = Population.model_validate(RULES)


@pytest.mark.parametrize(
    ("status", "error", "use", "kind"),
    [
        (200, None, None, "valid"),
        (0, None, None, "error"),
        (500, None, None, "error"),
        (599, None, None, "error"),
        (503, None, None, "left_out"),  # what is left out goes before what is an error
        (399, None, None, "valid"),
        (400, None, None, "left_out"),
        (429, None, None, "left_out"),
        (429, None, "provisioned", "error"),  # a kind of use goes before both
        (429, None, "batch", "left_out"),
        (500, None, "trial", "valid"),
        (200, "overloaded", None, "error"),
        (200, "other", None, "valid"),
    ],
)
def test_what_a_request_counts_as(status: int, error: str | None, use: str | None, kind: str) -> None:
    assert POPULATION.kind(status, error, use) == kind


def test_counts_by_status_become_valid_requests_and_errors() -> None:
    assert POPULATION.split({200: 90, 500: 6, 0: 2, 429: 50}) == (98, 8)
    assert POPULATION.split({200: 90, 500: 6, 429: 50}, "provisioned") == (146, 56)
    assert POPULATION.split({}) == (0, 0)


@given(st.dictionaries(st.integers(0, 599), st.integers(0, 1000)), st.sampled_from([None, "provisioned", "batch"]))
def test_errors_are_among_the_valid_and_all_else_is_left_out(by_status: dict[int, int], use: str | None) -> None:
    valid, errors = POPULATION.split(by_status, use)
    left_out = sum(n for status, n in by_status.items() if POPULATION.kind(status, None, use) == "left_out")
    assert 0 <= errors <= valid
    assert valid + left_out == sum(by_status.values())


@pytest.mark.parametrize("text", ["0", "100", "599", "500-599", "500-500", "15000", "15000-99999"])
def test_statuses_that_can_be(text: str) -> None:
    low, _, high = text.partition("-")
    assert Statuses.model_validate({"statuses": [text], "clause": "c"}).statuses == ((int(low), int(high or low)),)


@pytest.mark.parametrize(
    "text", ["99", "600", "5xx", "500-", "-500", "599-500", "500-600", "0-599", "500-15000", "500 - 599", "०"]
)
def test_statuses_that_cannot_be(text: str) -> None:
    with pytest.raises(ValidationError, match="write a status like 500 or a range like 500-599"):
        Statuses.model_validate({"statuses": [text], "clause": "c"})
