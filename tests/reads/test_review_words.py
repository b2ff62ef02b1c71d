"""Review words: every finding in Korean, amounts that are not known, windows by their names."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from makegood.reads.review_words import window_words, worth_words
from makegood.reads.words import Words, catalogue
from makegood.spans import Span, moment
from makegood.terms.findings import primitives, sayings
from makegood.terms.worth import Worth

PLACEHOLDER = re.compile(r"\{(\w+)\}")
ENGLISH, KOREAN = Words("en"), Words("ko")
TEN = {"USD": Decimal("10.00")}
ONE_OR_TEN = Worth({"USD": Decimal("1.00")}, TEN, owed=1)


def korean(code: str) -> str:
    """The Korean text of a note; empty where there is none."""
    found = catalogue("ko").get(code, context="note")
    return str(found.string) if found and found.string else ""


def test_every_finding_and_primitive_has_its_korean_with_no_placeholder_of_its_own():
    assert [number for number in primitives() if not korean(f"review.primitive.{number}")] == []
    for code, saying in sayings().items():
        for part, english in (("says", saying.says), ("write", saying.write)):
            told = korean(f"review.{code}.{part}")
            assert re.search(r"(니다|십시오)(: \{\w+\})?\.$|인정됩니다: .*이상\.$", told), (code, part, told)
            known = set(PLACEHOLDER.findall(saying.says + saying.write))
            assert set(PLACEHOLDER.findall(told)) <= known, (code, part, english)


def test_the_catalogue_holds_no_finding_that_is_gone():
    kept = {one.id.split(".")[1] for one in catalogue("ko") if one.context == "note" and one.id.startswith("review.")}
    assert kept == {*sayings(), "primitive"}


@pytest.mark.parametrize(
    ("worth", "windows", "said"),
    [
        (Worth(), 3, "nothing"),
        (Worth(unknown=3), 3, "not known"),
        (Worth(owed=1, unknown=1), 1, "not known"),
        (Worth(TEN, TEN, owed=1), 3, "$10.00"),
        (Worth(TEN, TEN, owed=1, unknown=1), 1, "at least $10.00"),
        (Worth(TEN, TEN, owed=1, unknown=2), 3, "at least $10.00; 2 amounts are not known"),
        (ONE_OR_TEN, 3, "$1.00 to $10.00"),
        (Worth(extent={"days": Fraction(5)}, owed=1), 3, "5 days"),
        (Worth(owed=1, rights=1), 3, "1 right without an amount"),
        (
            ONE_OR_TEN + replace(ONE_OR_TEN, least={"EUR": Decimal(2)}, most={"EUR": Decimal(2)}),
            3,
            "€2.00 + $1.00 to $10.00",
        ),
    ],
)
def test_what_is_not_known_is_never_nothing(worth: Worth, windows: int, said: str):
    assert worth_words(worth, windows, ENGLISH) == said


@pytest.mark.parametrize(
    ("start", "end", "english", "korean_"),
    [
        ("2026-06-01", "2026-07-01", "June 2026", "2026년 6월"),
        ("2026-04-01", "2026-07-01", "Apr 1, 2026 – Jun 30, 2026", "2026년 4월 1일 – 2026년 6월 30일"),
        ("2026-06-10T06:36:00Z", "2026-06-10T19:30:00Z", "Jun 10, 2026 06:36 – 19:30 UTC", None),
    ],
)
def test_a_window_has_a_name(start: str, end: str, english: str, korean_: str | None):
    span = Span(moment(start), moment(end))
    assert window_words(span, ENGLISH) == english
    assert korean_ is None or window_words(span, KOREAN) == korean_
