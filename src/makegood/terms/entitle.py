"""Verb: what the text itself gives for a case: figure, commitment, row, amount, deadline, claim; step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from makegood.errors import BadUse
from makegood.terms.basis import basis
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
from makegood.terms.remedy import Gross, by_row, currency_of, granted, row_unknown, rows_beside, rows_for
from makegood.terms.remedy_readings import remedy_ways
from makegood.terms.verdict import Amount, Figure, Step, Told, Verdict, exact_text, zero

_UNSEEN = Found(None, ((), "", ""))


@dataclass(frozen=True)
class _Asked:
    """One promise of some terms held against a case, with the figure where it was reckoned."""

    terms: PackVersion
    promise: Promise
    case: Case
    found: Found = _UNSEEN

    def says(self, kind: str, clause: str, *reasons: str) -> Verdict:
        """The verdict `kind` by that clause for those reasons, with nothing else in it."""
        named = (self.terms.pack.terms, self.terms.version.version, self.case.scope, self.case.period)
        return Verdict(*named, kind, reasons, clause, self.terms.clause(clause), promise=self.promise.id)

    @property
    def nothing(self) -> Amount | None:
        """Zero in the currency of the base or of the fixed sums, where one is known and the remedy is money."""
        base, bill = self.promise.remedy.base, self.case.bill
        held, fixed = basis(self.promise, self.case, self.found), currency_of(self.promise.remedy.grant)
        if (held.money and held.unit) or fixed:
            return zero(held.unit or fixed or "")
        return zero(bill.currency) if bill and (base is None or held.money) else None


def entitle(terms: PackVersion, promise: Promise, case: Case) -> Verdict:
    """Take the text at its word, whatever its status and date; raise BadUse for counts that do not fit it.

    Where the remedy can be read in several ways that give different things, the verdict is `ambiguous` with each.
    """
    ways = remedy_ways(promise)
    if not ways:
        return _entitled(_Asked(terms, promise, case))
    each = [(way, _entitled(_Asked(terms, way.promise, case))) for way in ways]
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


def _entitled(asked: _Asked) -> Verdict:
    promise, case = asked.promise, asked.case
    for condition in promise.applies:
        if condition.tell(case.facts) is False:
            reason = condition.otherwise or f"does_not_apply:{condition.fact}"
            percent, none = Fraction(0) if _on_amount(promise) else None, asked.nothing
            verdict = asked.says("not_owed", condition.clause, reason)
            return replace(verdict, percent=percent, computed=none, amount=none)
    for condition in promise.applies:
        if condition.tell(case.facts) is None:
            return asked.says("unknown", condition.clause, f"fact_not_given:{condition.unknown_fact(case.facts)}")
    counts = case.counts
    if counts is not None and counts.basis == "attempts" and not counts.requests:
        clause = promise.coverage.clause if promise.coverage else promise.window.clause
        return asked.says("unknown", clause, "no_attempts_in_scope")
    if counts is not None and counts.period != case.period:
        raise BadUse("The interval counts cover another period than the case; count over the case's own period.")
    found = gauged(promise, case)
    if isinstance(found, str):
        return asked.says("unknown", promise.measure.aggregation.clause, found)
    asked = replace(asked, found=found)
    verdict = _from_figure(asked)
    return _beside(asked, verdict) if found.others else verdict


def _beside(asked: _Asked, verdict: Verdict) -> Verdict:
    """Ambiguous where another reading of the figure gives another outcome."""
    found, clause = asked.found, asked.promise.measure.aggregation.clause
    told, owing = [], None
    for name, says, value in (("as_counted", "as counted here", found.value), *found.others):
        other = _from_figure(replace(asked, found=replace(found, value=value, others=())))
        owing = owing or (other if other.verdict != "not_owed" else None)
        outcome = (("verdict", other.verdict), *told_amount(other.amount))
        told.append((_gives(other), Told(name, "measure", False, says, clause, outcome)))
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


def _from_figure(asked: _Asked) -> Verdict:
    promise, found = asked.promise, asked.found
    chain = (Step("measure", promise.measure.aggregation.clause, *found.link),)
    test = missed(promise, asked.case, found)
    if test is None:
        verdict = asked.says("unknown", _empty_clause(promise), "no_traffic_undefined")
        return replace(verdict, measure=_figure(promise, found, None), steps=chain)
    if test.unknown:
        verdict = asked.says("unknown", test.clause, test.unknown)
        verdict = replace(verdict, measure=_figure(promise, found, None), steps=(*chain, *test.steps))
        return _open(asked, verdict)
    verdict = asked.says("owed" if test.is_missed else "not_owed", test.clause, *test.reasons)
    verdict = replace(verdict, measure=_figure(promise, found, test), steps=(*chain, *test.steps))
    return _missed(asked, verdict) if test.is_missed else _kept(asked, verdict)


def _open(asked: _Asked, verdict: Verdict) -> Verdict:
    """Not known whether the level was missed: until when to act all the same, and what a miss would give.

    A claim that is refused anyway is not owed, whatever the level.
    """
    promise = asked.promise
    if promise.several is not None and any(one.anchor in ENDS for rule in promise.deadlines for one in rule.readings):
        return verdict  # which window completes the row is not known either, and the time runs from its end
    when = dates(promise, asked.case, asked.found)
    checked = check_claim(promise, asked.case, when.dues)
    if checked.refusals and not checked.disputed:
        return _dated(_refused(asked, verdict, checked), when)
    would = _missed(asked, replace(verdict, verdict="owed"))
    says = "were the level missed, it would give this"
    told = Told("level_missed", "commitment", False, says, verdict.clause, _given(would))
    verdict = _dated(replace(verdict, missing=checked.missing), when)
    return replace(verdict, readings=(*verdict.readings, told))


def _missed(asked: _Asked, verdict: Verdict) -> Verdict:
    """What follows where the level was missed."""
    promise, case, found = asked.promise, asked.case, asked.found
    when = dates(promise, case, found)
    verdict, checked = _dated(verdict, when), check_claim(promise, case, when.dues)
    grant = promise.remedy.grant
    rows = rows_for(grant, found.value, case) if isinstance(grant, Tiers) else ()
    open_ = row_unknown(grant, found.value, case) if isinstance(grant, Tiers) and not rows else None
    if open_ is not None:
        bare = asked.says("unknown", open_.clause, f"fact_not_given:{open_.unknown_fact(case.facts)}")
        return replace(bare, measure=verdict.measure, steps=verdict.steps)
    if isinstance(grant, Tiers) and len(rows) != 1:
        if checked.refusals:
            return _refused(asked, verdict, checked)
        return replace(_by_no_row(asked, verdict, rows), missing=checked.missing)
    due = by_row(promise, case, found, rows[0]) if rows else granted(promise, grant, case, found)
    return _granted(asked, verdict, due, checked)


def _refused(asked: _Asked, verdict: Verdict, checked: Checked) -> Verdict:
    """Whichever row applies, the claim itself fails."""
    reasons, clause = tuple(reason for reason, _ in checked.refusals), checked.refusals[0][1]
    verdict = replace(verdict, verdict="not_owed", reasons=reasons, clause=clause, said=asked.terms.clause(clause))
    steps = (*verdict.steps, *checked.steps)
    return replace(verdict, amount=asked.nothing, form="none", missing=checked.missing, steps=steps)


def _on_amount(promise: Promise) -> bool:
    """Is the remedy a part of something? Of fixed sums and of time it makes no sense to speak in percent."""
    base = promise.remedy.base
    return base is not None and base.kind != "down_time"


def _kept(asked: _Asked, verdict: Verdict) -> Verdict:
    """Nothing due; unless a row of the table covers the figure all the same, which the text then leaves open."""
    promise, grant = asked.promise, asked.promise.remedy.grant
    promised = promise.commitment is not None and promise.commitment.promised
    if isinstance(grant, Tiers) and "commitment_met" in verdict.reasons:
        rows = tuple(row for row in rows_for(grant, asked.found.value, asked.case) if row.range)
        if rows:
            return _kept_by_a_row(asked, verdict, rows)
    name = None if isinstance(grant, Tiers) or promised else grant.name
    percent, none = Fraction(0) if promised and _on_amount(promise) else None, asked.nothing
    return replace(verdict, percent=percent, computed=none, amount=none, tier=name)


def _kept_by_a_row(asked: _Asked, verdict: Verdict, rows: tuple[Row, ...]) -> Verdict:
    when = dates(asked.promise, asked.case, asked.found)
    checked = check_claim(asked.promise, asked.case, when.dues)
    if checked.refusals:
        return _refused(asked, _dated(verdict, when), checked)
    verdict = replace(_by_no_row(asked, _dated(verdict, when), rows), missing=checked.missing)
    says, outcome = "the commitment is met, nothing is due", told_amount(asked.nothing)
    told = Told("commitment met", "remedy", False, says, verdict.clause, outcome)
    return replace(verdict, reasons=("commitment_met", "tier_overlap"), readings=(*verdict.readings, told))


def _granted(asked: _Asked, verdict: Verdict, due: Gross, checked: Checked) -> Verdict:
    promise = asked.promise
    left = limited(promise, asked.case, asked.found, due)
    refusals = (((left.refused, _refusing_clause(promise, left.refused)),) if left.refused else ()) + checked.refusals
    clause = refusals[0][1] if refusals else left.clause
    figure = verdict.measure and replace(verdict.measure, row=due.row)
    reasons = (*verdict.reasons, *checked.in_time, *left.reasons, *left.remarks)
    verdict = replace(
        verdict,
        verdict="not_owed" if refusals else "owed",
        reasons=tuple(reason for reason, _ in refusals) or reasons,
        clause=clause,
        said=asked.terms.clause(clause),
        measure=figure,
        tier=due.name,
        percent=left.percent,
        computed=left.amount,
        amount=asked.nothing if refusals else left.amount,
        quantity=None if refusals else left.extent,
        form="none" if refusals else promise.remedy.form,
        missing=checked.missing,
        steps=(*verdict.steps, *left.steps, *checked.steps),
        readings=(*verdict.readings, *left.told, *_rounding(promise, left)),
    )
    if refusals or not checked.disputed:
        return verdict
    return _by_deadline(verdict, dict(checked.disputed), asked.nothing)


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


def _by_no_row(asked: _Asked, verdict: Verdict, rows: tuple[Row, ...]) -> Verdict:
    """A gap or an overlap of the table: the text does not decide, so each row near is a reading."""
    promise, found = asked.promise, asked.found
    assert isinstance(promise.remedy.grant, Tiers)
    reason, how = ("tier_overlap", "applied") if rows else ("tier_gap", "extended")
    near = rows or rows_beside(promise.remedy.grant, found.value or Fraction(0))
    told = []
    for row in near:
        due = by_row(promise, asked.case, found, row)
        left = limited(promise, asked.case, found, due)
        name = f"{row.percent} % row" if row.percent is not None else f"row {due.name}"
        outcome = (("percent", exact_text(left.percent)),) if left.percent is not None else ()
        says = f"the row {due.row} is {how}"
        told.append(Told(f"{name} {how}", "remedy", False, says, row.clause, (*outcome, *told_amount(left.amount))))
    if len(near) == 1 and not rows:
        none = told_amount(asked.nothing)
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
