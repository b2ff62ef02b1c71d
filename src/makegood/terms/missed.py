"""Verb: was the commitment missed; by the figure, by what happened, over several windows; and is it exempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from makegood.terms.case import Case
from makegood.terms.conditions import all_hold
from makegood.terms.found import Found
from makegood.terms.pack import Commitment, Exemption, Promise, SeveralPeriods
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
        test = _by_range(rule, rule.range.holds(_compared(rule, found)), found)
    else:
        test = _by_trigger(rule, case)
    return _unless_exempt(promise.exemptions, case, test) if test.is_missed and not test.unknown else test


def _compared(rule: Commitment, found: Found) -> Fraction:
    value = found.value or Fraction(0)
    if rule.of == "value" or not found.window:
        return value
    return 100 * (found.down or Fraction(0)) / found.window


def _by_range(rule: Commitment, kept: bool, found: Found) -> Missed:
    assert rule.range is not None
    reason = rule.kept if kept else rule.missed
    step = Step("commitment", rule.clause, (), f"{exact_text(_compared(rule, found))} {rule.range.words()}", reason)
    return Missed(not kept, not kept, (reason,), rule.clause, (step,))


def _by_trigger(rule: Commitment, case: Case) -> Missed:
    told = [(one, all_hold(one.when, case.facts)) for one in rule.missed_when]
    hit = next((one for one, holds in told if holds), None)
    if hit is not None:
        return Missed(True, True, (hit.reason,), hit.clause, (Step("commitment", hit.clause, (), "", hit.reason),))
    open_ = next((one for one, holds in told if holds is None), None)
    if open_ is not None:
        fact = next(one.fact for one in open_.when if one.tell(case.facts) is None)
        return Missed(False, False, (), open_.clause, unknown=f"fact_not_given:{fact}")
    return Missed(False, False, (rule.kept,), rule.clause, (Step("commitment", rule.clause, (), "", rule.kept),))


def _over_windows(rule: Commitment, several: SeveralPeriods, case: Case) -> Missed:
    """Missed windows among those given, in order of their names; a window that is not given breaks a row of them."""
    assert rule.range is not None
    names = sorted(name for name in case.figures if name)
    fell = [not rule.range.holds(case.figures[name]) for name in names]
    shown = tuple((name, exact_text(case.figures[name])) for name in names)
    if several.consecutive is not None:
        met, test = _in_a_row(names, fell, several.consecutive), f"{several.consecutive} in a row"
    else:
        last = several.of_last or len(fell)
        met = sum(fell[-last:]) >= (several.missed or 1)
        test = f"{several.missed} of the last {last}"
    reason = several.reason if met else several.otherwise
    step = Step("several_periods", several.clause, shown, test, reason)
    return Missed(met, any(fell), (reason,), several.clause, (step,))


def _in_a_row(names: Sequence[str], fell: Sequence[bool], wanted: int) -> bool:
    row, before = 0, None
    for name, short in zip(names, fell, strict=True):
        at = _index(name)
        row = (row + 1 if before is not None and at == before + 1 else 1) if short else 0
        before = at
        if row >= wanted:
            return True
    return False


def _index(name: str) -> int:
    """Months are numbered "2026-05", quarters "2026-Q2"."""
    year, _, part = name.partition("-")
    return int(year) * 4 + int(part[1:]) if part.startswith("Q") else int(year) * 12 + int(part)


def _unless_exempt(exemptions: tuple[Exemption, ...], case: Case, test: Missed) -> Missed:
    reasons, steps = test.reasons, test.steps
    for one in exemptions:
        holds = all_hold(one.when, case.facts)
        if holds:
            step = Step("exemption", one.clause, (), "", one.id)
            return Missed(False, test.short_of, (one.id,), one.clause, (*steps, step))
        if holds is None:
            fact = next(part.fact for part in one.when if part.tell(case.facts) is None)
            return Missed(True, test.short_of, reasons, one.clause, steps, f"fact_not_given:{fact}")
        failing = [part for part in one.when if part.tell(case.facts) is False]
        if all(part.otherwise for part in failing):
            # the exemption is about this case, and fails by these alone
            told = tuple(part.otherwise for part in failing if part.otherwise)
            reasons = (*reasons, *told)
            steps = (*steps, Step("exemption", one.clause, (), "", told[0]))
    return Missed(True, test.short_of, reasons, test.clause, steps)
