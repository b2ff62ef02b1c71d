"""Packs of cloud and workplace services: the published cases, versions by date, and what stays open."""

import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from makegood.spans import month
from makegood.terms.check import differences, tried
from makegood.terms.judge import Matter, judge
from makegood.terms.read import find
from makegood.terms.verdict import Verdict
from makegood.terms.worked import Worked
from tests.terms.small_world import SmallWarehouse

JULY = month("2026-07")
USD = {"currency": "USD", "amount": "1000.00"}


def weighed(terms: str, version: str | None = None, **inputs: Any) -> Verdict:
    case = {"id": "x", "inputs": inputs, "expected": {}, "terms_version": version}
    return tried(find(terms), Worked.model_validate(case)).verdict


def days(first: str, last: str) -> dict[str, str]:
    return {"start": f"{first}T00:00:00Z", "end": f"{last}T00:00:00Z"}


@pytest.mark.parametrize("number", [10, 11, 12, 13, 14, 15, 16, 19])
def test_published_cases_come_out_as_written(shared: Path, number: int) -> None:
    cases = json.loads((shared / "terms" / "cases.json").read_text(), parse_float=str)["cases"]
    case = Worked.model_validate(next(case for case in cases if case["id"] == f"S{number:02}"))
    assert differences(find(case.terms or ""), case) == []


@pytest.mark.parametrize(
    ("terms", "period", "version"),
    [
        ("slack", days("2019-08-01", "2019-09-01"), "2015-01"),
        ("slack", days("2019-11-01", "2020-02-01"), "2019-08-15"),
        ("slack", days("2024-07-01", "2024-10-01"), "2024-06-14"),
        ("twilio", days("2023-02-01", "2023-03-01"), "2021-02-15"),
        ("twilio", days("2023-03-01", "2023-04-01"), "2023-02-14"),
        ("github-enterprise", days("2020-10-01", "2021-01-01"), "pre-2021-01-04"),
        ("github-enterprise", days("2021-04-01", "2021-07-01"), "2026-06-19"),
    ],
)
def test_the_version_goes_by_the_date_of_the_event(terms: str, period: dict[str, str], version: str) -> None:
    assert weighed(terms, period=period, downtime_minutes="1").version == version


def test_one_outage_is_worth_a_hundred_times_or_ten_times_its_fee() -> None:
    """March 2018 and the first quarter of 2026, each minute paid with a cent."""
    old = weighed(
        "slack", period=days("2018-03-01", "2018-04-01"), downtime_minutes="30", bill=USD | {"amount": "446.40"}
    )
    new = weighed(
        "slack", period=days("2026-01-01", "2026-04-01"), downtime_minutes="30", bill=USD | {"amount": "1296.00"}
    )
    assert [str(one.amount and one.amount.rounded) for one in (old, new)] == ["30.00", "3.00"]
    assert (old.missing, new.missing) == ((), ("workspace_url", "team_id"))


def test_months_of_atlassian_are_utc_whatever_the_customers_clock_says() -> None:
    outage = {"start": "2026-06-01T08:30:00+09:00", "end": "2026-06-01T10:00:00+09:00", "error_rate": "1"}
    found = weighed("atlassian-cloud-premium", outage=outage, customer_time_zone="Asia/Seoul", bill=USD)
    assert (found.verdict, found.as_data()["deadline"]) == ("owed", "2026-07-15T23:59:59Z")
    assert found.measure is not None
    assert found.measure.counted_minutes == 60  # of ninety, the first thirty are May


@pytest.mark.parametrize(
    ("period", "minutes", "verdict"),
    [
        (days("2020-01-01", "2020-04-01"), "131", "not_owed"),  # 91 days
        (days("2021-01-01", "2021-04-01"), "131", "owed"),  # 90 days
        (days("2020-07-01", "2020-10-01"), "132", "not_owed"),  # 92 days
        (days("2020-07-01", "2020-10-01"), "1324.8", "ambiguous"),  # exactly 99.0 %, the gap
        (days("2020-07-01", "2020-10-01"), "132.48", "ambiguous"),  # exactly 99.9 %, the overlap
    ],
)
def test_a_quarter_is_as_long_as_it_is(period: dict[str, str], minutes: str, verdict: str) -> None:
    found = weighed("github-enterprise", "pre-2021-01-04", period=period, downtime_minutes=minutes, bill=USD)
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("start", "end", "value", "deadline"),
    [
        ("2026-03-01T00:00:00-08:00", "2026-04-01T00:00:00-07:00", 44580, "2026-05-01T06:59:59Z"),
        ("2026-03-01T00:00:00+09:00", "2026-04-01T00:00:00+09:00", 44640, "2026-04-30T14:59:59Z"),
        ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", 44640, "2026-04-30T23:59:59Z"),
    ],
)
def test_where_no_zone_is_stated_a_month_may_be_the_customers_own(
    start: str, end: str, value: int, deadline: str
) -> None:
    found = weighed("twilio", period={"start": start, "end": end}, downtime_minutes="23", bill=USD)
    assert found.measure is not None
    assert found.measure.value == 100 - Fraction(2300, value)
    assert (found.verdict, found.as_data()["deadline"]) == ("owed", deadline)


@pytest.mark.parametrize("unavailable", [100, 10])
def test_neither_gap_nor_overlap_helps_a_claim_that_is_late(unavailable: int) -> None:
    period, totals = days("2020-07-01", "2020-10-01"), {"triggered": 10000, "unavailable": unavailable}
    given = {"period": period, "feature": "actions", "totals": totals, "bill": USD}
    assert weighed("github-enterprise", **given, claim={"received": "2020-10-30T12:00:00Z"}).verdict == "ambiguous"
    late = weighed("github-enterprise", **given, claim={"received": "2020-10-31T00:00:00Z"})
    assert (late.verdict, late.reasons, late.form) == ("not_owed", ("claim_late",), "none")


@pytest.mark.parametrize("feature", ["Package storage", "package_storage", "PACKAGE-STORAGE", "Packages"])
def test_words_count_however_they_are_written(feature: str) -> None:
    found = weighed(
        "github-enterprise",
        period=days("2020-07-01", "2020-10-01"),
        feature=feature,
        interval_minutes=60,
        segments=[{"intervals": 10, "requests": 2, "errors": 1}],
    )
    assert (found.promise, found.verdict) == ("package-storage", "owed")


@pytest.mark.parametrize(
    ("terms", "inputs"),
    [
        ("azure-openai", {"totals": {"requests": 100, "errors": 100, "repeats": 0}}),
        ("azure-openai", {"downtime_minutes": "40000"}),
        ("azure-openai", {"uptime_percent": "10"}),
        ("aws-s3", {"interval_minutes": 5, "segments": [{"intervals": 8000, "requests": 1, "errors": 1}]}),
    ],
)
def test_what_was_not_read_never_owes(terms: str, inputs: dict[str, Any]) -> None:
    found = weighed(terms, period=days("2026-07-01", "2026-08-01"), bill=USD, **inputs)
    assert (found.verdict, found.amount, found.form) == ("unknown", None, "none")


@pytest.mark.parametrize("name", ["azure", "azure_openai", "azure_ai", "az.ai.openai", "azure.ai.inference"])
def test_a_log_of_azure_openai_is_told_that_its_terms_were_not_found(name: str) -> None:
    rows = [(name, "chat", "gpt-4.1", "", datetime(2026, 7, 10, tzinfo=UTC), 100, {503: 100})]
    found = judge(SmallWarehouse(rows), Matter(JULY, datetime(2026, 9, 5, tzinfo=UTC), [name]))
    assert [(one.terms, one.verdict, one.reasons) for one in found.verdicts] == [
        ("azure-openai", "unknown", ("figure_unpublished",))
    ]
    assert found.without_terms == ()
