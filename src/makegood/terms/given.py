"""Verb: read the inputs of a worked case into a case of some terms; every name given is used or told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter, ValidationError

from makegood.errors import BadMoney, BadPeriod, BadTerms
from makegood.money import Money, check_currency
from makegood.spans import Span, moment, month, months
from makegood.terms.case import Case, ClaimFacts, Totals
from makegood.terms.conditions import FactRule, FactValue, first_failing, plain_word
from makegood.terms.contradictions import outside, refuse_contradictions
from makegood.terms.customer_zone import event_clock, zone_of
from makegood.terms.dates import last_window
from makegood.terms.givencounts import given_counts
from makegood.terms.outages import Outage, Outages
from makegood.terms.pack import PackVersion, Promise
from makegood.terms.worked import GivenFigure, GivenMoney, GivenOutage, Inputs, Number, given_moment

_NUMBER = TypeAdapter(Number)
_REQUESTS = ("authenticated_requests", "requests", "total", "triggered", "attempts", "valid_requests", "executions")
_ERRORS = ("error_requests", "errors", "unavailable", "failed", "server_errors", "failures")


@dataclass(frozen=True)
class Read:
    """The cases that the inputs describe, by the name of their window, and the names that nothing has a use for."""

    cases: tuple[tuple[str, Case], ...]
    unused: tuple[str, ...]


def read_inputs(terms: PackVersion, inputs: Inputs, agreed: bool = False) -> Read:
    """The case, or one a window where the inputs name none; raise BadTerms for a value that cannot be read."""
    facts, unused = read_facts(terms, inputs)
    outages = _outages(inputs)
    claim = _claim(terms, inputs, facts)
    promise = _counting(terms, facts) if inputs.segments or inputs.runs or inputs.background else None
    cases = []
    periods = _periods(terms, inputs, facts, outages or ())
    if promise is not None or inputs.period is not None or inputs.month is not None:
        refuse_contradictions(inputs, periods[0][1])
        unused += tuple(outside(inputs, periods[0][1]))
    for name, period in periods:
        case = Case(
            period,
            given_counts(promise, inputs, period) if promise else None,
            inputs.now or period.end,
            bill=_money(inputs.bill),
            claim=claim,
            wasted=_money(inputs.wasted),
            totals=_totals(inputs),
            outages=Outages(outages) if outages is not None else None,
            figures=dict(_figures(inputs)),
            fell={_window_of(one): one.missed for one in _windows(inputs) if one.missed is not None},
            facts=facts,
            anchors=_anchors(terms, inputs, facts),
            agreed=agreed,
            dated=_is_dated(inputs, facts, outages or ()),
            whole=_is_whole(terms, inputs),
            zone=_own_clock(inputs) if _is_whole(terms, inputs) else _clock_of_event(terms, inputs),
        )
        cases.append((name, _at_its_window(terms, inputs, case)))
    return Read(tuple(cases), unused)


def _at_its_window(terms: PackVersion, inputs: Inputs, case: Case) -> Case:
    """The case over the window that matters, judged when that is over and the claim is there, or when it is told."""
    promise = next((one for one in terms.version.promises if one.several is not None), None)
    period = last_window(promise, case) if promise is not None and inputs.period is None else case.period
    over = max(period.end, case.claim.received) if case.claim and case.claim.received else period.end
    return replace(case, period=period, now=inputs.now or over, now_assumed=inputs.now is None)


def _is_whole(terms: PackVersion, inputs: Inputs) -> bool:
    """Is the period a whole window by the offsets it is given with?"""
    if inputs.period is None or not terms.version.promises:
        return False
    start, end = (one.replace(tzinfo=UTC) for one in (inputs.period.start, inputs.period.end))
    windows = [one.window for one in terms.version.promises if one.window.kind != "event"]
    return start < end and all(window.is_whole(Span(start, end), "UTC") for window in windows)


def _own_clock(inputs: Inputs) -> str | None:
    """The zone whose days the period is given in: the one named, else its offset at the end, where that has a name."""
    end = inputs.period.end.utcoffset() if inputs.period else None
    return inputs.customer_time_zone or zone_of(end) if end else None


def _clock_of_event(terms: PackVersion, inputs: Inputs) -> str | None:
    if inputs.period is not None:
        return None
    texts = _moment_texts(terms.version.facts, inputs)
    return event_clock((one.window for one in terms.version.promises), inputs.customer_time_zone, texts.values())


def _counting(terms: PackVersion, facts: Mapping[str, FactValue]) -> Promise | None:
    """The promise that counts are given for: the first that counts requests and applies."""
    counting = [one for one in terms.version.promises if one.measure.counted]
    return next((one for one in counting if first_failing(one.applies, facts) is None), None)


def read_facts(terms: PackVersion, inputs: Inputs) -> tuple[dict[str, FactValue], tuple[str, ...]]:
    """The declared facts with their values, and the names given that these terms do not declare."""
    flat = dict(_flat(inputs.others, ""))
    if inputs.claim is not None:
        flat |= dict(_flat(inputs.claim.model_extra or {}, "claim."))
    if inputs.outage is not None and inputs.outage.customer_requests_per_minute is not None:
        flat.pop("customer_requests_per_minute", None)
    currency = _currency(inputs, flat)
    rules = {rule.name: rule for rule in terms.version.facts}
    flat = _named(flat, rules.values())
    where = terms.version.zone
    facts: dict[str, FactValue] = {}
    for name, rule in rules.items():
        value = flat.pop(name, None)
        if value is None and f"{name}.amount" in flat:
            value, own = flat.pop(f"{name}.amount"), flat.pop(f"{name}.currency", None)
            flat.pop(f"{name}.scope", None)
            facts[name] = _value(rule, value, str(own) if own else currency, where)
        elif value is not None:
            near = flat.get(f"{name.rpartition('.')[0]}.currency") if "." in name else None
            facts[name] = _value(rule, value, str(near) if near else currency, where)
    spare = {"currency", *(f"{name.rpartition('.')[0]}.currency" for name in facts)}
    return facts, tuple(name for name, value in flat.items() if name not in spare and value is not None)


def _named(flat: dict[str, Any], rules: Iterable[FactRule]) -> dict[str, Any]:
    """The values under the names that the terms declare, and a flag for each group of facts that something is of."""
    for rule in rules:
        for other in rule.also if rule.name not in flat else ():
            for name in [name for name in flat if name == other or name.startswith(f"{other}.")]:
                flat[rule.name + name.removeprefix(other)] = flat.pop(name)
        inside = f"{rule.name}."
        given = any(name.startswith(inside) and value is not None for name, value in flat.items())
        if rule.kind == "flag" and given and flat.get(rule.name) is None:
            flat[rule.name] = True
    return flat


def given_moments(rules: Iterable[FactRule], inputs: Inputs) -> list[datetime]:
    """The moments among the facts, by which a version is chosen; one that cannot be read is told when it is weighed."""
    found = []
    for text in _moment_texts(rules, inputs).values():
        with suppress(BadPeriod):
            found.append(given_moment(text))
    return found


def _moment_texts(rules: Iterable[FactRule], inputs: Inputs) -> dict[str, str]:
    named = {rule.name: rule for rule in rules if rule.kind == "moment"}
    flat = _named(dict(_flat(inputs.others, "")), named.values())
    return {name: str(flat[name]) for name in named if flat.get(name) is not None}


def _flat(given: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in given.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _currency(inputs: Inputs, flat: Mapping[str, Any]) -> str | None:
    """The one currency that the inputs name, where they name one."""
    named = {str(value) for name, value in flat.items() if name.rpartition(".")[2] == "currency" and value}
    named |= {money.currency for money in (inputs.bill, inputs.wasted) if money}
    return named.pop() if len(named) == 1 else None


def _value(rule: FactRule, value: Any, currency: str | None, where: str) -> FactValue:
    """The value as its rule has it; a bare date begins in the zone of the terms."""
    try:
        if rule.kind == "flag":
            return _flag(rule, value)
        if rule.kind == "number":
            return Fraction(_NUMBER.validate_python(str(value)))
        if rule.kind == "money":
            if currency is None:
                raise BadTerms(f"'{rule.name}' has no currency; give one beside it, such as USD.")
            return Money(_NUMBER.validate_python(str(value)), check_currency(currency))
        return given_moment(str(value), where) if rule.kind == "moment" else _word(rule, str(value))
    except ValidationError as fault:
        raise BadTerms(f"'{rule.name}' is not a number ({str(value)[:40]}); write one such as 12.50.") from fault
    except (BadMoney, BadPeriod) as fault:
        raise BadTerms(f"'{rule.name}' cannot be read: {fault}") from fault


def _flag(rule: FactRule, value: Any) -> bool:
    told = str(value).casefold()
    if told not in ("true", "false"):
        raise BadTerms(f"'{rule.name}' is neither true nor false ({str(value)[:40]}); write one of them.")
    return told == "true"


def _word(rule: FactRule, value: str) -> str:
    if not rule.one_of:
        return value
    known = next((word for word in rule.one_of if plain_word(word) == plain_word(value)), None)
    if known is None:
        raise BadTerms(f"'{rule.name}' is '{value[:40]}', which these terms do not know; use {', '.join(rule.one_of)}.")
    return known


def _money(given: GivenMoney | None) -> Money | None:
    return Money(given.amount, check_currency(given.currency)) if given else None


def _totals(inputs: Inputs) -> Totals | None:
    if inputs.totals is None:
        return None
    requests = next((inputs.totals[name] for name in _REQUESTS if name in inputs.totals), None)
    errors = next((inputs.totals[name] for name in _ERRORS if name in inputs.totals), None)
    if requests is None or errors is None:
        raise BadTerms(f"'totals' needs one of {', '.join(_REQUESTS)} and one of {', '.join(_ERRORS)}; add them.")
    named = [count for name, count in inputs.totals.items() if "repeat" in name]
    repeats = sum(named) if named else None
    if not (repeats or 0) <= errors <= requests:
        raise BadTerms("'totals' has more repeats than errors or more errors than requests; correct the counts.")
    return Totals(requests, errors, repeats)


def _figures(inputs: Inputs) -> Iterator[tuple[str, Fraction]]:
    given = inputs.uptime if inputs.uptime is not None else inputs.uptime_percent
    if given is not None:
        yield "", Fraction(given)
    for one in _windows(inputs):
        if one.uptime is not None:
            yield _window_of(one), Fraction(one.uptime)


def _windows(inputs: Inputs) -> tuple[GivenFigure, ...]:
    return (*inputs.months, *inputs.quarters)


def _window_of(figure: GivenFigure) -> str:
    return figure.month or figure.quarter or ""


def _outages(inputs: Inputs) -> tuple[Outage, ...] | None:
    """All outages given in any of the ways; None when none of the ways is used."""
    spans = [one for one in (inputs.outage, inputs.stop, *inputs.outages, *inputs.stops) if one is not None]
    lengths = [
        *(Fraction(one) for one in inputs.outage_seconds or ()),
        *(60 * Fraction(one) for one in inputs.outage_minutes or ()),
        *(3600 * Fraction(one) for one in inputs.outage_hours or ()),
    ]
    lengths += [60 * Fraction(inputs.outage_minutes_continuous)] if inputs.outage_minutes_continuous is not None else []
    down = [60 * Fraction(inputs.downtime_minutes)] if inputs.downtime_minutes is not None else []
    down += [Fraction(inputs.downtime_seconds)] if inputs.downtime_seconds is not None else []
    asked = (inputs.outage_seconds, inputs.outage_minutes, inputs.outage_hours)
    if not spans and not lengths and not down and all(one is None for one in asked):
        return None
    plain = (*(Outage(one) for one in lengths), *(Outage(one, reckoned=True) for one in down))
    return (*(_outage(one) for one in spans), *plain)


def _outage(given: GivenOutage) -> Outage:
    span = Span(_utc(given.start), _utc(given.end)) if given.start and given.end else None
    if span is not None and span.end < span.start:
        raise BadTerms("An outage ends before it starts; exchange its times.")
    if span is not None:
        seconds = span.seconds
    elif given.minutes is None and given.seconds is None:
        raise BadTerms("An outage has neither its times nor its minutes; give 'start' and 'end', or 'minutes'.")
    else:
        seconds = 60 * Fraction(given.minutes or 0) + Fraction(given.seconds or 0)
    rate, ratio, notice = given.error_rate, given.affected_customer_ratio, given.notice_hours
    return Outage(
        seconds,
        span,
        None if rate is None else Fraction(rate),
        None if ratio is None else Fraction(ratio),
        given.cause,
        None if notice is None else Fraction(notice),
        given.customer_requests_per_minute,
    )


def _utc(value: datetime) -> datetime:
    return moment(value.isoformat())


def _claim(terms: PackVersion, inputs: Inputs, facts: Mapping[str, FactValue]) -> ClaimFacts | None:
    """The claim as given, or the moment that the terms name as the one of asking."""
    given = inputs.claim
    if given is not None:
        contains = frozenset(given.contains) if given.contains is not None else None
        received = _utc(given.received) if given.received else None
        return ClaimFacts(received, contains, _utc(given.sent) if given.sent else None, given.made)
    for rule in terms.version.facts:
        asked = facts.get(rule.name)
        if rule.asks and isinstance(asked, datetime):
            return ClaimFacts(asked, None)
    return None


def _anchors(terms: PackVersion, inputs: Inputs, facts: Mapping[str, FactValue]) -> dict[str, datetime]:
    found = {
        rule.anchor: value
        for rule in terms.version.facts
        if rule.anchor is not None and isinstance(value := facts.get(rule.name), datetime)
    }
    if inputs.incident is not None and inputs.incident.start is not None:
        found["incident_start"] = _utc(inputs.incident.start)
        if inputs.incident.end is not None:
            found["incident_end"] = _utc(inputs.incident.end)
    return {str(name): value for name, value in found.items()}


def _periods(
    terms: PackVersion, inputs: Inputs, facts: Mapping[str, FactValue], outages: Iterable[Outage]
) -> list[tuple[str, Span]]:
    """The period given; else the windows that what is given touches, also by the customer's own calendar."""
    promise = terms.version.promises[0] if terms.version.promises else None
    where = promise.window.zone if promise else "UTC"
    if inputs.period is not None:
        period = Span(_utc(inputs.period.start), _utc(inputs.period.end))
        if period.end <= period.start:
            raise BadTerms("The period ends before it starts; exchange its times.")
        return [("", period)]
    if inputs.month is not None:
        return [("", month(inputs.month, where))]
    spans = [one.span for one in outages if one.span is not None]
    if spans and promise is not None and promise.window.kind != "event":
        whole = Span(min(one.start for one in spans), max(one.end for one in spans))
        names = set(months(whole, where)) | set(months(whole, inputs.customer_time_zone or where))
        windows = {window for name in names for window in promise.window.over(month(name, where))}
        return [(months(window, where)[0] if len(windows) > 1 else "", window) for window in sorted(windows)]
    named = [name for one in (*inputs.months, *inputs.quarters) if (name := one.month or one.quarter)]
    if inputs.months and named:
        return [("", month(max(named), where))]
    moments = [value for value in facts.values() if isinstance(value, datetime)]
    moments += [edge for span in spans for edge in (span.start, span.end)]
    start = min(moments) if moments else moment(terms.version.effective.start.isoformat(), where)
    return [("", Span(start, max(max(moments, default=start), start + timedelta(microseconds=1))))]


def _is_dated(inputs: Inputs, facts: Mapping[str, FactValue], outages: Iterable[Outage]) -> bool:
    """Does anything given tell when it was?"""
    named = (inputs.period, inputs.month, *inputs.months, *inputs.quarters, *(one.span for one in outages))
    return any(named) or any(isinstance(value, datetime) for value in facts.values())
