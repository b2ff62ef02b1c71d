"""The same incident told again is known; its neighbours in time and scope are others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from makegood.campaigns.cause import Cause
from makegood.campaigns.same_cause import same_cause
from makegood.records.scope import Scope
from makegood.spans import Span, moment


def span(text: str) -> Span:
    """10:00-11:00 of one day."""
    start, end = text.split("-")
    return Span(moment(f"2026-02-01T{start}:00Z"), moment(f"2026-02-01T{end}:00Z"))


KNOWN = Cause("C1", "incident", span("10:00-11:00"), Scope("openai", "chat", "gpt-5", "eu"), "INC-1", "a" * 64)
TOLD = replace(KNOWN, id="", told_as="INC-4", assessment="b" * 64)

SAME = [
    ("word for word", {}),
    ("other edges", {"span": span("10:03-11:20")}),
    ("inside it", {"span": span("10:30-10:31")}),
    ("one minute shared", {"span": span("10:59-12:00")}),
    ("a moment inside", {"span": span("10:30-10:30")}),
    ("a moment at its start", {"span": span("10:00-10:00")}),
    ("all of the provider", {"scope": Scope("openai")}),
    ("any region", {"scope": Scope("openai", "chat", "gpt-5")}),
    ("any service", {"scope": Scope("openai", None, "gpt-5", "eu")}),
    ("the provider as a page writes it", {"scope": Scope("OpenAI")}),
]
OTHER = [
    ("right after", {"span": span("11:00-12:00")}),
    ("right before", {"span": span("09:00-10:00")}),
    ("a moment at its end", {"span": span("11:00-11:00")}),
    ("the day before", {"span": Span(moment("2026-01-31T10:00Z"), moment("2026-01-31T11:00Z"))}),
    ("another model", {"scope": Scope("openai", "chat", "gpt-4", "eu")}),
    ("another region of any model", {"scope": Scope("openai", "chat", None, "us")}),
    ("another provider", {"scope": Scope("anthropic", "chat", "gpt-5", "eu")}),
    ("no provider", {"scope": Scope(None, "chat", "gpt-5", "eu")}),
    ("every provider", {"scope": Scope()}),
    ("of another kind", {"kind": "suspension"}),
]


@pytest.mark.parametrize(("change", "same"), [(one, True) for _, one in SAME] + [(one, False) for _, one in OTHER],
                         ids=[name for name, _ in SAME + OTHER])  # fmt: skip
def test_the_rule_both_ways(change: dict, same: bool):
    told = replace(TOLD, **change)
    assert same_cause(KNOWN, told) is same
    assert same_cause(told, KNOWN) is same


def test_scopes_that_cross_cover_neither_the_other():
    service, model = replace(KNOWN, scope=Scope("openai", "chat")), replace(TOLD, scope=Scope("openai", None, "gpt-5"))
    assert not same_cause(service, model)


def test_it_is_not_transitive():
    wide = replace(KNOWN, scope=Scope("openai"))
    one, other = (replace(KNOWN, scope=Scope("openai", None, model)) for model in ("gpt-5", "gpt-4"))
    assert same_cause(one, wide)
    assert same_cause(wide, other)
    assert not same_cause(one, other)


def test_two_that_name_no_provider_may_be_the_same():
    assert same_cause(replace(KNOWN, scope=Scope()), replace(TOLD, scope=Scope()))
