"""Was the promise missed: by its figure, by what happened, and is the case exempt."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from makegood.terms.missed import Missed, missed
from tests.terms.parts_in_short import case, found, promise

LEVEL = {"range": {"at_least": "99.9"}, "clause": "level"}
LATE = {"when": [{"fact": "late", "is": True, "clause": "c"}], "reason": "was_late", "clause": "late"}
LOST = {
    "when": [{"fact": "lost", "is": True, "if_not_given": "fails", "clause": "c"}],
    "reason": "was_lost",
    "clause": "lost",
}


def tried(commitment: dict[str, Any] | None, value: str | None, figure: Any = None, **facts: Any) -> Missed | None:
    parts = {"exemptions": facts.pop("exemptions", ())}
    return missed(promise(commitment=commitment, **parts), case(**facts), figure or found(value))


@pytest.mark.parametrize(
    ("value", "is_missed", "reason"),
    [("99.9", False, "commitment_met"), ("99.899999", True, "below_commitment"), ("100", False, "commitment_met")],
)
def test_the_level_itself_keeps_the_promise(value: str, is_missed: bool, reason: str) -> None:
    test = tried(LEVEL, value)
    assert test is not None
    assert (test.is_missed, test.short_of, test.reasons, test.clause) == (is_missed, is_missed, (reason,), "level")


def test_words_of_its_own() -> None:
    test = tried(LEVEL | {"kept": "in_time", "missed": "too_late"}, "99")
    assert test is not None
    assert test.reasons == ("too_late",)


def test_down_time_is_compared_in_percent_of_the_window() -> None:
    rule = {"range": {"at_most": "0.1"}, "of": "percent_of_window", "clause": "level"}
    for down, is_missed in ((99, False), (100, False), (101, True)):
        test = tried(rule, None, found(50, down=Fraction(down), window=Fraction(100_000)))
        assert test is not None
        assert test.is_missed is is_missed
    test = tried(rule, "0.05")
    assert test is not None
    assert not test.is_missed


def test_without_a_level_each_case_is_due_and_without_a_figure_none_is_told() -> None:
    test = tried(None, None)
    assert test is not None
    assert (test.is_missed, test.reasons, test.clause) == (True, (), "measure")
    assert tried(LEVEL, None) is None


@pytest.mark.parametrize(
    ("facts", "is_missed", "reasons", "clause", "unknown"),
    [
        ({"late": True}, True, ("was_late",), "late", None),
        ({"late": False}, False, ("kept",), "level", None),
        ({"late": False, "lost": True}, True, ("was_lost",), "lost", None),
        ({"late": True, "lost": True}, True, ("was_late",), "late", None),
        ({}, False, (), "late", "fact_not_given:late"),
        ({"lost": True}, True, ("was_lost",), "lost", None),
    ],
)
def test_what_happened(
    facts: dict[str, bool], is_missed: bool, reasons: tuple[str, ...], clause: str, unknown: str | None
) -> None:
    test = tried({"missed_when": [LATE, LOST], "kept": "kept", "clause": "level"}, None, **facts)
    assert test is not None
    assert (test.is_missed, test.reasons, test.clause, test.unknown) == (is_missed, reasons, clause, unknown)


STORM = {"fact": "storm", "is": True, "clause": "c"}
AWAY = {"fact": "hours", "range": {"at_most": "3"}, "clause": "c"}


def exempt(*when: dict[str, Any], name: str = "storm") -> dict[str, Any]:
    return {"id": name, "when": list(when), "says": "Nothing is due then.", "clause": name}


@pytest.mark.parametrize(
    ("what", "when", "facts", "expected"),
    [
        ("it holds", [STORM], {"storm": True}, (False, ("storm",), "storm", None)),
        ("it does not", [STORM], {"storm": False}, (True, ("below_commitment",), "level", None)),
        ("it cannot be told", [STORM], {}, (True, ("below_commitment",), "storm", "fact_not_given:storm")),
        ("one of two fails", [STORM, AWAY], {"storm": False}, (True, ("below_commitment",), "level", None)),
        ("and is told", [STORM | {"otherwise": "no_storm"}], {"storm": False},
         (True, ("below_commitment", "no_storm"), "level", None)),
        ("silence is not told", [STORM | {"otherwise": "no_storm", "if_not_given": "fails"}], {},
         (True, ("below_commitment",), "level", None)),
        ("two fail and one has no word", [STORM | {"otherwise": "no_storm"}, AWAY],
         {"storm": False, "hours": Fraction(4)}, (True, ("below_commitment",), "level", None)),
    ],
)  # fmt: skip
def test_exemptions(what: str, when: list[dict[str, Any]], facts: dict[str, Any], expected: tuple[Any, ...]) -> None:
    test = tried(LEVEL, "99", exemptions=[exempt(*when)], **facts)
    assert test is not None
    assert (test.is_missed, test.reasons, test.clause, test.unknown) == expected, what
    assert test.short_of


def test_an_exemption_that_holds_goes_before_one_that_cannot_be_told() -> None:
    other = exempt({"fact": "war", "is": True, "clause": "c"}, name="war")
    test = tried(LEVEL, "99", exemptions=[exempt(STORM), other], war=True)
    assert test is not None
    assert (test.is_missed, test.reasons) == (False, ("war",))


def test_what_was_kept_needs_no_exemption() -> None:
    test = tried(LEVEL, "100", exemptions=[exempt(STORM)])
    assert test is not None
    assert (test.is_missed, test.unknown, test.reasons) == (False, None, ("commitment_met",))
