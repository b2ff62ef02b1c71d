"""Several windows that decide together, and a level whose height is agreed elsewhere or was not read."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from makegood.spans import month
from makegood.terms.case import Case
from makegood.terms.pack import Commitment, Promise, SeveralPeriods
from makegood.terms.several_periods import completing, keeps, level_words, over_windows, row_of, why_open

LEVEL = Commitment.model_validate({"range": {"at_least": 99.9}, "clause": "level"})
OPEN = Commitment.model_validate(
    {
        "range": {"at_least": 100},
        "level": "agreed",
        "unread": {"range": {"at_least": 95, "below": 100}, "clause": "unread"},
        "clause": "level",
    }
)
TWO = SeveralPeriods(consecutive=2, reason="two", otherwise="not_two", clause="c")
THREE_OF_SIX = SeveralPeriods(missed=3, of_last=6, reason="three_of_six", otherwise="not_three", clause="c")
EITHER = TWO.model_copy(update={"or_else": THREE_OF_SIX})


def case(figures=None, fell=None, facts=None) -> Case:
    given = {name: Fraction(value) for name, value in (figures or {}).items()}
    period = month("2026-06")
    return Case(period, None, datetime(2026, 7, 1, tzinfo=UTC), figures=given, fell=fell or {}, facts=facts or {})


def months(*missed: str) -> dict[str, str]:
    return {f"2026-{name}": "99" if name in missed else "100" for name in ("01", "02", "03", "04", "05", "06", "07")}


@pytest.mark.parametrize(
    ("what", "several", "figures", "met", "reason"),
    [
        ("two in a row", TWO, months("03", "04"), True, "two"),
        ("two with one between", TWO, months("03", "05"), False, "not_two"),
        ("over the turn of the year", TWO, {"2026-12": "99", "2027-01": "99"}, True, "two"),
        ("a month between that is not given may be the second", TWO, {"2026-03": "99", "2026-05": "99"}, None, "two"),
        ("two quarters in a row", TWO, {"2026-Q4": "99", "2027-Q1": "99"}, True, "two"),
        ("three of six, none beside another", EITHER, months("01", "03", "06"), True, "three_of_six"),
        ("three of seven are not of six", EITHER, months("01", "03", "07"), False, "not_two"),
        ("three of an earlier six", THREE_OF_SIX, months("01", "02", "03"), True, "three_of_six"),
        ("exactly the level keeps it", TWO, {"2026-05": "99.9", "2026-06": "99.8"}, False, "not_two"),
    ],
)
def test_enough_windows(what, several, figures, met, reason) -> None:
    over = over_windows(LEVEL, several, case(figures))
    assert (over.met, over.reason) == (met, reason), what


def test_whether_a_window_fell_may_be_told_without_its_figure() -> None:
    told = case(fell={"2026-05": True, "2026-06": True})
    assert over_windows(OPEN, TWO, told).met is True
    assert over_windows(OPEN, TWO, case(fell={"2026-05": True, "2026-06": False})).met is False


@pytest.mark.parametrize(
    ("value", "agreed", "kept"),
    [
        ("100", None, True),
        ("99.99", None, None),
        ("95", None, None),
        ("94.99", None, False),
        ("99.5", "99.5", True),
        ("99.49", "99.5", False),
        ("94", "90", True),
    ],
)
def test_a_level_that_was_agreed_decides_and_one_that_was_not_read_does_not(value, agreed, kept) -> None:
    facts = {} if agreed is None else {"agreed": Fraction(agreed)}
    assert keeps(OPEN, case(facts=facts), Fraction(value)) is kept


def test_the_level_is_told_in_words_and_what_is_not_known_as_a_reason() -> None:
    assert level_words(OPEN, case(facts={"agreed": Fraction("99.95")})) == ">=99.95"
    assert level_words(LEVEL, case()) == ">=99.9"
    assert why_open(OPEN) == "fact_not_given:agreed"
    assert why_open(OPEN.model_copy(update={"level": None})) == "clause_unverified:unread"


def test_several_windows_hang_on_a_level_that_is_not_known() -> None:
    assert over_windows(OPEN, TWO, case({"2026-05": "99", "2026-06": "99"})).met is None
    assert over_windows(OPEN, TWO, case({"2026-05": "94", "2026-06": "94"})).met is True
    assert over_windows(OPEN, TWO, case({"2026-05": "100", "2026-06": "99"})).met is False


def test_the_row_and_the_window_that_completes_it() -> None:
    figures = months("01", "03", "04", "05")
    assert row_of(LEVEL, TWO, case(figures)) == ("2026-03", "2026-04", "2026-05")
    promise = Promise.model_construct(commitment=LEVEL, several=TWO)
    assert completing(promise, case(figures)) == "2026-05"
    assert completing(Promise.model_construct(commitment=LEVEL, several=EITHER), case(figures)) == "2026-05"
    assert completing(promise, case(months("01"))) is None
