"""Day statistics: Table 7 and the outage-day tables of ICPE 2025, cell by cell."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from makegood.incidents.availability import Availability, daily
from makegood.incidents.day_statistics import co_occurrence, day_statistics, outage_days
from makegood.incidents.readings import Question
from makegood.money import quantized
from makegood.records.small_files import read_small
from makegood.spans import Span

PERIOD = Span(datetime(2021, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
NAMES = {
    "API-OpenAI": "api", "ChatGPT": "chatgpt", "DALL·E": "labs", "Playground": "playground",
    "API-Anthropic": "api.anthropic.com", "Claude": "claude.ai", "Console": "console.anthropic.com",
    "Character.AI": "character.ai",
}  # fmt: skip


@pytest.fixture(scope="module")
def told(shared: Path) -> tuple[Availability, ...]:
    page = read_small(shared / "data/atlarge_llm_outages/clean/outage_unexploded.csv")
    return daily(page.bulletins, page.coverage, Question(PERIOD, PERIOD.end, ("scaled", "unscaled")))


def days_of(told: tuple[Availability, ...], name: str, reading: str) -> list[Availability]:
    component = NAMES[name]
    return [
        one for one in told if (one.component, one.reading, one.variant) == (component, reading, "without_doubtful")
    ]


def percent(text: str) -> Decimal:
    return Decimal(text.replace("\\", "").rstrip("%"))


def wrong_cells(told: tuple[Availability, ...], table: Path, reading: str) -> tuple[int, int]:
    """How many cells of Table 7 there are, and how many come out otherwise."""
    cells = wrong = 0
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            series = [
                one.availability for one in days_of(told, row["Service"], reading) if one.availability is not None
            ]
            found = day_statistics(series)
            assert found is not None
            values = {"Min": found.lowest, "Max": found.highest, "Mean": found.mean, "Median": found.median}
            for column, value in {**values, **found.shares}.items():
                cells += 1
                wrong += quantized(100 * value, 2, "half_even") != percent(row[column])
    return cells, wrong


def test_table_7_by_the_scaled_reading_and_not_by_the_unscaled(told: tuple[Availability, ...], shared: Path) -> None:
    table = shared / "data/atlarge_llm_outages/paper_tables/table-service_availability.csv"
    assert wrong_cells(told, table, "scaled") == (88, 0)
    assert wrong_cells(told, table, "unscaled") == (88, 41)


def test_shares_of_outage_days(told: tuple[Availability, ...], shared: Path) -> None:
    table = shared / "data/atlarge_llm_outages/paper_tables/table-outage_days_percent.csv"
    with table.open(encoding="utf-8", newline="") as lines:
        (expected,) = csv.DictReader(lines)
    for name in NAMES:
        days = days_of(told, name, "unscaled")
        share = Fraction(len(outage_days(days)), len(days))
        assert quantized(100 * share, 2, "half_even") == percent(expected[name]), name


def test_all_64_cells_of_which_services_fell_together(told: tuple[Availability, ...], shared: Path) -> None:
    table = shared / "data/atlarge_llm_outages/paper_tables/table-outage_probability.csv"
    fell = {name: outage_days(days_of(told, name, "unscaled")) for name in NAMES}
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    checked = 0
    for name, row in zip(NAMES, rows, strict=True):
        for other in NAMES:
            share = co_occurrence(fell[name], fell[other])
            assert share is not None
            assert quantized(100 * share, 2, "half_even") == percent(row[other]), (name, other)
            checked += 1
    assert checked == 64


def test_by_hand_and_empty() -> None:
    found = day_statistics([Fraction(1), Fraction(1), Fraction(995, 1000), Fraction(1, 2)])
    assert found is not None
    assert (found.lowest, found.median, found.mean) == (Fraction(1, 2), Fraction(1995, 2000), Fraction(3495, 4000))
    assert [found.shares[name] for name in ("=100%", ">=99.9%", ">=99%", "<90%")] == [
        Fraction(1, 2), Fraction(1, 2), Fraction(3, 4), Fraction(1, 4),
    ]  # fmt: skip
    assert day_statistics([]) is None
    assert co_occurrence(frozenset({PERIOD.start}), frozenset()) is None
