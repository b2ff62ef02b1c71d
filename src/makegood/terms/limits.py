"""Verb: reductions, caps, the smallest credit that is issued, and the one rounding at the end."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from makegood.terms.basis import basis, paid_for_down_time, paid_seconds
from makegood.terms.case import Case
from makegood.terms.conditions import all_hold
from makegood.terms.found import Found
from makegood.terms.pack import Promise
from makegood.terms.remedies import Cap
from makegood.terms.remedy import Gross
from makegood.terms.verdict import Amount, Extent, Step, Told, amount_of, exact_text

_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Granted:
    """`amount` or `extent` is what is granted, None where the base is not known; `refused` why nothing is, after all.

    `percent` is the last percentage that was applied: of the base, or of the full amount where it was reduced.
    """

    amount: Amount | None
    extent: Extent | None
    percent: Fraction | None
    refused: str | None
    clause: str
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]
    steps: tuple[Step, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True)
class _Left:
    """What is left of an amount so far, None where the base is not known, and what was said on the way."""

    exact: Fraction | None
    percent: Fraction | None
    reasons: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    told: tuple[Told, ...] = ()


def limited(promise: Promise, case: Case, found: Found, due: Gross) -> Granted:
    """What is left of what the grant gives; rounded once, where it is money."""
    left = _capped(promise, case, found, _reduced(promise, case, due), due.unit)
    exact, amount, extent = left.exact, None, None
    if exact is not None and due.money and due.unit is not None:
        amount = amount_of(exact, due.unit, promise.remedy.rounding.rule)
    elif exact is not None and due.unit is not None:
        extent = Extent(exact, due.unit)
    if amount is not None and due.time is not None and exact == due.exact:
        extent = Extent(*due.time)
    loss = paid_for_down_time(promise, case, found) if promise.remedy.minimum else None
    refused, remarks, test = _refusal(promise, amount, exact, loss)
    if exact == 0 and due.exact:  # something was granted, and what was granted before leaves no room for it
        refused = "cap_used_up"
    return Granted(
        amount,
        extent,
        left.percent,
        refused,
        due.clause,
        (*due.reasons, *left.reasons),
        (*due.remarks, *remarks),
        (*due.steps, *left.steps, *test),
        left.told,
    )


def _reduced(promise: Promise, case: Case, due: Gross) -> _Left:
    open_: tuple[Told, ...] = ()
    for rule in promise.remedy.reductions:
        holds = due.exact is not None and all_hold(rule.when, case.facts)
        if holds is None:
            says = f"it may be reduced to {rule.to_percent} %: a fact that decides it is not given"
            open_ = (*open_, Told(f"may_be_{rule.reason}", "remedy", False, says, rule.clause))
        if due.exact is None or not holds:
            continue
        exact = due.exact * Fraction(rule.to_percent) / 100
        shown = exact_text(due.exact)
        step = Step("reduction", rule.clause, (), f"{shown} * {rule.to_percent} / 100", exact_text(exact))
        told: tuple[Told, ...] = ()
        if rule.at_option_of:
            says = f"the reduction is at the option of the {rule.at_option_of}; without it the amount is whole"
            told = (Told("not_reduced", "remedy", False, says, rule.clause, (("amount", f"{shown} {due.unit}"),)),)
        return _Left(exact, Fraction(rule.to_percent), (rule.reason,), (step,), told)
    return _Left(due.exact, due.percent, told=open_)


def _capped(promise: Promise, case: Case, found: Found, left: _Left, unit: str | None) -> _Left:
    exact = left.exact
    if exact is None:
        return left
    reasons, steps, told = left.reasons, list(left.steps), list(left.told)
    for cap in promise.remedy.caps:
        if cap.sum is not None and unit not in (None, cap.sum.currency):
            says = f"a cap in {cap.sum.currency} applies that could not be reckoned in {unit}"
            told.append(Told("cap_in_other_currency", "remedy", False, says, cap.clause))
            continue
        most = _most(cap, promise, case, found)
        if most is None:
            says = f"a cap applies that could not be reckoned: '{cap.of or 'base'}' is not given"
            told.append(Told(f"cap_{cap.of or 'base'}", "remedy", False, says, cap.clause))
            continue
        if cap.less is not None and case.number(cap.less) is None and case.money(cap.less) is None:
            says = "nothing is taken to have been credited before; what was counts against the cap"
            told.append(Told("nothing_credited_before", "remedy", True, says, cap.clause))
        before, exact = exact, min(exact, most)
        steps.append(Step("cap", cap.clause, (), f"min({exact_text(before)}, {exact_text(most)})", exact_text(exact)))
        if exact < before:
            reasons = (*left.reasons, "capped")
            told += [_uncapped(promise, cap, before, basis(promise, case, found).unit)] if cap.unread else []
    return _Left(exact, left.percent, reasons, tuple(steps), tuple(told))


def _uncapped(promise: Promise, cap: Cap, before: Fraction, currency: str | None) -> Told:
    shown = f"{amount_of(before, currency, promise.remedy.rounding.rule).rules[0][1]:f}" if currency else str(before)
    says = "it was not read whether this cap holds; without it, this would be due"
    return Told("not_capped", "remedy", False, says, cap.clause, (("amount", f"{shown} {currency or ''}".strip()),))


def _most(cap: Cap, promise: Promise, case: Case, found: Found) -> Fraction | None:
    """The most that the cap leaves, never below zero; None where what it is a part of is not given."""
    held = basis(promise, case, found)
    size = held.size
    if cap.of is not None:
        money, number = case.money(cap.of), case.number(cap.of)
        size = Fraction(money.amount) if money else number
    if cap.sum is not None:
        most: Fraction | None = Fraction(cap.sum.amount)
    elif cap.quantity is not None:
        most = Fraction(cap.quantity.quantity)
    elif cap.days is not None:
        seconds = paid_seconds(promise, case)
        most = None if size is None or not seconds else size * Fraction(cap.days) * _DAY_SECONDS / seconds
    else:
        most = None if size is None else size * Fraction(cap.percent or 0) / 100
    if most is None or cap.less is None:
        return most
    before = case.money(cap.less)
    return max(Fraction(0), most - (Fraction(before.amount) if before else case.number(cap.less) or Fraction(0)))


def _refusal(
    promise: Promise, amount: Amount | None, exact: Fraction | None, loss: Fraction | None
) -> tuple[str | None, tuple[str, ...], tuple[Step, ...]]:
    """(why nothing is granted after all, remarks, step of the test); `loss` is what the down time cost."""
    if exact == 0:
        return promise.remedy.nothing, (), ()
    minimum = promise.remedy.minimum
    if minimum is None or amount is None:
        return None, (), ()
    # unrounded: no text read states a rounding before this test
    held = amount.exact if minimum.of == "credit" or loss is None else loss
    issued = minimum.currency != amount.currency or minimum.range.holds(held)
    refused = None if issued else "below_minimum_credit"
    remarks = ("minimum_in_other_currency",) if minimum.currency != amount.currency else ()
    test = f"{exact_text(held)} {amount.currency} {minimum.range.words()} {minimum.currency}"
    return refused, remarks, (Step("minimum", minimum.clause, (), test, refused or (*remarks, "issued")[0]),)
