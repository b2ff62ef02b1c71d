"""Verb: review a contract written as a pack; which of the primitives it leaves open, primitive by primitive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date as Day

from makegood.terms import review_granting as granting
from makegood.terms import review_measuring as measuring
from makegood.terms.findings import SEVERITIES, Finding
from makegood.terms.pack import PackVersion
from makegood.terms.review_measuring import Subject

CHECKS: Mapping[int, Callable[[Subject], Iterator[Finding]]] = {
    1: measuring.identity,
    2: measuring.scope,
    3: measuring.window,
    4: measuring.observer,
    5: measuring.requests,
    6: measuring.intervals,
    7: measuring.bad_interval,
    8: measuring.shortest_failure,
    9: measuring.weighting,
    10: measuring.figure,
    11: measuring.exclusions,
    12: granting.edge,
    13: granting.table,
    14: granting.base,
    15: granting.form,
    16: granting.limits,
    17: granting.stacking,
    18: granting.way,
    19: granting.deadlines,
    20: granting.contents,
    21: granting.duties,
    22: granting.several,
    23: granting.money,
    24: granting.prepaid,
    25: granting.sanctions,
    26: granting.reading,
}


def review(version: PackVersion, today: Day | None = None) -> tuple[Finding, ...]:
    """Every finding, the gravest first, then by primitive; one that is `fine` for a primitive without any other.

    Only declared parts are looked at, so what a clause says without a part is taken as not said. `today` is the day
    on which the age of the text is told, None where it is not asked for.
    """
    subject = Subject(version, today)
    found: list[Finding] = []
    for number, check in CHECKS.items():
        found += tuple(check(subject)) or ((Finding("stated", number, ""),) if version.version.promises else ())
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (SEVERITIES.index(one.severity), one.primitive)))
