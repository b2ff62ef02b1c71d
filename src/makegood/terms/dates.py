"""Verb: the deadlines of a verdict by every reading, the day of payment, expiry, and the duties with their dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from makegood.spans import Span, from_us, month
from makegood.terms.case import Case
from makegood.terms.conditions import all_hold
from makegood.terms.deadline import Due, Moments, due, exact_due
from makegood.terms.found import Found
from makegood.terms.pack import Promise
from makegood.terms.several_periods import completing
from makegood.terms.uptime import breach
from makegood.terms.verdict import Obligation, Told, last_second

_MINUTE_US = 60_000_000


@dataclass(frozen=True)
class Dates:
    """`deadline` is the first instant that is too late for the last step, by the reading used; `dues` are all."""

    dues: tuple[Due, ...]
    deadline: datetime | None
    told: tuple[Told, ...]
    pay_by: datetime | None
    expires: datetime | None
    duties: tuple[Obligation, ...]


def dates(promise: Promise, case: Case, found: Found) -> Dates:
    """Every date that the terms set, where its anchor is known."""
    moments = _moments(promise, case, found)
    dues: list[Due] = []
    told: list[Told] = []
    deadline = None
    for rule in promise.deadlines:
        each = _one_used(due(rule, moments))
        dues += each
        told += [Told(one.id, "deadline", one.used, one.says, rule.clause, _outcome(one)) for one in each]
        deadline = next((one.end for one in each if one.used), None) if rule is promise.deadlines[-1] else deadline
    remedy = promise.remedy
    duties = tuple(
        Obligation(one.item, one.of, one.says, one.clause, exact_due(one.by, moments) if one.by else None)
        for one in remedy.duties
        if all_hold(one.when, case.facts) and (one.condition is None or one.condition.tell(case.facts))
    )
    pay_by = exact_due(remedy.pay_by, moments) if remedy.pay_by else None
    expires = exact_due(remedy.expires, moments) if remedy.expires else None
    return Dates(tuple(dues), deadline, tuple(told), pay_by, expires, duties)


def _one_used(each: tuple[Due, ...]) -> tuple[Due, ...]:
    """Where the moment is not known that the reading used counts from, the earliest of the others stands in."""
    if not each or any(one.used for one in each):
        return each
    first = min(each, key=lambda one: one.end)
    return tuple(replace(one, used=one is first) for one in each)


def _outcome(one: Due) -> tuple[tuple[str, str], ...]:
    return ("deadline", str(last_second(one.end))), ("step", one.step)


def _moments(promise: Promise, case: Case, found: Found) -> Moments:
    known = dict(case.anchors)
    if case.claim is not None and case.claim.received is not None:
        known.setdefault("request", case.claim.received)
        known.setdefault("receipt", case.claim.received)
    spans = [one.span for one in case.outages.items if one.span] if case.outages else []
    if spans:
        known.setdefault("incident_start", min(span.start for span in spans))
        known.setdefault("incident_end", max(span.end for span in spans))
        known.setdefault("resumption", max(span.end for span in spans))
    if _needs_breach(promise) and promise.commitment is not None and promise.commitment.range is not None:
        start = breach(found, promise.commitment.range)
        if start is not None and promise.measure.bucket_minutes is not None:
            known["breach"] = from_us((start + promise.measure.bucket_minutes) * _MINUTE_US)
    where = promise.window.named_zone(case.zone)
    return Moments(where, last_window(promise, case), known, case.facts)


def last_window(promise: Promise, case: Case) -> Span:
    """The period; or, where several windows in a row decide, the one that completed the row."""
    where = promise.window.named_zone(case.zone)
    name = completing(promise, case) if case.figures or case.fell else None
    if name is None:
        return case.period
    year, _, part = name.partition("-")
    if not part.startswith("Q"):
        return month(name, where)
    last = 3 * int(part[1:])
    return Span(month(f"{year}-{last - 2:02d}", where).start, month(f"{year}-{last:02d}", where).end)


def _needs_breach(promise: Promise) -> bool:
    return any(one.anchor == "breach" for rule in promise.deadlines for one in rule.readings)
