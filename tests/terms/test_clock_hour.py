"""An hourly rule beside one of a cycle: which of them a case is about, and what each is reckoned on."""

from typing import Any

import pytest

from makegood.errors import BadTerms
from makegood.terms.check import tried
from makegood.terms.read import find
from makegood.terms.verdict import Verdict
from makegood.terms.worked import Worked

JUNE = {"start": "2026-06-01T00:00:00Z", "end": "2026-07-01T00:00:00Z"}
TEN_HOURS = {"start": "2026-06-10T00:30:00Z", "end": "2026-06-10T10:03:00Z"}
USD = {"currency": "USD", "amount": "100.00"}


def weighed(terms: str = "aws-ec2-instance", **inputs: Any) -> Verdict:
    return tried(find(terms), Worked.model_validate({"id": "x", "inputs": inputs, "expected": {}})).verdict


def test_the_promise_leads_of_which_the_base_is_given() -> None:
    assert weighed(period=JUNE, outage=TEN_HOURS, bill=USD).promise == "uptime"
    assert weighed(period=JUNE, outage=TEN_HOURS, hourly_charge=USD).promise == "clock-hour"
    assert weighed(period=JUNE, outage=TEN_HOURS, hourly_charge=USD, bill=USD).promise == "clock-hour"
    assert weighed(outage=TEN_HOURS).promise == "clock-hour"


def test_each_hour_with_more_than_six_minutes_is_free() -> None:
    found = weighed(outage=TEN_HOURS, hourly_charge=USD)
    assert str(found.amount and found.amount.rounded) == "1000.00"  # 00:30 to 10:00, and not the three minutes after


def test_a_length_without_times_says_nothing_of_clock_hours() -> None:
    assert weighed(period=JUNE, downtime_minutes="600", hourly_charge=USD).promise == "uptime"


@pytest.mark.parametrize(("upfront", "left"), [("0", "10.00"), ("40", "6.00"), ("100", "0.00"), ("140", "0.00")])
def test_one_time_payments_leave_the_base(upfront: str, left: str) -> None:
    found = weighed(period=JUNE, downtime_minutes="300", bill=USD, one_time_payments=upfront)
    assert str(found.amount and found.amount.rounded) == left


def test_what_is_shown_of_another_promise_does_not_answer_for_the_one_that_is_named() -> None:
    quarter = {"start": "2020-04-01T00:00:00Z", "end": "2020-07-01T00:00:00Z"}
    found = weighed("github-enterprise", period=quarter, feature="Actions", downtime_minutes="600")
    assert (found.promise, found.verdict, found.reasons) == ("actions", "unknown", ("no_figures_given",))


def test_minutes_down_may_be_called_unavailable() -> None:
    assert weighed("twilio", period=JUNE, unavailable_minutes="22", bill=USD).verdict == "owed"


def test_statuses_are_refused_where_the_terms_tell_errors_otherwise() -> None:
    run = {"start": "2026-06-10T00:00:00Z", "minutes": 5, "requests": 10, "status_counts": {"200": 5, "503": 5}}
    with pytest.raises(BadTerms, match="do not tell errors by their status"):
        weighed("aws-s3", period=JUNE, runs=[run], storage_class="standard")
