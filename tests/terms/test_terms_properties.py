"""What must hold of every pack that comes with makegood: no float, monotone, additive, whole months, whole cents."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from makegood.errors import MakegoodError
from makegood.money import ROUNDING, Money, exponent
from makegood.spans import Span, merged, to_us
from makegood.terms.case import Case, ClaimFacts
from makegood.terms.conditions import FactRule
from makegood.terms.downtime import down_figure
from makegood.terms.downtime_days import by_day
from makegood.terms.found import Found
from makegood.terms.gauge import FROM_DOWN_TIME, BadDays, DownTime, GoodTime, Pooled
from makegood.terms.intervals import IntervalCounts, columns
from makegood.terms.outages import Outages, lasting
from makegood.terms.pack import PackVersion, Promise
from makegood.terms.read import packs
from makegood.terms.remedies import Tiers
from makegood.terms.trust import contested, unread
from makegood.terms.uptime import uptime
from makegood.terms.verdict import Verdict, amount_of
from makegood.terms.weigh import weigh, weigh_each
from makegood.terms.window import Window

few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_MINUTE = timedelta(minutes=1)
CURRENCIES = {"KRW": 0, "JPY": 0, "USD": 2, "EUR": 2, "BHD": 3, "TND": 3}


def _all() -> Iterator[tuple[PackVersion, Promise]]:
    for pack in packs():
        for version in pack.versions:
            for promise in version.promises:
                yield PackVersion(pack, version), promise


def _named(items: list[tuple[PackVersion, Promise]]) -> list[str]:
    return [f"{terms.pack.terms} {terms.version.version} {promise.id}" for terms, promise in items]


def _counts_buckets(promise: Promise) -> bool:
    rule = promise.measure.aggregation
    return promise.measure.counted and (not isinstance(rule, FROM_DOWN_TIME) or rule.bad_when is not None)


ALL = list(_all())
COUNTED = [one for one in ALL if _counts_buckets(one[1])]
DOWN = [one for one in ALL if isinstance(one[1].measure.aggregation, FROM_DOWN_TIME)]
ZONES = sorted({promise.window.zone for _, promise in ALL})
WINDOWS = {(one.kind, one.first_month): one for _, promise in ALL if (one := promise.window).kind != "event"}
counted = pytest.mark.parametrize(("terms", "promise"), COUNTED, ids=_named(COUNTED))
down = pytest.mark.parametrize(("terms", "promise"), DOWN, ids=_named(DOWN))


def only(terms: PackVersion, promise: Promise) -> PackVersion:
    """The text with that promise alone."""
    return PackVersion(terms.pack, terms.version.model_copy(update={"promises": (promise,)}))


def window_of(terms: PackVersion, promise: Promise) -> Span:
    """A whole window in which the version is in force, where it is long enough in force to hold one."""
    start = datetime.combine(terms.version.effective.start, datetime.min.time(), UTC)
    last = promise.window.over(Span(start, start + timedelta(days=200)))
    return next((one for one in last if one.start >= start), last[0])


# ---------------------------------------------------------------------------------------------------------------------
# no float


def floats_in(value: object, path: str = "") -> Iterator[str]:
    """Where a float stands in data of any depth."""
    if isinstance(value, float):
        yield path
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from floats_in(part, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield from floats_in(part, f"{path}[{index}]")
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from floats_in(getattr(value, name), f"{path}.{name}")


numbers = st.fractions(min_value=0, max_value=10_000, max_denominator=1000)
moments = st.integers(0, 4 * 365 * 86400).map(lambda one: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=one))
amounts = st.decimals(min_value=0, max_value=10**7, places=3, allow_nan=False, allow_infinity=False)


def values_of(rule: FactRule, currency: str) -> st.SearchStrategy[Any]:
    """Any value that a fact may have."""
    if rule.kind == "word":
        return st.sampled_from(rule.one_of or ("other",))
    if rule.kind == "money":
        return amounts.map(lambda amount: Money(amount, currency))
    return {"flag": st.booleans(), "number": numbers, "moment": moments}[rule.kind]


@st.composite
def anything(draw: st.DrawFn, terms: PackVersion) -> Case:
    """A case of anything that may be told: figures, outages, facts or none, a bill in any currency, a claim or none."""
    promise = draw(st.sampled_from(terms.version.promises))
    period, currency = window_of(terms, promise), draw(st.sampled_from(sorted(CURRENCIES)))
    facts = {rule.name: draw(values_of(rule, currency)) for rule in terms.version.facts if draw(st.booleans())}
    minutes = int(period.minutes)
    spans = draw(st.lists(st.tuples(st.integers(0, max(1, minutes) - 1), st.integers(1, 5000)), max_size=4))
    outages = Outages(
        tuple(lasting(Span(period.start + at * _MINUTE, period.start + (at + long) * _MINUTE)) for at, long in spans)
    )
    claim = (
        ClaimFacts(period.end + draw(st.integers(0, 200)) * timedelta(days=1), None) if draw(st.booleans()) else None
    )
    return Case(
        period,
        None,
        period.end + timedelta(days=400),
        bill=Money(draw(amounts), currency) if draw(st.booleans()) else None,
        claim=claim,
        outages=outages if draw(st.booleans()) else None,
        figures={"": Fraction(draw(st.integers(0, 100_000)), 1000)} if draw(st.booleans()) else {},
        facts=facts,
        agreed=True,
    )


PROMISING = [PackVersion(pack, version) for pack in packs() for version in pack.versions if version.promises]


@few
@given(data=st.data())
@pytest.mark.parametrize("terms", PROMISING, ids=[f"{one.pack.terms} {one.version.version}" for one in PROMISING])
def test_no_verdict_holds_a_float_nor_owes_on_what_nobody_read(terms: PackVersion, data: st.DataObject) -> None:
    case = data.draw(anything(terms))
    verdicts: tuple[Verdict, ...] = ()
    with contextlib.suppress(MakegoodError):  # bad use is told in a sentence, which has its own tests
        verdicts = weigh_each(terms, case)
    for verdict in verdicts:
        assert list(floats_in(verdict)) == []
        assert list(floats_in(json.loads(json.dumps(verdict.as_data())))) == []
        promise = next((one for one in terms.version.promises if one.id == verdict.promise), None)
        if verdict.verdict == "owed" and promise is not None:
            # which of several promises leads is no ground of what that one gives
            alone = replace(verdict, steps=tuple(step for step in verdict.steps if step.part != "stacking"))
            assert (unread(terms, promise, alone), contested(terms, promise, alone)) == ((), ())
        _rounded_within_the_currency(verdict)


def _rounded_within_the_currency(verdict: Verdict) -> None:
    for amount in (verdict.amount, verdict.computed):
        for _, value in amount.rules if amount else ():
            decimals = CURRENCIES.get(amount.currency, 2)
            assert -int(value.as_tuple().exponent) == decimals == exponent(amount.currency)


# ---------------------------------------------------------------------------------------------------------------------
# monotone


@st.composite
def two_halves_of_failures(draw: st.DrawFn, promise: Promise, period: Span) -> tuple[IntervalCounts, IntervalCounts]:
    """Counts over the period, and the same with some more of its buckets bad."""
    step = promise.measure.bucket_minutes or 1
    first, buckets = to_us(period.start) // 60_000_000, int(period.minutes) // step
    at = st.tuples(st.integers(0, buckets - 1), st.integers(1, 60))
    runs = draw(st.lists(at, min_size=1, max_size=6))
    few_, more = runs[: len(runs) // 2], runs
    valid = draw(st.integers(1, 1000))
    errors = draw(st.integers(1, valid))
    return tuple(_counts(period, step, first, _laid(part, buckets), (valid, errors)) for part in (few_, more))  # type: ignore[return-value]


def _laid(runs: list[tuple[int, int]], buckets: int) -> set[int]:
    return {at + one for at, long in runs for one in range(long) if at + one < buckets}


def _counts(period: Span, step: int, first: int, bad: set[int], each: tuple[int, int]) -> IntervalCounts:
    valid, errors = each
    rows = [(first + one * step, valid, errors) for one in bad]
    total = int(period.minutes) // step
    return IntervalCounts(period, step, *columns(rows), total - len(bad), total * valid, "given")


def percent_of(verdict: Verdict) -> Fraction | None:
    """The percentage due; nothing where the commitment is kept, None where the text does not decide."""
    if verdict.verdict == "owed":
        return verdict.percent
    return Fraction(0) if "commitment_met" in verdict.reasons and verdict.verdict == "not_owed" else None


def is_monotone(promise: Promise) -> bool:
    """Does a lower figure never fall into a row that gives less?"""
    grant = promise.remedy.grant
    if not isinstance(grant, Tiers) or any(row.percent is None or row.when for row in grant.tiers):
        return False
    rows = sorted(grant.tiers, key=lambda row: -(row.range.upper or 101) if row.range else 0)
    return [row.percent for row in rows] == sorted(row.percent or 0 for row in rows)


@few
@given(data=st.data())
@counted
def test_more_bad_intervals_never_give_a_higher_uptime_nor_a_smaller_percentage(
    terms: PackVersion, promise: Promise, data: st.DataObject
) -> None:
    period = window_of(terms, promise)
    less, more = data.draw(two_halves_of_failures(promise, period))
    high, low = (uptime(promise.measure, one).value for one in (less, more))
    assert high is not None
    assert low is not None
    assert low <= high <= 100
    if is_monotone(promise):
        case = Case(period, less, period.end, bill=Money(Decimal(100), "USD"), agreed=True)
        each = [percent_of(weigh(only(terms, promise), replace(case, counts=one))) for one in (less, more)]
        assert None in each or each[0] <= each[1]


@few
@given(places=st.lists(st.tuples(st.integers(0, 9999), st.integers(1, 3000)), min_size=1, max_size=6))
@down
def test_more_down_time_never_gives_a_better_figure(
    terms: PackVersion, promise: Promise, places: list[tuple[int, int]]
) -> None:
    period, rule = _span_of(terms, promise), promise.measure.aggregation
    begins = [period.start + int(period.minutes) * place // 10_000 * _MINUTE for place, _ in places]
    spans = [Span(at, at + length * _MINUTE) for at, (_, length) in zip(begins, places, strict=True)]
    if isinstance(rule, BadDays) and rule.each != "day":
        # a run that counts once, on its first day: what joins two of them can take a day away
        assume(len(merged(spans)) >= len(merged(spans[:-1])))
    facts = _weights(promise)
    case = Case(period, None, period.end, facts=facts, agreed=True)
    less, more = (down_figure(promise, case, Outages(tuple(map(lasting, part)))) for part in (spans[:-1], spans))
    assert isinstance(less, Found)
    assert isinstance(more, Found)
    assert less.value is not None
    assert more.value is not None
    assert (less.value >= more.value) if isinstance(rule, GoodTime) else (less.value <= more.value)


def _span_of(terms: PackVersion, promise: Promise) -> Span:
    period = window_of(terms, promise)
    return period if promise.window.kind != "event" else Span(period.start, period.start + timedelta(days=30))


def _outages(period: Span) -> st.SearchStrategy[list[Span]]:
    minutes = int(period.minutes)
    one = st.tuples(st.integers(0, minutes - 1), st.integers(1, 3000)).map(
        lambda pair: Span(period.start + pair[0] * _MINUTE, period.start + (pair[0] + pair[1]) * _MINUTE)
    )
    return st.lists(one, min_size=1, max_size=6)


def _weights(promise: Promise) -> dict[str, Any]:
    rule = promise.measure.aggregation
    named = rule.weight.fact if isinstance(rule, FROM_DOWN_TIME) and rule.weight else None
    return {named: Fraction(1, 3)} if named else {}


# ---------------------------------------------------------------------------------------------------------------------
# a split period adds up


@few
@given(data=st.data())
@counted
def test_the_counts_of_two_halves_joined_are_those_of_the_whole(
    terms: PackVersion, promise: Promise, data: st.DataObject
) -> None:
    period, step = window_of(terms, promise), promise.measure.bucket_minutes or 1
    _, whole = data.draw(two_halves_of_failures(promise, period))
    cut = period.start + step * data.draw(st.integers(1, whole.total - 1)) * _MINUTE
    parts = [_part(whole, Span(period.start, cut)), _part(whole, Span(cut, period.end))]
    assert sum(one.total for one in parts) == whole.total
    assert sum(one.errors_inside for one in parts) == whole.errors_inside
    assert sum(one.valid_inside for one in parts) == whole.valid_inside
    found, halves = uptime(promise.measure, whole), [uptime(promise.measure, one) for one in parts]
    if isinstance(promise.measure.aggregation, Pooled):
        return
    assert found.lost is not None
    assert sum(one.lost.buckets() for one in halves if one.lost) == found.lost.buckets()
    assert sum(one.buckets for one in halves) == found.buckets
    if found.down is not None:
        assert sum((one.down or Fraction(0) for one in halves), Fraction(0)) == found.down


def _part(whole: IntervalCounts, period: Span) -> IntervalCounts:
    """The counts of a part; the buckets outside it still tell how long a run is."""
    step = whole.bucket_minutes
    first = to_us(period.start) // 60_000_000
    total = int(period.minutes) // step
    listed = sum(first <= one < first + total * step for one in whole.starts)
    each = whole.requests // whole.total
    columns_ = (whole.starts, whole.valid, whole.errors)
    return IntervalCounts(period, step, *columns_, total - listed, total * each, "given")


@few
@given(data=st.data())
@down
def test_the_down_time_of_two_halves_adds_up(terms: PackVersion, promise: Promise, data: st.DataObject) -> None:
    rule, period = promise.measure.aggregation, _span_of(terms, promise)
    if (
        isinstance(rule, BadDays)
        or (isinstance(rule, DownTime) and rule.take != "total")
        or promise.window.kind == "event"
    ):
        return  # the longest, the worst day, and an event that is its own window, are no sums
    outages = Outages(tuple(map(lasting, data.draw(_outages(period)))))
    cut = period.start + data.draw(st.integers(1, int(period.minutes) - 1)) * _MINUTE
    found = []
    for one in (period, Span(period.start, cut), Span(cut, period.end)):
        figure = down_figure(promise, Case(one, None, one.end, facts=_weights(promise)), outages)
        assert isinstance(figure, Found)
        found.append(figure)
    whole, *halves = found
    assert sum((one.down or Fraction(0) for one in halves), Fraction(0)) == whole.down
    assert sum((one.window or Fraction(0) for one in halves), Fraction(0)) == whole.window


# ---------------------------------------------------------------------------------------------------------------------
# month lengths and clock changes, 2020 to 2035

SPAN = Span(datetime(2020, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC))
# beside those of the packs: half-hour changes, changes at midnight, both hemispheres, far east and far west
OTHER_ZONES = [
    "America/Los_Angeles",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]


@pytest.mark.parametrize("name", [*ZONES, *OTHER_ZONES])
@pytest.mark.parametrize("window", WINDOWS.values(), ids=[f"{kind} {first}" for kind, first in WINDOWS])
def test_windows_tile_the_time_line_and_have_their_true_length(window: Window, name: str) -> None:
    found, where = window.over(SPAN, name), ZoneInfo(name)
    if window.stated:
        where = ZoneInfo(window.zone)
    assert found[0].start <= SPAN.start
    assert found[-1].end >= SPAN.end
    for one, after in pairwise(found):
        assert one.end == after.start
    for one in found:
        start, end = (moment.astimezone(where) for moment in (one.start, one.end))
        if window.kind == "fixed_days":
            assert one.end - one.start == timedelta(days=window.days or 0)
            continue
        assert start.day == end.day == 1
        # the hours of the days between, less what the clock was put forward
        days, change = (
            (end.date() - start.date()).days,
            (end.utcoffset() or timedelta()) - (start.utcoffset() or timedelta()),
        )
        put = (start.hour, start.minute) != (0, 0) or (end.hour, end.minute) != (0, 0)
        assert put or one.end - one.start == timedelta(days=days) - change
        assert window.is_whole(one, name)


@pytest.mark.parametrize("name", [*ZONES, *OTHER_ZONES])
def test_the_days_of_every_zone_fill_sixteen_years_without_gap_or_overlap(name: str) -> None:
    days = list(by_day(SPAN, ZoneInfo(name)))
    assert sum(part.microseconds for _, part in days) == SPAN.microseconds
    for (day, part), (after, following) in pairwise(days):
        assert part.end == following.start
        assert day < after


def test_every_february_and_every_clock_change_is_among_them() -> None:
    months = WINDOWS["calendar_month", 1].over(SPAN, "Europe/London")
    lengths = {one.start.astimezone(ZoneInfo("Europe/London")).strftime("%Y-%m"): one.minutes for one in months}
    assert {year: lengths[f"{year}-02"] / 1440 for year in range(2020, 2036)} == {
        year: 29 if year % 4 == 0 else 28 for year in range(2020, 2036)
    }
    assert all(lengths[f"{year}-03"] == 44_580 and lengths[f"{year}-10"] == 44_700 for year in range(2020, 2036))


# ---------------------------------------------------------------------------------------------------------------------
# currencies


@settings(max_examples=200, deadline=None)
@given(
    exact=st.fractions(min_value=0, max_value=10**9, max_denominator=10**6),
    currency=st.sampled_from(sorted(CURRENCIES)),
    rule=st.sampled_from(["unstated", *sorted(ROUNDING)]),
)
def test_money_is_rounded_once_by_the_rule_and_to_the_decimals_of_its_currency(
    exact: Fraction, currency: str, rule: str
) -> None:
    amount, unit = amount_of(exact, currency, rule), Fraction(1, 10 ** CURRENCIES[currency])
    assert amount.exact == exact
    assert [name for name, _ in amount.rules] == (["half_up", "floor"] if rule == "unstated" else [rule])
    for name, value in amount.rules:
        assert -int(value.as_tuple().exponent) == CURRENCIES[currency]
        away = Fraction(value) - exact
        limits = {"half_up": (-unit / 2, unit / 2), "half_even": (-unit / 2, unit / 2)}
        low, high = limits.get(name, (-unit, Fraction(0)) if name == "floor" else (Fraction(0), unit))
        assert low <= away <= high
        assert abs(away) < unit
        if abs(away) == unit / 2 and name == "half_up":
            assert away > 0
        if abs(away) == unit / 2 and name == "half_even":
            assert (Fraction(value) / unit).numerator % 2 == 0
