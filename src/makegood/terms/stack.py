"""Verb: several promises of one text that are missed together; which of them counts, by the text's own rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from makegood.terms.pack import PackVersion, Stacking
from makegood.terms.verdict import Step, Told, Verdict, exact_text, withdrawn

_OPEN = ("ambiguous", "unknown")


def stacked(terms: PackVersion, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts with the one that leads first: what is owed before what is not, else in the text's order.

    By `greatest` the lesser ones are not owed; by `choose_one` and `first` likewise, and said as the choice left.
    What cannot be compared, as days with money, goes by the pack's own order. Where one is enough and none is owed,
    what is open comes before what is kept.
    """
    rule = terms.version.stacking
    if rule is None or not rule.among:
        return _stacked(rule, verdicts)
    inside = _stacked(rule, [one for one in verdicts if one.promise in rule.among])
    each = (*inside, *(one for one in verdicts if one.promise not in rule.among))
    return tuple(sorted(each, key=lambda one: one.verdict != "owed"))


def _stacked(rule: Stacking | None, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    owed = [one for one in verdicts if one.verdict == "owed"]
    rest = [one for one in verdicts if one.verdict != "owed"]
    if rule is not None and rule.rule == "greatest":
        rest.sort(key=lambda one: _OPEN.index(one.verdict) if one.verdict in _OPEN else len(_OPEN))
    if rule is None or rule.rule == "each" or len(owed) < 2:
        return (*owed, *rest)
    if rule.rule != "first" and len({_unit(one) for one in owed}) == 1:
        owed.sort(key=_worth, reverse=True)
    elif rule.order:
        owed.sort(key=lambda one: rule.order.index(one.promise or ""))
    leading, *others = owed
    step = Step(
        "stacking", rule.clause, tuple((str(one.promise), _shown(one)) for one in owed), rule.rule, _shown(leading)
    )
    beside = tuple(_beside(rule, one) for one in others)
    leading = replace(leading, steps=(*leading.steps, step), readings=(*leading.readings, *beside))
    left = (withdrawn(one, "not_owed", (f"stacking:{rule.rule}",)) for one in others)
    return (leading, *left, *rest)


def _worth(verdict: Verdict) -> Fraction:
    if verdict.amount is not None:
        return verdict.amount.exact
    return verdict.quantity.exact if verdict.quantity else Fraction(0)


def _unit(verdict: Verdict) -> str | None:
    """What its worth is counted in; only like can be compared with like."""
    if verdict.amount is not None:
        return verdict.amount.currency
    return verdict.quantity.unit if verdict.quantity else None


def _shown(verdict: Verdict) -> str:
    if verdict.amount is not None:
        return f"{exact_text(verdict.amount.exact)} {verdict.amount.currency}"
    return f"{exact_text(verdict.quantity.exact)} {verdict.quantity.unit}" if verdict.quantity else verdict.form


def _beside(rule: Stacking, verdict: Verdict) -> Told:
    says = f"'{verdict.promise}' is missed as well; the text does not add them"
    return Told(f"instead_{verdict.promise}", "remedy", False, says, rule.clause, (("amount", _shown(verdict)),))
