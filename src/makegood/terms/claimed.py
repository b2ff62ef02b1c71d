"""Verb: hold a claim against the deadline and the list of what it must contain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from makegood.spans import iso
from makegood.terms.case import Case
from makegood.terms.pack import Promise
from makegood.terms.verdict import Step, last_second


@dataclass(frozen=True)
class Checked:
    """`refusals` end the entitlement; `missing` is what a claim must still contain, all of it while none was made."""

    refusals: tuple[str, ...]
    missing: tuple[str, ...]
    steps: tuple[Step, ...]


def check_claim(promise: Promise, case: Case, deadline: datetime) -> Checked:
    """Was the claim received before the deadline (a first instant too late), and is it complete?"""
    received = case.claim.received if case.claim else case.now
    contains = case.claim.contains if case.claim else frozenset()
    missing = tuple(need.item for need in promise.claim.requires if need.item not in contains)
    late = received >= deadline
    refusals = [("claim_late" if case.claim else "deadline_passed")] if late else []
    if case.claim and promise.claim.if_missing == "forfeited":
        refusals += [f"claim_incomplete:{item}" for item in missing]
    given = (("received" if case.claim else "now", iso(received)), ("last_second", str(last_second(deadline))))
    timing = Step("deadline", promise.deadline.clause, given, f"{iso(received)} < {iso(deadline)}", _outcome(late))
    contents = (("required", " ".join(need.item for need in promise.claim.requires)),)
    found = f"missing:{' '.join(missing)}" if missing else "complete"
    content = Step("claim", promise.claim.clause, contents, "required - contained", found)
    return Checked(tuple(refusals), missing, (timing, content))


def _outcome(late: bool) -> str:
    return "too_late" if late else "in_time"
