"""Several windows that decide together, from a log: enough missed, one kept, one not seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from makegood.money import parse_money
from makegood.spans import Span, month
from makegood.terms.judge import Matter, judge
from makegood.terms.read import parse
from makegood.terms.weigh_in_a_row import windows_needed
from tests.terms.small_pack import YAML
from tests.terms.small_world import SmallWarehouse

TWO = "several: {consecutive: 2, reason: two_in_a_row, otherwise: no_two_in_a_row, clause: credits}"
LINE = "        remedy:\n"
ROWS = """\
              - {range: {at_least: 95, below: 99.9}, percent: 10, clause: credits}
              - {range: {below: 95}, percent: 100, clause: credits}
"""
FLAT = "              - {percent: 10, clause: credits}\n"
TEXT = (
    YAML.partition("    worked:")[0]
    .replace(LINE, f"        {TWO}\n{LINE}")
    .replace(ROWS, FLAT)
    .replace("days: 30", "days: 300")
)
NOW = datetime(2026, 12, 20, tzinfo=UTC)


def down(number: int, minutes: int = 300) -> list[tuple]:
    """So many minutes of failures in a month of 2026, five hours of which miss 99.9 %."""
    start = datetime(2026, number, 10, tzinfo=UTC)
    times = (start + timedelta(minutes=minute) for minute in range(minutes))
    return [("acme", "chat", "small", "", time, 10, {503: 9}) for time in times]


def told(folder: Path, rows: list[tuple], first: int, last: int, **matter: object) -> list[tuple[str, tuple[str, ...]]]:
    path = folder / "acme.yaml"
    path.write_text(TEXT, encoding="utf-8")
    span = Span(month(f"2026-{first:02d}").start, month(f"2026-{last:02d}").end)
    asked = replace(Matter(span, NOW, ["acme"], (str(path),), observed=span), **matter)
    return [(one.verdict, one.reasons) for one in judge(SmallWarehouse(rows), asked).verdicts]


def test_the_second_missed_month_in_a_row_is_owed_for(tmp_path: Path) -> None:
    rows = [*down(8, 1), *down(9), *down(10), *down(11, 1)]
    found = told(tmp_path, rows, 8, 11)
    assert [verdict for verdict, _ in found] == ["not_owed", "not_owed", "owed", "not_owed"]
    assert [reasons[0] for _, reasons in found] == [
        "no_two_in_a_row",
        "no_two_in_a_row",
        "two_in_a_row",
        "no_two_in_a_row",
    ]


def test_what_lies_before_the_log_may_have_been_missed(tmp_path: Path) -> None:
    assert told(tmp_path, down(10), 10, 10) == [("unknown", ("log_covers_part", "no_two_in_a_row"))]
    assert told(tmp_path, down(10, 1), 10, 10) == [("not_owed", ("no_two_in_a_row",))]


def test_a_month_seen_in_part_completes_nothing_that_it_seems_to_keep(tmp_path: Path) -> None:
    rows = [*down(9, 1), *down(10)]
    part = Span(datetime(2026, 9, 8, tzinfo=UTC), month("2026-10").end)
    september, october = told(tmp_path, rows, 9, 10, observed=part)
    assert september[0] == "unknown"
    assert october == ("unknown", ("log_covers_part", "no_two_in_a_row"))


def test_a_month_without_attempts_is_not_known(tmp_path: Path) -> None:
    (september, october) = told(tmp_path, down(10), 9, 10)
    assert september == ("unknown", ("no_attempts_in_scope",))
    assert october[0] == "unknown"


@pytest.mark.parametrize(
    ("several", "needed"),
    [
        (TWO, 2),
        (TWO.replace("consecutive: 2", "missed: 3, of_last: 6"), 6),
        (TWO.replace("clause: credits", "clause: credits, or_else: {missed: 4, of_last: 12, reason: often, "
                     "otherwise: not_often, clause: credits}"), 12),
    ],
)  # fmt: skip
def test_how_many_windows_can_decide_together(several: str, needed: int) -> None:
    pack, faults = parse(TEXT.replace(TWO, several), "acme.yaml")
    assert pack is not None, faults
    assert windows_needed(pack.versions[0].promises[0]) == needed


def test_a_bill_of_a_row_is_of_the_month_that_completed_it(tmp_path: Path) -> None:
    bill = parse_money("100 USD")
    found = told(tmp_path, [*down(9), *down(10)], 9, 10, bill=bill)
    # two windows would share the bill, so that neither has it
    assert found[1] == ("owed", ("two_in_a_row", "bill_not_given"))
