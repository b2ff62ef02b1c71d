"""Replay: the same outages or attempts under several packs; amounts reckoned by hand, and nothing known is no zero."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from makegood.errors import BadUse
from makegood.money import Money
from makegood.spans import Span, moment, month
from makegood.terms.measure import Counting, measured
from makegood.terms.outages import from_spans
from makegood.terms.pack import Coverage, Pack
from makegood.terms.read import find
from makegood.terms.replay import Account, Evidence, Played, replay, touching
from makegood.terms.worth import Worth
from tests.terms.small_world import SmallWarehouse
from tests.terms.whole_contract import CLAIM, DEADLINE, GONE, VERSION, Changes, changed

JUNE = month("2026-06")
NOW = datetime(2026, 12, 1, tzinfo=UTC)
FAR_OFF = datetime(2036, 1, 1, tzinfo=UTC)
BILL = Money(Decimal(12000), "USD")
TIERS = "remedy.grant.tiers"
TENTH = {"kind": "tiers", "tiers": [{"percent": 10, "clause": "credits"}]}


def outage(start: str, minutes: int) -> Span:
    """An outage of so many minutes."""
    return Span(moment(start), moment(start) + timedelta(minutes=minutes))


def on(*outages: Span, span: Span = JUNE, **fields: Any) -> Evidence:
    """Evidence of outages over a span, with a bill of 12,000 USD a month."""
    told = touching(from_spans(outages))
    return Evidence(**{"span": span, "now": NOW, "outages": told, "bill": BILL, **fields})


def account(pack: Pack, evidence: Evidence) -> Account:
    """What the pack gives."""
    (one,) = replay([pack], evidence)
    return one


def only(account: Account) -> Played:
    """Its one window."""
    (one,) = account.played
    return one


def paid(least: str, most: str | None = None) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """The two ends of an amount in US dollars."""
    return {"USD": Decimal(least)}, {"USD": Decimal(most or least)}


def ends(worth: Worth) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """The two ends of what something comes to."""
    return dict(worth.least), dict(worth.most)


def test_774_minutes_of_june_2025_are_98_2083_percent_under_every_pack_that_counts_down_time(shared: Path):
    with (shared / "data" / "reference_facts" / "documented_incidents.csv").open(
        encoding="utf-8", newline=""
    ) as stream:
        rows = [one for one in csv.DictReader(stream) if (one["case_id"], one["product"]) == ("oai-2025-06-10", "API")]
    (row,) = rows
    span = Span(moment(row["start_utc"]), moment(row["end_utc"]))
    assert span.minutes == int(row["minutes"]) == 774
    whole, google, bedrock = replay(
        [changed(), find("google-gemini"), find("amazon-bedrock")], on(span, span=month("2025-06"))
    )
    for one in (whole, google):
        assert only(one).leading.measure.value == Fraction(100 * (43200 - 774), 43200)
        assert only(one).leading.measure.decimal() == "98.208333"
        assert only(one).leading.percent == 25
        assert ends(one.total) == paid("3000.00")
        assert not only(one).in_force
    assert only(bedrock).leading.reasons == ("requests_not_shown",)
    assert bedrock.total == Worth(unknown=1)


@pytest.mark.parametrize(
    ("spans", "percent", "amount"),
    [
        ([], None, None),
        ([outage("2026-06-10T00:00:00Z", 43)], None, None),
        ([outage("2026-06-10T00:00:00Z", 44)], 10, "1200.00"),
        ([outage("2026-06-10T00:00:00Z", 432)], 10, "1200.00"),
        ([outage("2026-06-10T00:00:00Z", 433)], 25, "3000.00"),
        ([outage("2026-06-10T00:00:00Z", 2161)], 100, "12000.00"),
        ([outage(f"2026-06-{day:02d}T00:00:00Z", 4) for day in range(1, 31)], None, None),
        ([outage("2026-06-10T00:00:00Z", 30), outage("2026-06-10T00:20:00Z", 23)], None, None),
        ([outage("2026-05-31T23:58:00Z", 45), outage("2026-06-30T23:59:00Z", 60)], 10, "1200.00"),
    ],
    ids=["none", "43", "44", "432", "433", "2161", "short-ones", "overlapping", "over-both-edges"],
)
def test_a_month_by_its_minutes(spans: list[Span], percent: int | None, amount: str | None):
    one = account(changed(), on(*spans))
    assert only(one).leading.percent == (percent or 0)
    assert ends(one.total) == (paid(amount) if amount else ({}, {}))


def test_a_failure_over_the_edge_of_a_month_counts_in_both_by_its_whole_length():
    span = Span(JUNE.start, month("2026-07").end)
    pack = changed({"commitment.range.at_least": 100, f"{TIERS}.0.range.below": 100})
    one = account(pack, on(outage("2026-06-30T23:57:00Z", 6), span=span))
    assert [each.leading.measure.counted_minutes for each in one.played] == [3, 3]
    assert ends(one.total) == paid("2400.00")


def test_without_a_bill_the_percentage_is_known_and_the_amount_is_not_zero():
    one = account(changed(), on(outage("2026-06-10T00:00:00Z", 44), bill=None))
    assert only(one).leading.percent == 10
    assert one.total == Worth(owed=1, unknown=1)


def test_an_unstated_rounding_gives_a_least_and_a_most():
    pack = changed({"remedy.rounding.rule": "unstated"})
    evidence = on(outage("2026-06-10T00:00:00Z", 433), bill=Money(Decimal("100.02"), "USD"))
    assert ends(account(pack, evidence).total) == paid("25.00", "25.01")


def test_a_gap_of_the_table_gives_the_rows_beside_it():
    pack = changed({f"{TIERS}.1.range.at_least": 97})
    one = account(pack, on(outage("2026-06-10T00:00:00Z", 1440)))
    assert only(one).leading.verdict == "ambiguous"
    assert ends(one.total) == paid("3000.00", "12000.00")


def test_a_figure_that_keeps_the_promise_and_lies_in_a_row_may_give_nothing():
    pack = changed({f"{TIERS}.0.range": {"at_least": 99}})
    one = account(pack, on(outage("2026-06-10T00:00:00Z", 10)))
    assert only(one).leading.verdict == "ambiguous"
    assert ends(one.total) == paid("0.00", "1200.00")


@pytest.mark.parametrize(
    ("changes", "bill"),
    [
        ({"window.kind": "calendar_quarter"}, "3600.00"),
        ({"window.kind": "calendar_year", f"{TIERS}.0.range.below": 100, "commitment.range.at_least": 100}, "14400.00"),
        ({"window.kind": "billing_cycle"}, "3000.00"),
    ],
)
def test_a_longer_window_takes_the_bill_of_its_months(changes: Changes, bill: str):
    one = account(changed(changes), on(outage("2026-06-10T00:00:00Z", 774), now=datetime(2027, 6, 1, tzinfo=UTC)))
    assert ends(one.total) == paid(bill)


def test_what_is_paid_for_a_month_is_not_multiplied_by_a_longer_window():
    grant = {"kind": "tiers", "tiers": [{"times": 10, "clause": "credits"}]}
    changes = {"window.kind": "calendar_quarter", "remedy.grant": grant, "remedy.base.paid_for": "calendar_month"}
    one = account(changed(changes), on(outage("2026-06-10T00:00:00Z", 432)))
    assert ends(one.total) == paid("1200.00")  # ten times 12,000 x 432 / 43,200: April has 30 days


def test_the_evidence_may_speak_of_a_part_of_the_window():
    seen = Span(JUNE.start, moment("2026-06-20T00:00:00Z"))
    assert account(changed(), on(observed=seen)).total == Worth(unknown=1)
    one = account(changed(), on(outage("2026-06-10T00:00:00Z", 774), observed=seen))
    assert ends(one.total) == paid("3000.00")


def test_a_window_that_still_runs_is_not_kept_yet():
    early = datetime(2026, 6, 20, tzinfo=UTC)
    assert only(account(changed(), on(now=early))).leading.reasons[0] == "window_not_over"
    assert account(changed(), on(now=early)).total == Worth(unknown=1)


def test_a_claim_is_taken_as_made_in_time_and_whole_however_long_ago_it_was():
    pack = changed({"automatic": GONE, "claim": {**CLAIM, "if_missing": "forfeited"}, "deadlines": [DEADLINE]})
    one = account(pack, on(outage("2026-06-10T00:00:00Z", 774), now=FAR_OFF))
    assert only(one).leading.verdict == "owed"
    assert only(one).leading.missing == ()
    by_itself = account(changed({"deadlines": [DEADLINE]}), on(outage("2026-06-10T00:00:00Z", 774), now=FAR_OFF))
    assert only(by_itself).leading.verdict == "owed"


def test_each_outage_is_an_event_of_its_own():
    per_hour = {"kind": "per_unit", "counted": "started", "sum": {"amount": 7, "currency": "USD"}, "clause": "credits"}
    rule = {"kind": "down_time", "take": "total", "bad_when": {"error_rate": {"above": 5}, "clause": "uptime"}}
    measure = {"name": "hours", "unit": "hours", "aggregation": {**rule, "clause": "uptime"}}
    changes = {"window.kind": "event", "measure": measure, "coverage": GONE, "commitment": GONE}
    first, second = outage("2026-06-10T00:00:00Z", 61), outage("2026-06-12T00:00:00Z", 60)
    one = account(changed({**changes, "remedy.grant": per_hour}), on(first, second))
    assert [each.window for each in one.played] == [first, second]
    assert [ends(each.worth) for each in one.played] == [paid("14.00"), paid("7.00")]


def test_two_missed_months_in_a_row_are_found_across_the_windows():
    rule = {"consecutive": 2, "reason": "two_in_a_row", "otherwise": "one_alone", "clause": "uptime"}
    down = [outage(f"2026-{at:02d}-10T00:00:00Z", 774) for at in (6, 8, 9)]
    span = Span(JUNE.start, month("2026-09").end)
    one = account(changed({"several": rule, "remedy.grant": TENTH}), on(*down, span=span))
    assert [each.leading.verdict for each in one.played] == ["not_owed", "not_owed", "not_owed", "owed"]
    assert ends(one.total) == paid("1200.00")


def test_a_cap_over_a_rolling_year_counts_what_the_replay_gave_before():
    cap = {"sum": {"amount": 5000, "currency": "USD"}, "less": "spent", "per": "rolling 12 months", "clause": "credits"}
    down = [outage(f"2026-{at:02d}-10T00:00:00Z", 774) for at in (6, 7, 8)]
    evidence = on(*down, span=Span(JUNE.start, month("2026-08").end))
    one = account(changed({"remedy.caps": [cap]}), evidence)
    assert [ends(each.worth)[0] for each in one.played[:2]] == [paid("3000.00")[0], paid("2000.00")[0]]
    assert one.played[2].leading.verdict == "not_owed"
    assert ends(account(changed({"remedy.caps": [{**cap, "per": "month"}]}), evidence).total) == paid("9000.00")


def test_two_promises_of_one_text_go_by_its_rule():
    promise = VERSION["promises"][0]
    for rule, amount in (("each", "6000.00"), ("greatest", "3000.00")):
        pack = changed({"version.promises": [promise, {**promise, "id": "other"}], "version.stacking.rule": rule})
        assert ends(account(pack, on(outage("2026-06-10T00:00:00Z", 774))).total) == paid(amount)


def test_what_is_not_known_is_counted_by_windows():
    promise = {**VERSION["promises"][0]}
    promise["measure"] = {**promise["measure"], "aggregation": {"kind": "bucket_mean", "clause": "uptime"}}
    pack = changed({"version.promises": [promise, {**promise, "id": "other"}]})
    assert account(pack, on(span=Span(JUNE.start, month("2026-07").end))).total == Worth(unknown=2)


def test_a_condition_needs_its_fact():
    condition = {"fact": "backed_off", "is": True, "clause": "uptime"}
    pack, down = changed({"applies": [condition]}), outage("2026-06-10T00:00:00Z", 774)
    one = account(pack, on(down))
    assert only(one).leading.reasons == ("fact_not_given:backed_off",)
    assert one.total == Worth(unknown=1)
    one = account(pack, on(down, facts={"backed_off": "true", "plan": "gold"}))
    assert ends(one.total) == paid("3000.00")
    assert one.facts_unused == ("plan",)
    with pytest.raises(BadUse, match="'backed_off' is neither true nor false"):
        account(pack, on(down, facts={"backed_off": "perhaps"}))
    with pytest.raises(BadUse, match="'bill' is no fact of a contract"):
        account(pack, on(down, facts={"bill": "3"}))


def test_a_base_that_is_no_bill_is_never_taken_from_the_bill():
    pack, down = changed({"remedy.base.facts": ["spent"]}), outage("2026-06-10T00:00:00Z", 774)
    one = account(pack, on(down))
    assert one.total == Worth(owed=1, unknown=1)
    assert "fact_not_given:spent" in only(one).leading.reasons
    facts = {"spent.amount": "400", "spent.currency": "USD"}
    assert ends(account(pack, on(down, facts=facts)).total) == paid("100.00")
    assert account(pack, on(down, facts=facts)).facts_unused == ()


def test_a_text_that_promises_nothing_gives_nothing_that_is_owed_and_says_so():
    one = account(find("anthropic"), on(outage("2026-06-10T00:00:00Z", 774)))
    assert only(one).leading.verdict == "goodwill"
    assert one.total == Worth(goodwill=1)


def test_attempts_are_counted_alike_for_every_pack_whoever_its_provider_is():
    start = moment("2026-06-10T00:00:00Z")
    rows = [
        (
            "acme",
            "chat",
            model,
            "eu",
            start + timedelta(minutes=at),
            10,
            {500: 10} if at < 100 and model == "two" else {},
        )
        for model in ("one", "two")
        for at in range(110)
    ]
    warehouse = SmallWarehouse([*rows, ("other", "chat", "x", "", start, 1000, {})])

    def counted(asked: Counting) -> Any:
        return measured(warehouse, asked)

    apart = Coverage(split=("model",), clause="uptime")
    evidence = on(outages=None, measure=counted, providers=("acme",), coverage=apart)
    whole, google, bedrock = replay([changed(), find("google-gemini"), find("amazon-bedrock")], evidence)
    for one in (whole, google):
        assert only(one).leading.measure.counted_minutes == 100
    assert ends(whole.total) == paid("1200.00")
    assert only(bedrock).leading.measure.value == 100 * (1 - Fraction(10, 8640))
    assert ends(bedrock.total) == paid("1200.00")
    narrow = on(outages=None, measure=counted, providers=("acme",), coverage=Coverage(models=("three",), clause="x"))
    assert account(changed(), narrow).total == Worth(unknown=1)
    assert only(account(changed(), narrow)).leading.reasons == ("no_attempts_in_scope",)


def test_outages_stand_in_where_attempts_cannot_be_counted():
    def never(_: Counting) -> Any:
        raise AssertionError("this promise counts no attempts")

    unlogged: Changes = dict.fromkeys(
        ("coverage", "population", "measure.bucket_minutes", "measure.bucket_clause"), GONE
    )
    one = account(changed(unlogged), on(outage("2026-06-10T00:00:00Z", 774), measure=never))
    assert ends(one.total) == paid("3000.00")
