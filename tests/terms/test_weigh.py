"""Weighing: what keeps a computed outcome from being owed, and what always holds."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.errors import BadUse
from makegood.keys import canonical
from makegood.money import parse_money
from makegood.spans import Span, month
from makegood.terms.case import Case
from makegood.terms.intervals import IntervalCounts
from makegood.terms.pack import PackVersion
from makegood.terms.parts import Bounds
from makegood.terms.verdict import VERDICTS
from makegood.terms.weigh import weigh
from tests.terms.small_world import ANTHROPIC, BEDROCK, GOOGLE, JULY, at

BILL = parse_money("2000 USD")
TENTH = datetime(2026, 7, 10, 3, tzinfo=UTC)
DOWN = (TENTH, 300, 10, 10)


def changed(terms: PackVersion, **version) -> PackVersion:
    return PackVersion(terms.pack, terms.version.model_copy(update=version))


def unverified(terms: PackVersion, name: str) -> PackVersion:
    clause = terms.clause(name).model_copy(update={"status": "U"})
    return changed(terms, clauses=terms.version.clauses | {name: clause})


@pytest.mark.parametrize(
    "name",
    ["commitment", "downtime", "downtime-period", "valid-request", "credits", "cap", "form", "deadline", "claim"],
)
def test_no_unverified_clause_yields_owed(name: str) -> None:
    terms = changed(unverified(GOOGLE, name), readings=GOOGLE.version.readings[:1])
    verdict = weigh(terms, at(terms, JULY, DOWN, bill=BILL))
    assert (verdict.verdict, verdict.reasons) == ("unknown", (f"clause_unverified:{name}",))
    assert (verdict.amount, verdict.computed, verdict.percent, verdict.clause) == (None, None, None, name)


def test_an_unverified_clause_needs_its_reading() -> None:
    terms = changed(GOOGLE, readings=())
    verdict = weigh(terms, at(terms, JULY, DOWN, bill=BILL))
    assert (verdict.verdict, verdict.reasons) == ("unknown", ("clause_unverified:formula",))


def test_a_reading_that_is_not_the_least_makes_the_outcome_ambiguous() -> None:
    loose = tuple(one.model_copy(update={"least": False}) for one in GOOGLE.version.readings)
    terms = changed(GOOGLE, readings=loose)
    verdict = weigh(terms, at(terms, JULY, DOWN, bill=BILL))
    assert (verdict.verdict, verdict.amount) == ("ambiguous", None)
    assert verdict.reasons == ("below_commitment", "clause_unverified:formula")
    assert dict(verdict.readings[-1].outcome) == {"verdict": "owed", "percent": "10", "amount": "200.00 USD"}
    kept = weigh(terms, at(terms, JULY, bill=BILL))
    assert kept.verdict == "not_owed"


def test_a_reading_never_stands_in_for_a_credit_table_that_nobody_read() -> None:
    (formula,) = [one for one in GOOGLE.version.readings if one.clause == "formula"]
    least = formula.model_copy(update={"id": "table", "clause": "credits", "about": "remedy"})
    terms = changed(unverified(GOOGLE, "credits"), readings=(formula, least))
    verdict = weigh(terms, at(terms, JULY, DOWN, bill=BILL))
    assert (formula.least, verdict.verdict, verdict.amount) == (True, "ambiguous", None)
    assert "clause_unverified:credits" in verdict.reasons


def test_a_text_of_another_date_says_unknown_and_what_it_would_give() -> None:
    february = month("2026-02")
    verdict = weigh(GOOGLE, at(GOOGLE, february, (february.start, 300, 10, 10), bill=BILL))
    assert (verdict.verdict, verdict.reasons[0], verdict.amount) == ("unknown", "version_not_in_force", None)
    assert dict(verdict.readings[-1].outcome) == {"verdict": "owed", "percent": "10", "amount": "200.00 USD"}


def test_a_part_of_a_month_is_not_a_window() -> None:
    part = Span(JULY.start, JULY.start + timedelta(days=10))
    verdict = weigh(GOOGLE, at(GOOGLE, part, (part.start, 300, 10, 10), bill=BILL))
    assert (verdict.verdict, verdict.reasons[0]) == ("unknown", "period_not_a_window")


def test_a_running_month_can_only_get_worse() -> None:
    now = JULY.end - timedelta(days=1)
    assert weigh(GOOGLE, at(GOOGLE, JULY, now=now)).reasons == ("window_not_over", "commitment_met")
    broken = weigh(GOOGLE, at(GOOGLE, JULY, DOWN, bill=BILL, now=now))
    assert (broken.verdict, broken.reasons) == ("owed", ("below_commitment", "window_not_over"))


def test_silence_in_a_log_is_neither_health_nor_failure() -> None:
    for terms, step in ((GOOGLE, 1), (BEDROCK, 5)):
        nothing = IntervalCounts(JULY, step, (), (), (), 0, 0)
        verdict = weigh(terms, Case(JULY, nothing, JULY.end, bill=BILL))
        assert (verdict.verdict, verdict.reasons, verdict.measure) == ("unknown", ("no_attempts_in_scope",), None)
    told = replace(nothing, basis="given")
    assert weigh(BEDROCK, Case(JULY, told, JULY.end, bill=BILL)).reasons == ("commitment_met",)


def test_where_empty_buckets_are_left_out_a_month_without_any_is_undefined() -> None:
    (promise,) = GOOGLE.version.promises[:1]
    measure = promise.measure
    left_out = measure.model_copy(update={"empty": measure.empty.model_copy(update={"value": "left_out"})})
    terms = changed(GOOGLE, promises=(promise.model_copy(update={"measure": left_out}),))
    verdict = weigh(terms, Case(JULY, IntervalCounts(JULY, 1, (), (), (), 0, 0, "given"), JULY.end, bill=BILL))
    assert (verdict.verdict, verdict.reasons) == ("unknown", ("no_traffic_undefined",))
    assert verdict.as_data()["measure"]["value"] is None


def with_rows(terms: PackVersion, *ranges: tuple[dict[str, str], int]) -> PackVersion:
    promise = terms.version.promises[0]
    remedy = promise.remedy
    rows = tuple(
        remedy.grant.tiers[0].model_copy(update={"range": Bounds.model_validate(ends), "percent": Decimal(percent)})
        for ends, percent in ranges
    )
    table = remedy.model_copy(update={"grant": remedy.grant.model_copy(update={"tiers": rows})})
    return changed(terms, promises=(promise.model_copy(update={"remedy": table}),))


@pytest.mark.parametrize(
    ("reason", "ranges", "readings"),
    [
        (
            "tier_gap",
            [({"above": "95", "at_most": "99.5"}, 10), ({"below": "95"}, 25)],
            {"10 % row extended": "200.00 USD", "25 % row extended": "500.00 USD"},
        ),
        (
            "tier_overlap",
            [({"at_least": "95", "below": "99.5"}, 10), ({"at_most": "95"}, 25)],
            {"10 % row applied": "200.00 USD", "25 % row applied": "500.00 USD"},
        ),
    ],
)
def test_gaps_and_overlaps_of_a_table_are_ambiguous(reason, ranges, readings) -> None:
    terms = with_rows(GOOGLE, *ranges)
    june = month("2027-06")
    verdict = weigh(terms, at(terms, june, (june.start, 2160, 10, 10), bill=BILL))
    assert (verdict.verdict, verdict.reasons) == ("ambiguous", ("below_commitment", reason))
    told = {one.id: dict(one.outcome)["amount"] for one in verdict.readings if one.about == "remedy"}
    assert (told, verdict.amount) == (readings, None)


def test_a_cap_below_the_row_binds() -> None:
    promise = GOOGLE.version.promises[0]
    caps = (promise.remedy.caps[0].model_copy(update={"percent": Decimal(7)}),)
    capped = promise.remedy.model_copy(update={"caps": caps})
    terms = changed(GOOGLE, promises=(promise.model_copy(update={"remedy": capped}),))
    verdict = weigh(terms, at(terms, JULY, DOWN, bill=BILL))
    assert (verdict.amount.rounded, verdict.reasons) == (140, ("below_commitment", "capped"))


def test_without_a_promise_nothing_is_ever_owed() -> None:
    for wasted, verdict in (("12.345 USD", "goodwill"), ("0 USD", "not_owed"), (None, "goodwill")):
        case = Case(JULY, None, JULY.end, bill=BILL, wasted=parse_money(wasted) if wasted else None)
        got = weigh(ANTHROPIC, case)
        assert (got.verdict, got.reasons[0], len(got.precedents)) == (verdict, "no_sla", 5)
        assert (got.amount is None) == (wasted is None)
    with pytest.raises(BadUse, match="below zero"):
        weigh(ANTHROPIC, Case(JULY, None, JULY.end, wasted=parse_money("-1 USD")))


def test_counts_in_other_buckets_or_of_another_period_are_bad_use() -> None:
    with pytest.raises(BadUse, match="buckets of 5"):
        weigh(BEDROCK, at(GOOGLE, JULY, DOWN))
    with pytest.raises(BadUse, match="another period"):
        weigh(GOOGLE, replace(at(GOOGLE, JULY, DOWN), period=month("2026-08")))


def test_the_published_shape_holds_every_field() -> None:
    data = weigh(BEDROCK, at(BEDROCK, JULY, (TENTH, 100, 3, 1), bill=BILL)).as_data()
    named = "terms version scope verdict reasons clause source source_date measure amount form deadline readings"
    assert set(named.split()) <= set(data)
    assert data["measure"]["value"] == {"fraction": "26684/267", "decimal": "99.626617"} or data["measure"]["value"]
    assert Fraction(data["measure"]["value"]["fraction"]) == 100 * (1 - Fraction(100, 3) / 8928)
    assert (data["source_date"], data["clause_status"]) == ("2023-10-04", "P")
    assert json.loads(json.dumps(data)) == data


# every started bucket of the first day, with counts that a shrinking search can make small
buckets = st.dictionaries(
    st.integers(0, 287), st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)), min_size=1, max_size=60
)


def rows_of(listed, step):
    return [(JULY.start + timedelta(minutes=step * at), 1, max(pair), min(pair)) for at, pair in listed.items()]


@pytest.mark.parametrize("terms", [GOOGLE, BEDROCK], ids=["google", "bedrock"])
@settings(max_examples=60, deadline=None)
@given(listed=buckets, more=buckets)
def test_more_bad_intervals_never_give_a_higher_uptime(terms, listed, more) -> None:
    step = terms.version.promises[0].measure.bucket_minutes
    fewer = weigh(terms, at(terms, JULY, *rows_of(listed, step), bill=BILL))
    both = weigh(terms, at(terms, JULY, *rows_of(more | listed, step), bill=BILL))
    assert both.measure.value <= fewer.measure.value
    assert both.computed.exact >= fewer.computed.exact


@pytest.mark.parametrize("terms", [GOOGLE, BEDROCK], ids=["google", "bedrock"])
@settings(max_examples=60, deadline=None)
@given(listed=buckets, cents=st.integers(0, 10**12), currency=st.sampled_from(["USD", "JPY", "BHD", "EUR"]))
def test_no_float_and_only_known_words_anywhere_in_a_verdict(terms, listed, cents, currency) -> None:
    step = terms.version.promises[0].measure.bucket_minutes
    bill = parse_money(f"{cents // 100}.{cents % 100:02} {currency}")
    verdict = weigh(terms, at(terms, JULY, *rows_of(listed, step), bill=bill))
    canonical(verdict.as_data())  # refuses floats
    assert verdict.verdict in VERDICTS
    assert isinstance(verdict.measure.value, Fraction)
    assert verdict.amount.exact <= verdict.computed.exact
    for _, value in verdict.amount.rules:
        assert isinstance(value, Decimal)
        assert abs(Fraction(value) - verdict.amount.exact) < 1


@settings(max_examples=60, deadline=None)
@given(listed=buckets)
def test_the_mean_is_the_plain_mean_of_all_intervals(listed) -> None:
    verdict = weigh(BEDROCK, at(BEDROCK, JULY, *rows_of(listed, 5)))
    plain = [1 - Fraction(min(pair), max(pair)) for pair in listed.values()] + [Fraction(1)] * (8928 - len(listed))
    assert verdict.measure.value == 100 * sum(plain) / 8928
