"""Verb: relay a call; ask one upstream after the other as the policy allows, and give the caller one answer."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from aiohttp import web

from makegood.gateway import faults
from makegood.gateway.attempt import STREAMING, UNRECORDED, Attempt
from makegood.gateway.breaker import PROBE as PROBING
from makegood.gateway.budget import most_pico
from makegood.gateway.call import Call
from makegood.gateway.gateway import Gateway
from makegood.gateway.hedge import hedged
from makegood.gateway.refusals import Refusal, refuse
from makegood.gateway.routing import Lane
from makegood.records.recorded import FAILOVER, FIRST, HEDGE, MAY_HAVE_BEEN_SERVED, PROBE, REPEAT

# How a call ended, for the meters.
SERVED, FAILED_OVER, FAILED, NOT_ASKED, CANCELLED = "served", "failed_over", "failed", "not_asked", "cancelled"
_GIVEN_AN_ANSWER = (faults.ANSWERED, faults.REFUSED)


async def relay(gateway: Gateway, call: Call) -> web.StreamResponse:
    """The answer to a call, already sent where it came as a stream."""
    attempts: list[Attempt] = []
    try:
        answer = await _asked(gateway, call, attempts)
    except asyncio.CancelledError:
        _remember(gateway, call)
        gateway.meters.call(call.route.alias, CANCELLED)
        raise
    _account(gateway, call, attempts)
    return answer


async def _asked(gateway: Gateway, call: Call, attempts: list[Attempt]) -> web.StreamResponse:
    reason = FIRST
    while True:
        attempt = _next(gateway, call, reason)
        if attempt is None:
            return _last(gateway, call, attempts)
        attempts.append(attempt)
        if call.route.hedge_seconds is not None and len(attempts) == 1:
            attempt = await hedged(attempt, call.route.hedge_seconds, lambda: _hedge(gateway, call, attempts))
            ending = attempt.ending
        else:
            ending = await attempt.open()
        if ending == STREAMING:
            return await attempt.pump()
        if ending == faults.ANSWERED:
            return _passed_on(call, attempt)
        if ending == UNRECORDED:
            return _no(call, Refusal(503, "not_recorded", _UNRECORDED_SENTENCE, retry=False))
        if any(one.ending == faults.UNANSWERED for one in attempts):  # of a hedge, either of the two
            if not call.route.repeats:
                return _last(gateway, call, attempts)
            call.risk, reason = MAY_HAVE_BEEN_SERVED, REPEAT
        else:
            reason = FAILOVER
            if 200 <= attempt.status <= 299:  # an error inside an answer: the work may have been done all the same
                call.risk = MAY_HAVE_BEEN_SERVED
        _spend(call, attempts)


def _next(gateway: Gateway, call: Call, reason: str) -> Attempt | None:
    """The next attempt of a call, if its route, its budget and the breakers allow one."""
    now = gateway.time()
    choice = call.route.choose(now, call.tried)
    if choice is None:
        return None
    lane, admission = choice
    if call.attempts:
        most = _most(call, lane)
        if call.route.budget.forbids(call.attempts, now - call.began, call.spent_pico, most):
            lane.breaker.unasked(now, admission)
            return None
    elif lane not in call.route.groups[0]:
        reason = FAILOVER
    if admission == PROBING and reason == FIRST:  # a detour stays one, whatever its upstream's breaker says
        reason = PROBE
    attempt = Attempt(gateway, call, lane, reason, admission)
    call.attempts += 1
    call.tried.append(lane)
    return attempt


def _hedge(gateway: Gateway, call: Call, attempts: list[Attempt]) -> Attempt | None:
    before, call.risk = call.risk, MAY_HAVE_BEEN_SERVED
    _spend(call, attempts)
    attempt = _next(gateway, call, HEDGE)
    if attempt is None:
        call.risk = before
    else:
        attempts.append(attempt)
    return attempt


def _most(call: Call, lane: Lane) -> int:
    return most_pico(lane.price, call.data, lane.most_output_tokens) if call.route.budget.money_pico is not None else 0


def _spend(call: Call, attempts: list[Attempt]) -> None:
    """Count what the attempts so far may have cost."""
    if call.route.budget.money_pico is not None:
        call.spent_pico = sum(_cost(call, attempt) for attempt in attempts)


def _cost(call: Call, attempt: Attempt) -> int:
    """What an attempt told, or all that it can cost where nobody knows what was served, or it has not ended yet."""
    price, told = attempt.lane.price, attempt.told
    if attempt.ending in (None, faults.UNANSWERED):
        return _most(call, attempt.lane)
    return price.pico(told.input_tokens, told.cached_tokens, told.output_tokens) if price is not None else 0


def _last(gateway: Gateway, call: Call, attempts: list[Attempt]) -> web.StreamResponse:
    """What the caller is told when nobody answered."""
    if not attempts:
        wait = call.route.waits(gateway.time())
        return _no(call, Refusal(503, "upstreams_resting", _RESTING_SENTENCE, after=wait))
    unanswered = [one for one in attempts if one.ending == faults.UNANSWERED]
    if unanswered and unanswered[-1].torn:
        return unanswered[-1].whole()
    if unanswered:
        late = unanswered[-1].error == faults.TIMEOUT or unanswered[-1].status in faults.LATE_STATUSES
        refusal = _LATE if late else _BROKEN
        name = unanswered[-1].lane.upper.name
        return _no(call, replace(refusal, sentence=f"{name} {refusal.sentence}"), name)
    for attempt in reversed(attempts):
        if attempt.ending in _GIVEN_AN_ANSWER:
            return attempt.whole()
    names = ", ".join(attempt.lane.upper.name for attempt in attempts)
    refusal = Refusal(502, attempts[-1].error or "unreachable", f"{names} cannot be reached.")
    return _no(call, refusal, attempts[-1].lane.upper.name)


def _no(call: Call, refusal: Refusal, upstream: str | None = None) -> web.StreamResponse:
    """A refusal of the gateway's own, which names the call whose attempts are on record, and who was asked last."""
    answer = refuse(call.wire, refusal)
    answer.headers["x-makegood-call"] = call.id.text
    if upstream is not None:
        answer.headers["x-makegood-upstream"] = upstream
    return answer


def _passed_on(call: Call, attempt: Attempt) -> web.StreamResponse:
    """The answer as it came; but a client library would follow a redirect, and take the request past the gateway."""
    if 300 <= attempt.status <= 399 and call.request.method not in _SAFE:
        name = attempt.lane.upper.name
        return _no(call, Refusal(502, "upstream_redirects", f"{name} {_REDIRECTS}", retry=False), name)
    return attempt.whole()


def _account(gateway: Gateway, call: Call, attempts: list[Attempt]) -> None:
    final = attempts[-1] if attempts else None
    good = final is not None and final.ending in (faults.ANSWERED, STREAMING) and final.status < 400
    if final is None:
        outcome = NOT_ASKED
    elif final.ending in (faults.ANSWERED, STREAMING):
        outcome = FAILED_OVER if final.lane not in call.route.groups[0] or len(attempts) > 1 else SERVED
    else:
        outcome = FAILED
    if not good:
        _remember(gateway, call)
    gateway.meters.call(call.route.alias, outcome)


def _remember(gateway: Gateway, call: Call) -> None:
    if call.work is not None:
        gateway.ids.failed(call.work, call.id, call.id.attempts + call.attempts, gateway.time())


_SAFE = ("GET", "HEAD")
_REDIRECTS = "answers with a redirect, which is not followed; mend its base_url in the gateway's config."
_MAY = "so the request may have been served and charged; it is not repeated by itself, as this route says"
_LATE = Refusal(504, "upstream_timeout", f"did not answer in time, {_MAY}.", retry=False)
_BROKEN = Refusal(502, "upstream_broke_off", f"broke off before its answer was whole, {_MAY}.", retry=False)
_UNRECORDED_SENTENCE = "attempts cannot be recorded now, and this gateway sends none unrecorded."
_RESTING_SENTENCE = "each upstream of this model has asked not to be asked for a moment."
