"""Stated windows: read where there is one way to read them, otherwise not at all."""

from datetime import UTC, datetime

import pytest

from makegood.records.bulletin import Update
from makegood.records.stated_window import plain_text, stated_window
from makegood.spans import Span


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


PAGE = Span(at("2026-06-06T18:37:44"), at("2026-06-06T19:05:27"))


@pytest.mark.parametrize(
    ("text", "start", "end", "assumed"),
    [
        ("From 18:12–18:55, we saw elevated errors.", "2026-06-06T18:12", "2026-06-06T18:55", True),
        ("Between 18:12 and 18:55 UTC requests failed.", "2026-06-06T18:12", "2026-06-06T18:55", False),
        ("On June 6, 2026, from 18:12 UTC to 18:55 UTC, it failed.", "2026-06-06T18:12", "2026-06-06T18:55", False),
        ("From 18:12 UTC - 18:55 UTC on June 6, 2026, it failed.", "2026-06-06T18:12", "2026-06-06T18:55", False),
        ("Between 18:12 and 18:55 UTC on June 6, 2026, it failed.", "2026-06-06T18:12", "2026-06-06T18:55", False),
        ("between approximately 18:00 and 19:10 UTC, it was slow", "2026-06-06T18:00", "2026-06-06T19:10", False),
        ("Between June 5, 2026 at 23:45 UTC and June 6, 2026 at 11:19 UTC, blocked", "2026-06-05T23:45",
         "2026-06-06T11:19", False),
        ("Between 11:12 AM and 11:55 AM PDT we experienced errors.", "2026-06-06T18:12", "2026-06-06T18:55", False),
        ("Between 11:12 and 11:55 AM PDT we experienced errors.", "2026-06-06T18:12", "2026-06-06T18:55", False),
        ("Between June 5 10:57 PM and June 6 9:57 AM PDT, errors", "2026-06-06T05:57", "2026-06-06T16:57", False),
        ("Between 10:57 PM PDT on June 5 and 9:57 AM PDT on June 6, errors", "2026-06-06T05:57",
         "2026-06-06T16:57", False),
        ("Between 22:30 and 03:10 UTC, over midnight", "2026-06-05T22:30", "2026-06-06T03:10", False),
    ],
)  # fmt: skip
def test_one_way_to_read(text: str, start: str, end: str, assumed: bool) -> None:
    window = stated_window([Update(PAGE.end, "resolved", text)], PAGE)
    assert window is not None
    assert window.span == Span(at(start), at(end))
    assert window.zone_assumed is assumed


@pytest.mark.parametrize(
    "text",
    [
        "This incident has been resolved.",
        "Starting at 18:12 UTC it failed.",
        "Between 8:59 AM and 9:32 AM PST and between 9:40 AM and 10:16 AM PST it failed.",
        "between 06:00 UTC and 09:56 UTC, and again between 10:54 UTC and 12:53 UTC it failed.",
        "From 10:00 to 11:00 UTC chat failed. From 12:00 to 13:00 UTC the API failed.",
        "Between 18:12 and 18:55 PT it failed.",  # standard or summer time is not told
        "Between 18:12 and 18:55 CST it failed.",  # the name of two zones
        "Between 18:12 and 25:70 UTC it failed.",
        "On June 6, 2025, from 18:12 UTC to 18:55 UTC, it failed.",  # a year misread
        "Between June 6, 2025 at 18:12 UTC and June 6, 2026 at 18:55 UTC it failed.",
        "Scores went from 1:10 to 2:20:30 on February 30",
    ],
)
def test_no_way_or_two_ways_to_read(text: str) -> None:
    window = stated_window([Update(PAGE.end, "resolved", text)], PAGE)
    assert window is None or window.span == Span(at("2026-06-06T01:10"), at("2026-06-06T02:20"))


def test_the_newest_telling_update_decides() -> None:
    updates = [
        Update(PAGE.end, "resolved", "From 18:20 to 18:50 UTC it failed."),
        Update(at("2026-06-09T10:00"), "postmortem", "On June 6 from 18:12 to 18:55 UTC it failed."),
    ]
    window = stated_window(updates, PAGE)
    assert window is not None
    assert window.span == Span(at("2026-06-06T18:12"), at("2026-06-06T18:55"))


def test_a_report_written_days_later_is_dated_by_the_end_of_the_page() -> None:
    window = stated_window([Update(at("2026-06-09T10:00"), "postmortem", "From 18:12 to 18:55 UTC it failed.")], PAGE)
    assert window is not None
    assert window.span.start == at("2026-06-06T18:12")


def test_markup_becomes_words() -> None:
    markup = "<p>We &amp; they<br />saw&nbsp;it.</p><ul><li>a</li><li>b < c</li></ul>"
    assert plain_text(markup) == "We & they\nsaw it.\na\nb < c"
