"""Verb: what the text itself gives for a case: figure, commitment, row, amount, deadline, claim; step by step."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from makegood.errors import BadUse
from makegood.spans import from_us
from makegood.terms.case import Case
from makegood.terms.claimed import check_claim
from makegood.terms.deadline import Anchors, deadlines
from makegood.terms.pack import PackVersion, Promise, Tier
from makegood.terms.remedy import Granted, grant, rows_beside, rows_for
from makegood.terms.uptime import Uptime, breach, uptime
from makegood.terms.verdict import Amount, Figure, Step, Told, Verdict, last_second, zero

_MINUTE_US = 60_000_000


def entitle(terms: PackVersion, promise: Promise, case: Case) -> Verdict:
    """Take the text at its word, whatever its status and date; raise BadUse for counts that do not fit it."""
    counts = case.counts
    if counts is None or (counts.basis == "attempts" and not counts.requests):
        return _verdict(terms, case, promise.coverage.clause, "unknown", "no_attempts_in_scope")
    if counts.period != case.period:
        raise BadUse("The interval counts cover another period than the case; count over the case's own period.")
    found = uptime(promise.measure, counts)
    figure = _figure(promise, found)
    chain = [Step("measure", promise.measure.aggregation.clause, *found.link)]
    if found.value is None:
        verdict = _verdict(terms, case, promise.measure.empty.clause, "unknown", "no_traffic_undefined")
        return replace(verdict, measure=figure, steps=tuple(chain))
    reason = "commitment_met" if figure.commitment_met else "below_commitment"
    test = f"{figure.decimal()} {promise.commitment.range.words()}"
    chain.append(Step("commitment", promise.commitment.clause, (), test, reason))
    if figure.commitment_met:
        verdict = _verdict(terms, case, promise.commitment.clause, "not_owed", reason)
        none = _nothing(case)
        return replace(verdict, measure=figure, steps=tuple(chain), percent=Fraction(0), computed=none, amount=none)
    verdict = _verdict(terms, case, promise.commitment.clause, "owed", reason)
    verdict = _due(replace(verdict, measure=figure, steps=tuple(chain)), promise, case, found)
    rows = rows_for(promise.remedy, found.value)
    if len(rows) == 1:
        return _by_row(terms, promise, case, verdict, rows[0])
    return _by_no_row(promise, case, verdict, rows)


def _by_row(terms: PackVersion, promise: Promise, case: Case, verdict: Verdict, row: Tier) -> Verdict:
    assert verdict.deadline is not None
    granted = grant(promise.remedy, row, case.bill)
    checked = check_claim(promise, case, verdict.deadline)
    refusals = ((granted.refused,) if granted.refused else ()) + checked.refusals
    in_time = ("claim_in_time",) if case.claim else ()
    clause = _refusing_clause(promise, refusals[0]) if refusals else row.clause
    return replace(
        verdict,
        verdict="not_owed" if refusals else "owed",
        reasons=refusals or ("below_commitment", *in_time, *granted.remarks),
        clause=clause,
        said=terms.clause(clause),
        tier=row.range.words(),
        percent=Fraction(row.percent),
        computed=granted.amount,
        amount=_nothing(case) if refusals else granted.amount,
        form="none" if refusals else promise.remedy.form,
        missing=checked.missing,
        steps=(*verdict.steps, *granted.steps, *checked.steps),
        readings=(*verdict.readings, *_rounding(promise, granted)),
    )


def _by_no_row(promise: Promise, case: Case, verdict: Verdict, rows: tuple[Tier, ...]) -> Verdict:
    """A gap or an overlap of the table: the text does not decide, so each row near is a reading."""
    assert verdict.measure is not None
    reason, how = ("tier_overlap", "applied") if rows else ("tier_gap", "extended")
    told = []
    for row in rows or rows_beside(promise.remedy, verdict.measure.value or Fraction(0)):
        granted = grant(promise.remedy, row, case.bill).amount
        outcome = (("percent", str(row.percent)), *told_amount(granted))
        says = f"the row {row.range.words()} is {how}"
        told.append(Told(f"{row.percent} % row {how}", "remedy", False, says, row.clause, outcome))
    return replace(
        verdict,
        verdict="ambiguous",
        reasons=("below_commitment", reason),
        form=promise.remedy.form,
        missing=check_claim(promise, case, case.period.end).missing,
        readings=(*verdict.readings, *told),
    )


def told_amount(amount: Amount | None) -> tuple[tuple[str, str], ...]:
    """The amount as (rule, "value currency") pairs; one pair when the rules agree."""
    if amount is None:
        return ()
    if amount.rounded is not None:
        return (("amount", f"{amount.rounded:f} {amount.currency}"),)
    return tuple((rule, f"{value:f} {amount.currency}") for rule, value in amount.rules)


def _figure(promise: Promise, found: Uptime) -> Figure:
    kept = promise.commitment.range
    edges = {end for tier in promise.remedy.tiers for end in tier.range.ends()} | set(kept.ends())
    met = None if found.value is None else kept.holds(found.value)
    return Figure(promise.measure.name, found.value, met, found.counted_minutes, tuple(sorted(edges)))


def _due(verdict: Verdict, promise: Promise, case: Case, found: Uptime) -> Verdict:
    """The verdict with its deadline, and every reading of the deadline beside it."""
    rule, at = promise.deadline, None
    if any(one.anchor == "breach" for one in rule.readings):
        start = breach(found, promise.commitment.range)
        at = None if start is None else from_us((start + promise.measure.bucket_minutes) * _MINUTE_US)
    due = deadlines(rule, Anchors(case.period.end, at, case.zone or promise.window.zone))
    told = tuple(
        Told(one.id, "deadline", one.used, one.says, rule.clause, (("deadline", str(last_second(one.end))),))
        for one in due
    )
    return replace(verdict, deadline=due[0].end, readings=(*verdict.readings, *told))


def _rounding(promise: Promise, granted: Granted) -> tuple[Told, ...]:
    """One reading a rule where the text states none and the rules differ."""
    amount, clause = granted.amount, promise.remedy.rounding.clause
    if amount is None or amount.rounded is not None or granted.refused:
        return ()
    return tuple(
        Told(rule, "rounding", False, f"rounded by {rule}", clause, (("amount", f"{value:f} {amount.currency}"),))
        for rule, value in amount.rules
    )


def _refusing_clause(promise: Promise, reason: str) -> str:
    if reason == "below_minimum_credit" and promise.remedy.minimum:
        return promise.remedy.minimum.clause
    if reason == "nothing_billed":
        return promise.remedy.base_clause
    return promise.claim.clause if reason.startswith("claim_incomplete") else promise.deadline.clause


def _nothing(case: Case) -> Amount | None:
    return zero(case.bill.currency) if case.bill else None


def _verdict(terms: PackVersion, case: Case, clause: str, kind: str, *reasons: str) -> Verdict:
    return Verdict(
        terms.pack.terms, terms.version.version, case.scope, case.period, kind, reasons, clause, terms.clause(clause)
    )
