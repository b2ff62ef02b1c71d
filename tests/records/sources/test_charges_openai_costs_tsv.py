"""OpenAI cost export: amounts as written, days without spend covered, times that disagree refused."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from makegood.records.small_files import read_small
from makegood.records.sources.small import Reading
from makegood.spans import iso

HEAD = "start_time\tend_time\tstart_time_iso\tamount_value\tamount_currency\tline_item\torganization_id\n"


def test_a_sample(reading_of: Callable[[str], Reading]) -> None:
    rows = (
        "1759622400\t1759708800\t2025-10-05T00:00:00+00:00\t1.0000000000000001\tusd\tgpt-5, input\torg-1\n"
        "1759622400\t1759708800\t2025-10-05T00:00:00+00:00\t-0.5\teur\t\torg-1\n"
        "1759708800\t1759795200\t2025-10-06T00:00:00+00:00\t\t\t\t\t\n"
    )
    reading = reading_of(HEAD + rows)
    assert [(c.amount, c.currency, c.item, c.account, c.line) for c in reading.charges] == [
        (Decimal("1.0000000000000001"), "USD", "gpt-5, input", "org-1", 2),
        (Decimal("-0.5"), "EUR", "total", "org-1", 3),
    ]
    assert (reading.read, reading.used) == (3, 3)
    assert [span.minutes for _, span in reading.coverage] == [2880]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1759622400\t1759708800\t2025-10-04T00:00:00+00:00\t1\tusd\t\torg", "epoch twin"),
        ("1759622400\t1759708800\t\t1\t\t\torg", "not an ISO 4217 currency"),
        ("\t1759708800\t\t1\tusd\t\torg", "start_time '' is not a number"),
    ],
)
def test_bad_rows(row: str, reason: str, reading_of: Callable[[str], Reading]) -> None:
    reading = reading_of(HEAD + row + "\n")
    assert [(bad.line, reason in bad.reason) for bad in reading.quarantined] == [(2, True)]
    assert reading.coverage == ()


def test_the_real_week(shared: Path) -> None:
    reading = read_small(shared / "data/openai_usage_costs/openai_costs_export_2025-10-05_to_12.tsv")
    assert (reading.read, reading.used, len(reading.charges)) == (8, 8, 6)
    assert sum((charge.amount or 0 for charge in reading.charges), Decimal(0)) == Decimal("2.98595375")
    assert [(iso(span.start), iso(span.end)) for _, span in reading.coverage] == [
        ("2025-10-05T00:00:00Z", "2025-10-13T00:00:00Z")
    ]
