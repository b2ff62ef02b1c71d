"""Verb: where nothing is promised, say what may be asked for as goodwill, never more than was paid for nothing."""

from __future__ import annotations

from fractions import Fraction

from makegood.errors import BadUse
from makegood.terms.case import Case
from makegood.terms.conditions import first_failing
from makegood.terms.pack import Goodwill, PackVersion
from makegood.terms.read import in_force
from makegood.terms.verdict import Step, Verdict, amount_of, zero


def ask(terms: PackVersion, case: Case) -> Verdict:
    """`goodwill` with the charged waste as amount; `not_owed` when nothing was charged or nothing is ever asked.

    `wasted` must leave out the caller's own mistakes: those are never asked for. Raise BadUse below zero.
    """
    rules = terms.version.goodwill
    if rules is None and terms.version.programme is not None:
        raise BadUse(
            f"The terms '{terms.pack.terms}' say what a provider grants of itself, and no log is weighed by them; "
            "draw a campaign with them, or use another pack."
        )
    if rules is None:
        raise BadUse(f"The terms '{terms.pack.terms}' promise nothing and open no goodwill path; use another pack.")
    if case.wasted is not None and case.wasted.amount < 0:
        raise BadUse(f"The wasted amount is below zero ({case.wasted}); give what was charged for nothing received.")
    refused = first_failing(rules.never, case.facts)
    if refused is not None:
        return _asked(terms, rules, case, refused.otherwise or "never_asked")
    if case.wasted is None:
        return _asked(terms, rules, case, "waste_not_given")
    return _asked(terms, rules, case, "charged_waste" if case.wasted.amount else "nothing_charged")


def _asked(terms: PackVersion, rules: Goodwill, case: Case, reason: str) -> Verdict:
    asked = reason in ("waste_not_given", "charged_waste")
    amount = None
    if case.wasted is not None:
        amount = amount_of(Fraction(case.wasted.amount), case.wasted.currency) if asked else zero(case.wasted.currency)
    given = () if case.wasted is None else (("wasted", str(case.wasted)),)
    # what nobody found is not what is not there
    known = "text_not_found" if terms.clause(rules.clause).status == "U" else "no_sla"
    seldom = first_failing(rules.rarely, case.facts) if asked else None
    rare = (seldom.otherwise or "rarely_given",) if seldom else ()
    dated = () if case.agreed or in_force(terms.version, case.period.start) else ("version_not_in_force",)
    return Verdict(
        terms.pack.terms,
        terms.version.version,
        case.scope,
        case.period,
        "goodwill" if asked else "not_owed",
        (known, reason, *rare, *dated),
        rules.clause,
        terms.clause(rules.clause),
        computed=amount,
        amount=amount,
        form=rules.forms[0] if asked else "none",
        steps=(Step("goodwill", rules.clause, given, "what was charged for nothing received", reason),),
        precedents=rules.precedents,
    )
