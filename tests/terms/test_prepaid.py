"""A prepaid balance: until when it lasts, by every reading, and what is left of it."""

from typing import Any

import pytest

from makegood.errors import BadUse
from makegood.terms.check import tried
from makegood.terms.read import find
from makegood.terms.verdict import Verdict
from makegood.terms.worked import Worked


def weighed(terms: str, **inputs: Any) -> Verdict:
    return tried(find(terms), Worked.model_validate({"id": "x", "inputs": inputs, "expected": {}})).verdict


def bought(at: str) -> dict[str, str]:
    return {"at": at, "credits": "40.00", "currency": "USD"}


@pytest.mark.parametrize(
    ("terms", "at", "expires"),
    [
        (
            "openai",
            "2027-02-28T10:00:00Z",
            {
                "a-year-to-the-second.same_day": "2028-02-28T09:59:59Z",
                "a-year-to-the-second.last_day": "2028-02-29T09:59:59Z",
                "a-year-to-the-end-of-the-day.same_day": "2028-02-28T23:59:59Z",
                "a-year-to-the-end-of-the-day.last_day": "2028-02-29T23:59:59Z",
            },
        ),
        (
            "openrouter",
            "2027-06-01T10:00:00Z",
            {"after-365-days": "2028-05-31T09:59:59Z", "after-the-365th-day": "2028-05-31T23:59:59Z"},
        ),
    ],
)
def test_every_reading_of_the_expiry_is_told_and_the_earliest_used(terms, at, expires) -> None:
    verdict = weighed(terms, purchase=bought(at), used="1.00")
    told = {one.id: dict(one.outcome)["expires"] for one in verdict.readings if one.about == "expiry"}
    assert told == expires
    assert [one.used for one in verdict.readings if one.about == "expiry"] == [True, *[False] * (len(expires) - 1)]
    assert verdict.as_data()["expires"] == min(expires.values())
    assert {one.status for one in verdict.readings if one.about == "expiry"} == {"P"}


def test_a_moment_that_was_stated_goes_before_the_rule() -> None:
    verdict = weighed(
        "anthropic", purchase=bought("2027-02-28T10:00:00Z"), used="1", stated_expiry="2027-04-01T00:00:00Z"
    )
    assert verdict.as_data()["expires"] == "2027-03-31T23:59:59Z"
    assert [one.id for one in verdict.readings if one.about == "expiry"] == ["as_stated"]


def test_without_a_purchase_nothing_expires() -> None:
    verdict = weighed("openai", purchase={"credits": "40.00", "currency": "USD"}, used="1")
    assert (verdict.expires, verdict.reasons) == (None, ("non_refundable",))


def test_what_is_left_is_less_all_that_is_taken_off() -> None:
    facts = {"purchase": bought("2026-05-02T00:00:00Z"), "whole_balance": "true", "review": "approved"}
    verdict = weighed("deepseek", used="12.00", handling_costs="0.75", **facts)
    assert (verdict.verdict, str(verdict.amount.rounded)) == ("owed", "27.25")
    assert weighed("deepseek", used="12.00", **facts).reasons == ("fact_not_given:handling_costs",)
    assert weighed("deepseek", used="41.00", handling_costs="0.75", **facts).reasons == ("nothing_unspent",)


def test_sums_in_two_currencies_are_no_rest() -> None:
    with pytest.raises(BadUse, match="several currencies"):
        weighed("openrouter", purchase=bought("2026-06-01T00:00:00Z"), used={"currency": "EUR", "amount": "1"})
