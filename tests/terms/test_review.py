"""Review: for every kind of finding a contract that leaves it open, beside the whole contract, which does not."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime
from typing import Any

import pytest

from makegood.spans import Span
from makegood.terms.findings import SEVERITIES, primitives, sayings
from makegood.terms.pack import PackVersion
from makegood.terms.read import find
from makegood.terms.review import CHECKS, review
from tests.terms.whole_contract import CLAIM, DEADLINE, GONE, VERSION, Changes, version_of

TODAY = date(2026, 3, 1)
CLAIMED: Changes = {"automatic": GONE, "claim": CLAIM, "deadlines": [DEADLINE]}
AGGREGATION, TIERS, READING = "measure.aggregation", "remedy.grant.tiers", "deadlines.0.readings.0"
DOWN_TIME = {"kind": "down_time", "take": "total", "clause": "uptime"}
UNLOGGED: Changes = {
    "coverage": GONE,
    "measure.bucket_minutes": GONE,
    "measure.bucket_clause": GONE,
    "population": GONE,
}
BAD_DAYS = {"kind": "bad_days", "of": "unstated", "clause": "uptime"}
GIVEN = {"kind": "given", "clause": "uptime"}
POOLED = {"kind": "pooled", "clause": "uptime"}
MONTHS = {"id": "two-months", "anchor": "window_end", "months": 2, "says": "Two months."}
NO_MONEY = {"kind": "no_money", "clause": "credits"}
WORKING = {"anchor": "window_end", "business_days": 5, "calendar": {"clause": "credits"}}
AWARE = {"if_not_given": "unknown", "fact": "backed_off", "is": True, "clause": "uptime"}
DAYS_365 = {"id": "a-year", "anchor": "purchase", "days": 365, "says": "365 days."}
SUM = {"amount": 5, "currency": "EUR"}


def bottom(percent: int, end: str = "below") -> dict[str, Any]:
    """The row for the worst figures."""
    return {"range": {end: "95"}, "percent": percent, "clause": "credits"}


OPEN: list[tuple[str, Changes]] = [
    ("no_last_day", {"version.effective": {"from": "2026-01-01"}}),
    (
        "never_looked_up",
        {"version.checked": GONE, **{f"version.clauses.{one}.date": GONE for one in ("uptime", "credits", "unread")}},
    ),
    ("stale", {"version.checked": "2025-08-01"}),
    ("promise_outside", {"effective": {"from": "2025-06-01", "to": "2026-06-01"}}),
    ("promise_outside", {"effective": {"from": "2026-06-01"}}),
    ("coverage_unsaid", {"coverage": GONE}),
    ("taken_together", {"coverage.split": []}),
    ("names_in_doubt", {"coverage.doubt": {"providers": ["acme"], "says": "two products", "clause": "uptime"}}),
    ("condition_unanswered", {"applies": [AWARE]}),
    ("zone_unstated", {"window.stated": False}),
    ("part_window_unsaid", {"window.part": GONE}),
    ("cycle_day_unsaid", {"window.kind": "billing_cycle"}),
    ("days_from_unsaid", {"window.kind": "fixed_days", "window.days": 30}),
    ("observer_unsaid", {"observer": GONE}),
    ("provider_alone", {"observer.by": "provider"}),
    ("both_and_no_rule", {"observer.by": "both"}),
    ("population_unsaid", {"population": GONE, "coverage": GONE}),
    ("server_errors_missing", {"population.errors.statuses": [0, 500]}),
    ("no_answer_unsaid", {"population.errors.statuses": ["500-599"]}),
    ("too_many_unsaid", {"population.left_out.statuses": ["400-428"], "population.recounts": []}),
    ("own_mistakes_count", {"population.left_out": GONE}),
    ("repeats_unsaid", {"population.repeats": GONE}),
    ("back_off_unsaid", {"duties": []}),
    ("tier_served_unsaid", {"population.recounts": []}),
    ("empty_unsaid", {"measure.empty.value": "undefined"}),
    ("empty_unsaid", {"measure.empty.value": "unstated"}),
    ("empty_unsaid", {AGGREGATION: POOLED, "measure.empty": GONE, **UNLOGGED}),
    ("interval_unsaid", UNLOGGED),
    ("interval_without_clause", {"measure.bucket_clause": GONE}),
    ("down_undefined", {f"{AGGREGATION}.bad_when": GONE}),
    ("only_total_failure", {f"{AGGREGATION}.bad_when.error_rate": {"at_least": 100}}),
    ("run_unsaid", {f"{AGGREGATION}.run": GONE}),
    ("run_excess_unsaid", {f"{AGGREGATION}.run.counts": GONE}),
    ("run_long", {f"{AGGREGATION}.run.at_least_minutes": 30}),
    ("partial_unsaid", {f"{AGGREGATION}.bad_when": GONE}),
    ("share_hidden", {f"{AGGREGATION}.weight": {"fact": "share", "clause": "uptime"}}),
    ("figure_unpublished", {AGGREGATION: {"kind": "unpublished", "clause": "uptime"}, **UNLOGGED}),
    ("figure_reported", {AGGREGATION: GIVEN, **UNLOGGED}),
    ("figure_has_readings", {AGGREGATION: BAD_DAYS, "measure.unit": "count"}),
    ("exclusions_unproven", {"exclusions.0.evidence": GONE}),
    ("maintenance_unsaid", {"exclusions": []}),
    ("maintenance_notice", {"exclusions.0.notice_hours": GONE}),
    ("maintenance_budget", {"exclusions.0.budget_minutes": GONE, "exclusions.0.budget_per": GONE}),
    ("denominator_unsaid", {"exclusions.0.takes": GONE}),
    ("exemption_unanswered", {"exemptions": [{"id": "free", "when": [AWARE], "says": "free", "clause": "uptime"}]}),
    (
        "edge_gap",
        {
            f"{TIERS}.2": {"range": {"below": "94.9"}, "percent": 100, "clause": "credits"},
            f"{TIERS}.1.range": {"above": "94.9", "below": "99"},
        },
    ),
    ("edge_overlap", {f"{TIERS}.2": bottom(100, "at_most")}),
    ("edge_kept", {f"{TIERS}.0.range": {"at_least": "99", "at_most": "99.9"}}),
    ("target_without_remedy", {"remedy.grant": NO_MONEY, "remedy.form": "credit"}),
    ("not_promised", {"commitment.promised": False}),
    ("level_elsewhere", {"commitment.level": "share"}),
    ("level_unread", {"commitment.unread": {"range": {"below": 99.9}, "clause": "unread"}}),
    ("remedy_unpublished", {TIERS: [{"unread": True, "clause": "unread"}]}),
    ("row_unread", {f"{TIERS}.2": {"range": {"below": 95}, "unread": True, "clause": "unread"}}),
    (
        "grant_has_readings",
        {"remedy.grant": {"kind": "per_unit", "counted": "unstated", "percent": 5, "clause": "credits"}},
    ),
    ("table_without_level", {"commitment": GONE}),
    ("table_gap", {f"{TIERS}.1.range.at_least": 96}),
    ("table_overlap", {f"{TIERS}.1.range.at_least": 94}),
    ("row_though_kept", {f"{TIERS}.0.range": {"at_least": 99}}),
    ("not_monotone", {f"{TIERS}.1.percent": 5}),
    (
        "base_missing",
        {
            "remedy.base": GONE,
            "remedy.grant": {"kind": "per_unit", "counted": "started", "percent": 5, "clause": "credits"},
        },
    ),
    ("base_time_unsaid", {"remedy.base.says": "what was paid"}),
    ("base_not_shown", {"remedy.base.facts": ["spent"]}),
    ("credit_only", {"remedy.form": "credit"}),
    ("credit_expiry_unsaid", {"remedy.form": "credit"}),
    ("payment_undated", {"remedy.pay_by": GONE}),
    ("notice_unsaid", {"duties": []}),
    ("cap_unsaid", {"remedy.caps": []}),
    ("cap_unread", {"remedy.caps.0.unread": True}),
    ("cap_time_unsaid", {"remedy.caps.0.per": GONE}),
    ("cap_without_before", {"remedy.caps.0.per": "rolling 12 months"}),
    ("cap_below_table", {"remedy.caps": [{"percent": 50, "per": "month", "clause": "credits"}]}),
    ("limit_has_readings", {"remedy.minimum.of": "unstated"}),
    ("minimum_unsaid", {"remedy.minimum": GONE}),
    ("stacking_unsaid", {"version.stacking": GONE}),
    ("choice_unsaid", {"version.stacking.rule": "choose_one"}),
    ("way_unsaid", {"automatic": GONE, "remedy.grant": NO_MONEY, "remedy.form": "notice_duty"}),
    ("claim_and_automatic", {"claim": CLAIM}),
    ("on_claim", CLAIMED),
    ("no_deadline", {**CLAIMED, "deadlines": []}),
    (
        "deadline_readings",
        {**CLAIMED, "deadlines.0.readings": [DEADLINE["readings"][0], {**MONTHS, "month_rule": "same_day"}]},
    ),
    ("month_rule_unsaid", {**CLAIMED, READING: {**MONTHS, "used": True}}),
    ("month_rule_unsaid", {"remedy.pay_by": MONTHS}),
    ("received_or_sent", {**CLAIMED, "deadlines.0.counts": GONE}),
    ("holidays_unsaid", {**CLAIMED, READING: {"id": "five", "used": True, "says": "Five.", **WORKING}}),
    ("deadline_short", {**CLAIMED, f"{READING}.days": 6}),
    ("contents_unsaid", {**CLAIMED, "claim.requires": []}),
    ("forfeits", {**CLAIMED, "claim.if_missing": "forfeited"}),
    ("duties_unsaid", {"duties": []}),
    ("duty_untold", {"duties.1.condition": GONE}),
    (
        "several_needed",
        {
            "several": {"consecutive": 2, "reason": "two", "otherwise": "one", "clause": "uptime"},
            TIERS: [{"percent": 10, "clause": "credits"}],
        },
    ),
    ("rounding_unsaid", {"remedy.rounding.rule": "unstated"}),
    ("currency_unsaid", {"remedy.caps": [], "remedy.minimum": GONE}),
    ("currencies_differ", {f"{TIERS}.2": {"range": {"below": 95}, "sum": SUM, "clause": "credits"}}),
    ("prepaid_unsaid", {"version.prepaid": GONE}),
    ("prepaid_expiry_unsaid", {"version.prepaid.expires": []}),
    ("prepaid_readings", {"version.prepaid.expires": [DAYS_365, {**DAYS_365, "id": "other", "days": 366}]}),
    ("prepaid_lost", {"version.prepaid.refundable": "no"}),
    (
        "month_rule_unsaid",
        {"version.prepaid.expires.0": {"id": "year", "anchor": "purchase", "years": 1, "says": "A year."}},
    ),
    ("clause_unread", {f"{AGGREGATION}.clause": "unread"}),
    ("secondhand", {"version.clauses.uptime.status": "S"}),
]


def codes(version: PackVersion) -> set[str]:
    """What the review finds, by code."""
    return {one.code for one in review(version, TODAY)}


@pytest.mark.parametrize(("code", "changes"), OPEN, ids=[f"{code}-{at}" for at, (code, _) in enumerate(OPEN)])
def test_what_a_contract_leaves_open_is_found_there_and_not_in_the_whole_one(code: str, changes: Changes):
    claimed = code != "on_claim" and "automatic" in changes and "claim" in changes
    whole = version_of(CLAIMED if claimed else {})
    assert code not in codes(whole)
    assert code in codes(version_of(changes))


def test_the_whole_contract_leaves_nothing_open_or_weak():
    assert {one.code for one in review(version_of(), TODAY) if one.severity != "fine"} == set()
    assert [one.primitive for one in review(version_of(), TODAY)] == list(range(1, 27))


def test_every_kind_of_finding_is_tried_here():
    elsewhere = {"stated", "sanctions_unsaid", "versions_gap", "nothing_promised", "clause_read_so", "clause_least"}
    assert {code for code, _ in OPEN} | elsewhere == set(sayings())
    assert {one.primitive for one in sayings().values()} - {0} == set(primitives()) == set(CHECKS) == set(range(1, 27))
    assert {one.severity for one in sayings().values()} == set(SEVERITIES)


def test_days_between_versions_are_told_of_both():
    later = {"version": "2", "effective": {"from": "2027-03-01", "to": "2028-01-01"}}
    pack = version_of({"pack.versions": [VERSION, {**VERSION, **later}]}).pack
    for version in pack.versions:
        (gap,) = [one for one in review(PackVersion(pack, version), TODAY) if one.code == "versions_gap"]
        assert gap.says == "No version is in force from 2027-01-01 until before 2027-03-01."


@pytest.mark.parametrize(("least", "code"), [(False, "clause_read_so"), (True, "clause_least")])
def test_a_reading_stands_in_for_a_clause_that_nobody_read(least: bool, code: str):
    reading = {"id": "so", "about": "measure", "says": "Read so.", "clause": "unread", "least": least}
    version = version_of({f"{AGGREGATION}.clause": "unread", "version.readings": [reading]})
    assert code in codes(version)
    assert "clause_unread" not in codes(version)


def test_a_clause_that_only_names_the_zone_or_the_rounding_carries_no_reckoning():
    assert "clause_unread" not in codes(version_of({"window.clause": "unread", "remedy.rounding.clause": "unread"}))


def test_a_text_that_promises_nothing_says_so_and_is_not_called_whole():
    goodwill = {"clause": "credits", "forms": ["credit"]}
    found = codes(version_of({"version.promises": [], "version.stacking": GONE, "version.goodwill": goodwill}))
    assert found == {"nothing_promised", "sanctions_unsaid"}


def test_a_finding_names_its_primitive_its_place_its_clause_and_the_mend():
    (one,) = [one for one in review(version_of({"remedy.caps.0.per": GONE}), TODAY) if one.severity == "open"]
    assert (one.primitive, one.name) == (16, "limits")
    assert (one.promise, one.section, one.clause) == ("uptime", "promises.uptime.remedy.caps", "credits")
    assert one.says == "A cap is stated and not the time over which it counts."
    assert one.write.startswith("Say for each month")


def test_the_gravest_come_first_and_each_is_told_once():
    found = review(version_of({"window.stated": False, "observer": GONE, "coverage.split": []}), TODAY)
    ranks = [(SEVERITIES.index(one.severity), one.primitive) for one in found]
    assert ranks == sorted(ranks)
    assert len(set(found)) == len(found)


def test_shipped_packs_show_what_their_texts_leave_open():
    google = find("google-gemini")
    found = codes(PackVersion(google, google.versions[0]))
    assert {"zone_unstated", "observer_unsaid", "deadline_readings", "cap_time_unsaid", "clause_least"} <= found
    bedrock = find("amazon-bedrock")
    found = codes(PackVersion(bedrock, bedrock.versions[0]))
    assert {"too_many_unsaid", "server_errors_missing", "cycle_day_unsaid", "stacking_unsaid", "cap_unsaid"} <= found
    assert "taken_together" not in found


def test_every_sentence_is_one_and_fills_in_what_its_finding_gives():
    for code, one in sayings().items():
        for sentence in (one.says, one.write):
            assert sentence.endswith("."), code
            assert not sentence.startswith(" "), code
    for _, changes in OPEN:
        for one in review(version_of(changes), TODAY):
            assert not [name for _, name, _, _ in string.Formatter().parse(one.says + one.write) if name], one.code


def test_a_part_of_a_window_is_weighed_only_where_the_contract_says_so():
    part = Span(datetime(2026, 2, 10, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
    over = Span(datetime(2026, 2, 10, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))
    for value, whole in (("own_length", True), ("whole_length", False), (GONE, False)):
        window = version_of({"window.part": value}).version.promises[0].window
        assert window.is_whole(part) is whole
        assert not window.is_whole(over)
