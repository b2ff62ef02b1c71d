"""The published shape of a past incident laid on the own calls: readings, tolls, ranges, and what the terms say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from makegood.losses.toll import STATED, TOTAL, Reading, Replay, Sums, Toll
from makegood.money import plain, quantized
from makegood.spans import Span, iso
from makegood.terms.replay import Played
from makegood.terms.struck import Paid
from makegood.terms.verdict import Verdict, exact_text, fraction_text, last_second

_PLACES = 9


def replay_data(replay: Replay, paid: Sequence[Paid]) -> dict[str, Any]:
    """One incident; `range` is None where nothing was laid."""
    laid = replay.laid
    return {
        "id": replay.past.id,
        "title": replay.past.title,
        "provider": replay.past.scope.provider,
        "window": span_data(replay.past.span),
        "rule": laid.rule if laid else None,
        "days": laid.days if laid else None,
        "zone": laid.zone if laid else None,
        "on": list(replay.on),
        "stands_in": replay.stands_in,
        "within": replay.within,
        "why_not": replay.why_not,
        "readings": [_reading(one, [each for each in paid if each.part == one.part]) for one in replay.readings],
        "range": _range(replay.readings) if laid else None,
    }


def span_data(span: Span) -> dict[str, str]:
    """Start and end."""
    return {"start": iso(span.start), "end": iso(span.end)}


def number(value: Fraction) -> dict[str, Any]:
    """A count that a share was taken of: exact, and to the nearest whole."""
    return {"fraction": fraction_text(value), "rounded": int(quantized(value, 0, "half_up"))}


def sums(amounts: Sums) -> dict[str, str]:
    """Amounts by currency, to nine decimals."""
    return {currency: plain(quantized(value, _PLACES, "half_even")) for currency, value in amounts.items()}


def _minutes(span: Span) -> str:
    return plain(quantized(span.minutes, 2, "half_up"))


def _reading(one: Reading, paid: Sequence[Paid]) -> dict[str, Any]:
    peak = one.telling.peak
    return {
        "told": one.telling.told,
        "url": one.telling.url,
        "peak": None if peak is None else exact_text(peak * 100),
        "window": span_data(one.telling.span),
        "laid": span_data(one.span),
        "observed": span_data(one.observed) if one.observed else None,
        "minutes": _minutes(one.span),
        "observed_minutes": _minutes(one.observed) if one.observed else "0",
        "calls": one.whole.calls,
        "attempts": one.whole.attempts,
        "failed": one.failed,
        "tolls": [_toll(toll, [each for each in paid if each.basis == toll.basis]) for toll in one.tolls],
    }


def _toll(toll: Toll, paid: Sequence[Paid]) -> dict[str, Any]:
    least, most = toll.retries_least, toll.retries_most
    return {
        "basis": toll.basis,
        "share": exact_text(toll.share * 100),
        "calls": number(toll.calls),
        "attempts": number(toll.attempts),
        "spend": sums(toll.spend),
        "spend_unknown": number(toll.spend_unknown),
        "retries": None if least is None else {"least": sums(least), "most": None if most is None else sums(most)},
        "taken": number(toll.taken),
        "left": number(toll.left),
        "extra": sums(toll.extra),
        "extra_unknown": number(toll.extra_unknown),
        "verdicts": [verdict for one in paid for verdict in _verdicts(one)],
    }


def _verdicts(paid: Paid) -> Iterable[dict[str, Any]]:
    before = {(played.window, one.promise): one for played in paid.as_logged for one in played.verdicts}
    for played in paid.played:
        for one in played.verdicts:
            logged = before.get((played.window, one.promise))
            yield _verdict(played, one) | {"as_logged": _given(logged) if logged else None}


def _verdict(played: Played, one: Verdict) -> dict[str, Any]:
    return {
        "terms": one.terms,
        "version": one.version,
        "promise": one.promise,
        "period": span_data(played.window),
        "in_force": played.in_force,
        **_given(one),
        "clause": one.clause,
        "clause_says": one.said.says,
        "clause_status": one.said.status,
        "source": one.said.source,
        "source_date": one.said.date.isoformat() if one.said.date else None,
        "reasons": list(one.reasons),
        "deadline": last_second(one.deadline),
    }


def _given(one: Verdict) -> dict[str, Any]:
    return {
        "verdict": one.verdict,
        "percent": None if one.percent is None else exact_text(one.percent),
        "amount": one.amount.as_data() if one.amount else None,
    }


def _range(readings: Sequence[Reading]) -> dict[str, Any]:
    """From the least that a reading gives by its stated share to the most that one gives in total; null: not stated."""
    seen = [one for one in readings if one.observed]
    stated = [toll for one in seen for toll in one.tolls if toll.basis == STATED]
    total = [toll for one in seen for toll in one.tolls if toll.basis == TOTAL]
    return {
        "minutes": {
            "least": _minutes(min((one.span for one in readings), key=lambda span: span.microseconds)),
            "most": _minutes(max((one.span for one in readings), key=lambda span: span.microseconds)),
        },
        "calls": _ends([one.calls for one in stated], [one.calls for one in total]),
        "left": _ends([one.left for one in stated], [one.left for one in total]),
        "spend": _money_ends(stated, total),
    }


def _ends(stated: Sequence[Fraction], total: Sequence[Fraction]) -> dict[str, Any]:
    return {"least": number(min(stated)) if stated else None, "most": number(max(total)) if total else None}


def _money_ends(stated: Sequence[Toll], total: Sequence[Toll]) -> dict[str, Any]:
    """By currency; a reading without any spend in it gives 0 there."""
    currencies = sorted({currency for one in total for currency in one.spend})

    def at(toll: Toll, currency: str) -> Fraction:
        return toll.spend.get(currency, Fraction(0))

    return {
        currency: {
            "least": sums({"": min(at(one, currency) for one in stated)})[""] if stated else None,
            "most": sums({"": max(at(one, currency) for one in total)})[""],
        }
        for currency in currencies
    }
