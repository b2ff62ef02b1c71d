"""Verb: which clauses a verdict rests on that nobody has read; they never yield `owed` by themselves."""

from __future__ import annotations

from makegood.terms.pack import PackVersion, Promise, Reading
from makegood.terms.verdict import Verdict


def unread(terms: PackVersion, promise: Promise, verdict: Verdict) -> tuple[str, ...]:
    """The unverified clauses that the reckoning rests on and that no declared reading stands in for."""
    return tuple(
        clause
        for clause in grounds(promise, verdict)
        if terms.clause(clause).status == "U" and _reading(terms, clause) is None
    )


def contested(terms: PackVersion, promise: Promise, verdict: Verdict) -> tuple[str, ...]:
    """The unverified clauses whose declared reading is not the least the claimant could get.

    What is granted is never taken from a clause that nobody read, however little the reading claims to give.
    """
    found = []
    for clause in grounds(promise, verdict):
        reading = _reading(terms, clause)
        if terms.clause(clause).status != "U" or reading is None:
            continue
        if not reading.least or clause in promise.granting_clauses:
            found.append(clause)
    return tuple(found)


def refused_as_read(terms: PackVersion, promise: Promise, verdict: Verdict) -> bool:
    """Is the claim refused by a clause that was read: too late, or without what it must hold? Then the rest is moot."""
    rules, claim = promise.deadlines, promise.claim
    clauses = {rule.clause for rule in rules} | {duty.clause for duty in promise.duties}
    clauses |= {claim.clause, *(need.clause for need in claim.requires)} if claim else set()
    return verdict.verdict == "not_owed" and verdict.clause in clauses and terms.clause(verdict.clause).status != "U"


def grounds(promise: Promise, verdict: Verdict) -> tuple[str, ...]:
    """The clauses that the verdict was reckoned from, each once: those of its steps, and of what was counted.

    The window's zone and the rounding are shown as readings beside every outcome; exclusions only ever take away.
    """
    used = [verdict.clause, *(step.clause for step in verdict.steps)]
    form = (promise.remedy.form_clause,) if verdict.verdict == "owed" else ()
    counted = promise.counting_clauses if verdict.measure is not None else ()
    return tuple(dict.fromkeys((*counted, *used, *form)))


def _reading(terms: PackVersion, clause: str) -> Reading | None:
    return next((one for one in terms.version.readings if one.clause == clause and one.used), None)
