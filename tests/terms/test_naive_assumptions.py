"""Real terms that break naive designs: what each assumption would give, and what the terms give instead.

One test for each row of the table in the reference data (`terms/primitives.md`), named after the assumption and after
who breaks it.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from makegood.terms.check import tried
from makegood.terms.read import find
from makegood.terms.verdict import Verdict
from makegood.terms.worked import Worked

ROWS: dict[str, str] = {}


def breaks(assumption: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Say which row of the table a test is for."""

    def keep(test: Callable[..., None]) -> Callable[..., None]:
        ROWS[assumption] = test.__name__
        return test

    return keep


def weighed(terms: str, version: str | None = None, **inputs: Any) -> Verdict:
    """The leading verdict of a pack that comes with makegood."""
    case = {"id": "x", "inputs": inputs, "expected": {}, "terms_version": version}
    return tried(find(terms), Worked.model_validate(case)).verdict


def days(first: str, last: str) -> dict[str, str]:
    return {"start": f"{first}T00:00:00Z", "end": f"{last}T00:00:00Z"}


def money(amount: str, currency: str = "USD") -> dict[str, str]:
    return {"currency": currency, "amount": amount}


def figure(verdict: Verdict) -> str | None:
    return verdict.measure.decimal() if verdict.measure else None


def amount(verdict: Verdict) -> str | None:
    """The amount, rounded half up where no rounding is stated."""
    rules = dict(verdict.amount.rules) if verdict.amount else {}
    return f"{rules.get('half_up', next(iter(rules.values())))}" if rules else None


def last_day(verdict: Verdict) -> str | None:
    return (verdict.as_data()["deadline"] or "")[:10] or None


JUNE, JULY = days("2026-06-01", "2026-07-01"), days("2026-07-01", "2026-08-01")
SEPTEMBER, DECEMBER = days("2026-09-01", "2026-10-01"), days("2026-12-01", "2027-01-01")


# ---------------------------------------------------------------------------------------------------------------------
# what is measured


@breaks("uptime = successes / requests")
@pytest.mark.parametrize(
    ("terms", "version", "period", "step", "buckets", "also"),
    [
        ("amazon-bedrock", None, JUNE, 5, 8640, {}),
        ("stedi", None, JUNE, 5, 8640, {}),
        ("aws-s3", None, JUNE, 5, 8640, {"storage_class": "standard"}),
        ("github-enterprise", "pre-2021-01-04", days("2026-04-01", "2026-07-01"), 60, 2184, {"feature": "Packages"}),
    ],
)
def test_uptime_is_successes_over_requests_is_broken_by_bedrock_stedi_s3_and_github_storage(
    terms: str, version: str | None, period: dict[str, str], step: int, buckets: int, also: dict[str, str]
) -> None:
    """Ten busy intervals fail to a half, ten quiet ones do not; the rest of the window is idle."""
    segments = [
        {"intervals": 10, "requests": 900, "errors": 450},
        {"intervals": 10, "requests": 100, "errors": 0},
        {"intervals": buckets - 20, "requests": 0, "errors": 0},
    ]
    naive = 100 * (1 - Fraction(10 * 450, 10 * 900 + 10 * 100))
    assert naive == 55
    found = weighed(terms, version, period=period, interval_minutes=step, segments=segments, **also)
    assert found.measure is not None
    assert found.measure.value == 100 * (1 - Fraction(5, buckets))  # ten half intervals of them all


@breaks("uptime = 1 - down minutes / minutes")
def test_uptime_is_one_less_down_minutes_over_minutes_is_broken_by_azure_github_actions_and_bedrock() -> None:
    """An hour in which everything fails, of a month with traffic in one other hour only."""
    naive = 100 * (1 - Fraction(60, 43_200))
    assert f"{float(naive):.2f}" == "99.86"  # which keeps nothing and costs little
    totals = {"requests": 2000, "errors": 1000, "of_which_repeats": 0}
    azure = weighed("azure-request-template", "2020", period=JUNE, totals=totals, bill=money("1000"))
    assert (figure(azure), azure.percent) == ("50.000000", 25)
    quarter = days("2026-04-01", "2026-07-01")
    actions = weighed(
        "github-enterprise",
        "pre-2021-01-04",
        period=quarter,
        feature="Actions",
        totals={"triggered": 2000, "unavailable": 1000},
    )
    assert figure(actions) == "50.000000"
    half = [{"intervals": 12, "requests": 100, "errors": 50}, {"intervals": 8628, "requests": 1, "errors": 0}]
    bedrock = weighed("amazon-bedrock", period=JUNE, interval_minutes=5, segments=half)
    assert bedrock.measure is not None
    assert bedrock.measure.value == 100 * (1 - Fraction(6, 8640))  # half of each of twelve intervals


@breaks("every bad minute counts")
def test_every_bad_minute_counts_is_broken_by_gemini_mistral_starlink_ec2_and_korean_content() -> None:
    """A hundred failures, each too short to count; and two that count only together."""
    runs = [
        {
            "start": f"2026-07-{1 + at // 6:02}T{at % 6:02}:00:00Z",
            "minutes": 4,
            "valid_requests": 10,
            "server_errors": 10,
        }
        for at in range(100)
    ]
    assert 100 * (1 - Fraction(400, 44_640)) < Fraction("99.5")  # every minute taken: a missed promise
    gemini = weighed("google-gemini", period=JULY, background={"valid_requests": 10}, runs=runs, bill=money("1000"))
    assert (figure(gemini), gemini.verdict) == ("100.000000", "not_owed")
    mistral = weighed("mistral-enterprise-standard", "undated copy", period=JUNE, outage_minutes=[4] * 100)
    assert (figure(mistral), mistral.verdict) == ("100.000000", "not_owed")
    starlink = weighed("starlink-priority", period=JUNE, outage_seconds=[59] * 100, bill=money("250"))
    assert (figure(starlink), starlink.verdict) == ("0.000000", "not_owed")
    outage = {"start": "2026-06-09T10:55:00Z", "end": "2026-06-09T11:05:00Z"}  # ten minutes, five in each clock hour
    hour = weighed("aws-ec2-instance", outage=outage, hourly_charge=money("0.40"))
    assert (figure(hour), hour.verdict) == ("5.000000", "not_owed")
    stops = [{"start": f"2012-05-04T{at}:00:00+09:00", "end": f"2012-05-04T{at + 2}:30:00+09:00"} for at in (10, 20)]
    content = weighed("kr-content-standard", stops=stops, prior_notice=False, fault="provider", paid=True)
    assert max(Fraction(150), Fraction(150)) < 240  # neither stop reaches four hours
    assert (figure(content), content.verdict, content.quantity and content.quantity.exact) == (
        "300.000000",
        "owed",
        900,
    )


@breaks("5 % means >=")
def test_five_percent_means_at_least_is_broken_by_gemini_github_and_atlassian() -> None:
    """Exactly 5 % of the requests of a whole day fail, then one in a hundred more."""
    assert Fraction(5, 100) >= Fraction(5, 100)  # so a naive design has 1,440 minutes down
    for terms, version, period, day in (
        ("google-gemini", None, JULY, "2026-07-10"),
        ("github-enterprise", "pre-2021-01-04", days("2026-07-01", "2026-10-01"), "2026-07-10"),
        ("atlassian-cloud-premium", None, JULY, "2026-07-10"),
    ):
        counted = []
        for errors in (5, 6):
            run = {"start": f"{day}T00:00:00Z", "minutes": 1440, "valid_requests": 100, "server_errors": errors}
            found = weighed(terms, version, period=period, background={"valid_requests": 100}, runs=[run])
            counted.append(found.measure and found.measure.counted_minutes)
        assert counted == [0, 1440], terms


@breaks("tier table covers all values and agrees with the target")
@pytest.mark.parametrize(
    ("terms", "version", "uptime", "naive", "reason", "readings"),
    [
        ("github-enterprise", "pre-2021-01-04", "99.0", "25", "tier_gap", {"10 % row extended", "25 % row extended"}),
        ("github-enterprise", "pre-2021-01-04", "99.9", "0", "tier_overlap", {"10 % row applied", "commitment met"}),
        (
            "mistral-enterprise-basic",
            "undated copy",
            "99.45",
            "0",
            "tier_gap",
            {"2 % row extended", "no row applies"},
        ),
        ("cohere", None, "97.995", "10", "tier_gap", {"10 % row extended", "20 % row extended"}),
        ("cohere", None, "94.995", "20", "tier_gap", {"20 % row extended", "30 % row extended"}),
    ],
)
def test_the_table_covers_all_and_agrees_with_the_target_is_broken_by_github_mistral_and_cohere(
    terms: str, version: str | None, uptime: str, naive: str, reason: str, readings: set[str]
) -> None:
    """`naive` is the percentage of a chain of comparisons from the top that ends in an else."""
    period = {"github-enterprise": days("2026-04-01", "2026-07-01")}.get(terms, SEPTEMBER)
    feature = {"feature": "Actions"} if terms == "github-enterprise" else {}
    found = weighed(terms, version, period=period, uptime_percent=uptime, bill=money("1000"), **feature)
    assert (found.verdict, found.amount) == ("ambiguous", None)
    assert reason in found.reasons
    told = {one.id: dict(one.outcome).get("amount") for one in found.readings if one.about == "remedy"}
    assert readings <= set(told)
    silently = f"{Decimal(naive) * 10:.2f} USD"
    assert {told[one] for one in readings} - {silently}  # who takes that without a word is wrong by another reading


@breaks("month = 43,200 or 43,829 minutes")
def test_a_month_is_43_200_minutes_is_broken_by_leap_years_clock_changes_quarters_and_windows_of_thirty_days() -> None:
    """The same minutes down are another percentage, and on another side of the edge."""
    naive = [100 * (1 - Fraction(43, minutes)) for minutes in (43_200, 43_829)]
    assert min(naive) > Fraction("99.9")  # so a naive design keeps 99.9 % with 43 minutes down
    leap = weighed("airtable", period=days("2028-02-01", "2028-03-01"), downtime_minutes=43, bill=money("41760"))
    assert (figure(leap), amount(leap)) == ("99.897031", "430.00")  # 43 of 41,760
    assert weighed("airtable", period=SEPTEMBER, downtime_minutes=43, bill=money("43200")).verdict == "not_owed"
    # a March with its clock change has 44,580 minutes where the customer lives, and 44,640 in UTC
    local = {"start": "2027-03-01T00:00:00-08:00", "end": "2027-04-01T00:00:00-07:00"}
    march = weighed(
        "airtable", period=local, customer_time_zone="America/Los_Angeles", downtime_minutes="44.6", bill=money("100")
    )
    assert march.measure is not None
    assert march.measure.value == 100 * (1 - Fraction("44.6") / 44_580) < Fraction("99.9")
    assert 100 * (1 - Fraction("44.6") / 44_640) > Fraction("99.9")
    quarters = [
        weighed(
            "github-enterprise",
            "pre-2021-01-04",
            period=days(f"{year}-01-01", f"{year}-04-01"),
            feature="Pages",
            downtime_minutes=131,
        )
        for year in (2027, 2028)
    ]
    assert [one.verdict for one in quarters] == ["owed", "not_owed"]  # 129,600 and 131,040 minutes
    fiscal = weighed("slack", "2019-08-15", period=days("2019-11-01", "2020-02-01"), downtime_minutes=13)
    assert fiscal.measure is not None
    assert fiscal.measure.value == 100 * (
        1 - Fraction(13, 92 * 1440)
    )  # November to January is one quarter of that text
    assert (
        "period_not_a_window"
        in weighed("slack", "2019-08-15", period=days("2019-10-01", "2020-01-01"), downtime_minutes=13).reasons
    )
    thirty = [{"intervals": 8640, "requests": 1, "errors": 0}]
    window = weighed("cloudflare-r2", period=days("2026-07-01", "2026-07-31"), interval_minutes=5, segments=thirty)
    assert window.verdict == "not_owed"
    assert "period_not_a_window" in weighed("cloudflare-r2", period=JULY, interval_minutes=5, segments=thirty).reasons


@breaks("month in local time")
def test_the_month_is_local_is_broken_by_atlassian() -> None:
    """An evening hour on the US west coast on 31 July is August in UTC."""
    outage = {"start": "2026-07-31T17:30:00-07:00", "end": "2026-07-31T18:30:00-07:00", "error_rate": "1"}
    claim = {"received": "2026-09-10T00:00:00Z", "contains": None}
    naive_deadline = "2026-08-15"  # fifteen days after the customer's own July, and long past
    found = weighed(
        "atlassian-cloud-premium",
        outage=outage,
        customer_time_zone="America/Los_Angeles",
        bill=money("800"),
        claim=claim,
    )
    assert (found.verdict, last_day(found)) == ("owed", "2026-09-15")
    assert naive_deadline < "2026-09-10" < "2026-09-15"
    assert found.period.start.isoformat() == "2026-08-01T00:00:00+00:00"


# ---------------------------------------------------------------------------------------------------------------------
# what is given


@breaks("credit = percent of the month's bill")
@pytest.mark.parametrize(
    ("terms", "inputs", "given"),
    [
        (
            "slack",
            {"period": days("2026-07-01", "2026-10-01"), "downtime_minutes": 30, "bill": money("13248")},
            "30.00 USD",
        ),
        ("airtable", {"period": SEPTEMBER, "downtime_minutes": 60, "bill": money("4320")}, "60.00 USD"),
        ("lever", {"period": SEPTEMBER, "downtime_minutes": 1440, "bill": money("4320")}, "1440.00 USD"),
        (
            "cloudflare-business",
            {"period": SEPTEMBER, "outage_minutes": 432, "affected_customer_ratio": "0.5", "bill": money("200")},
            "1.00 USD",
        ),
        (
            "snowflake",
            {
                "period": SEPTEMBER,
                "uptime_percent": "98",
                "time_under_10_percent_errors": "100",
                "average_daily_credits": "12.5",
            },
            "37.5 credits",
        ),
        ("google-workspace", {"period": SEPTEMBER, "uptime_percent": "98"}, "7 days"),
        ("docusign-eu", {"period": SEPTEMBER, "outage_minutes": [23, 23], "bill": money("100")}, "5.00 USD"),
        (
            "eu261",
            {"event": "delay", "distance_km": 1000, "intra_eu": True, "delay_minutes": 200, "extraordinary": False},
            "250.00 EUR",
        ),
        (
            "uk-automatic-compensation",
            {"reported": "2026-05-05T07:00:00+01:00", "fixed": "2026-05-09T00:00:00+01:00", "place": "England"},
            "10.34 GBP",
        ),
        ("coupa", {"period": SEPTEMBER, "uptime_percent": "80", "bill": money("1000")}, "200.00 USD"),
    ],
)
def test_credit_is_a_percentage_of_the_months_bill_is_broken_by_ten_texts(
    terms: str, inputs: dict[str, Any], given: str
) -> None:
    """10, 25 or 50 % of the bill, as tables have it, is none of these."""
    found = weighed(terms, **inputs)
    assert found.verdict == "owed"
    extent = found.quantity
    got = f"{amount(found)} {found.amount.currency}" if found.amount else None
    got = got or (f"{Decimal(extent.exact.numerator) / extent.exact.denominator} {extent.unit}" if extent else "")
    assert got == given
    bill = Decimal(inputs["bill"]["amount"]) if "bill" in inputs else None
    assert bill is None or Decimal(given.split()[0]) not in [bill * share / 100 for share in (10, 25, 50, 100)]


@breaks("larger breach, larger credit")
def test_a_larger_breach_gives_a_larger_credit_is_broken_by_starlink_and_twilio() -> None:
    twilio = [
        weighed("twilio", period=SEPTEMBER, downtime_minutes=minutes, bill=money("1000")) for minutes in (30, 30_000)
    ]
    starlink = [
        weighed("starlink-priority", period=SEPTEMBER, outage_seconds=[seconds], bill=money("1000"))
        for seconds in (2600, 2_000_000)
    ]
    assert [amount(one) for one in twilio] == ["100.00", "100.00"]
    assert [amount(one) for one in starlink] == ["200.00", "200.00"]
    assert 30_000 / 30 == 1000  # a credit in proportion would be a thousand times as large


@breaks("100 % target means no tiers needed, zero credit means no breach")
def test_a_target_of_all_needs_no_tiers_and_no_credit_means_no_breach_is_broken_by_cloudflare() -> None:
    """A minute for a thousandth of the visitors costs less than a cent and is a breach all the same."""
    found = weighed(
        "cloudflare-business", period=SEPTEMBER, outage_minutes=1, affected_customer_ratio="0.001", bill=money("200")
    )
    assert (found.verdict, amount(found)) == ("owed", "0.00")  # shown as nothing, and owed
    assert found.computed is not None
    assert found.computed.exact == Fraction(1, 1000) / 43_200 * 200
    assert found.measure is not None
    assert found.measure.commitment_met is False


@breaks("credits add up")
def test_credits_add_up_is_broken_by_openai_microsoft_and_github() -> None:
    amounts = money("1000.00") | {"uptime_credit": "1000.00", "latency_credit": "1400.00"}
    del amounts["amount"]
    openai = weighed("openai-scale-tier", month="2026-06", amounts=amounts, agreement="enterprise")
    assert amount(openai) == "1400.00" != "2400.00"
    # one incident that fails two promises of Twilio's e-mail is paid for once
    twilio = weighed("twilio", period=SEPTEMBER, downtime_minutes=30, connection_rate_failed=True, bill=money("1000"))
    assert amount(twilio) == "100.00" != "200.00"
    both = weighed(
        "snowflake",
        period=SEPTEMBER,
        uptime_percent="98",
        time_under_10_percent_errors="98",
        average_daily_credits="10",
    )
    assert both.quantity is not None
    assert both.quantity.exact == 30 != 60


@breaks("cap belongs to the month of failure")
def test_the_cap_belongs_to_the_month_of_failure_is_broken_by_atlassian_cloudflare_and_splunk() -> None:
    """Each fails for long, and the month that failed would leave room for the whole credit."""
    next_invoice = {"amount": "30.00", "currency": "USD"}
    atlassian = weighed(
        "atlassian-cloud-premium", period=SEPTEMBER, downtime_minutes=600, bill=money("800"), next_invoice=next_invoice
    )
    assert amount(atlassian) == "30.00" != "200.00"  # 25 % of 800; the invoice that receives it is smaller
    cloudflare = weighed(
        "cloudflare-business",
        period=SEPTEMBER,
        outage_minutes=21_600,
        affected_customer_ratio="1",
        bill=money("200"),
        credited_last_12_months=money("150"),
    )
    assert amount(cloudflare) == "50.00" != "100.00"
    splunk = weighed(
        "splunk-cloud",
        period=SEPTEMBER,
        credit_level="1_day",
        monthly_fee=money("3000"),
        credited_this_quarter=money("2950"),
    )
    assert amount(splunk) == "50.00" != "100.00"


@breaks("base is the month of failure")
def test_the_base_is_the_month_of_failure_is_broken_by_cloudflare_and_ec2() -> None:
    outage = {"start": "2026-09-02T00:00:00Z", "end": "2026-09-02T07:12:00Z", "affected_customer_ratio": "1"}
    enterprise = weighed(
        "cloudflare-enterprise",
        period=SEPTEMBER,
        outages=[outage],
        bill=money("9999"),
        bill_month_before=money("1000"),
        multiplier=10,
    )
    assert amount(enterprise) == "100.00" != "999.90"  # a hundredth of the month, ten times, of August's fees
    ec2 = weighed(
        "aws-ec2-instance", period=SEPTEMBER, uptime_percent="99.4", bill=money("1000"), one_time_payments=money("400")
    )
    assert amount(ec2) == "60.00" != "100.00"  # 10 % of what is no one-time payment
    queues = find("cloudflare-queues").versions[0].promises[0].remedy.base
    assert queues is not None
    assert queues.facts[0] == "fees_30_days_before_claim"


# ---------------------------------------------------------------------------------------------------------------------
# when and how it is asked for


@breaks("deadline = incident + n days")
@pytest.mark.parametrize(
    ("terms", "version", "inputs", "naive", "last"),
    [
        (
            "amazon-bedrock",
            None,
            {"segments": [{"intervals": 500, "requests": 1, "errors": 1}], "interval_minutes": 5},
            "2026-11-09",
            "2026-11-30",
        ),
        (
            "azure-request-template",
            "2020",
            {"totals": {"requests": 100, "errors": 50, "repeats": 0}},
            "2026-11-09",
            "2026-11-30",
        ),
        (
            "google-gemini",
            None,
            {
                "background": {"valid_requests": 1},
                "runs": [{"start": "2026-09-10T00:00:00Z", "minutes": 600, "valid_requests": 1, "server_errors": 1}],
            },
            "2026-10-10",
            "2026-10-30",
        ),
        ("atlassian-cloud-premium", None, {"downtime_minutes": 60}, "2026-09-25", "2026-10-15"),
        (
            "cloudflare-business",
            None,
            {
                "outages": [{"start": "2026-09-10T08:00:00Z", "end": "2026-09-10T09:00:00Z"}],
                "affected_customer_ratio": "1",
            },
            "2026-10-10",
            "2026-10-31",
        ),
        ("sap-cloud", None, {"uptime_percent": "98.7"}, "2026-10-10", "2026-11-11"),
        (
            "mongodb-atlas",
            None,
            {"uptime_percent": "99", "awareness": "2026-09-10T09:00:00Z"},
            "2026-10-10",
            "2026-10-31",
        ),
        (
            "notion",
            None,
            {"outages": [{"start": "2026-09-10T08:00:00Z", "end": "2026-09-10T10:00:00Z"}]},
            "2026-10-10",
            "2026-09-13",
        ),
    ],
)
def test_the_deadline_is_the_incident_and_so_many_days_is_broken_by_eight_texts(
    terms: str, version: str | None, inputs: dict[str, Any], naive: str, last: str
) -> None:
    """The incident is on 10 September 2026; `naive` adds 15, 30 or 60 days to it."""
    found = weighed(
        terms, version, period=SEPTEMBER, incident={"start": "2026-09-10T08:00:00Z"}, bill=money("1000"), **inputs
    )
    assert last_day(found) == last != naive


@breaks('"two months" is plain')
def test_two_months_is_plain_is_broken_where_they_begin_on_the_last_day_of_a_short_month() -> None:
    totals = {"requests": 100, "errors": 50, "repeats": 0}
    found = weighed(
        "azure-request-template", "2020", period=days("2026-02-01", "2026-03-01"), totals=totals, bill=money("100")
    )
    told = {dict(one.outcome)["deadline"][:10] for one in found.readings if one.about == "deadline"}
    assert {"2026-04-28", "2026-04-30"} <= told  # the 28th of April, or its last day
    assert last_day(found) == "2026-04-28"  # the earlier is the safe one
    between = weighed(
        "azure-request-template",
        "2020",
        period=days("2026-02-01", "2026-03-01"),
        totals=totals,
        bill=money("100"),
        claim={"received": "2026-04-29T00:00:00Z", "contains": None},
    )
    assert between.verdict == "ambiguous"


@breaks("claim always needed")
@pytest.mark.parametrize(
    ("terms", "version", "inputs", "given"),
    [
        ("starlink-priority", None, {"period": SEPTEMBER, "outage_seconds": [2600], "bill": money("100")}, "20.00"),
        ("lever", None, {"period": SEPTEMBER, "downtime_minutes": 1440, "bill": money("4320")}, "1440.00"),
        (
            "slack",
            "2015",
            {
                "period": days("2018-09-01", "2018-10-01"),
                "downtime_minutes": 10,
                "affected_customer_ratio": "1",
                "bill": money("432"),
            },
            "10.00",
        ),
        (
            "aws-ec2-instance",
            None,
            {
                "outage": {"start": "2026-06-09T10:00:00Z", "end": "2026-06-09T10:07:00Z"},
                "hourly_charge": money("0.40"),
            },
            "0.40",
        ),
        (
            "uk-automatic-compensation",
            None,
            {"reported": "2026-05-05T07:00:00+01:00", "fixed": "2026-05-09T00:00:00+01:00", "place": "England"},
            "10.34",
        ),
        (
            "kr-telecom-outage",
            None,
            {"interrupted_days": 2, "month": "2026-02", "monthly_fee": money("56000", "KRW")},
            "4000",
        ),
    ],
)
def test_a_claim_is_always_needed_is_broken_by_six_texts(
    terms: str, version: str | None, inputs: dict[str, Any], given: str
) -> None:
    """Nobody asks; a naive design waits for a claim, lists what it lacks, and lets the time run out."""
    found = weighed(terms, version, **inputs, now="2030-01-01T00:00:00Z")
    assert (found.verdict, amount(found), found.missing, found.deadline) == ("owed", given, (), None)


@breaks("claim alone suffices")
@pytest.mark.parametrize(
    ("terms", "inputs", "item"),
    [
        (
            "google-gemini",
            {
                "background": {"valid_requests": 1},
                "runs": [{"start": "2026-09-10T00:00:00Z", "minutes": 600, "valid_requests": 1, "server_errors": 1}],
            },
            "logs",
        ),
        (
            "amazon-bedrock",
            {"segments": [{"intervals": 500, "requests": 1, "errors": 1}], "interval_minutes": 5},
            "uptime_figures",
        ),
        (
            "cloudflare-business",
            {
                "outages": [{"start": "2026-09-10T08:00:00Z", "end": "2026-09-10T09:00:00Z"}],
                "affected_customer_ratio": "1",
            },
            "traceroutes",
        ),
    ],
)
def test_a_claim_alone_suffices_is_broken_by_google_aws_and_cloudflare(
    terms: str, inputs: dict[str, Any], item: str
) -> None:
    claim = {"received": "2026-10-05T00:00:00Z"}
    required = set(weighed(terms, period=SEPTEMBER, bill=money("1000"), **inputs).missing)
    whole, lacking = (
        weighed(terms, period=SEPTEMBER, bill=money("1000"), claim=claim | {"contains": sorted(items)}, **inputs)
        for items in (required, required - {item})
    )
    assert whole.verdict == "owed"
    assert (lacking.verdict, amount(lacking), lacking.missing) == ("not_owed", "0.00", (item,))
    assert lacking.computed == whole.computed  # what a naive design would pay on the claim alone
    assert lacking.reasons == (f"claim_incomplete:{item}",)


@breaks("remedy is money or credit")
def test_the_remedy_is_money_or_credit_is_broken_by_intercom_segment_duties_and_extensions() -> None:
    months = [{"month": "2026-07", "uptime": "99"}, {"month": "2026-08", "uptime": "99"}]
    forms = {
        "intercom": weighed("intercom", months=months),
        "segment": weighed("segment", months=months, committed_uptime="99.9", awareness="2026-09-02T00:00:00Z"),
        "notice": weighed(
            "kr-vas-notice",
            stop={"start": "2026-04-02T09:00:00+09:00", "end": "2026-04-02T12:00:00+09:00"},
            paid_service=True,
            provider={"kind": "value_added", "prior_year_revenue_krw": "50000000000", "average_daily_users": 3000000},
            cause="unexpected_fault",
            announced=False,
            critical_facility=False,
        ),
        "reasons": weighed(
            "eu-dsa",
            restriction="account_suspension",
            hosting_service=True,
            ground="terms",
            decided="2026-03-10T08:00:00Z",
        ),
        "content": weighed(
            "kr-content-standard",
            stop={"start": "2012-05-04T10:00:00+09:00", "end": "2012-05-04T15:00:00+09:00"},
            prior_notice=False,
            fault="provider",
            paid=True,
        ),
    }
    assert {name: found.form for name, found in forms.items()} == {
        "intercom": "termination_right_with_refund",
        "segment": "termination_right_with_refund",
        "notice": "notice_duty",
        "reasons": "reasons_duty",
        "content": "extension",
    }
    assert {found.verdict for found in forms.values()} == {"owed"}
    assert all(found.amount is None for found in forms.values())  # a design of sums alone has nothing to say


@breaks("one period decides")
def test_one_period_decides_is_broken_by_intercom_hubspot_and_segment() -> None:
    """A month of 90 % would be a breach by itself."""
    alone = [
        {"month": "2026-07", "uptime": "100"},
        {"month": "2026-08", "uptime": "90"},
        {"month": "2026-09", "uptime": "100"},
    ]
    twice = [{"month": "2026-07", "uptime": "90"}, {"month": "2026-08", "uptime": "90"}]
    for terms, also in (("intercom", {}), ("hubspot", {}), ("segment", {"committed_uptime": "99.9"})):
        assert weighed(terms, months=alone, **also).verdict == "not_owed", terms
        assert weighed(terms, months=twice, **also).verdict == "owed", terms
    scattered = [{"month": f"2026-{month:02}", "uptime": "90" if month % 2 else "100"} for month in range(7, 12)]
    assert weighed("intercom", months=scattered).verdict == "not_owed"
    segment = weighed("segment", months=scattered, committed_uptime="99.9")
    assert (segment.verdict, segment.reasons[0]) == ("owed", "three_of_six_months")


# ---------------------------------------------------------------------------------------------------------------------
# what counts


@breaks("HTTP status decides")
def test_the_http_status_decides_is_broken_by_google_openai_azure_and_stedi() -> None:
    counted = []
    for use in ("pay_as_you_go", "provisioned_throughput"):
        run = {
            "start": "2026-09-10T00:00:00Z",
            "minutes": 60,
            "requests": 100,
            "status_counts": {200: 80, 429: 20},
            "consumption": use,
        }
        found = weighed("google-gemini", period=SEPTEMBER, background={"valid_requests": 100}, runs=[run])
        counted.append(found.measure and found.measure.counted_minutes)
    assert counted == [0, 60]  # the same statuses, by how the capacity was bought
    amounts = {"currency": "USD", "uptime_credit": "50", "latency_credit": "10"}
    served = [
        weighed(
            "openai-scale-tier", month="2026-06", amounts=amounts, agreement="enterprise", service_tier=tier
        ).verdict
        for tier in ("scale", "default")
    ]
    assert served == ["owed", "not_owed"]
    repeats = [
        figure(
            weighed(
                "azure-request-template",
                "2020",
                period=SEPTEMBER,
                totals={"requests": 1000, "errors": 20, "repeats": many},
            )
        )
        for many in (0, 19)
    ]
    assert repeats == ["98.000000", "99.898063"]  # 19 of the twenty errors are the first one again
    stedi = [
        figure(
            weighed(
                "stedi",
                period=SEPTEMBER,
                interval_minutes=5,
                runs=[
                    {
                        "start": "2026-09-10T00:00:00Z",
                        "minutes": 600,
                        "requests": 10,
                        "status_counts": {200: 5, status: 5},
                    }
                ],
            )
        )
        for status in (503, 502)
    ]
    assert stedi == ["99.305556", "100.000000"]


@breaks("customer traffic unaffected by the rules")
def test_the_customers_traffic_is_unaffected_by_the_rules_is_broken_by_back_off_and_repeats() -> None:
    """Whoever hammers an endpoint that fails has no better claim for it."""
    totals = {"requests": 100_000, "errors": 1000, "of_which_repeats_within_5_min_of_first_error": 950}
    naive = 100 * (1 - Fraction(1000, 100_000))
    azure = weighed("azure-request-template", "2020", period=SEPTEMBER, totals=totals, bill=money("1000"))
    assert azure.measure is not None
    assert (naive, azure.measure.value) == (99, 100 * (1 - Fraction(50, 99_050)))
    assert azure.verdict == "not_owed"
    vertex = [
        weighed(
            "vertex-ai-platform",
            period=SEPTEMBER,
            service="training",
            downtime_minutes=60,
            bill=money("1000"),
            back_off_kept=kept,
        )
        for kept in (True, False)
    ]
    assert [one.verdict for one in vertex] == ["owed", "not_owed"]


@breaks("one version per provider")
def test_there_is_one_version_per_provider_is_broken_by_slack_korea_the_uk_and_twilio() -> None:
    slack = [
        weighed(
            "slack",
            period=days("2018-03-01", "2018-04-01"),
            downtime_minutes=30,
            affected_customer_ratio="1",
            bill=money("446.40"),
        ),
        weighed("slack", period=days("2026-01-01", "2026-04-01"), downtime_minutes=30, bill=money("1296.00")),
    ]
    assert [amount(one) for one in slack] == ["30.00", "3.00"]  # a cent a minute, a hundred times and ten times
    korea = {
        start: weighed(
            "kr-telecom-outage",
            outage={"start": f"{start}T09:00:00+09:00", "end": f"{start}T11:30:00+09:00"},
            service="mobile",
            monthly_fee=money("72000", "KRW"),
        ).verdict
        for start in ("2022-06-10", "2022-09-10")
    }
    assert korea == {"2022-06-10": "not_owed", "2022-09-10": "owed"}  # three hours were needed before July 2022
    uk = [
        amount(
            weighed(
                "uk-automatic-compensation",
                reported=f"{year}-05-{day}T07:00:00+01:00",
                fixed=f"{year}-05-{day + 4}T00:00:00+01:00",
                place="England",
            )
        )
        for year, day in ((2025, 13), (2026, 12))
    ]
    assert uk == ["9.98", "10.34"]
    twilio = [
        weighed("twilio", period=days(f"{month}-01", f"{after}-01"), downtime_minutes=30).version
        for month, after in (("2023-01", "2023-02"), ("2023-03", "2023-04"))
    ]
    assert twilio == ["2021-02-15", "2023-02-14"]


# ---------------------------------------------------------------------------------------------------------------------
# money, and what is not known


@breaks("amounts have cents")
def test_amounts_have_cents_is_broken_by_won_yen_dinars_and_credits_under_a_cent() -> None:
    shown = {}
    for currency in ("KRW", "JPY", "USD", "BHD"):
        found = weighed("airtable", period=SEPTEMBER, downtime_minutes=100, bill=money("1234.567", currency))
        assert found.amount is not None
        assert found.amount.exact == Fraction("1234.567") * 100 / 43_200 * 10
        shown[currency] = [f"{value}" for _, value in found.amount.rules]
    assert shown == {"KRW": ["29", "28"], "JPY": ["29", "28"], "USD": ["28.58", "28.57"], "BHD": ["28.578", "28.577"]}
    small = weighed(
        "cloudflare-business", period=SEPTEMBER, outage_minutes=1, affected_customer_ratio="0.5", bill=money("200")
    )
    assert (small.verdict, amount(small), small.computed and small.computed.exact) == ("owed", "0.00", Fraction(1, 432))


@breaks("rounding is harmless")
def test_rounding_is_harmless_is_broken_by_atlassian_and_bedrock() -> None:
    """Two decimals hide a miss, and binary fractions invent one."""
    shown = weighed(
        "atlassian-cloud-enterprise", period=days("2026-07-01", "2026-08-01"), downtime_minutes=23, bill=money("800")
    )
    assert shown.measure is not None
    assert shown.measure.value is not None
    assert shown.measure.value < Fraction("99.95")
    assert f"{float(shown.measure.value):.2f}" == "99.95"  # what is displayed keeps the promise
    assert shown.verdict == "ambiguous"
    segments = [{"intervals": 864, "requests": 1000, "errors": 10}, {"intervals": 7776, "requests": 1000, "errors": 0}]
    exact = weighed("amazon-bedrock", period=JUNE, interval_minutes=5, segments=segments, bill=money("12000"))
    assert (figure(exact), exact.verdict) == ("99.900000", "not_owed")
    binary = 100 * sum([1 - 10 / 1000] * 864 + [1.0] * 7776) / 8640
    assert binary != 99.9  # a mean in floating point does not land on the edge


@breaks("targets are commitments")
def test_targets_are_commitments_is_broken_by_anthropic_bedrocks_reserved_tier_and_slow_lines() -> None:
    anthropic = weighed("anthropic", period=SEPTEMBER, uptime_percent="90", bill=money("10000"))
    assert anthropic.verdict in ("goodwill", "not_owed")  # 99.5 % is a target without a remedy
    assert anthropic.reasons[0] == "no_sla"
    target = find("anthropic").versions[-1].clauses["target"].says
    assert "99.5" in target
    reserved = find("amazon-bedrock").versions[0]
    assert "99.5" in reserved.clauses["reserved-tier"].says
    assert all(promise.id != "reserved-tier" for promise in reserved.promises)  # it carries no promise
    slow = weighed(
        "uk-automatic-compensation",
        event="slow_service",
        reported="2026-07-10T14:00:00+01:00",
        fixed="2026-07-18T00:00:00+01:00",
        place="England",
    )
    assert (slow.verdict, slow.reasons) == ("not_owed", ("not_a_total_loss",))


@breaks("terms are published")
def test_terms_are_published_is_broken_by_openai_and_azure_openai() -> None:
    """Both promise 99.9 %; what a month of 90 % gives cannot be looked up, and is not made up."""
    for terms in ("openai-scale-tier", "azure-openai"):
        found = weighed(terms, period=SEPTEMBER, uptime_percent="90", bill=money("10000"), agreement="enterprise")
        assert (found.verdict, found.amount, found.form) == ("unknown", None, "none"), terms
        assert found.said.status == "U"
    sibling = weighed("azure-request-template", "2020", period=SEPTEMBER, uptime_percent="90", bill=money("10000"))
    assert amount(sibling) == "2500.00"  # what a naive design would take from the sibling's table


def test_every_row_of_the_table_has_its_test(shared: Path) -> None:
    text = (shared / "terms" / "primitives.md").read_text().split("## Real terms that break naive designs")[1]
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")][2:]
    assert len(rows) == 26
    assert sorted(rows) == sorted(ROWS)
    assert all(re.search(r"_(is|gives|needs)_?.*broken_", name) for name in ROWS.values())
