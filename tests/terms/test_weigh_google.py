"""Google's text at its edges: strictly more than 5 %, five minutes in a row, 99.5 %, midnight and the month's edge."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from makegood.money import Money, parse_money
from makegood.spans import month
from makegood.terms.case import ClaimFacts
from makegood.terms.weigh import weigh
from tests.terms.small_world import AUGUST, GOOGLE, JULY, at

BILL = parse_money("2000 USD")
TENTH = datetime(2026, 7, 10, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("what", "rows", "counted"),
    [
        ("exactly 5 %", [(TENTH, 60, 1000, 50)], 0),
        ("one error in a thousand more", [(TENTH, 60, 1000, 51)], 60),
        ("four minutes in a row", [(TENTH, 4, 10, 10)], 0),
        ("five minutes in a row", [(TENTH, 5, 10, 10)], 5),
        ("four, one good minute, four", [(TENTH, 4, 10, 10), (TENTH + timedelta(minutes=5), 4, 10, 10)], 0),
        ("four and one at exactly 5 %", [(TENTH, 4, 100, 10), (TENTH + timedelta(minutes=4), 1, 100, 5)], 0),
        ("over midnight", [(datetime(2026, 7, 10, 23, 57, tzinfo=UTC), 5, 10, 10)], 5),
        ("seven minutes over the end of July", [(datetime(2026, 7, 31, 23, 57, tzinfo=UTC), 7, 10, 10)], 3),
        ("five minutes over the start of July", [(datetime(2026, 6, 30, 23, 59, tzinfo=UTC), 5, 10, 10)], 4),
        ("four minutes over the end of July", [(datetime(2026, 7, 31, 23, 57, tzinfo=UTC), 4, 10, 10)], 0),
        ("only outside", [(datetime(2026, 8, 1, tzinfo=UTC), 60, 10, 10)], 0),
    ],
)
def test_which_minutes_count(what, rows, counted) -> None:
    measure = weigh(GOOGLE, at(GOOGLE, JULY, *rows, bill=BILL)).measure
    assert measure.counted_minutes == counted, what
    assert measure.value == Fraction(100 * (44640 - counted), 44640)


@pytest.mark.parametrize(
    ("month_name", "minutes", "percent"),
    [
        ("2027-06", 216, 0),  # 43200 / 200: exactly 99.5 %
        ("2027-06", 217, 10),
        ("2027-06", 432, 10),  # exactly 99 %
        ("2027-06", 433, 25),
        ("2027-06", 2160, 25),  # exactly 95 %
        ("2027-06", 2161, 50),
        ("2027-06", 43200, 50),
        ("2028-02", 208, 0),  # a leap February has 41760 minutes, of which half a percent is 208.8
        ("2028-02", 209, 10),
    ],
)
def test_rows_of_the_table(month_name, minutes, percent) -> None:
    period = month(month_name)
    verdict = weigh(GOOGLE, at(GOOGLE, period, (period.start, minutes, 10, 10), bill=BILL))
    assert verdict.percent == percent
    assert verdict.verdict == ("owed" if percent else "not_owed")
    assert verdict.amount.exact == 20 * percent


def test_an_unread_formula_is_shown_and_read_as_the_least_for_the_claimant() -> None:
    verdict = weigh(GOOGLE, at(GOOGLE, JULY, (TENTH, 224, 10, 10), bill=BILL))
    (told,) = [one for one in verdict.readings if one.id == "whole-month-formula"]
    assert (verdict.verdict, told.clause, told.status, told.used) == ("owed", "formula", "U", True)
    assert [(step.part, step.status) for step in verdict.steps if step.clause == "formula"] == [("measure", "U")]
    assert (verdict.clause, verdict.said.status) == ("credits", "S")


def test_both_readings_of_the_thirty_days_are_instants() -> None:
    verdict = weigh(GOOGLE, at(GOOGLE, JULY, (TENTH, 300, 10, 10), bill=BILL))
    told = {one.id: dict(one.outcome).get("deadline") for one in verdict.readings if one.about == "deadline"}
    # the 224th bad minute (03:00 + 224 minutes) is the one with which July falls below 99.5 %
    assert told == {
        "thirty-days-from-month-end": "2026-08-30T23:59:59Z",
        "thirty-days-from-breach": "2026-08-09T06:43:59Z",
    }
    assert verdict.deadline == datetime(2026, 8, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "contains", "reasons"),
    [
        (datetime(2026, 8, 30, 23, 59, 59, tzinfo=UTC), {"logs"}, ("below_commitment", "claim_in_time")),
        (datetime(2026, 8, 31, tzinfo=UTC), {"logs"}, ("claim_late",)),
        (AUGUST, set(), ("claim_incomplete:logs",)),
        (datetime(2026, 8, 31, tzinfo=UTC), set(), ("claim_late", "claim_incomplete:logs")),
    ],
)
def test_a_claim_needs_time_and_logs(received, contains, reasons) -> None:
    claim = ClaimFacts(received, frozenset(contains))
    verdict = weigh(GOOGLE, at(GOOGLE, JULY, (TENTH, 300, 10, 10), bill=BILL, claim=claim, now=received))
    assert verdict.reasons == reasons
    assert verdict.computed.exact == 200
    assert verdict.amount.exact == (200 if verdict.verdict == "owed" else 0)


def test_yen_have_no_cents_and_both_rules_are_named() -> None:
    verdict = weigh(GOOGLE, at(GOOGLE, JULY, (TENTH, 224, 500, 100), bill=parse_money("1234567 JPY")))
    assert verdict.amount.as_data() == {
        "currency": "JPY",
        "exact": "123456.7",
        "rounded": {"half_up": "123457", "floor": "123456"},
    }
    told = {one.id: dict(one.outcome)["amount"] for one in verdict.readings if one.about == "rounding"}
    assert told == {"half_up": "123457 JPY", "floor": "123456 JPY"}


def test_a_bill_of_nothing_gives_nothing() -> None:
    verdict = weigh(GOOGLE, at(GOOGLE, JULY, (TENTH, 300, 10, 10), bill=Money(BILL.amount * 0, "USD")))
    assert (verdict.verdict, verdict.reasons, verdict.form) == ("not_owed", ("nothing_billed",), "none")
