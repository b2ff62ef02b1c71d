"""The published shape of an assessment, makegood/assessment/1: text, whole numbers, lists and dicts only."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from makegood.engine import Assessment
from makegood.incidents.availability import Availability
from makegood.incidents.incident import Incident
from makegood.losses.billed import Astray
from makegood.losses.hit import Hit
from makegood.losses.loss import BOXES, AccountLoss, Box, Losses, Sum
from makegood.losses.overbilling import Overbilling
from makegood.losses.seal import SCHEMA, assessment_hash
from makegood.money import NO_CURRENCY, plain, quantized
from makegood.reads.notes import noted
from makegood.records.bulletin import Bulletin
from makegood.records.inputs import Source
from makegood.records.scope import Scope
from makegood.spans import Span, iso
from makegood.terms.verdict import fraction_text

__all__ = ["SCHEMA", "as_data", "assessment_hash"]


def as_data(assessment: Assessment) -> dict[str, Any]:
    """The whole assessment as published; `hash` covers what was found, not which files or repeats it came from."""
    losses = assessment.losses
    titles = {one.id: one.title for one in assessment.bulletins}
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "params": _params(assessment),
        "rows": vars(assessment.tally).copy(),
        "quarantine": [vars(one).copy() for one in assessment.quarantined],
        "incidents": [_incident(one, assessment) for one in assessment.incidents],
        "waste": {name: _box(name, losses, assessment.gaps.attempts) for name in BOXES},
        "accounts": [_account(one) for one in losses.accounts],
        "hits": [_hit(one) for one in assessment.hits],
        "readings": [
            *(_reading(one, titles) for one in assessment.readings),
            *(_requests(*row) for row in assessment.requests),
        ],
        "verdicts": [one.as_data() for one in assessment.judged.verdicts],
        "overbilling": _overbilling(assessment.overbilling),
        "named_charges": _named_charges(assessment.astray),
        "notes": noted(assessment),
    }
    data["hash"] = assessment_hash(data)
    return data


def _params(assessment: Assessment) -> dict[str, Any]:
    params, span = assessment.params, assessment.span
    period = params.span or span
    return {
        "inputs": [_input(one) for one in assessment.sources],
        "period": None if period is None else _span(period) | {"zone": params.zone, "asked": params.span is not None},
        "format": params.form,
        "map": None if params.mapping is None else str(params.mapping),
        "account": params.account,
        "bulletins": _paths(assessment, "bulletins"),
        "charges": _paths(assessment, "charges"),
        "terms": list(params.terms),
        "bill": None if params.bill is None else _money(params.bill.amount, params.bill.currency),
        "currency": params.currency,
        "now": iso(params.now),
    }


def _input(one: Source) -> dict[str, Any]:
    counted = {} if one.read is None else {"read": one.read, "quarantined": one.quarantined}
    return {"path": one.path, "format": one.form, "kind": one.kind, **counted}


def _paths(assessment: Assessment, kind: str) -> list[str]:
    return [one.path for one in assessment.sources if one.kind == kind]


def _span(span: Span) -> dict[str, str]:
    return {"start": iso(span.start), "end": iso(span.end)}


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"amount": plain(amount), "currency": currency}


def _scope(scope: Scope) -> dict[str, str | None]:
    """Null stands for every value, and for what the log leaves unnamed."""
    fields = zip(("provider", "service", "model", "region"), scope.key(), strict=True)
    return {name: value or None for name, value in fields}


def _incident(one: Incident, assessment: Assessment) -> dict[str, Any]:
    return {
        "id": one.id,
        **_span(one.span),
        "start_range": list(_span(one.start_range).values()),
        "end_range": list(_span(one.end_range).values()),
        "scope": _scope(one.scope),
        "attempts": one.attempts,
        "faults": one.faults,
        "accounts": one.accounts,
        "basis": one.basis,
        "bulletins": [_bulletin(bulletin, assessment) for bulletin in one.bulletins],
    }


def _bulletin(one: Bulletin, assessment: Assessment) -> dict[str, Any]:
    span = one.span(assessment.params.now)
    return {
        "id": one.id,
        "title": one.title,
        "component": one.component,
        "severity": one.severity,
        "kind": one.kind,
        "start": iso(one.start),
        "end": iso(one.end) if one.end else None,
        "minutes": plain(quantized(span.minutes, 2, "half_up")),
        "impact": _span(one.impact) if one.impact else None,
        "url": one.url,
        "source": one.source,
    }


def _sum(one: Sum) -> dict[str, Any]:
    amounts = {currency: plain(amount) for currency, amount in one.amounts.items()}
    return {"attempts": one.attempts, "tokens": one.tokens, "amounts": amounts}


def _box(name: str, losses: Losses, attempts: int) -> dict[str, Any]:
    box: Box = losses.boxes[name]
    data = _sum(box.sum)
    nothing = not box.sum.attempts and (name == "charged" or (name == "caller" and not losses.caller_in_doubt))
    if attempts and not data["amounts"] and (name == "not_charged" or (nothing and _known(losses))):
        data["amounts"] = {_currency(losses): "0"}
    return data | {"kinds": {kind: _sum(one) for kind, one in box.kinds.items()}}


def _known(losses: Losses) -> bool:
    """Is it known of every failure whether it was charged? Only then is nothing charged an amount of 0."""
    return not losses.boxes["unknown"].sum.attempts


def _currency(losses: Losses) -> str:
    """The one currency of the amounts known, else ISO 4217's "no currency"."""
    found = {code for box in losses.boxes.values() for code in box.sum.amounts if code != NO_CURRENCY}
    return found.pop() if len(found) == 1 else NO_CURRENCY


def _account(one: AccountLoss) -> dict[str, Any]:
    wasted = _sum(one.wasted)
    return {
        "account": one.account,
        "attempts": one.attempts,
        "faults": one.faults,
        "wasted_tokens": wasted["tokens"],
        "wasted": wasted["amounts"],
    }


def _hit(one: Hit) -> dict[str, Any]:
    return {
        "cause": one.cause,
        "account": one.account,
        "attempts": one.attempts,
        "faults": one.faults,
        "tokens": one.tokens,
        "wasted": {currency: plain(amount) for currency, amount in one.wasted},
    }


def _reading(one: Availability, titles: Mapping[str, str]) -> dict[str, Any]:
    share = None if one.availability is None else one.availability * 100
    return {
        "scope": _scope(one.scope),
        "component": one.component,
        "reading": one.reading,
        "variant": one.variant,
        "basis": "bulletins",
        "availability": None
        if share is None
        else {"fraction": fraction_text(share), "decimal": plain(quantized(share, 6, "half_up"))},
        "down_minutes": plain(quantized(one.down, 6, "half_up")),
        "added_minutes": plain(quantized(one.added, 6, "half_up")),
        "total_minutes": plain(quantized(one.total, 6, "half_up")),
        "complete": one.complete,
        "bulletins": len(one.counted),
        "left_out": [{"id": left.id, "title": titles.get(left.id, left.id), "why": left.why} for left in one.left_out],
    }


def _requests(provider: str, attempts: int, faults: int) -> dict[str, Any]:
    share = Fraction(100 * (attempts - faults), attempts)
    return {
        "scope": _scope(Scope(provider or None)),
        "component": None,
        "reading": "requests",
        "variant": None,
        "basis": "attempts",
        "availability": {"fraction": fraction_text(share), "decimal": plain(quantized(share, 6, "half_up"))},
        "attempts": attempts,
        "faults": faults,
    }


def _named_charges(one: Astray | None) -> dict[str, Any] | None:
    if one is None:
        return None
    amounts = {currency: plain(amount) for currency, amount in one.amounts.items()}
    return {"lines": one.lines, "unexplained": {"lines": one.unexplained, "outside": one.outside, "amounts": amounts}}


def _overbilling(one: Overbilling | None) -> dict[str, Any] | None:
    if one is None or not one.days:
        return None
    return {
        "open": {money.currency: plain(money.amount) for money in one.open},
        "compared_days": one.compared,
        "prices": one.prices,
        "days": [
            {
                "provider": day.provider,
                "currency": day.currency,
                "day": iso(day.span.start)[:10],
                "priced": plain(day.usage),
                "billed": plain(day.billed),
                "difference": plain(day.difference),
                "open": plain(day.open),
                "state": day.state,
            }
            for day in one.days
        ],
        "moves": [
            {
                "from": [iso(moment)[:10] for moment in move.from_days],
                "to": iso(move.to_day)[:10],
                **_money(move.amount.amount, move.amount.currency),
            }
            for move in one.moves
        ],
        "unpriced": [{"item": one_.charge.item, "why": one_.reason} for one_ in one.unpriced],
        "left_out": len(one.left_out),
    }
