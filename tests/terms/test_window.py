"""Windows: whole months, quarters, years and spans of days of a zone; together they tile time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.spans import Span
from makegood.terms.window import Window

KINDS = ["calendar_month", "billing_cycle", "calendar_quarter", "fiscal_quarter", "calendar_year", "fixed_days"]
ZONES = ["UTC", "Asia/Seoul", "America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"]


def window(kind: str, zone: str = "UTC", **also: Any) -> Window:
    days = {"days": 30} if kind == "fixed_days" else {}
    return Window.model_validate({"kind": kind, "zone": zone, "clause": "c"} | days | also)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "also", "starts"),
    [
        ("calendar_month", {}, ["2026-05-01", "2026-06-01", "2026-07-01"]),
        ("calendar_quarter", {}, ["2026-04-01", "2026-07-01"]),
        ("fiscal_quarter", {"first_month": 2}, ["2026-05-01"]),
        ("fiscal_quarter", {"first_month": 12}, ["2026-03-01", "2026-06-01"]),
        ("calendar_year", {}, ["2026-01-01"]),
        ("fixed_days", {}, ["2026-05-20", "2026-06-19"]),
    ],
)
def test_the_windows_that_a_span_touches(kind: str, also: dict[str, int], starts: list[str]) -> None:
    found = window(kind, **also).over(Span(utc("2026-05-20"), utc("2026-07-02")))
    assert [one.start for one in found] == [utc(day) for day in starts]


def test_a_month_is_one_of_its_zone() -> None:
    (june,) = window("calendar_month", "Asia/Seoul").over(Span(utc("2026-06-10"), utc("2026-06-11")))
    assert june == Span(utc("2026-05-31T15:00"), utc("2026-06-30T15:00"))
    assert window("calendar_month").over(june) != window("calendar_month", "Asia/Seoul").over(june)
    assert window("calendar_month").over(june, "Asia/Seoul") == (june,)
    assert window("calendar_month", stated=True).over(june, "Asia/Seoul") == window("calendar_month").over(june)


@pytest.mark.parametrize(
    ("kind", "start", "end", "whole"),
    [
        ("calendar_month", "2026-06-01", "2026-07-01", True),
        ("calendar_month", "2026-06-02", "2026-07-02", False),
        ("billing_cycle", "2026-06-02", "2026-07-02", True),
        ("billing_cycle", "2026-06-02", "2026-07-03", False),
        ("billing_cycle", "2026-06-02", "2026-08-02", False),
        ("calendar_quarter", "2026-04-01", "2026-07-01", True),
        ("calendar_quarter", "2026-05-01", "2026-08-01", False),
        ("fixed_days", "2026-06-02", "2026-07-02", True),
        ("fixed_days", "2026-06-02", "2026-07-03", False),
        ("event", "2026-06-02", "2026-06-03", True),
    ],
)
def test_is_a_period_one_whole_window(kind: str, start: str, end: str, whole: bool) -> None:
    assert window(kind).is_whole(Span(utc(start), utc(end))) is whole


def test_an_event_is_its_own_window() -> None:
    span = Span(utc("2026-06-02T10:00"), utc("2026-06-02T11:00"))
    assert window("event").over(span) == (span,)
    assert {*KINDS, "event"} == set(get_args(Window.model_fields["kind"].annotation))


MOMENTS = st.integers(0, 16 * 365 * 24 * 60).map(lambda minutes: utc("2020-01-02") + timedelta(minutes=minutes))


@given(st.sampled_from(KINDS), st.sampled_from(ZONES), st.integers(1, 12), MOMENTS, st.integers(1, 800 * 24))
def test_windows_tile_time(kind: str, zone: str, first_month: int, start: datetime, hours: int) -> None:
    fiscal = {"first_month": first_month} if kind == "fiscal_quarter" else {}
    span, rule = Span(start, start + timedelta(hours=hours)), window(kind, zone, **fiscal)
    found = rule.over(span)
    assert all(one.end == two.start for one, two in pairwise(found))
    assert found[0].start <= span.start < found[0].end
    assert found[-1].start < span.end <= found[-1].end
    assert all(rule.is_whole(one) for one in found)
    if kind != "fixed_days":  # those are laid from the start of the span
        halves = [
            *rule.over(Span(span.start, found[0].end)),
            *rule.over(Span(found[0].end, found[0].end + timedelta(1))),
        ]
        assert halves[0] == found[0]
        assert halves[1].start == found[0].end
