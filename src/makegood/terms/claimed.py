"""Verb: hold a claim against its deadlines, the list of what it must contain, and the customer's duties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from makegood.spans import iso
from makegood.terms.case import Case
from makegood.terms.conditions import all_hold
from makegood.terms.deadline import Due
from makegood.terms.due import Deadline
from makegood.terms.pack import Promise
from makegood.terms.verdict import Step, last_second


@dataclass(frozen=True)
class Checked:
    """`refusals` end the entitlement, each with its clause; `in_time` is the reason told of a claim in time.

    `missing` is what a claim must still contain, all of it while none was made. `disputed` lists the readings of a
    deadline that was missed by the one used but not by each: (id, was it kept by this one).
    """

    refusals: tuple[tuple[str, str], ...]
    in_time: tuple[str, ...]
    missing: tuple[str, ...]
    steps: tuple[Step, ...]
    disputed: tuple[tuple[str, bool], ...] = ()


def check_claim(promise: Promise, case: Case, dues: Sequence[Due]) -> Checked:
    """Was each step taken before its deadline (a first instant too late), is the claim complete, were duties met?"""
    refusals, in_time, steps = [], [], []
    disputed: tuple[tuple[str, bool], ...] = ()
    by_step = {rule.step: [one for one in dues if one.step == rule.step] for rule in promise.deadlines}
    for rule in promise.deadlines:
        used = next((one for one in by_step[rule.step] if one.used), None)
        if used is None:
            continue
        refused, told, step = _timing(rule, used, case)
        kept = tuple((one.id, (_taken(rule, case) or case.now) < one.end) for one in by_step[rule.step])
        if refused and any(in_it for _, in_it in kept):
            disputed += kept
        else:
            refusals += [(refused, rule.clause)] if refused else []
        in_time += [told] if told else []
        steps.append(step)
    missing, incomplete, step_of_contents = _contents(promise, case)
    refusals += incomplete
    steps += step_of_contents
    for duty in (one for one in promise.duties if all_hold(one.when, case.facts)):
        if duty.condition is not None and duty.condition.tell(case.facts) is False:
            refusals.append((duty.condition.otherwise or f"duty_not_met:{duty.item}", duty.clause))
    if case.claim is not None and not case.claim.made and promise.claim is not None:
        refusals.append(("claim_not_made", promise.claim.clause))
    return Checked(tuple(refusals), tuple(in_time), missing, tuple(steps), disputed)


def _timing(rule: Deadline, due: Due, case: Case) -> tuple[str | None, str | None, Step]:
    """(reason of refusal, reason told of a claim in time, step) of one deadline."""
    taken = _taken(rule, case)
    at = taken or case.now
    late = at >= due.end
    name = rule.counts if taken else "now"
    given = ((name, iso(at)), ("last_second", str(last_second(due.end))))
    step = Step("deadline", rule.clause, given, f"{iso(at)} < {iso(due.end)}", "too_late" if late else "in_time")
    made = case.claim is not None and case.claim.made
    if taken is None and made and not (case.claim and rule.step == "claim" and case.claim.received is None):
        # an earlier step whose moment nobody gave is not held against a claim that was made
        return None, None, step
    if case.claim is None and case.now_assumed and taken is None:
        # nobody said that it was judged so late, nor that nothing was asked for
        return None, None, step
    if late and not (made and taken is None):
        return (rule.late if taken else rule.passed), None, step
    return None, rule.in_time if taken and rule.step == "claim" else None, step


def _taken(rule: Deadline, case: Case) -> datetime | None:
    """When the step was taken: the claim's own moment, or the fact `claim.STEP` of an earlier one."""
    if rule.step != "claim":
        return case.moment(f"claim.{rule.step}")
    if case.claim is None or not case.claim.made:
        return None
    return case.claim.sent or case.claim.received if rule.counts == "sent" else case.claim.received


def _contents(promise: Promise, case: Case) -> tuple[tuple[str, ...], list[tuple[str, str]], list[Step]]:
    """(what is missing, refusals with their clause, steps)."""
    rules = promise.claim
    if rules is None:
        return (), [], []
    claim = case.claim
    contains = claim.contains if claim and claim.contains is not None else frozenset()
    missing = tuple(need for need in rules.requires if need.item not in contains)
    refusals = []
    if claim and claim.made and claim.contains is not None and rules.if_missing == "forfeited":
        refusals = [(f"claim_incomplete:{need.item}", need.clause) for need in missing if not need.curable]
    names = tuple(need.item for need in missing)
    required = (("required", " ".join(need.item for need in rules.requires)),)
    found = f"missing:{' '.join(names)}" if names else "complete"
    return names, refusals, [Step("claim", rules.clause, required, "required - contained", found)]
