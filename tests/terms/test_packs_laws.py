"""Laws and codes as packs: the published cases, versions by date, edges on both sides, and what stays unknown."""

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.terms.check import differences, tried
from makegood.terms.read import find
from makegood.terms.verdict import Verdict
from makegood.terms.worked import Worked

LAWS = (
    "uk-automatic-compensation",
    "kr-telecom-outage",
    "kr-content-standard",
    "kr-vas-notice",
    "eu261",
    "eu-dcd-2019-770",
    "eu-dsa",
)
FEE = {"currency": "KRW", "amount": "55000"}


def weighed(terms: str, version: str | None = None, **inputs: Any) -> Verdict:
    case = {"id": "x", "inputs": inputs, "expected": {}, "terms_version": version}
    return tried(find(terms), Worked.model_validate(case)).verdict


def due(verdict: Verdict) -> str | None:
    return str(verdict.amount.rounded) if verdict.amount else None


def stop(start: str, end: str) -> dict[str, str]:
    return {"start": f"{start}+09:00", "end": f"{end}+09:00"}


@pytest.mark.parametrize("number", range(23, 28))
def test_published_cases_come_out_as_written(shared: Path, number: int) -> None:
    cases = json.loads((shared / "terms" / "cases.json").read_text(), parse_float=str)["cases"]
    case = Worked.model_validate(next(case for case in cases if case["id"] == f"S{number:02}"))
    assert differences(find(case.terms or ""), case) == []


@pytest.mark.parametrize("terms", LAWS)
def test_a_law_is_weighed_only_when_it_is_named_and_speaks_both_languages(terms: str) -> None:
    pack = find(terms)
    assert pack.on_request
    assert not pack.providers
    for version in pack.versions:
        assert len(version.worked) >= 4
        assert all(case.title for case in version.worked)
        assert all(clause.ko and clause.ko.endswith(".") for clause in version.clauses.values())


@pytest.mark.parametrize(
    ("terms", "inputs", "version"),
    [
        ("uk-automatic-compensation", {"reported": "2026-03-31T23:59:00+01:00"}, "2025-04-01"),
        ("uk-automatic-compensation", {"reported": "2026-04-01T00:00:00+01:00"}, "2026-04-01"),
        ("kr-telecom-outage", {"month": "2022-06"}, "until-2022-07"),
        ("kr-telecom-outage", {"month": "2022-07"}, "2022-07"),
        ("kr-telecom-outage", {"month": "2023-03"}, "2023-03-01"),
        ("kr-vas-notice", {"stop": stop("2025-03-27T23:59:59", "2025-03-28T02:30:00")}, "2024-12-27"),
        ("kr-vas-notice", {"stop": stop("2025-03-28T00:00:00", "2025-03-28T02:30:00")}, "2025-03-28"),
        ("kr-content-standard", {"stop": stop("2013-01-14T23:00:00", "2013-01-15T05:00:00")}, "2009-1"),
        ("kr-content-standard", {"stop": stop("2013-01-15T00:00:00", "2013-01-15T05:00:00")}, "2013-01-15"),
    ],
)
def test_the_version_goes_by_the_date_of_the_event_in_its_own_zone(terms, inputs, version) -> None:
    assert weighed(terms, **inputs).version == version


@pytest.mark.parametrize(
    ("place", "days"), [("England", 3), ("Wales", 3), ("Scotland", 2), ("Northern Ireland", 3), ("Atlantis", None)]
)
def test_new_year_takes_longer_in_scotland(place: str, days: int | None) -> None:
    """1 January 2027 is a Friday; 2 January, a Saturday, is made up for on Monday the 4th in Scotland alone."""
    found = weighed(
        "uk-automatic-compensation", reported="2026-12-31T10:00:00Z", fixed="2027-01-09T00:00:00Z", place=place
    )
    assert (found.measure and found.measure.value) == days
    assert due(found) == {3: "31.02", 2: "20.68", None: None}[days]


@settings(max_examples=60, deadline=None)
@given(first=st.integers(0, 330), later=st.integers(0, 60), place=st.sampled_from(["England", "Scotland"]))
def test_a_day_more_without_service_is_a_day_more_paid(first: int, later: int, place: str) -> None:
    def days(extra: int) -> int:
        fixed = date(2026, 4, 1) + timedelta(days=first + later + extra)
        reported = f"{date(2026, 4, 1) + timedelta(days=first)}T12:00:00+01:00"
        found = weighed("uk-automatic-compensation", "2026-04-01", reported=reported, fixed=str(fixed), place=place)
        assert found.amount.exact == found.measure.value * Fraction("10.34")
        return int(found.measure.value)

    if later:
        assert days(1) - days(0) in ((1,) if days(0) else (0, 1))


def test_a_total_of_six_hours_was_enough_once_and_is_open_now() -> None:
    short = {"outage_minutes": ["119", "119", "119", "119"], "monthly_fee": FEE, "service": "mobile"}
    assert weighed("kr-telecom-outage", month="2022-06", **short).verdict == "owed"
    now = weighed("kr-telecom-outage", month="2022-08", **short)
    assert (now.verdict, now.reasons) == ("unknown", ("clause_unverified:monthly-total",))


@pytest.mark.parametrize(("month", "hours"), [("2027-02", 672), ("2028-02", 696), ("2027-04", 720), ("2027-05", 744)])
def test_the_fee_of_an_hour_follows_the_length_of_the_month(month: str, hours: int) -> None:
    fee = {"currency": "KRW", "amount": str(hours)}
    found = weighed(
        "kr-telecom-outage", month=month, outage_minutes_continuous="120", cause="ordinary", monthly_fee=fee
    )
    assert due(found) == "20"


@pytest.mark.parametrize(
    ("announced", "verdict", "gives"),
    [
        ({"prior_notice": False}, "owed", 2160),
        ({"prior_notice": True}, "owed", 120),
        ({"prior_notice": True, "notice_hours": 23.5}, "owed", 2160),
        ({"notice_hours": 24}, "owed", 120),
        ({}, "unknown", None),
    ],
)
def test_what_twelve_hours_give_hangs_on_the_notice(announced: dict[str, Any], verdict: str, gives: int | None) -> None:
    hours = stop("2012-09-03T02:00:00", "2012-09-03T14:00:00")
    found = weighed("kr-content-standard", stop=hours, fault="provider", paid=True, **announced)
    assert (found.verdict, found.quantity and found.quantity.exact) == (verdict, gives)


def test_a_stop_in_a_storm_does_not_add_to_the_day() -> None:
    calm = stop("2012-09-03T02:00:00", "2012-09-03T05:00:00")
    storm = stop("2012-09-03T07:00:00", "2012-09-03T09:00:00") | {"cause": "force_majeure"}
    told = {"prior_notice": False, "fault": "provider", "paid": True}
    assert weighed("kr-content-standard", stops=[calm, storm], **told).reasons == ("commitment_met",)
    assert weighed("kr-content-standard", stops=[calm, storm | {"cause": None}], **told).quantity.exact == 900


@pytest.mark.parametrize("size", [{}, {"prior_year_revenue_krw": "9999999999"}, {"average_daily_users": 999999}])
def test_either_smallness_is_enough_and_silence_is_none(size: dict[str, Any]) -> None:
    three_hours = stop("2025-06-02T09:00:00", "2025-06-02T12:00:00")
    provider = {"kind": "value_added"} | size
    found = weighed("kr-vas-notice", stop=three_hours, provider=provider, cause="unexpected_fault", paid_service=True)
    assert (found.verdict, found.form) == (("not_owed", "none") if size else ("unknown", "none"))


@pytest.mark.parametrize(
    ("km", "member", "sum_"),
    [
        ("1500", True, "250.00"),
        ("1500.001", True, "400.00"),
        ("1500.001", False, "400.00"),
        ("3500", False, "400.00"),
        ("3500.001", False, "600.00"),
        ("3500.001", True, "400.00"),
    ],
)
def test_a_distance_on_the_edge_belongs_to_the_lower_band(km: str, member: bool, sum_: str) -> None:
    assert due(weighed("eu261", event="denied_boarding", distance_km=km, intra_eu=member)) == sum_


@pytest.mark.parametrize(
    ("days", "early", "late", "amount"),
    [
        (14, 999, 999, "0.00"),
        (13, 120, 239, "0.00"),
        (13, 121, 239, "400.00"),
        (7, 120, 240, "400.00"),
        (6, 60, 119, "0.00"),
        (6, 120, 119, "200.00"),
        (6, 0, 180, "200.00"),
        (6, 0, 181, "400.00"),
    ],
)
def test_notice_and_another_flight_decide_together(days: int, early: int, late: int, amount: str) -> None:
    """2000 km: halved when the other flight arrives no more than three hours late, which the carrier may leave."""
    other = {"departs_earlier_minutes": early, "arrives_late_minutes": late}
    told = {"event": "cancellation", "distance_km": 2000, "intra_eu": False, "notice_days": days}
    found = weighed("eu261", extraordinary=False, rerouting=other, **told)
    assert due(found) == amount
    assert (amount == "200.00") == any(one.id == "not_reduced" for one in found.readings)


def test_a_reduction_over_time_is_not_reckoned_from_a_wording_nobody_read() -> None:
    told = {"consumer": True, "ground": "not_done", "value_lost_percent": 50, "price": FEE}
    assert due(weighed("eu-dcd-2019-770", supply="one_off", **told)) == "27500"
    found = weighed("eu-dcd-2019-770", supply="over_time", **told)
    assert (found.verdict, found.reasons, found.amount) == ("unknown", ("clause_unverified:over-time",), None)


def test_what_a_statement_of_reasons_still_lacks_is_listed_by_the_ground() -> None:
    told = {"restriction": "account_suspension", "hosting_service": True}
    statement = dict.fromkeys(("measure", "facts", "automated_decision", "automated_detection"), True)
    items = {
        ground: [one.item for one in weighed("eu-dsa", ground=ground, statement=statement, **told).duties]
        for ground in ("illegal", "terms")
    }
    shared = ["scope_and_duration", "notice_or_own_initiative"]
    assert items["illegal"] == [*shared, "legal_ground", "redress"]
    assert items["terms"] == [*shared, "contractual_ground", "redress"]
