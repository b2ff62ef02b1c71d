"""Verb: where nothing is promised, say what may be asked for as goodwill, never more than was paid for nothing."""

from __future__ import annotations

from fractions import Fraction

from makegood.errors import BadUse
from makegood.terms.case import Case
from makegood.terms.pack import Goodwill, PackVersion
from makegood.terms.read import in_force
from makegood.terms.verdict import Step, Verdict, amount_of, zero


def ask(terms: PackVersion, case: Case) -> Verdict:
    """`goodwill` with the charged waste as amount; `not_owed` when it is known that nothing was charged.

    `wasted` must leave out the caller's own mistakes: those are never asked for. Raise BadUse below zero.
    """
    rules = terms.version.goodwill
    if rules is None:
        raise BadUse(f"The terms '{terms.pack.terms}' promise nothing and open no goodwill path; use another pack.")
    if case.wasted is None:
        return _asked(terms, rules, case, "waste_not_given")
    if case.wasted.amount < 0:
        raise BadUse(f"The wasted amount is below zero ({case.wasted}); give what was charged for nothing received.")
    return _asked(terms, rules, case, "charged_waste" if case.wasted.amount else "nothing_charged")


def _asked(terms: PackVersion, rules: Goodwill, case: Case, reason: str) -> Verdict:
    asked = reason != "nothing_charged"
    amount = None
    if case.wasted is not None:
        amount = amount_of(Fraction(case.wasted.amount), case.wasted.currency) if asked else zero(case.wasted.currency)
    given = () if case.wasted is None else (("wasted", str(case.wasted)),)
    dated = () if in_force(terms.version, case.period.start) else ("version_not_in_force",)
    return Verdict(
        terms.pack.terms,
        terms.version.version,
        case.scope,
        case.period,
        "goodwill" if asked else "not_owed",
        ("no_sla", reason, *dated),
        rules.clause,
        terms.clause(rules.clause),
        computed=amount,
        amount=amount,
        form=rules.forms[0] if asked else "none",
        steps=(Step("goodwill", rules.clause, given, "what was charged for nothing received", reason),),
        precedents=rules.precedents,
    )
