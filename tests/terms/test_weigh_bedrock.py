"""Amazon's text at its edges: a mean of five-minute availabilities, 99.9 %, more than one dollar, the second cycle."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from makegood.errors import BadUse
from makegood.money import parse_money
from makegood.spans import month
from makegood.terms.case import ClaimFacts
from makegood.terms.weigh import weigh
from tests.terms.small_world import BEDROCK, JULY, at

JUNE = month("2026-06")  # 8640 intervals of five minutes
BILL = parse_money("12000 USD")
ALL = frozenset({"identification", "region_or_product", "uptime_figures", "dates_times", "logs"})


@pytest.mark.parametrize(
    ("what", "rows", "value", "percent"),
    [
        ("exactly 99.9", [(864, 1000, 10)], Fraction(999, 10), 0),
        ("one error among a million more", [(864, 1000, 10), (1, 1_000_000, 1)], None, 10),
        ("exactly 99", [(864, 1000, 100)], Fraction(99), 10),
        ("a little below 99", [(864, 1000, 100), (1, 7, 1)], None, 25),
        ("exactly 95", [(432, 1, 1)], Fraction(95), 25),
        ("a little below 95", [(432, 1, 1), (1, 100_000, 1)], None, 100),
        ("a third of each interval", [(8640, 3, 1)], Fraction(200, 3), 100),
        ("all of it", [(8640, 9, 9)], Fraction(0), 100),
    ],
)
def test_rows_of_the_table(what, rows, value, percent) -> None:
    start, spans = JUNE.start, []
    for buckets, valid, errors in rows:
        spans.append((start, buckets, valid, errors))
        start += buckets * timedelta(minutes=5)
    verdict = weigh(BEDROCK, at(BEDROCK, JUNE, *spans, bill=BILL))
    assert verdict.percent == percent, what
    assert value is None or verdict.measure.value == value
    assert verdict.amount.exact == 120 * percent


def test_intervals_outside_the_cycle_cost_nothing() -> None:
    outside = [(JUNE.start - timedelta(minutes=5), 1, 1, 1), (JUNE.end, 1, 1, 1)]
    verdict = weigh(BEDROCK, at(BEDROCK, JUNE, (JUNE.start, 1, 2, 1), *outside))
    assert verdict.measure.value == 100 * (1 - Fraction(1, 2) / 8640)


def test_a_figure_that_would_round_onto_the_edge_is_shown_finer() -> None:
    verdict = weigh(BEDROCK, at(BEDROCK, JUNE, (JUNE.start, 864, 1000, 10), (JULY.start - timedelta(1), 1, 10**6, 1)))
    assert verdict.measure.decimal() == "99.89999999"
    assert verdict.reasons == ("below_commitment", "bill_not_given")


@pytest.mark.parametrize(
    ("bill", "verdict", "exact", "paid"),
    [
        ("10 USD", "not_owed", "1", "0.00"),
        ("9.99 USD", "not_owed", "0.999", "0.00"),
        ("10.01 USD", "owed", "1.001", "1.00"),
        ("10.10 USD", "owed", "1.01", "1.01"),
    ],
)
def test_a_credit_must_be_greater_than_one_dollar(bill, verdict, exact, paid) -> None:
    got = weigh(BEDROCK, at(BEDROCK, JUNE, (JUNE.start, 80, 10, 10), bill=parse_money(bill)))
    assert (got.verdict, got.percent, got.computed.exact) == (verdict, 10, Fraction(exact))
    assert got.amount.rounded == Decimal(paid)


def test_the_dollar_is_not_compared_with_another_currency() -> None:
    got = weigh(BEDROCK, at(BEDROCK, JUNE, (JUNE.start, 80, 10, 10), bill=parse_money("900 JPY")))
    assert (got.verdict, got.reasons) == ("owed", ("below_commitment", "minimum_in_other_currency"))


@pytest.mark.parametrize(
    ("cycle", "last_second"),
    [
        ("2026-06", "2026-08-31T23:59:59Z"),
        ("2026-12", "2027-02-28T23:59:59Z"),
        ("2027-12", "2028-02-29T23:59:59Z"),
        ("2026-10", "2026-12-31T23:59:59Z"),
    ],
)
def test_the_second_cycle_after_ends_with_its_own_month(cycle, last_second) -> None:
    period = month(cycle)
    verdict = weigh(BEDROCK, at(BEDROCK, period, (period.start, 100, 1, 1), bill=BILL))
    assert verdict.as_data()["deadline"] == last_second
    told = [dict(one.outcome)["deadline"] for one in verdict.readings if one.id == "cycle-of-incident-is-one"]
    assert told[0] < last_second


def test_the_cycle_follows_the_zone_that_is_named() -> None:
    seoul = month("2026-06", "Asia/Seoul")
    verdict = weigh(BEDROCK, at(BEDROCK, seoul, (seoul.start, 100, 1, 1), bill=BILL, zone="Asia/Seoul"))
    assert (verdict.verdict, verdict.as_data()["deadline"]) == ("owed", "2026-08-31T14:59:59Z")


@pytest.mark.parametrize(
    ("received", "reasons"),
    [
        (datetime(2026, 8, 31, 23, 59, 59, tzinfo=UTC), ("below_commitment", "claim_in_time")),
        (datetime(2026, 9, 1, tzinfo=UTC), ("claim_late",)),
    ],
)
def test_the_last_second_counts(received, reasons) -> None:
    claim = ClaimFacts(received, ALL)
    case = at(BEDROCK, JUNE, (JUNE.start, 100, 1, 1), bill=BILL, claim=claim, now=received)
    assert weigh(BEDROCK, case).reasons == reasons


def test_without_a_claim_all_that_it_must_hold_is_missing_and_the_deadline_can_pass() -> None:
    case = at(BEDROCK, JUNE, (JUNE.start, 100, 1, 1), bill=BILL, now=datetime(2026, 8, 31, tzinfo=UTC))
    assert set(weigh(BEDROCK, case).missing) == ALL
    late = at(BEDROCK, JUNE, (JUNE.start, 100, 1, 1), bill=BILL, now=datetime(2026, 9, 1, tzinfo=UTC))
    verdict = weigh(BEDROCK, late)
    assert (verdict.verdict, verdict.reasons, verdict.clause) == ("not_owed", ("deadline_passed",), "deadline")


def test_a_bill_below_zero_is_bad_use() -> None:
    with pytest.raises(BadUse, match="below zero"):
        weigh(BEDROCK, at(BEDROCK, JUNE, (JUNE.start, 100, 1, 1), bill=parse_money("-1 USD")))
