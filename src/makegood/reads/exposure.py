"""The published shape of an audit, makegood/audit/1: text, whole numbers, lists and dicts only."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from makegood.engine import Audit
from makegood.losses.detours import Detour
from makegood.losses.exposure import Alternative, Lane, Rest, Side, Spend, Target, Thing
from makegood.losses.exposure_paths import Path
from makegood.money import plain, quantized
from makegood.reads.exposure_notes import noted
from makegood.reads.exposure_replays import replay_data
from makegood.spans import Span, from_us, iso
from makegood.terms.verdict import fraction_text

SCHEMA = "makegood/audit/1"


def as_data(audit: Audit) -> dict[str, Any]:
    """The whole audit as published; described in docs/audit.md."""
    whole, bar = audit.exposure.whole, audit.exposure.bar
    return {
        "schema": SCHEMA,
        "params": _params(audit),
        "rows": vars(audit.tally).copy(),
        "quarantine": [vars(one).copy() for one in audit.quarantined],
        "log": _span(audit.span) | rest_data(whole),
        "tested": {"answers": bar.answers, "days": bar.days, "since": iso(from_us(audit.exposure.since_us))},
        "sides": [_side(one, whole) for one in audit.exposure.sides],
        "things": [_thing(one, whole) for one in audit.exposure.things],
        "paths": [_path(one) for one in audit.paths],
        "replays": [replay_data(*one) for one in audit.replays],
        "detours": _detours(audit) if audit.extras.rows else None,
        "notes": noted(audit),
    }


def _params(audit: Audit) -> dict[str, Any]:
    asked = audit.params.reading
    period = asked.span or audit.span
    return {
        "inputs": [{"path": one.path, "format": one.form, "kind": one.kind} for one in audit.sources],
        "period": _span(period) | {"zone": asked.zone, "asked": asked.span is not None},
        "format": asked.form,
        "map": None if asked.mapping is None else str(asked.mapping),
        "account": asked.account,
        "currency": asked.currency,
        "terms": list(asked.terms),
        "bill": None if asked.bill is None else {"amount": plain(asked.bill.amount), "currency": asked.bill.currency},
        "now": iso(asked.now),
        "days": [one.isoformat() for one in audit.params.days],
        "files": [str(one) for one in audit.params.files],
        "lists": [str(one) for one in audit.params.lists],
        "on": audit.params.on,
        "routes": [one.name for one in audit.params.routes],
    }


def _span(span: Span) -> dict[str, str]:
    return {"start": iso(span.start), "end": iso(span.end)}


def percent(part: Fraction | Decimal | int, whole: Fraction | Decimal | int) -> dict[str, str] | None:
    """A share in percent, as exact fraction and to six decimals; None of nothing."""
    if not whole:
        return None
    share = Fraction(part) * 100 / Fraction(whole)
    return {"fraction": fraction_text(share), "decimal": plain(quantized(share, 6, "half_up"))}


def spend_data(spend: Spend) -> dict[str, Any]:
    """Amounts by currency, attempts of unknown cost, and attempts that stand in the amounts by list price."""
    amounts = {currency: plain(amount) for currency, amount in spend.amounts.items()}
    return {"amounts": amounts, "unknown": spend.unknown, "listed": spend.listed}


def rest_data(rest: Rest) -> dict[str, Any]:
    """Calls, attempts, spend, and how many models."""
    return {
        "calls": rest.calls,
        "attempts": rest.attempts,
        "spend": spend_data(rest.spend),
        "models": len(rest.models),
    }


def _shares(part: Rest, whole: Rest) -> dict[str, Any]:
    """A part with its share of the whole log; money by currency, of what is known."""
    amounts: Mapping[str, Decimal] = part.spend.amounts
    shares = {currency: percent(amounts.get(currency, 0), paid) for currency, paid in whole.spend.amounts.items()}
    return rest_data(part) | {
        "share": {
            "calls": percent(part.calls, whole.calls),
            "spend": {currency: share for currency, share in shares.items() if share is not None},
            "models": percent(len(part.models), len(whole.models)),
        }
    }


def _side(side: Side, whole: Rest) -> dict[str, Any]:
    return {
        "dimension": side.dimension,
        "told": rest_data(side.told),
        "untold": rest_data(side.untold),
        "without": _shares(side.without, whole),
        "states": dict(side.states),
    }


def _thing(thing: Thing, whole: Rest) -> dict[str, Any]:
    return {
        "dimension": thing.dimension,
        "provider": thing.provider,
        "name": thing.name or None,
        "whole": rest_data(thing.whole),
        "stops": _shares(thing.stops, whole),
        "lanes": [
            _lane(one.lane) | rest_data(one.rest) | {"alternative": _alternative(one.alternative)}
            for one in thing.stands
        ],
    }


def _lane(lane: Lane) -> dict[str, Any]:
    return {"route": lane.route or None, "service": lane.service or None, "model": lane.model or None}


def _alternative(one: Alternative) -> dict[str, Any]:
    return {
        "state": one.state,
        "provider": one.provider or None,
        "name": one.name or None,
        "target": _target(one.target) if one.target else None,
        "answered": one.answered,
        "failed": one.failed,
        "recent_answered": one.recent_answered,
        "recent_failed": one.recent_failed,
        "answered_at": iso(from_us(one.answered_us)) if one.answered_us else None,
    }


def _target(target: Target) -> dict[str, Any]:
    return {name: value or None for name, value in vars(target).items()}


def _path(path: Path) -> dict[str, Any]:
    known = path.known
    tried = known.answered + known.failed if known else 0
    return {
        "route": path.route,
        "first": path.step.first,
        "target": _target(path.step.target),
        "attempts": known.attempts if known else 0,
        "detours": known.detours if known else 0,
        "answered": known.answered if known else 0,
        "failed": known.failed if known else 0,
        "success": percent(known.answered, tried) if known else None,
        "answered_at": iso(from_us(known.answered_us)) if known and known.answered_us else None,
    }


def _detours(audit: Audit) -> dict[str, Any]:
    spans = {one.id: one for one in audit.incidents}
    groups: dict[str, list[Detour]] = {}
    for one in audit.detours:
        groups.setdefault(one.incident, []).append(one)
    incidents = [
        {"incident": name or None, "span": _span(spans[name].span) if name else None}
        | (
            {"scope": {key: value or None for key, value in vars(spans[name].scope).items()}}
            if name
            else {"scope": None}
        )
        | _added(group)
        | {"reasons": {each.reason: _added([each]) for each in group}}
        for name, group in groups.items()
    ]
    return _added(list(audit.detours)) | {"incidents": incidents}


def _added(group: list[Detour]) -> dict[str, Any]:
    extra: dict[str, Decimal] = {}
    for currency, amount in (pair for one in group for pair in one.extra):
        extra[currency] = extra.get(currency, Decimal(0)) + amount
    return {
        "attempts": sum(one.attempts for one in group),
        "answered": sum(one.answered for one in group),
        "extra": {currency: plain(amount) for currency, amount in sorted(extra.items())},
        "unknown": sum(one.unknown for one in group),
    }
