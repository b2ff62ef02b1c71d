"""Verb: run worked cases through the engine and name every difference from what must come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from makegood.errors import BadTerms
from makegood.money import Money, quantized
from makegood.spans import Span, to_us
from makegood.terms.case import Case, ClaimFacts
from makegood.terms.intervals import IntervalCounts, columns
from makegood.terms.pack import Pack, PackVersion, Promise
from makegood.terms.read import pick
from makegood.terms.verdict import Amount, Verdict
from makegood.terms.weigh import weigh
from makegood.terms.worked import Expected, GivenMoney, GivenRun, Inputs, Worked

_MINUTE_US = 60_000_000
_SECOND = timedelta(seconds=1)


def differences(pack: Pack, worked: Worked) -> list[str]:
    """One text a field that comes out otherwise, "credit: expected 10.00, got 9.99"; empty when all agree."""
    terms = _version(pack, worked)
    verdict = weigh(terms, as_case(terms, worked.inputs))
    return list(_compare(worked.expected, verdict))


def as_case(terms: PackVersion, inputs: Inputs) -> Case:
    """The case that the inputs of a worked case describe; its counts are taken as the whole truth."""
    promise = terms.version.promise
    claim = ClaimFacts(inputs.claim.received, frozenset(inputs.claim.contains)) if inputs.claim else None
    return Case(
        Span(inputs.period.start, inputs.period.end),
        given_counts(promise, inputs) if promise else None,
        inputs.moment(),
        bill=_money(inputs.bill),
        claim=claim,
        wasted=_money(inputs.wasted),
    )


def given_counts(promise: Promise, inputs: Inputs) -> IntervalCounts:
    """Counts in the promise's buckets from given segments, or from runs over a background."""
    period, step = Span(inputs.period.start, inputs.period.end), promise.measure.bucket_minutes
    first = to_us(period.start) // _MINUTE_US
    buckets: dict[int, Counter[str]] = {}
    at, clean = first, 0
    for segment in inputs.segments:
        for _ in range(segment.intervals if segment.errors else 0):
            buckets[at] = Counter(valid=segment.requests, errors=segment.errors)
            at += inputs.interval_minutes
        if not segment.errors:
            at += segment.intervals * inputs.interval_minutes
            clean += segment.intervals if segment.requests else 0
    for run in inputs.runs:
        _lay(run, promise, buckets, step)
    rows = [(start, one["valid"], one["errors"]) for start, one in buckets.items() if one["errors"]]
    if inputs.background and inputs.background.valid_requests:
        clean += int(period.minutes) // step - len(rows)
    return IntervalCounts(period, step, *columns(rows), clean, sum(row[1] for row in rows), "given")


def _lay(run: GivenRun, promise: Promise, buckets: dict[int, Counter[str]], step: int) -> None:
    if any(run.feature in one.features for one in promise.exclusions if run.feature):
        return
    if run.status_counts is not None:
        valid, errors = promise.population.split(run.status_counts)
    else:
        valid, errors = run.valid_requests or 0, run.server_errors or 0
    begin = to_us(run.start) // _MINUTE_US
    for minute in range(begin, begin + run.minutes):
        buckets.setdefault(minute - minute % step, Counter()).update(valid=valid, errors=errors)


def _version(pack: Pack, worked: Worked) -> PackVersion:
    if worked.terms_version is None:
        return pick(pack, worked.inputs.period.start)
    for version in pack.versions:
        if version.version == worked.terms_version:
            return PackVersion(pack, version)
    raise BadTerms(f"Case {worked.id} asks for version '{worked.terms_version[:40]}' of {pack.terms}; no pack has it.")


def _money(given: GivenMoney | None) -> Money | None:
    return Money(given.amount, given.currency) if given else None


def _compare(expected: Expected, verdict: Verdict) -> Iterator[str]:
    got = _outcome(verdict)
    for name in sorted(expected.model_fields_set):
        want, have = getattr(expected, name), got[name]
        if name == "reasons" and "claim_in_time" not in (want or ()):
            # a claim in time is only worth a word where the case is about time
            have = tuple(reason for reason in verdict.reasons if reason != "claim_in_time")
        if name == "credit" and isinstance(want, Decimal):
            have = verdict.amount.rounded if verdict.amount else None
        if name == "readings":
            amounts = {told.id: _first_amount(told.outcome) for told in verdict.readings}
            have = {key: amounts.get(key) for key in want or {}}
        if want != have:
            yield f"{name}: expected {want}, got {have}"


def _outcome(verdict: Verdict) -> dict[str, object]:
    figure, computed = verdict.measure, verdict.computed
    value = None if figure is None or figure.value is None else quantized(figure.value, 6, "half_up")
    return {
        "measure": figure.name if figure else None,
        "value": value,
        "counted_minutes": figure.counted_minutes if figure else None,
        "commitment_met": figure.commitment_met if figure else None,
        "tier": verdict.tier,
        "credit_percent": verdict.percent,
        "credit_exact": _six(computed),
        "credit": dict(verdict.amount.rules) if verdict.amount else None,
        "currency": computed.currency if computed else None,
        "form": verdict.form,
        "eligible": {"owed": True, "ambiguous": "ambiguous"}.get(verdict.verdict, False),
        "verdict": verdict.verdict,
        "reasons": verdict.reasons,
        "readings": None,
        "deadline": verdict.deadline - _SECOND if verdict.deadline else None,
        "missing": verdict.missing,
    }


def _six(amount: Amount | None) -> Fraction | Decimal | None:
    if amount is None:
        return None
    finite = 10**30 % amount.exact.denominator == 0
    return amount.exact if finite else quantized(amount.exact, 6, "half_up")


def _first_amount(outcome: tuple[tuple[str, str], ...]) -> Decimal | None:
    amounts = [text.split()[0] for name, text in outcome if name in ("amount", "half_up")]
    return Decimal(amounts[0]) if amounts else None
