"""Review words: every finding in Korean, amounts that are not known, windows by their names."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree

import pytest

from makegood.money import Money
from makegood.reads.review_chart import review_chart
from makegood.reads.review_words import grid, window_words, worth_words
from makegood.reads.words import Words, catalogue
from makegood.spans import Span, moment
from makegood.terms.findings import primitives, sayings
from makegood.terms.outages import from_spans
from makegood.terms.replay import Account, Evidence, replay, touching
from makegood.terms.worth import Worth
from tests.terms.whole_contract import Changes, changed

PLACEHOLDER = re.compile(r"\{(\w+)\}")
ENGLISH, KOREAN = Words("en"), Words("ko")
OUTAGE = Span(moment("2026-06-03T00:00:00Z"), moment("2026-06-03T12:00:00Z"))
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


def accounts(*changes: Changes, outages: tuple[Span, ...] = (OUTAGE,), **fields: Any) -> tuple[Account, ...]:
    """Contracts replayed on an outage of a day on the third of June."""
    packs = [changed({"pack.terms": f"pack-{at}", **one}) for at, one in enumerate(changes)]
    span = Span(moment("2026-05-20"), moment("2026-06-20"))
    told = {"outages": touching(from_spans(outages)), "bill": Money(Decimal(1000), "USD"), **fields}
    return replay(packs, Evidence(span, moment("2026-12-01"), **told))


def test_months_of_several_zones_stand_in_one_row():
    found = grid(accounts({}, {"window.zone": "Asia/Seoul"}, {"window.zone": "America/New_York"}), ENGLISH)
    ((name, cells),) = found.rows
    assert name == "June 2026"
    assert [cell.gives for cell in cells if cell] == ["$250.00"] * 3
    assert (found.quiet, found.totals[0]) == (1, ("pack-0", "$250.00"))


def test_a_pack_of_which_nothing_can_be_told_stands_beside_the_table():
    mean = {"kind": "bucket_mean", "clause": "uptime"}
    found = grid(accounts({}, {"measure.aggregation": mean}), ENGLISH)
    assert found.packs == ("pack-0",)
    assert found.silent == (("pack-1", "it counts requests, which status pages do not show"),)


def test_of_several_reasons_those_of_the_first_kind_are_told():
    applies = [{"fact": "backed_off", "is": True, "clause": "uptime"}]
    found = grid(accounts({"applies": applies}), ENGLISH)
    assert found.silent == (("pack-0", "a fact is not given (backed_off)"),)


def test_the_chart_draws_the_least_the_most_and_what_is_not_known():
    gap = {"remedy.grant.tiers.1.range.at_least": 98.5}
    seen = Span(moment("2026-05-25"), moment("2026-07-01"))
    chart = review_chart(accounts({}, gap, observed=seen), "USD", ENGLISH)
    assert chart is not None
    assert (chart.packs, chart.unknown, chart.left_out) == (("pack-0", "pack-1"), True, 0)
    bars = [(one.get("class"), one.get("height")) for one in ElementTree.fromstring(str(chart.svg)).iter("rect")]
    assert bars == [
        ("box-unknown", "9"),
        ("box-unknown", "9"),
        ("pack-0", "47"),
        ("pack-1 pale", "190"),
        ("pack-1", "47"),
    ]
    assert "pack-1, June 2026: $250.00 – $1,000.00" in chart.svg
    assert review_chart(accounts({}, outages=()), "USD", ENGLISH) is None
    assert review_chart(accounts({}), "EUR", ENGLISH) is None


def test_drafts_of_one_contract_are_told_apart():
    drafts = accounts({"pack.terms": "acme"}, {"pack.terms": "acme", "remedy.grant.tiers.1.percent": 40})
    found = grid(drafts, ENGLISH)
    assert found.totals == (("acme", "$250.00"), ("acme (2)", "$400.00"))
    chart = review_chart(drafts, "USD", ENGLISH)
    assert chart is not None
    assert chart.packs == ("acme", "acme (2)")
