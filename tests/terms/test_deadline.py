"""Deadlines: each kind that real terms state, to the second; then what holds in every zone through clock changes."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.errors import BadPeriod
from makegood.spans import Span, moment, month
from makegood.terms.deadline import Cycle, Due, Moments, due, exact_due
from makegood.terms.due import Calendar, Deadline, Within

SECOND = timedelta(seconds=1)
US = Calendar(country="US", clause="c")
UK = Calendar(
    country="GB", by_fact="place", places={"England": "ENG", "Scotland": "SCT", "Wales": "WLS"}, clause="working-day"
)
WEEKDAYS = Calendar(clause="c")


def within(anchor: str, **fields: Any) -> Within:
    return Within.model_validate({"id": "a", "anchor": anchor, "says": "So it reads.", "used": True, **fields})


def rule(*readings: Within, **fields: Any) -> Deadline:
    return Deadline(clause="deadline", readings=readings, **fields)


def at(zone: str = "UTC", window: Span | None = None, facts: dict[str, object] | None = None, **known: str) -> Moments:
    moments = {anchor: moment(text, zone) for anchor, text in known.items()}
    return Moments(zone, window, moments, facts or {})


JUNE = month("2026-06")
FEB = month("2027-02")
INCIDENT = at(window=JUNE, incident_start="2026-06-17T08:00:00Z", incident_end="2026-06-17T20:00:00Z")

# What the terms say, how it is declared, when it counts from, and the last second in time in the zone.
TERMS = [
    ("bedrock: second cycle, the incident's is zero", within("window_end", cycles=2), INCIDENT, "2026-08-31T23:59:59"),
    ("bedrock: second cycle, the incident's is one", within("window_end", cycles=1), INCIDENT, "2026-07-31T23:59:59"),
    ("bedrock: counted from the incident", within("incident_start", cycles=2), INCIDENT, "2026-08-31T23:59:59"),
    (
        "bedrock: a credit within a cycle after the month of the confirmation",
        within("confirmed", cycles=1),
        at(window=JUNE, confirmed="2026-08-03T10:00:00Z"),
        "2026-09-30T23:59:59",
    ),
    (
        "azure text B: 60 days from the incident",
        within("incident_start", days=60),
        INCIDENT,
        "2026-08-16T23:59:59",
    ),
    (
        "microsoft 365: end of the calendar month after the incident's month",
        within("incident_start", months=1, whole="month"),
        at(incident_start="2026-02-15T12:00:00Z"),
        "2026-03-31T23:59:59",
    ),
    (
        "azure: processed within 45 days",
        within("receipt", days=45),
        at(receipt="2026-07-01T09:30"),
        "2026-08-15T23:59:59",
    ),
    (
        "google: 30 days from eligibility at the month's end",
        within("window_end", days=30),
        INCIDENT,
        "2026-07-30T23:59:59",
    ),
    (
        "google: 30 days from the minute of the breach",
        within("eligible", days=30, whole="none"),
        at(eligible="2026-06-17T09:41:00Z"),
        "2026-07-17T09:40:59",
    ),
    ("atlassian: 15 days after the month", within("month_end", days=15), INCIDENT, "2026-07-15T23:59:59"),
    (
        "atlassian: an evening in California is April in UTC",
        within("month_end", days=15),
        at(incident_start="2026-03-31T17:30:00-07:00"),
        "2026-05-15T23:59:59",
    ),
    (
        "github: 30 days after the quarter",
        within("quarter_end", days=30),
        at(incident_start="2028-02-20T10:00:00Z"),
        "2028-04-30T23:59:59",
    ),
    (
        "cloudflare: notice within five business days, over Independence Day",
        within("incident_start", business_days=5, calendar=US),
        at(incident_start="2026-06-30T10:00:00Z"),
        "2026-07-08T23:59:59",  # Friday 3 July is the day off for Saturday the 4th
    ),
    (
        "cloudflare: claim by the end of the billing month after the incident's",
        within("incident_start", cycles=1),
        INCIDENT,
        "2026-07-31T23:59:59",
    ),
    (
        "sap: 30 business days after the month",
        within("month_end", business_days=30, calendar=WEEKDAYS),
        INCIDENT,
        "2026-08-11T23:59:59",
    ),
    (
        "mongodb atlas: notice within 24 hours of becoming aware",
        within("awareness", hours=24),
        at("America/Los_Angeles", awareness="2026-06-17T11:30:00"),
        "2026-06-18T11:29:59",
    ),
    (
        "mongodb atlas: claim by the end of the following month",
        within("month_end", months=1, whole="month"),
        INCIDENT,
        "2026-07-31T23:59:59",
    ),
    ("notion: 72 hours", within("incident_end", hours=72), INCIDENT, "2026-06-20T19:59:59"),
    (
        "intercom: 30 days after the end of the second month",
        within("window_end", days=30),
        at(window=month("2026-05")),
        "2026-06-30T23:59:59",
    ),
    (
        "openrouter: refund within 24 hours of the purchase",
        within("purchase", hours=24),
        at(purchase="2026-05-20T10:00:00Z"),
        "2026-05-21T09:59:59",
    ),
    (
        "openrouter: 365 days after a purchase before a leap day",
        within("purchase", days=365),
        at(purchase="2027-03-01T08:00:00Z"),
        "2028-02-29T23:59:59",
    ),
    (
        "openai, anthropic: credits expire one calendar year after the purchase",
        within("purchase", years=1),
        at(purchase="2027-03-01T08:00:00Z"),
        "2028-03-01T23:59:59",
    ),
    (
        "openai, anthropic: one calendar year after a leap day",
        within("purchase", years=1),
        at(purchase="2028-02-29T08:00:00Z"),
        "2029-02-28T23:59:59",
    ),
    (
        "openai: invoice dispute within 30 days of the invoice date",
        within("invoice_date", days=30),
        at(invoice_date="2026-01-31"),
        "2026-03-02T23:59:59",
    ),
    (
        "openai: price change 14 days after posting",
        within("posting", days=14),
        at(posting="2026-03-20T17:00Z"),
        "2026-04-03T23:59:59",
    ),
    (
        "anthropic: EEA withdrawal within 14 days of the contract, through the clock change",
        within("contract_start", days=14),
        at("Europe/Dublin", contract_start="2026-03-20T18:00:00"),
        "2026-04-03T23:59:59",
    ),
    (
        "anthropic: reimbursed within 14 days of the notice",
        within("notice", days=14),
        at(notice="2026-06-10T00:00:00Z"),
        "2026-06-24T23:59:59",
    ),
    (
        "anthropic: subscribed on 25 January, to be ended 24 hours before the last day, so by 23 February",
        within("term_end", days=1, before=True),
        at("America/Los_Angeles", term_end="2026-02-25"),
        "2026-02-23T23:59:59",
    ),
    ("snowflake: 21 days after the month", within("month_end", days=21), INCIDENT, "2026-07-21T23:59:59"),
    (
        "twilio, airtable: 30 days from the last day of February",
        within("month_end", days=30),
        at(window=FEB),
        "2027-03-30T23:59:59",
    ),
    ("mailgun: 30 days after the downtime ends", within("incident_end", days=30), INCIDENT, "2026-07-17T23:59:59"),
    ("splunk: five days after the quarter", within("quarter_end", days=5), INCIDENT, "2026-07-05T23:59:59"),
    (
        "segment: 30 days from awareness",
        within("awareness", days=30),
        at(awareness="2026-07-02T03:00Z"),
        "2026-08-01T23:59:59",
    ),
    ("starlink: ticket within 14 days", within("incident_start", days=14), INCIDENT, "2026-07-01T23:59:59"),
    (
        "starlink: a credit expires 24 months after its issue",
        within("issue", months=24),
        at(issue="2026-07-20T00:00:00Z"),
        "2028-07-20T23:59:59",
    ),
    (
        "korea: how to claim damages, within 30 days of resumption",
        within("resumption", days=30),
        at("Asia/Seoul", resumption="2025-04-02T12:00:00"),
        "2025-05-02T23:59:59",
    ),
    (
        "uk: two full working days after the report, over the May holiday",
        within("report", business_days=2, calendar=UK),
        at("Europe/London", facts={"place": "England"}, report="2026-05-01T16:00:00"),
        "2026-05-06T23:59:59",
    ),
    (
        "uk: told less than 24 hours before the appointment is too late",
        within("event", hours=24, before=True, counts_last_instant=True),
        at("Europe/London", event="2026-07-14T09:00:00"),
        "2026-07-13T09:00:00",
    ),
    (
        "eu 261: told two weeks before the flight",
        within("event", weeks=2, before=True),
        at("Europe/Paris", event="2026-07-20T06:00:00"),
        "2026-07-06T23:59:59",
    ),
    (
        "dsa: complaint for six months after the decision",
        within("decision", months=6),
        at("Europe/Paris", decision="2026-08-31T10:00:00"),
        "2027-02-28T23:59:59",
    ),
    (
        "dsa: decision of the body within 90 days of receipt",
        within("receipt", days=90),
        at("Europe/Paris", receipt="2026-08-31T10:00:00"),
        "2026-11-29T23:59:59",
    ),
    (
        "a law that counts the first day and moves a last day that is a Sunday",
        within("notice", days=10, counts_first_day=True, on_day_off="next", calendar=WEEKDAYS),
        at(notice="2026-06-05T12:00Z"),
        "2026-06-15T23:59:59",
    ),
]


@pytest.mark.parametrize(("reading", "moments", "last"), [row[1:] for row in TERMS], ids=[row[0] for row in TERMS])
def test_the_deadlines_of_real_terms(reading: Within, moments: Moments, last: str):
    end = due(rule(reading), moments)[0].end
    assert moment(last, moments.zone) == end - SECOND
    assert end.tzinfo is UTC
    assert exact_due(reading, moments) == end
    assert list(reading.unsound()) == []


AZURE = within("window_end", id="two-months", months=2)


@pytest.mark.parametrize(
    ("name", "same_day", "last_day"),
    [
        ("2027-02", "2027-04-28T23:59:59", "2027-04-30T23:59:59"),
        ("2028-02", "2028-04-29T23:59:59", "2028-04-30T23:59:59"),
        ("2026-06", "2026-08-30T23:59:59", "2026-08-31T23:59:59"),
        ("2026-12", "2027-02-28T23:59:59", None),
        ("2026-07", "2026-09-30T23:59:59", None),
    ],
)
def test_two_months_from_the_end_of_a_short_month_has_two_readings(name: str, same_day: str, last_day: str | None):
    found = due(rule(AZURE), at(window=month(name)))
    if last_day is None:
        assert [(one.id, one.used) for one in found] == [("two-months", True)]
    else:
        assert [(one.id, one.used) for one in found] == [("two-months.same_day", True), ("two-months.last_day", False)]
        assert found[1].end == moment(last_day) + SECOND
        assert found[0].says != found[1].says
    assert found[0].end == moment(same_day) + SECOND
    assert exact_due(AZURE, at(window=month(name))) == found[0].end


@pytest.mark.parametrize(("month_rule", "last"), [("same_day", "2027-04-28"), ("last_day", "2027-04-30")])
def test_a_stated_month_rule_leaves_one_reading(month_rule: str, last: str):
    (found,) = due(rule(within("window_end", months=2, month_rule=month_rule)), at(window=FEB))
    assert (found.id, found.end) == ("a", moment(last) + timedelta(days=1))


def test_a_year_from_28_february_may_end_on_a_leap_day():
    found = due(rule(within("purchase", years=1)), at(purchase="2027-02-28T08:00:00Z"))
    assert [one.end - SECOND for one in found] == [moment("2028-02-28T23:59:59Z"), moment("2028-02-29T23:59:59Z")]


def test_the_used_reading_comes_first_and_what_is_not_known_is_left_out():
    thirty = within("eligible", id="eligible", days=30, used=False)
    month_end = within("window_end", id="month-end", days=30)
    both = at(window=JUNE, eligible="2026-06-10T00:00Z")
    steps = due(rule(thirty, month_end, step="notice"), both)
    assert steps == (
        Due("month-end", "So it reads.", True, moment("2026-07-31"), "notice"),
        Due("eligible", "So it reads.", False, moment("2026-07-11"), "notice"),
    )
    assert [one.id for one in due(rule(thirty, month_end), at(window=JUNE))] == ["month-end"]
    assert [one.used for one in due(rule(thirty, month_end), at(eligible="2026-06-10T00:00Z"))] == [False]
    assert exact_due(month_end, at()) is None
    assert exact_due(within("window_end", cycles=1), at(window_end="2026-07-01")) is None


def test_a_named_instant_goes_before_what_follows_from_the_window():
    assert exact_due(within("month_end", days=1), at(window=JUNE, month_end="2026-06-01")) == moment("2026-06-02")
    assert exact_due(within("window_start", days=0), at(window=JUNE)) == moment("2026-06-02")


@pytest.mark.parametrize(
    ("place", "last"),
    [
        ("England", "2026-12-29"),
        ("Scotland", "2026-12-29"),
        ("wales", "2026-12-29"),
        ("SCT", "2026-12-29"),
        ("Ulm", None),
    ],
)
def test_the_place_picks_the_holidays(place: str, last: str | None):
    report = at("Europe/London", facts={"place": place}, report="2026-12-24T10:00:00")
    found = exact_due(within("report", business_days=1, calendar=UK), report)
    assert found == (moment(last) + timedelta(days=1) if last else None)


@pytest.mark.parametrize(("place", "last"), [("England", "2027-01-04"), ("Scotland", "2027-01-05")])
def test_the_second_of_january_is_a_holiday_in_scotland(place: str, last: str):
    report = at("Europe/London", facts={"place": place}, report="2026-12-31T10:00:00")
    assert exact_due(within("report", business_days=1, calendar=UK), report) == moment(last) + timedelta(days=1)


CYCLES = [
    ("from the 31st", ("2027-01-31", "2027-02-28"), 1, "2027-03-30"),
    ("to the 31st again after February", ("2027-02-28", "2027-03-31"), 1, "2027-04-29"),
    ("the 28th stays the 28th", ("2027-01-28", "2027-02-28"), 1, "2027-03-27"),
    ("from the 30th", ("2027-01-30", "2027-02-28"), 2, "2027-04-29"),
    ("the middle of the month", ("2026-12-15", "2027-01-15"), 2, "2027-03-14"),
    ("after a first part of a cycle", ("2027-03-20", "2027-04-05"), 1, "2027-05-04"),
    ("over the year", ("2026-11-01", "2026-12-01"), 2, "2027-01-31"),
]


@pytest.mark.parametrize(("ends", "cycles", "last"), [row[1:] for row in CYCLES], ids=[row[0] for row in CYCLES])
def test_billing_cycles_keep_their_day(ends: tuple[str, str], cycles: int, last: str):
    window = Span(moment(ends[0], "Asia/Seoul"), moment(ends[1], "Asia/Seoul"))
    found = exact_due(within("window_end", cycles=cycles), at("Asia/Seoul", window))
    assert found == moment(f"{last}T23:59:59", "Asia/Seoul") + SECOND


def test_a_cycle_may_be_told_apart_from_the_window():
    yearly = Moments("UTC", JUNE, cycle=Cycle(moment("2024-02-29"), months=12))
    assert exact_due(within("window_end", cycles=0), yearly) == moment("2027-02-28")
    assert exact_due(within("window_end", cycles=1), yearly) == moment("2028-02-29")
    noon = Moments("UTC", None, {"event": moment("2026-06-10T11:59:59Z")}, cycle=Cycle(moment("2026-01-10T12:00Z")))
    assert exact_due(within("event", cycles=0), noon) == moment("2026-06-10T12:00Z")
    first = Moments("UTC", None, {"event": moment("2026-06-10T12:00Z")}, cycle=noon.cycle)
    assert exact_due(within("event", cycles=0), first) == moment("2026-07-10T12:00Z")
    assert exact_due(within("event", days=1, whole="cycle"), noon) == moment("2026-07-10T12:00Z")


def test_a_last_day_off_moves_the_end_of_a_month_or_cycle_too():
    moved = {"on_day_off": "next", "calendar": WEEKDAYS}  # 31 May 2026 is a Sunday
    april = at(window=month("2026-04"))
    assert exact_due(within("window_end", months=1, whole="month", **moved), april) == moment("2026-06-02")
    assert exact_due(within("window_end", cycles=1, **moved), april) == moment("2026-06-02")
    before = moved | {"on_day_off": "before"}
    assert exact_due(within("window_end", months=1, whole="month", **before), april) == moment("2026-05-30")
    assert exact_due(within("window_end", cycles=2, **moved), april) == moment("2026-07-01")


def test_an_hour_is_elapsed_time_and_a_day_is_a_day_of_the_calendar():
    spring = at("Europe/London", event="2026-03-28T12:00:00")
    assert exact_due(within("event", hours=24), spring) == moment("2026-03-29T13:00:00", "Europe/London")
    assert exact_due(within("event", days=1, whole="none"), spring) == moment("2026-03-29T12:00:00", "Europe/London")
    assert exact_due(within("event", hours=24, whole="day"), spring) == moment("2026-03-30", "Europe/London")


def test_a_span_that_ends_at_midnight_ended_the_day_before_but_what_happens_then_happens_on_the_new_day():
    midnight = at(incident_end="2026-06-18", resumption="2026-06-18")
    assert exact_due(within("incident_end", days=30), midnight) == moment("2026-07-18")
    assert exact_due(within("resumption", days=30), midnight) == moment("2026-07-19")
    assert exact_due(within("incident_end", days=30, whole="none"), midnight) == moment("2026-07-18")
    assert exact_due(within("incident_end", hours=24, whole="day"), midnight) == moment("2026-06-19")
    assert exact_due(within("resumption", hours=24, whole="day"), midnight) == moment("2026-06-20")


@pytest.mark.parametrize(("before", "last"), [(False, "2026-06-14"), (True, "2026-06-06")])
def test_the_first_day_may_count_itself(before: bool, last: str):
    five = within("event", days=5, counts_first_day=True, before=before)
    assert exact_due(five, at(event="2026-06-10T09:00Z")) == moment(last) + timedelta(days=1)


def test_years_that_run_out_are_said():
    with pytest.raises(BadPeriod, match="'a' lies outside the years"):
        due(rule(within("event", years=5)), at(event="9998-06-01"))


ZONES = ("UTC", "Asia/Seoul", "Europe/London", "America/Los_Angeles", "Australia/Lord_Howe", "America/Havana")
zones = st.sampled_from(ZONES)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
PLAIN = ("event", "window_end")
SIZES = {"hours": 2000, "days": 800, "weeks": 100, "months": 60, "years": 12, "business_days": 60, "cycles": 30}


def counted(unit: str, n: int, **fields: Any) -> Within:
    return within("event", **{unit: n}, calendar=WEEKDAYS if unit == "business_days" else None, **fields)


@given(zones, instants, st.sampled_from(sorted(SIZES)), st.data())
def test_more_time_never_ends_sooner_and_no_deadline_lies_before_its_anchor(
    zone: str, event: datetime, unit: str, data: st.DataObject
):
    moments = Moments(zone, None, {"event": event}, cycle=Cycle(datetime(2020, 1, 31, tzinfo=ZoneInfo(zone))))
    less, more = sorted(data.draw(st.lists(st.integers(0, SIZES[unit]), min_size=2, max_size=2)))
    first, second = (exact_due(counted(unit, n), moments) for n in (less, more))
    assert first is not None
    assert second is not None
    assert first <= second
    assert first >= event if unit == "hours" else first > event


@given(
    zones,
    instants,
    st.sampled_from(["days", "weeks", "months", "years", "business_days"]),
    st.integers(0, 40),
    st.booleans(),
)
def test_the_end_of_a_day_is_midnight_there(zone: str, event: datetime, unit: str, n: int, before: bool):
    for found in due(rule(counted(unit, n, before=before)), Moments(zone, None, {"event": event})):
        local, just_before = (one.astimezone(ZoneInfo(zone)) for one in (found.end, found.end - SECOND))
        assert local.time() == time(0) or local.utcoffset() != just_before.utcoffset()
        assert local.date() == just_before.date() + timedelta(days=1)


@given(zones, instants, st.integers(0, 800))
def test_days_are_days_of_the_calendar_whatever_the_clock_does(zone: str, event: datetime, n: int):
    end = exact_due(counted("days", n), Moments(zone, None, {"event": event}))
    assert end is not None
    day = event.astimezone(ZoneInfo(zone)).date() + timedelta(days=n)
    assert (end - SECOND).astimezone(ZoneInfo(zone)).date() == day
    hours = (end - event) / timedelta(hours=1) - 24 * n
    assert -1 < hours <= 25


@given(zones, instants, st.integers(0, 60))
def test_months_land_on_the_same_day_or_the_last_one(zone: str, event: datetime, n: int):
    found = due(rule(counted("months", n)), Moments(zone, None, {"event": event}))
    start = event.astimezone(ZoneInfo(zone)).date()
    days = [(one.end - SECOND).astimezone(ZoneInfo(zone)).date() for one in found]
    year, number = divmod(start.year * 12 + start.month - 1 + n, 12)
    length = monthrange(year, number + 1)[1]
    assert days[0] == date(year, number + 1, min(start.day, length))
    is_last = start.day == monthrange(start.year, start.month)[1]
    assert len(days) == (2 if is_last and start.day < length else 1)
    assert days[1:] in ([], [date(year, number + 1, length)])


@given(zones, st.dates(date(2020, 1, 1), date(2035, 12, 1)), st.integers(0, 24))
def test_after_a_whole_month_the_cycles_are_months(zone: str, day: date, n: int):
    window = month(f"{day:%Y-%m}", zone)
    index = day.year * 12 + day.month - 1 + n
    assert (
        exact_due(within("window_end", cycles=n), Moments(zone, window))
        == month(f"{index // 12}-{index % 12 + 1:02}", zone).end
    )
    assert exact_due(within("window_end", months=n, whole="month"), Moments(zone, window)) == exact_due(
        within("window_end", months=n, month_rule="last_day"), Moments(zone, window)
    )


@given(zones, instants, st.integers(0, 400))
def test_hours_are_exact(zone: str, event: datetime, n: int):
    for sign, before in ((1, False), (-1, True)):
        end = exact_due(counted("hours", n, before=before), Moments(zone, None, {"event": event}))
        assert end == event + sign * timedelta(hours=n)


@given(zones, instants, st.sampled_from(["day", "month", "quarter", "year"]), st.integers(0, 100))
def test_a_whole_unit_ends_where_the_next_begins(zone: str, event: datetime, whole: str, n: int):
    end = exact_due(counted("days", n, whole=whole), Moments(zone, None, {"event": event}))
    by_day = exact_due(counted("days", n), Moments(zone, None, {"event": event}))
    assert end is not None
    assert by_day is not None
    assert by_day <= end
    first = (end + timedelta(hours=2)).astimezone(ZoneInfo(zone)).date()
    assert {"day": True, "month": first.day == 1, "quarter": first.day == 1 and first.month % 3 == 1}.get(
        whole, (first.month, first.day) == (1, 1)
    )
    assert end - by_day < timedelta(days={"day": 1, "month": 31, "quarter": 92, "year": 366}[whole])
