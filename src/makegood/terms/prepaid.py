"""Verb: when a prepaid balance expires, by every reading of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from makegood.terms.case import Case
from makegood.terms.deadline import Moments, due
from makegood.terms.due import Deadline
from makegood.terms.pack import PackVersion, Prepaid
from makegood.terms.verdict import Told, Verdict, last_second


def with_expiry(terms: PackVersion, case: Case, verdict: Verdict) -> Verdict:
    """The verdict with the first instant at which the case's balance is gone, and the readings of it.

    Unchanged where the text knows no balance, or where nothing says when this one was bought. A moment that was
    stated for this very balance goes before the rule; of several readings the one marked as used comes first.
    """
    rule = terms.version.prepaid
    found = list(_readings(rule, terms, case)) if rule else []
    if rule is None or not found:
        return verdict
    status = terms.clause(rule.clause).status
    told = tuple(
        Told(name, "expiry", not at, says, rule.clause, (("expires", str(last_second(end))),), status)
        for at, (name, says, end) in enumerate(found)
    )
    return replace(verdict, expires=verdict.expires or found[0][2], readings=(*verdict.readings, *told))


def _readings(rule: Prepaid, terms: PackVersion, case: Case) -> Iterator[tuple[str, str, datetime]]:
    stated = case.moment(rule.stated) if rule.stated else None
    if stated is not None:
        yield "as_stated", "this balance was given its own moment of expiry", stated
    elif rule.expires and case.anchors:
        moments = Moments(terms.version.zone, case.period, case.anchors, case.facts)
        every = due(Deadline(step="expiry", readings=rule.expires, clause=rule.clause), moments)
        yield from ((one.id, one.says, one.end) for one in every)
