"""Packs of services with unusual rules: what each of them is there to prove, and what is never made up."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from makegood.spans import month
from makegood.terms.case import Case
from makegood.terms.check import tried
from makegood.terms.read import find, packs, pick
from makegood.terms.verdict import Verdict
from makegood.terms.weigh import weigh
from makegood.terms.worked import Worked

UNUSUAL = [
    "airtable",
    "lever",
    "notion",
    "mailgun",
    "onelogin",
    "docusign-eu",
    "coupa",
    "sap-cloud",
    "hubspot",
    "segment",
    "splunk-cloud",
    "google-workspace",
    "mongodb-atlas",
    "redis-cloud",
    "cockroachdb",
    "fastly",
    "contentsquare-heap",
    "tidb-cloud",
]
SEPTEMBER = {"start": "2026-09-01T00:00:00Z", "end": "2026-10-01T00:00:00Z"}
USD = {"currency": "USD", "amount": "1000.00"}


def weighed(terms: str, **inputs: Any) -> Verdict:
    given = {"period": SEPTEMBER, "bill": USD, **inputs}
    given = {name: value for name, value in given.items() if value is not None}
    return tried(find(terms), Worked.model_validate({"id": "x", "inputs": given, "expected": {}})).verdict


def due(verdict: Verdict) -> str | None:
    """The amount, rounded half up, or what is given instead of one."""
    if verdict.quantity is not None and verdict.amount is None:
        return f"{verdict.quantity.exact} {verdict.quantity.unit}"
    return f"{dict(verdict.amount.rules)['half_up']}" if verdict.amount else None


@pytest.mark.parametrize("terms", UNUSUAL)
def test_every_clause_is_second_hand_or_not_read_and_says_so_in_korean_as_well(terms: str) -> None:
    (version,) = find(terms).versions
    assert {clause.status for clause in version.clauses.values()} == {"S", "U"}
    for clause in version.clauses.values():
        assert clause.ko, clause
        assert "SLA.directory" in clause.source
        assert "CC BY 4.0" in clause.source
    assert len(version.worked) >= 4
    assert find(terms).on_request


@pytest.mark.parametrize("terms", UNUSUAL)
def test_a_text_seen_in_june_says_nothing_of_may(terms: str) -> None:
    may = month("2026-05")
    facts = {"committed_uptime": Fraction(100), "plan_covered": True, "credit_level": "1_day"}
    case = Case(may, None, datetime(2026, 6, 1, tzinfo=UTC), figures={"": Fraction(50)}, facts=facts)
    assert weigh(pick(find(terms), may.start), case).verdict == "unknown"


@pytest.mark.parametrize("terms", ["mongodb-atlas", "redis-cloud", "cockroachdb", "fastly", "tidb-cloud"])
def test_what_was_not_read_is_never_owed(terms: str) -> None:
    for uptime in ("0", "50", "99.999"):
        found = weighed(terms, uptime_percent=uptime, committed_uptime="100", plan_covered="true")
        assert (found.verdict, found.amount) == ("unknown", None)


@pytest.mark.parametrize(
    ("what", "terms", "inputs", "verdict", "amount"),
    [
        ("ten times the fee of 90 minutes", "airtable", {"downtime_minutes": 90}, "owed", "20.83"),
        (
            "the same without a claim",
            "lever",
            {"downtime_minutes": 90, "bill": USD | {"amount": "9900"}},
            "owed",
            "206.25",
        ),
        ("two runs over an hour on two days", "notion", {"outage_minutes": [61, 61]}, "owed", "100.00"),
        ("three half hours", "mailgun", {"downtime_minutes": "94.32"}, "owed", "150.00"),
        ("a third of an hour is one quarter or two", "onelogin", {"downtime_minutes": 20}, "ambiguous", None),
        ("four quarters of an annual fee / 12", "onelogin", {"downtime_minutes": 60}, "owed", "16.67"),
        ("46 minutes, whatever share they are", "docusign-eu", {"outage_minutes": [23, 23]}, "owed", "50.00"),
        ("an eighth is more than a tenth", "coupa", {"uptime_percent": "87.5"}, "owed", "125.00"),
        ("three percent below 99.7", "sap-cloud", {"uptime_percent": "96.7"}, "owed", "60.00"),
        ("a month of fees", "splunk-cloud", {"credit_level": "1_month"}, "owed", "1000.00"),
        ("seven days", "google-workspace", {"uptime_percent": "98"}, "owed", "7 days"),
        ("two days", "contentsquare-heap", {"uptime_percent": "97.5"}, "owed", "2 days"),
    ],
)
def test_each_rule_in_a_line(what: str, terms: str, inputs: dict[str, Any], verdict: str, amount: str | None) -> None:
    found = weighed(terms, **inputs)
    assert (found.verdict, due(found)) == (verdict, amount), what


def test_the_first_notice_and_the_claim_each_have_their_own_end() -> None:
    aware = "2026-09-10T08:00:00Z"
    steps = [("2026-09-11T07:59:59Z", "2026-10-31T23:59:59Z", "unknown", "clause_unverified:credits")]
    steps += [("2026-09-11T08:00:00Z", "2026-10-31T23:59:59Z", "not_owed", "notice_late")]
    steps += [("2026-09-11T07:59:59Z", "2026-11-01T00:00:00Z", "not_owed", "claim_late")]
    for notice, received, verdict, reason in steps:
        claim = {"notice": notice, "received": received}
        found = weighed("mongodb-atlas", uptime_percent="99", committed_uptime="99.9", awareness=aware, claim=claim)
        assert (found.verdict, found.reasons) == (verdict, (reason,))
        told = [dict(one.outcome) for one in found.readings if one.about == "deadline"]
        ends = {one["step"]: one["deadline"] for one in told}
        assert ends == {"notice": "2026-09-11T07:59:59Z", "claim": "2026-10-31T23:59:59Z"}


def test_nobody_who_names_no_moment_is_told_that_the_time_ran_out() -> None:
    outage = {"start": "2026-09-02T08:00:00Z", "end": "2026-09-02T10:00:00Z"}
    assert weighed("notion", outage=outage).verdict == "owed"
    late = weighed("notion", outage=outage, now="2026-10-05T00:00:00Z")
    assert (late.verdict, late.reasons) == ("not_owed", ("deadline_passed",))


def test_a_level_that_was_not_read_shows_what_a_miss_would_give_and_until_when() -> None:
    found = weighed("coupa", uptime_percent="99")
    assert (found.verdict, found.amount, found.clause) == ("unknown", None, "level")
    (told,) = [one for one in found.readings if one.id == "level_missed"]
    assert dict(told.outcome) == {"percent": "10", "amount": "100.00 USD"}


def test_services_of_which_only_the_form_is_known_have_no_pack() -> None:
    known = {name for pack in packs() for name in (pack.terms, *pack.aliases)}
    assert not known & {"zscaler", "workable", "greenhouse", "hootsuite"}


@pytest.mark.parametrize(
    ("terms", "inputs"),
    [
        ("contentsquare-heap", {"uptime_percent": "97.5", "days_granted_this_year": 10}),
        ("splunk-cloud", {"credit_level": "1_day", "credited_this_quarter": USD}),
    ],
)
def test_what_was_granted_before_may_leave_nothing(terms: str, inputs: dict[str, Any]) -> None:
    found = weighed(terms, **inputs)
    assert (found.verdict, found.reasons, found.form) == ("not_owed", ("cap_used_up",), "none")
