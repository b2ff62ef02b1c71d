"""ICPE calendar: minutes a day are bulletins, days without minutes are covered days."""

from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from makegood.records.small_files import read_small
from makegood.records.sources.small import Reading
from makegood.spans import Span

HEAD = "Date,Incidents,Service,partial_outage_minutes,major_outage_minutes,total_outage_minutes,provider\n"


def day(number: int) -> datetime:
    return datetime(2024, 6, number, tzinfo=UTC)


def test_a_sample(reading_of: Callable[[str], Reading]) -> None:
    named = "\"[{'Incident_Title': 'It''s down', 'Incident_Link': 'https://x.example/1'}]\""
    rows = f"2024-06-01,[],api,0,0,0,acme\n2024-06-02,{named},api,10,5.5,15.5,acme\n2024-06-04,[],api,0,0,0,acme\n"
    reading = reading_of(HEAD + rows)
    assert [(b.severity, b.minutes, b.start, b.title) for b in reading.bulletins] == [
        ("partial", Fraction(10), day(2), "Its down"),
        ("major", Fraction(11, 2), day(2), "Its down"),
    ]
    assert [span for _, span in reading.coverage] == [Span(day(1), day(3)), Span(day(4), day(5))]
    assert reading.read == 3


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2024-06-02,[],api,-1,0,0,acme", "do not fit a day"),
        ("2024-06-02,[],api,1000,1000,2000,acme", "do not fit a day"),
        ("2024-06-02,[],api,10,5,20,acme", "total_outage_minutes 20 is not 10 partial + 5 major"),
        ("2024-06-01,[],api,0,0,0,acme", "has this day already at line 2"),
        ("2024-06-02 10:00,[],api,0,0,0,acme", "is not a day"),
        ("soon,[],api,0,0,0,acme", "is not a time"),
        ("2024-06-02,[],,0,0,0,acme", "Service is empty"),
        ("2024-06-02,[],api,x,0,0,acme", "is not a number"),
    ],
)
def test_bad_days_are_located(row: str, reason: str, reading_of: Callable[[str], Reading]) -> None:
    reading = reading_of(HEAD + "2024-06-01,[],api,0,0,0,acme\n" + row + "\n")
    assert [(bad.line, reason in bad.reason) for bad in reading.quarantined] == [(3, True)]
    assert [span for _, span in reading.coverage] == [Span(day(1), day(2))]


def test_the_real_calendar(shared: Path) -> None:
    reading = read_small(shared / "data/atlarge_llm_outages/clean/outage_unexploded.csv")
    assert (reading.read, reading.used) == (5243, 5243)
    covered = {scope.service: span.minutes / 1440 for scope, span in reading.coverage}
    assert covered == {
        "api": 1298, "playground": 1250, "chatgpt": 565, "labs": 558, "claude.ai": 418, "api.anthropic.com": 418,
        "console.anthropic.com": 418, "character.ai": 318,
    }  # fmt: skip
    added = {severity: sum(b.minutes or 0 for b in reading.bulletins if b.component == "api" and b.severity == severity)
             for severity in ("partial", "major")}  # fmt: skip
    assert added["partial"] + added["major"] == 7891
    assert added["major"] + added["partial"] * Fraction(3, 10) == Fraction("3340.3")
    assert any("309 days" in note for note in reading.notes)
