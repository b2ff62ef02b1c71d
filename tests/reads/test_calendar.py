"""Calendar: which claims are still to be made, until when, and the same read back from the calendar file."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from makegood.errors import UnknownFormat
from makegood.reads.calendar import Entry, calendar, details, entries, subject, time_left
from makegood.reads.words import Words
from makegood.spans import moment

NOW = moment("2026-07-10T12:00:00Z")
WORDS = Words("en")
SCOPE = {"provider": "google", "service": None, "model": "gemini-2.5-pro", "region": "europe-west1"}
JUNE = {"start": "2026-06-01T00:00:00Z", "end": "2026-07-01T00:00:00Z"}
VERDICT: dict[str, Any] = {
    "terms": "google-gemini",
    "version": "2026-06-30",
    "scope": SCOPE,
    "period": JUNE,
    "verdict": "owed",
    "reasons": ["below_commitment"],
    "clause": "credits",
    "clause_says": "Below 99.5 % a tenth of the bill is credited.",
    "source": "SLA last modified 2026-06-30",
    "amount": {"exact": "1200.005", "rounded": {"half_up": "1200.01", "floor": "1200.00"}, "currency": "USD"},
    "deadline": "2026-07-30T23:59:59Z",
    "missing": ["logs"],
    "readings": [],
}

PUBLISHED: dict[str, Any] = {"schema": "makegood/assessment/1", "params": {"period": None}, "verdicts": []}


def told(last: str | None, used: bool = False, **changes: Any) -> dict[str, Any]:
    """A reading as it is published; of the deadline unless changed."""
    outcome = {"deadline": last} if last else {}
    reading = {"id": "one", "about": "deadline", "used": used, "says": f"By {last}.", "clause": "deadline"}
    return reading | {"outcome": outcome | changes.pop("outcome", {}), "status": "P"} | changes


def verdict(*readings: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return VERDICT | {"readings": list(readings)} | changes


def found(*verdicts: dict[str, Any], now: datetime = NOW) -> tuple[Entry, ...]:
    return entries(PUBLISHED | {"verdicts": list(verdicts)}, now)


def events(*verdicts: dict[str, Any], now: datetime = NOW, words: Words = WORDS) -> list[Any]:
    """The events of the calendar file, read back."""
    made = calendar(found(*verdicts, now=now), now, words)
    return [] if made is None else list(Calendar.from_ical(made).walk("VEVENT"))


KINDS = [
    ("owed", "2026-07-30T23:59:59Z", 1, 1),
    ("owed", None, 1, 0),
    ("ambiguous", "2026-07-30T23:59:59Z", 1, 1),
    ("ambiguous", None, 1, 0),
    ("goodwill", None, 1, 0),
    ("goodwill", "2026-07-30T23:59:59Z", 1, 1),
    ("unknown", "2026-07-30T23:59:59Z", 1, 1),
    ("unknown", None, 0, 0),
    ("not_owed", "2026-07-30T23:59:59Z", 0, 0),
    ("owed", "2026-07-10T11:59:59Z", 1, 0),
    ("owed", "2026-07-10T12:00:00Z", 1, 1),
]


@pytest.mark.parametrize(("kind", "deadline", "rows", "dates"), KINDS)
def test_what_may_lead_to_a_claim_is_listed_and_what_has_time_left_is_in_the_calendar(
    kind: str, deadline: str | None, rows: int, dates: int
):
    one = verdict(verdict=kind, deadline=deadline)
    assert (len(found(one)), len(events(one))) == (rows, dates)


def test_the_event_is_the_last_second_and_warns_a_week_and_a_day_before():
    (event,) = events(verdict())
    assert event.start == moment("2026-07-30T23:59:59Z")
    assert event.stamp == NOW
    assert str(event["SUMMARY"]) == "Claim: google-gemini, google · gemini-2.5-pro · europe-west1, June 2026"
    alarms = event.walk("VALARM")
    assert [str(alarm["ACTION"]) for alarm in alarms] == ["DISPLAY", "DISPLAY"]
    assert [event.start + alarm.TRIGGER for alarm in alarms] == [
        moment("2026-07-23T23:59:59Z"),
        moment("2026-07-29T23:59:59Z"),
    ]
    assert str(event["DESCRIPTION"]).split("\n") == [
        "Owed: $1,200.01 (rounded half up) or $1,200.00 (rounded down)",
        "Last minute in time: Jul 30, 2026 23:59 UTC",
        "Still missing from the claim: logs that show the failures",
        "The terms: Below 99.5 % a tenth of the bill is credited.",
        "Source: SLA last modified 2026-06-30",
    ]


def test_where_readings_differ_the_earliest_is_the_safe_date():
    readings = (told("2026-07-30T23:59:59Z", used=True), told("2026-07-20T09:40:59Z"), told(None, about="measure"))
    (entry,) = found(verdict(*readings))
    assert entry.safe is not None
    assert (entry.safe.says, entry.safe.used) == ("By 2026-07-20T09:40:59Z.", False)
    assert entry.days_left(NOW) == 9
    (event,) = events(verdict(*readings))
    assert event.start == moment("2026-07-20T09:40:59Z")
    assert "Read in another way, Jul 30, 2026 23:59 UTC: By 2026-07-30" in str(event["DESCRIPTION"])


def test_once_the_earliest_is_over_the_next_one_still_open_is_the_date():
    readings = (told("2026-07-30T23:59:59Z", used=True), told("2026-07-02T23:59:59Z"), told("2026-08-30T23:59:59Z"))
    (entry,) = found(verdict(*readings))
    assert entry.safe is not None
    assert entry.safe.last == moment("2026-07-30T23:59:59Z")
    assert [one.last.day for one in entry.others] == [2, 30]
    late = moment("2026-09-01")
    (over,) = found(verdict(*readings), now=late)
    assert over.safe is not None
    assert over.safe.last == moment("2026-08-30T23:59:59Z")
    assert (over.open(late), over.days_left(late), time_left(over, late, WORDS)) == (False, -1, "time is over")
    assert events(verdict(*readings), now=late) == []


def test_each_step_has_its_own_date():
    readings = (
        told("2026-07-15T23:59:59Z", used=True, outcome={"step": "notice"}),
        told("2026-07-31T23:59:59Z", used=True, outcome={"step": "claim"}),
        told("2026-07-13T23:59:59Z", outcome={"step": "notice"}),
        told("2026-07-18T23:59:59Z", outcome={"step": "letter_by_post"}),
    )
    one = verdict(*readings, deadline="2026-07-31T23:59:59Z")
    assert [(entry.step, entry.safe.last.day, len(entry.others)) for entry in found(one) if entry.safe] == [
        ("notice", 13, 1),
        ("letter_by_post", 18, 0),
        ("claim", 31, 0),
    ]
    named = [str(event["SUMMARY"]).split(":")[0] for event in sorted(events(one), key=lambda one: one.start)]
    assert named == ["Notice", "letter by post", "Claim"]
    assert len({str(event["UID"]) for event in events(one)}) == 3


def test_the_most_urgent_comes_first_and_what_has_no_time_limit_last():
    late, soon = (verdict(deadline=f"2026-{at}T23:59:59Z", terms=at) for at in ("08-31", "07-31"))
    asked = verdict(verdict="goodwill", deadline=None, terms="asked")
    assert [one.verdict.terms for one in found(asked, late, soon)] == ["07-31", "08-31", "asked"]


@pytest.mark.parametrize(
    ("last", "days", "says"),
    [
        ("2026-07-30T23:59:59Z", 20, "20 days left"),
        ("2026-07-11T12:00:00Z", 1, "1 day left"),
        ("2026-07-11T11:59:59Z", 1, "1 day left"),
        ("2026-07-11T11:59:58Z", 0, "less than a day left"),
        ("2026-07-10T12:00:00Z", 0, "less than a day left"),
        ("2026-07-10T11:59:59Z", 0, "less than a day left"),
        ("2026-07-10T11:59:58Z", -1, "time is over"),
        (None, None, "no time limit is stated"),
    ],
)
def test_days_left_are_whole_days(last: str | None, days: int | None, says: str):
    (entry,) = found(verdict(deadline=last))
    now = NOW if last != "2026-07-10T11:59:59Z" else NOW - timedelta(seconds=1)
    assert (entry.days_left(now), time_left(entry, now, WORDS)) == (days, says)


def test_the_uid_stays_when_the_date_moves_and_differs_between_claims():
    (first,) = events(verdict())
    (moved,) = events(verdict(deadline="2026-08-15T23:59:59Z", amount=None), now=moment("2026-07-12"))
    assert str(first["UID"]) == str(moved["UID"])
    assert moved.stamp > first.stamp
    changes: list[dict[str, Any]] = [
        {"terms": "amazon-bedrock"},
        {"version": "2025-01-01"},
        {"promise": "latency"},
        {"scope": SCOPE | {"region": None}},
        {"period": JUNE | {"end": "2026-06-30T15:00:00Z"}},
    ]
    others = {str(event["UID"]) for change in changes for event in events(verdict(**change))}
    assert len(others | {str(first["UID"])}) == len(changes) + 1


def test_a_claim_told_twice_is_one_event_at_the_earlier_date():
    (event,) = events(verdict(), verdict(deadline="2026-07-21T23:59:59Z"))
    assert event.start == moment("2026-07-21T23:59:59Z")


def test_the_file_is_what_rfc_5545_asks_for():
    made = (
        calendar(found(verdict(told("2026-07-30T23:59:59Z", says="길고, 긴; 문장\\ " * 40))), NOW, Words("ko")) or b""
    )
    assert made.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert max(len(line) for line in made.split(b"\r\n")) <= 75
    parsed = Calendar.from_ical(made)
    assert (str(parsed["VERSION"]), str(parsed["PRODID"])) == ("2.0", "-//makegood//deadlines//KO")
    assert made == calendar(
        found(verdict(told("2026-07-30T23:59:59Z", says="길고, 긴; 문장\\ " * 40))), NOW, Words("ko")
    )


def test_korean_and_another_clock():
    words = Words("ko", "Asia/Seoul")
    (entry,) = found(verdict(told("2026-07-30T23:59:59Z", used=True)))
    assert subject(entry, words) == "google-gemini, google · gemini-2.5-pro · europe-west1, 2026년 6월"
    lines = list(details(entry, words))
    assert lines[0].startswith("지급 대상")
    assert lines[1] == "기한: 2026년 7월 30일 23:59 UTC (2026년 7월 31일 08:59 Asia/Seoul)까지"
    (event,) = events(verdict(), words=words)
    assert event.start == moment("2026-07-30T23:59:59Z")
    assert str(event["SUMMARY"]).startswith("보상 청구: ")


@pytest.mark.parametrize(("last", "minute"), [("09:40:59", "09:40"), ("09:40:58", "09:39"), ("00:00:10", "23:59")])
def test_the_minute_shown_is_in_time_to_its_last_second(last: str, minute: str):
    (entry,) = found(verdict(deadline=f"2026-07-20T{last}Z"))
    assert f"{minute} UTC" in list(details(entry, WORDS))[1]


HOSTILE = "a\u202eb\x1b[31m\r\nEND:VEVENT\r\nBEGIN:VEVENT;,\\"


def test_hostile_names_stay_text():
    (event,) = events(verdict(terms=HOSTILE, clause_says=HOSTILE, source=HOSTILE, scope=SCOPE | {"provider": HOSTILE}))
    text = f"{event['SUMMARY']}{event['DESCRIPTION']}"
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "END:VEVENT  BEGIN:VEVENT;,\\" in text


@given(st.datetimes(datetime(2026, 7, 11), datetime(2035, 1, 1)), st.text(max_size=200), st.text(max_size=90))  # noqa: DTZ001
def test_whatever_the_terms_say_the_instants_come_back(last: datetime, says: str, terms: str):
    at = last.replace(microsecond=0, tzinfo=UTC)
    (event,) = events(verdict(told(at.isoformat(), says=says), clause_says=says, terms=terms))
    assert event.start == at
    assert len(event.walk("VALARM")) == 2


BROKEN: list[tuple[Any, str]] = [
    ([], "the file: "),
    (None, "the file: "),
    (PUBLISHED | {"schema": "makegood/assessment/2"}, "schema: "),
    (PUBLISHED | {"params": None}, "params: "),
    (PUBLISHED | {"params": {"period": {"zone": 9}}}, "params.period.zone: "),
    ({"schema": "makegood/assessment/1", "params": {}}, "verdicts: field required"),
    (PUBLISHED | {"verdicts": [VERDICT, 7]}, "verdicts.1: "),
    (PUBLISHED | {"verdicts": [VERDICT | {"deadline": "soon"}]}, "verdicts.0.deadline: "),
    (PUBLISHED | {"verdicts": [VERDICT | {"deadline": "2026-07-30T23:59:59"}]}, "verdicts.0.deadline: "),
    (PUBLISHED | {"verdicts": [verdict(told("once"))]}, "verdicts.0.readings.0.outcome.deadline: "),
]


@pytest.mark.parametrize(("data", "place"), BROKEN)
def test_what_is_no_assessment_is_said_with_its_place(data: Any, place: str):
    with pytest.raises(UnknownFormat) as said:
        entries(data, NOW)
    assert str(said.value).startswith(f"this is no assessment.json of makegood ({place}")


def test_an_assessment_is_read_as_its_schema_says():
    schema = json.loads((files("makegood") / "reads" / "assessment.schema.json").read_text(encoding="utf-8"))
    assert set(VERDICT) <= set(schema["$defs"]["verdict"]["properties"])


def test_the_order_of_verdicts_changes_nothing():
    verdicts = [verdict(deadline=f"2026-08-{day:02}T23:59:59Z", terms=f"t{day}") for day in range(1, 20)]
    made = calendar(found(*verdicts), NOW, WORDS)
    random.Random(7).shuffle(verdicts)
    assert calendar(found(*verdicts), NOW, WORDS) == made


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"deadline": "9999-12-31T23:59:59-14:00"}, "deadline"),
        ({"period": {"start": "0001-01-01T00:00:00Z", "end": "2026-07-01T00:00:00Z"}}, "period.start"),
        ({"amount": {"currency": "USD", "exact": "1e99999", "rounded": {"floor": "1"}}}, "amount.exact"),
        ({"amount": {"currency": "USD", "exact": "1/3", "rounded": {"floor": "NaN"}}}, "amount.rounded.floor"),
    ],
)
def test_a_damaged_date_or_amount_is_said_with_its_place(changes: dict[str, Any], place: str):
    with pytest.raises(UnknownFormat, match=rf"verdicts\.0\.{place}"):
        found(verdict(**changes))
