"""The goodwill path: what is never asked, what is rarely given, and when a right goes before it."""

from dataclasses import replace

import pytest

from makegood.money import parse_money
from makegood.terms.case import Case
from makegood.terms.read import find, pick
from makegood.terms.weigh import weigh
from tests.terms.small_world import JULY

OPENAI = pick(find("openai"), JULY.start)
GROQ = pick(find("groq"), JULY.start)
ASKED = Case(JULY, None, JULY.end, wasted=parse_money("0.02 USD"))


@pytest.mark.parametrize(
    ("facts", "verdict", "reasons"),
    [
        ({}, "goodwill", ("no_sla", "charged_waste")),
        ({"fault": "provider"}, "goodwill", ("no_sla", "charged_waste")),
        ({"fault": "unknown", "plan": "team"}, "goodwill", ("no_sla", "charged_waste")),
        ({"fault": "client"}, "not_owed", ("no_sla", "own_mistake")),
        ({"fault": "client", "plan": "free"}, "not_owed", ("no_sla", "own_mistake")),
        ({"plan": "free"}, "goodwill", ("no_sla", "charged_waste", "free_plan")),
    ],
)
def test_the_own_mistake_is_never_asked_for_and_a_free_plan_said_to_be_rare(facts, verdict, reasons) -> None:
    found = weigh(OPENAI, replace(ASKED, facts=facts))
    assert (found.verdict, found.reasons, found.form) == (
        verdict,
        reasons,
        "credit" if verdict == "goodwill" else "none",
    )
    assert str(found.amount.rounded) == ("0.02" if verdict == "goodwill" else "0.00")


def test_a_mistake_of_ones_own_is_refused_before_it_is_known_what_it_cost() -> None:
    assert weigh(OPENAI, replace(ASKED, wasted=None, facts={"fault": "client"})).verdict == "not_owed"


def test_a_text_that_was_not_found_is_not_told_as_one_that_promises_nothing() -> None:
    assert weigh(GROQ, ASKED).reasons == ("text_not_found", "charged_waste")
    assert weigh(GROQ, replace(ASKED, figures={"": 90})).verdict == "unknown"
    assert weigh(OPENAI, replace(ASKED, figures={"": 90})).verdict == "goodwill"


def test_a_fact_of_a_right_goes_before_the_goodwill_path() -> None:
    facts = {"purchase.credits": parse_money("5 USD"), "used": parse_money("1 USD")}
    assert weigh(OPENAI, replace(ASKED, facts=facts)).reasons == ("non_refundable",)


def test_cash_is_the_last_form_that_is_asked_for() -> None:
    for name in ("openai", "anthropic", "openrouter", "deepseek", "perplexity", "together", "fireworks", "groq"):
        (version,) = find(name).versions
        assert version.goodwill.forms == ("credit", "extension", "refund")
