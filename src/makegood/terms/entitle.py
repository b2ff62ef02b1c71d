"""Verb: what the text itself gives for a case: figure, commitment, row, amount, deadline, claim; step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from makegood.errors import BadUse
from makegood.terms.case import Case
from makegood.terms.claimed import Checked, check_claim
from makegood.terms.dates import Dates, dates
from makegood.terms.due import ENDS
from makegood.terms.found import Found
from makegood.terms.gauged import gauged
from makegood.terms.limits import Granted, limited
from makegood.terms.missed import Missed, missed
from makegood.terms.pack import PackVersion, Promise
from makegood.terms.remedies import Row, Tiers
from makegood.terms.remedy import Due, basis, by_row, currency_of, granted, row_unknown, rows_beside, rows_for
from makegood.terms.remedy_readings import remedy_ways
from makegood.terms.verdict import Amount, Figure, Step, Told, Verdict, exact_text, zero

_UNSEEN = Found(None, ((), "", ""))


def entitle(terms: PackVersion, promise: Promise, case: Case) -> Verdict:
    """Take the text at its word, whatever its status and date; raise BadUse for counts that do not fit it.

    Where the remedy can be read in several ways that give different things, the verdict is `ambiguous` with each.
    """
    ways = remedy_ways(promise)
    if not ways:
        return _entitled(terms, promise, case)
    each = [(way, _entitled(terms, way.promise, case)) for way in ways]
    way, first = each[0]
    if len({_gives(one) for _, one in each}) == 1:
        return first
    told = tuple(
        Told(way.id, "remedy", False, way.says, way.clause, (("verdict", one.verdict), *_given(one)))
        for way, one in each
    )
    owing = next(one for _, one in each if one.verdict != "not_owed")
    bare = replace(owing, verdict="ambiguous", amount=None, quantity=None, percent=None, computed=None)
    return replace(bare, reasons=(*owing.reasons, way.reason), readings=(*owing.readings, *told))


def _given(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """What comes out, as the outcome of a reading."""
    percent = () if verdict.percent is None else (("percent", exact_text(verdict.percent)),)
    extent = verdict.quantity
    quantity = () if extent is None else (("quantity", f"{exact_text(extent.exact)} {extent.unit}"),)
    return (*percent, *told_amount(verdict.amount), *quantity)


def _entitled(terms: PackVersion, promise: Promise, case: Case) -> Verdict:
    for condition in promise.applies:
        if condition.tell(case.facts) is False:
            reason = condition.otherwise or f"does_not_apply:{condition.fact}"
            none = _nothing(promise, case, _UNSEEN)
            verdict = _bare(terms, promise, case, condition.clause, "not_owed", reason)
            percent = Fraction(0) if _on_amount(promise) else None
            return replace(verdict, percent=percent, computed=none, amount=none)
    for condition in promise.applies:
        if condition.tell(case.facts) is None:
            fact = condition.unknown_fact(case.facts)
            return _bare(terms, promise, case, condition.clause, "unknown", f"fact_not_given:{fact}")
    counts = case.counts
    if counts is not None and counts.basis == "attempts" and not counts.requests:
        clause = promise.coverage.clause if promise.coverage else promise.window.clause
        return _bare(terms, promise, case, clause, "unknown", "no_attempts_in_scope")
    if counts is not None and counts.period != case.period:
        raise BadUse("The interval counts cover another period than the case; count over the case's own period.")
    found = gauged(promise, case)
    if isinstance(found, str):
        return _bare(terms, promise, case, promise.measure.aggregation.clause, "unknown", found)
    verdict = _from_figure(terms, promise, case, found)
    return _beside(terms, promise, case, (found, verdict)) if found.others else verdict


def _beside(terms: PackVersion, promise: Promise, case: Case, first: tuple[Found, Verdict]) -> Verdict:
    """Ambiguous where another reading of the figure gives another outcome."""
    found, verdict = first
    told, owing = [], None
    for name, says, value in (("as_counted", "as counted here", found.value), *found.others):
        other = _from_figure(terms, promise, case, replace(found, value=value, others=()))
        owing = owing or (other if other.verdict != "not_owed" else None)
        outcome = (("verdict", other.verdict), *told_amount(other.amount))
        told.append((_gives(other), Told(name, "measure", False, says, promise.measure.aggregation.clause, outcome)))
    if owing is None or len({gives for gives, _ in told}) == 1:
        return verdict
    readings = (*owing.readings, *(one for _, one in told))
    bare = replace(owing, verdict="ambiguous", amount=None, quantity=None, percent=None, computed=None, tier=None)
    return replace(bare, measure=verdict.measure, reasons=(*owing.reasons, "figure_has_readings"), readings=readings)


def _gives(verdict: Verdict) -> tuple[object, ...]:
    """What it comes to: nothing is nothing, for whatever reason."""
    if verdict.verdict == "not_owed":
        return ("not_owed",)
    known = verdict.computed is not None or verdict.quantity is not None
    return verdict.verdict, verdict.computed, None if known else verdict.percent, verdict.quantity


def _from_figure(terms: PackVersion, promise: Promise, case: Case, found: Found) -> Verdict:
    chain = (Step("measure", promise.measure.aggregation.clause, *found.link),)
    test = missed(promise, case, found)
    if test is None:
        verdict = _bare(terms, promise, case, _empty_clause(promise), "unknown", "no_traffic_undefined")
        return replace(verdict, measure=_figure(promise, found, None), steps=chain)
    if test.unknown:
        verdict = _bare(terms, promise, case, test.clause, "unknown", test.unknown)
        verdict = replace(verdict, measure=_figure(promise, found, None), steps=(*chain, *test.steps))
        return _open(terms, promise, case, (found, verdict))
    verdict = _bare(terms, promise, case, test.clause, "owed" if test.is_missed else "not_owed", *test.reasons)
    verdict = replace(verdict, measure=_figure(promise, found, test), steps=(*chain, *test.steps))
    if not test.is_missed:
        return _kept(terms, promise, case, found, verdict)
    return _missed(terms, promise, case, (found, verdict))


def _open(terms: PackVersion, promise: Promise, case: Case, at: tuple[Found, Verdict]) -> Verdict:
    """Not known whether the level was missed: until when to act all the same, and what a miss would give.

    A claim that is refused anyway is not owed, whatever the level.
    """
    found, verdict = at
    if promise.several is not None and any(one.anchor in ENDS for rule in promise.deadlines for one in rule.readings):
        return verdict  # which window completes the row is not known either, and the time runs from its end
    when = dates(promise, case, found)
    checked = check_claim(promise, case, when.dues)
    if checked.refusals and not checked.disputed:
        return _dated(_refused(terms, verdict, checked, _nothing(promise, case, found)), when)
    would = _missed(terms, promise, case, (found, replace(verdict, verdict="owed")))
    says = "were the level missed, it would give this"
    told = Told("level_missed", "commitment", False, says, verdict.clause, _given(would))
    verdict = _dated(replace(verdict, missing=checked.missing), when)
    return replace(verdict, readings=(*verdict.readings, told))


def _missed(terms: PackVersion, promise: Promise, case: Case, at: tuple[Found, Verdict]) -> Verdict:
    """What follows where the level was missed."""
    found, verdict = at
    when = dates(promise, case, found)
    verdict, checked = _dated(verdict, when), check_claim(promise, case, when.dues)
    grant = promise.remedy.grant
    rows = rows_for(grant, found.value, case) if isinstance(grant, Tiers) else ()
    open_ = row_unknown(grant, found.value, case) if isinstance(grant, Tiers) and not rows else None
    if open_ is not None:
        bare = _bare(terms, promise, case, open_.clause, "unknown", f"fact_not_given:{open_.unknown_fact(case.facts)}")
        return replace(bare, measure=verdict.measure, steps=verdict.steps)
    if isinstance(grant, Tiers) and len(rows) != 1:
        if checked.refusals:
            return _refused(terms, verdict, checked, _nothing(promise, case, found))
        return replace(_by_no_row(promise, case, verdict, (found, rows)), missing=checked.missing)
    due = by_row(promise, case, found, rows[0]) if rows else granted(promise, grant, case, found)
    return _granted(terms, promise, case, (found, verdict, due, checked))


def _refused(terms: PackVersion, verdict: Verdict, checked: Checked, none: Amount | None) -> Verdict:
    """Whichever row applies, the claim itself fails."""
    reasons, clause = tuple(reason for reason, _ in checked.refusals), checked.refusals[0][1]
    verdict = replace(verdict, verdict="not_owed", reasons=reasons, clause=clause, said=terms.clause(clause))
    steps = (*verdict.steps, *checked.steps)
    return replace(verdict, amount=none, form="none", missing=checked.missing, steps=steps)


def _on_amount(promise: Promise) -> bool:
    """Is the remedy a part of something? Of fixed sums and of time it makes no sense to speak in percent."""
    base = promise.remedy.base
    return base is not None and base.kind != "down_time"


def _kept(terms: PackVersion, promise: Promise, case: Case, found: Found, verdict: Verdict) -> Verdict:
    """Nothing due; unless a row of the table covers the figure all the same, which the text then leaves open."""
    grant, promised = promise.remedy.grant, promise.commitment is not None and promise.commitment.promised
    ranged = isinstance(grant, Tiers) and "commitment_met" in verdict.reasons
    rows = (
        [row for row in rows_for(grant, found.value, case) if row.range] if isinstance(grant, Tiers) and ranged else []
    )
    if rows:
        when = dates(promise, case, found)
        checked = check_claim(promise, case, when.dues)
        if checked.refusals:
            return _refused(terms, _dated(verdict, when), checked, _nothing(promise, case, found))
        verdict = _by_no_row(promise, case, _dated(verdict, when), (found, tuple(rows)))
        verdict = replace(verdict, missing=checked.missing)
        nothing = Told("commitment met", "remedy", False, "the commitment is met, nothing is due", verdict.clause)
        told = replace(nothing, outcome=told_amount(_nothing(promise, case, found)))
        reasons = ("commitment_met", "tier_overlap")
        return replace(verdict, reasons=reasons, readings=(*verdict.readings, told))
    none = _nothing(promise, case, found)
    name = None if isinstance(grant, Tiers) or promised else grant.name
    percent = Fraction(0) if promised and _on_amount(promise) else None
    return replace(verdict, percent=percent, computed=none, amount=none, tier=name)


def _granted(terms: PackVersion, promise: Promise, case: Case, at: tuple[Found, Verdict, Due, Checked]) -> Verdict:
    found, verdict, due, checked = at
    left = limited(promise, case, found, due)
    refusals = (((left.refused, _refusing_clause(promise, left.refused)),) if left.refused else ()) + checked.refusals
    clause = refusals[0][1] if refusals else left.clause
    figure = verdict.measure and replace(verdict.measure, row=due.row)
    reasons = (*verdict.reasons, *checked.in_time, *left.reasons, *left.remarks)
    verdict = replace(
        verdict,
        verdict="not_owed" if refusals else "owed",
        reasons=tuple(reason for reason, _ in refusals) or reasons,
        clause=clause,
        said=terms.clause(clause),
        measure=figure,
        tier=due.name,
        percent=left.percent,
        computed=left.amount,
        amount=_nothing(promise, case, found) if refusals else left.amount,
        quantity=None if refusals else left.extent,
        form="none" if refusals else promise.remedy.form,
        missing=checked.missing,
        steps=(*verdict.steps, *left.steps, *checked.steps),
        readings=(*verdict.readings, *left.told, *_rounding(promise, left)),
    )
    if refusals or not checked.disputed:
        return verdict
    return _by_deadline(verdict, dict(checked.disputed), _nothing(promise, case, found))


def _by_deadline(verdict: Verdict, kept: Mapping[str, bool], none: Amount | None) -> Verdict:
    """Ambiguous: late by the reading of the deadline that is used, in time by another; each with what it gives."""
    told = tuple(
        replace(one, outcome=(*one.outcome, *told_amount(verdict.amount if kept[one.id] else none)))
        if one.about == "deadline" and one.id in kept
        else one
        for one in verdict.readings
    )
    reasons = (*verdict.reasons, "deadline_has_readings")
    return replace(verdict, verdict="ambiguous", reasons=reasons, amount=None, quantity=None, readings=told)


def _by_no_row(promise: Promise, case: Case, verdict: Verdict, at: tuple[Found, tuple[Row, ...]]) -> Verdict:
    """A gap or an overlap of the table: the text does not decide, so each row near is a reading."""
    found, rows = at
    assert isinstance(promise.remedy.grant, Tiers)
    reason, how = ("tier_overlap", "applied") if rows else ("tier_gap", "extended")
    near = rows or rows_beside(promise.remedy.grant, found.value or Fraction(0))
    told = []
    for row in near:
        due = by_row(promise, case, found, row)
        left = limited(promise, case, found, due)
        name = f"{row.percent} % row" if row.percent is not None else f"row {due.name}"
        outcome = (("percent", exact_text(left.percent)),) if left.percent is not None else ()
        says = f"the row {due.row} is {how}"
        told.append(Told(f"{name} {how}", "remedy", False, says, row.clause, (*outcome, *told_amount(left.amount))))
    if len(near) == 1 and not rows:
        none = told_amount(_nothing(promise, case, found))
        told.append(Told("no row applies", "remedy", False, "no row covers the figure", near[0].clause, none))
    return replace(
        verdict,
        verdict="ambiguous",
        reasons=(*verdict.reasons, reason),
        form=promise.remedy.form,
        readings=(*verdict.readings, *told),
    )


def told_amount(amount: Amount | None) -> tuple[tuple[str, str], ...]:
    """The amount as (rule, "value currency") pairs; one pair when the rules agree."""
    if amount is None:
        return ()
    if amount.rounded is not None:
        return (("amount", f"{amount.rounded:f} {amount.currency}"),)
    return tuple((rule, f"{value:f} {amount.currency}") for rule, value in amount.rules)


def _figure(promise: Promise, found: Found, test: Missed | None) -> Figure:
    kept, grant = promise.commitment, promise.remedy.grant
    rows = grant.tiers if isinstance(grant, Tiers) else ()
    edges = {end for row in rows if row.range for end in row.range.ends()}
    if kept is not None and kept.range is not None:
        edges |= set(kept.range.ends())
    named = promise.measure.aggregation.kind not in ("amounts", "happened") and promise.several is None
    return Figure(
        promise.measure.name if named else None,
        found.value if named else None,
        None if test is None or kept is None or not kept.promised else not test.short_of,
        found.counted_minutes,
        tuple(sorted(edges)),
        promise.measure.unit,
        found.parts,
        shown=promise.measure.shown,
    )


def _dated(verdict: Verdict, when: Dates) -> Verdict:
    """The verdict with its deadline, every reading of it, the day of payment and the duties."""
    return replace(
        verdict,
        deadline=when.deadline,
        pay_by=when.pay_by,
        expires=when.expires,
        duties=when.duties,
        readings=(*verdict.readings, *when.told),
    )


def _rounding(promise: Promise, left: Granted) -> tuple[Told, ...]:
    """One reading a rule where the text states none and the rules differ."""
    amount, clause = left.amount, promise.remedy.rounding.clause
    if amount is None or amount.rounded is not None or left.refused:
        return ()
    return tuple(
        Told(rule, "rounding", False, f"rounded by {rule}", clause, (("amount", f"{value:f} {amount.currency}"),))
        for rule, value in amount.rules
    )


def _refusing_clause(promise: Promise, reason: str) -> str:
    if reason == "below_minimum_credit" and promise.remedy.minimum:
        return promise.remedy.minimum.clause
    return promise.remedy.base.clause if promise.remedy.base else promise.remedy.form_clause


def _empty_clause(promise: Promise) -> str:
    return promise.measure.empty.clause if promise.measure.empty else promise.measure.aggregation.clause


def _nothing(promise: Promise, case: Case, found: Found) -> Amount | None:
    """Zero in the currency of the base or of the fixed sums, where one is known and the remedy is money."""
    held, fixed = basis(promise, case, found), currency_of(promise.remedy.grant)
    if (held.money and held.unit) or fixed:
        return zero(held.unit or fixed or "")
    return zero(case.bill.currency) if case.bill and (promise.remedy.base is None or held.money) else None


def _bare(terms: PackVersion, promise: Promise, case: Case, clause: str, kind: str, *reasons: str) -> Verdict:
    return Verdict(
        terms.pack.terms,
        terms.version.version,
        case.scope,
        case.period,
        kind,
        reasons,
        clause,
        terms.clause(clause),
        promise=promise.id,
    )
