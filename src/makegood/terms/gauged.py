"""Verb: reckon the figure of a promise from whatever the case shows; or name what it does not show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction

from makegood.errors import BadUse
from makegood.money import quantized
from makegood.spans import zone
from makegood.terms.case import Case, Totals
from makegood.terms.downtime import down_figure, from_counts
from makegood.terms.found import Found
from makegood.terms.gauge import (
    FROM_DOWN_TIME,
    FROM_FACTS,
    UNIT_SECONDS,
    Amounts,
    DaysAfter,
    DownTime,
    ElapsedShare,
    Given,
    GoodTime,
    Happened,
    OneFact,
    Pooled,
    Rest,
    Unpublished,
)
from makegood.terms.pack import Promise
from makegood.terms.uptime import pooled, uptime
from makegood.terms.verdict import exact_text
from makegood.terms.workdays import place_of, working_day_after

_DAY = timedelta(days=1)


def speaks(promise: Promise, case: Case) -> bool:
    """Does the case show anything that the promise is measured by?"""
    rule = promise.measure.aggregation
    if isinstance(rule, Unpublished) or ((case.figures or case.fell) and promise.several):
        return True
    if "" in case.figures and not isinstance(rule, FROM_FACTS):
        return True
    if isinstance(rule, Given):
        return bool(case.figures)
    if isinstance(rule, Pooled):
        return case.totals is not None or case.counts is not None
    if isinstance(rule, DownTime) and rule.take == "each_clock_hour" and case.outages is not None:
        return any(one.span is not None for one in case.outages.items)
    if isinstance(rule, FROM_DOWN_TIME):
        return case.outages is not None or (case.counts is not None and rule.bad_when is not None)
    if isinstance(rule, Amounts):
        return any(case.money(fact) is not None for fact in rule.facts)
    if isinstance(rule, OneFact) and rule.if_not_given is not None:
        return any(fact in case.facts for fact in (rule.fact, *(one.fact for one in promise.applies)))
    needed = _facts_of(rule)
    return all(fact in case.facts for fact in needed) if needed else case.counts is not None


def gauged(promise: Promise, case: Case) -> Found | str:
    """The figure, or the reason why there is none: `fact_not_given:...`, `no_figures_given`, `figure_unpublished`."""
    found, shown = _as_seen(promise, case), promise.measure.shown_to
    if isinstance(found, str) or shown is None or found.value is None:
        return found
    rounded = Fraction(quantized(found.value, shown.decimals, "half_up"))
    if shown.compared == "rounded":
        return replace(found, value=rounded)
    if rounded == found.value:
        return found
    says = f"the figure is rounded to {shown.decimals} decimals before it is compared"
    return replace(found, others=(*found.others, (f"to_{shown.decimals}_decimals", says, rounded)))


def _as_seen(promise: Promise, case: Case) -> Found | str:
    rule, given = promise.measure.aggregation, case.figures.get("")
    if promise.several is not None and (case.figures or case.fell):
        shown = tuple((name, exact_text(value)) for name, value in sorted(case.figures.items()))
        return Found(None, (shown, "window by window", "figures_given"))
    if given is not None and not isinstance(rule, FROM_FACTS):
        return _given(promise, case, given)
    if isinstance(rule, FROM_DOWN_TIME) and case.outages is not None:
        return down_figure(promise, case, case.outages)
    if isinstance(rule, FROM_DOWN_TIME) and case.counts is not None and (rule.kind != "good_time" or rule.working_days):
        return down_figure(promise, case, from_counts(rule, case.counts))
    if isinstance(rule, Pooled) and case.totals is not None:
        return _of_totals(promise, case.totals)
    if isinstance(rule, Unpublished):
        return "figure_unpublished"
    if case.counts is not None and promise.measure.counted:
        return uptime(promise.measure, case.counts)
    return _from_facts(promise, case)


def _of_totals(promise: Promise, totals: Totals) -> Found:
    """Without the repeats where the text leaves them out; both extremes where nobody told how many there were."""
    leaves_out = promise.population is not None and promise.population.repeats is not None
    found = pooled(totals.requests, totals.errors, (totals.repeats or 0) if leaves_out else 0)
    if not leaves_out or totals.repeats is not None or totals.errors < 2:
        return found
    beside = pooled(totals.requests, totals.errors, totals.errors - 1).value or Fraction(0)
    return replace(found, others=(("repeats_all_but_first", "every failure but the first was a repeat", beside),))


def _given(promise: Promise, case: Case, value: Fraction) -> Found | str:
    """An uptime in percent as someone reports it; what it says of down time follows from the length of the window."""
    rule, unit = promise.measure.aggregation, promise.measure.unit
    link = (("given", exact_text(value)),), exact_text(value), "figure_given"
    if not isinstance(rule, FROM_DOWN_TIME):
        return Found(value, link)
    window = case.period.seconds
    down = window * (1 - value / 100)
    if isinstance(rule, GoodTime):
        return Found(value, link, down=down, window=window)
    if isinstance(rule, DownTime) and rule.take == "total":
        return Found(down / UNIT_SECONDS[unit], link, down=down, window=window)
    return "figure_of_another_measure"


def _facts_of(rule: object) -> tuple[str, ...]:
    if isinstance(rule, OneFact):
        return (rule.fact,) if rule.if_not_given is None else ()
    if isinstance(rule, Happened):
        return (rule.fact,)
    if isinstance(rule, ElapsedShare):
        return (rule.start, rule.end, rule.moment)
    if isinstance(rule, DaysAfter):
        return (rule.start, rule.end)
    if isinstance(rule, Rest):
        return (rule.whole, rule.less, *((rule.and_less,) if rule.and_less else ()))
    return ()


def _from_facts(promise: Promise, case: Case) -> Found | str:
    rule = promise.measure.aggregation
    absent = next((fact for fact in _facts_of(rule) if fact not in case.facts), None)
    if absent is not None:
        return f"fact_not_given:{absent}"
    if isinstance(rule, OneFact):
        return _one_fact(rule, promise, case)
    if isinstance(rule, Happened):
        return Found(None, (((rule.fact, str(case.facts[rule.fact])),), "", "as_given"))
    if isinstance(rule, ElapsedShare):
        return _elapsed(rule, case)
    if isinstance(rule, DaysAfter):
        return _days_after(rule, promise, case)
    if isinstance(rule, Rest):
        return _rest(rule, case)
    if isinstance(rule, Amounts):
        shown = tuple((fact, str(money)) for fact in rule.facts if (money := case.money(fact)) is not None)
        return Found(None, (shown, "", "amounts_given")) if shown else f"fact_not_given:{rule.facts[0]}"
    return "no_figures_given"


def _one_fact(rule: OneFact, promise: Promise, case: Case) -> Found | str:
    value, seconds = case.number(rule.fact), UNIT_SECONDS.get(promise.measure.unit)
    if value is None and rule.if_not_given is not None:
        value = Fraction(rule.if_not_given)
    if value is None:
        return f"fact_not_given:{rule.fact}"
    link = ((rule.fact, exact_text(value)),), exact_text(value), "as_given"
    return Found(value, link, down=None if seconds is None else value * seconds)


def _elapsed(rule: ElapsedShare, case: Case) -> Found | str:
    start, end, at = (case.moment(name) for name in (rule.start, rule.end, rule.moment))
    if start is None or end is None or at is None or not start < end:
        return f"fact_not_given:{rule.end}"
    used, whole = max(timedelta(0), min(at, end) - start), end - start
    value = Fraction(used // timedelta(microseconds=1), whole // timedelta(microseconds=1))
    shown = tuple((name, moment.isoformat()) for name, moment in ((rule.start, start), (rule.end, end)))
    return Found(value, (shown, f"elapsed until {rule.moment} / whole term", exact_text(value)))


def _days_after(rule: DaysAfter, promise: Promise, case: Case) -> Found | str:
    start, end = case.moment(rule.start), case.moment(rule.end)
    if start is None or end is None:
        return f"fact_not_given:{rule.start if start is None else rule.end}"
    where = zone(promise.window.named_zone(case.zone))
    first = start.astimezone(where).date() + (timedelta(0) if rule.with_first_day else _DAY)
    if rule.grace_working_days and rule.calendar is not None:
        place = place_of(rule.calendar, case.facts)
        if place is None:
            return f"fact_not_given:{rule.calendar.by_fact}"
        first = working_day_after(start.astimezone(where).date(), rule.grace_working_days, place) + _DAY
    first += rule.grace_days * _DAY
    last = end.astimezone(where).date()
    whole = max(0, (last - first).days)
    midnight = datetime.combine(last, time(), where).astimezone(UTC)
    # what ends on the day on which it begins has not missed that day
    begun = whole + (1 if end > midnight and last >= max(first, start.astimezone(where).date() + _DAY) else 0)
    shown = ((rule.start, start.isoformat()), (rule.end, end.isoformat()), ("first_day", first.isoformat()))
    count = begun if rule.part_day == "counts" else whole
    others: tuple[tuple[str, str, Fraction], ...] = ()
    if rule.part_day == "unstated" and begun != whole:
        others = (("last_day_counts", "the day on which it ends counts as a day", Fraction(begun)),)
    return Found(Fraction(count), (shown, f"days from {first.isoformat()} on", f"days:{count}"), others=others)


def _rest(rule: Rest, case: Case) -> Found | str:
    given = [(name, money) for name in _facts_of(rule) if (money := case.money(name)) is not None]
    absent = [name for name in _facts_of(rule) if case.money(name) is None]
    if absent:
        return f"fact_not_given:{absent[0]}"
    if len({money.currency for _, money in given}) > 1:
        raise BadUse(f"'{rule.whole}' and what is taken off it come in several currencies; give them in one.")
    whole, *taken = (Fraction(money.amount) for _, money in given)
    value = whole - sum(taken)
    arithmetic = " - ".join(str(money.amount) for _, money in given)
    link = (tuple((name, str(money)) for name, money in given), arithmetic, exact_text(value))
    return Found(max(Fraction(0), value), link)
