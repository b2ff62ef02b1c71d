"""Verb: was the commitment missed; by the figure, by what happened, over several windows; and is it exempt."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from makegood.terms.case import Case
from makegood.terms.conditions import all_hold
from makegood.terms.found import Found
from makegood.terms.pack import Commitment, Exemption, Promise, SeveralPeriods
from makegood.terms.several_periods import keeps, level_words, over_windows, why_open, why_several_open
from makegood.terms.verdict import Step, exact_text


@dataclass(frozen=True)
class Missed:
    """`short_of`: was the level missed; `is_missed`: does a remedy follow; `unknown`: why it is not known."""

    is_missed: bool
    short_of: bool
    reasons: tuple[str, ...]
    clause: str
    steps: tuple[Step, ...] = ()
    unknown: str | None = None


def missed(promise: Promise, case: Case, found: Found) -> Missed | None:
    """Test the figure and what happened; None when the figure that is needed is not defined."""
    rule = promise.commitment
    if rule is None:
        test = Missed(True, True, (), promise.measure.aggregation.clause)
    elif promise.several is not None:
        test = _over_windows(rule, promise.several, case)
    elif rule.range is not None:
        if found.value is None:
            return None
        test = _by_range(rule, case, _compared(rule, found))
    else:
        test = _by_trigger(rule, case)
    return _unless_exempt(promise.exemptions, case, test) if test.is_missed and not test.unknown else test


def _compared(rule: Commitment, found: Found) -> Fraction:
    value = found.value or Fraction(0)
    if rule.of == "value" or not found.window:
        return value
    return 100 * (found.down or Fraction(0)) / found.window


def _by_range(rule: Commitment, case: Case, value: Fraction) -> Missed:
    kept, test = keeps(rule, case, value), f"{exact_text(value)} {level_words(rule, case)}"
    if kept is None:
        clause = rule.unread.clause if rule.unread else rule.clause
        step = Step("commitment", clause, (), test, "level_not_known")
        return Missed(False, False, (), clause, (step,), why_open(rule))
    reason = rule.kept if kept else rule.missed
    step = Step("commitment", rule.clause, (), test, reason)
    return Missed(not kept, not kept, (reason,), rule.clause, (step,))


def _by_trigger(rule: Commitment, case: Case) -> Missed:
    told = [(one, all_hold(one.when, case.facts)) for one in rule.missed_when]
    hit = next((one for one, holds in told if holds), None)
    if hit is not None:
        return Missed(True, True, (hit.reason,), hit.clause, (Step("commitment", hit.clause, (), "", hit.reason),))
    open_ = next((one for one, holds in told if holds is None), None)
    if open_ is not None:
        fact = next(one.unknown_fact(case.facts) for one in open_.when if one.tell(case.facts) is None)
        return Missed(False, False, (), open_.clause, unknown=f"fact_not_given:{fact}")
    return Missed(False, False, (rule.kept,), rule.clause, (Step("commitment", rule.clause, (), "", rule.kept),))


def _over_windows(rule: Commitment, several: SeveralPeriods, case: Case) -> Missed:
    over = over_windows(rule, several, case)
    outcome = over.reason if over.met is not None else "level_not_known"
    step = Step("several_periods", several.clause, over.shown, over.test, outcome)
    if over.met is None:
        return Missed(False, over.short_of, (), several.clause, (step,), why_several_open(rule, case))
    return Missed(over.met, over.short_of, (over.reason,), several.clause, (step,))


def _unless_exempt(exemptions: tuple[Exemption, ...], case: Case, test: Missed) -> Missed:
    reasons, steps = test.reasons, test.steps
    held = next((one for one in exemptions if all_hold(one.when, case.facts)), None)
    if held is not None:
        step = Step("exemption", held.clause, (), "", held.id)
        return Missed(False, test.short_of, (held.id,), held.clause, (*steps, step))
    for one in exemptions:
        if all_hold(one.when, case.facts) is None:
            fact = next(part.unknown_fact(case.facts) for part in one.when if part.tell(case.facts) is None)
            return Missed(True, test.short_of, reasons, one.clause, steps, f"fact_not_given:{fact}")
        failing = [part for part in one.when if part.tell(case.facts) is False]
        if all(part.otherwise and part.fact in case.facts for part in failing):
            # the exemption is about this case, and fails by these facts alone
            told = tuple(part.otherwise for part in failing if part.otherwise)
            reasons = (*reasons, *told)
            steps = (*steps, Step("exemption", one.clause, (), "", told[0]))
    return Missed(True, test.short_of, reasons, test.clause, steps)
