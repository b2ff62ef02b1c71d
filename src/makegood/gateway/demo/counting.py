"""Verb: count a request; what it did, whether it was served, and what it costs to the billionth of a dollar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from makegood.gateway.demo.ledger import Met
from makegood.gateway.demo.misbehaviour import ALL, BAD_REQUEST, KINDS, NOTHING
from makegood.gateway.demo.plan import Plan
from makegood.gateway.demo.question import Question
from makegood.gateway.demo.speech import Speech


@dataclass(frozen=True, slots=True)
class Known:
    """The request's id, what is done to it, its moment, and seconds since the provider's start."""

    id: str
    did: str
    time: datetime
    elapsed: Fraction


def met_of(heads: Mapping[str, str], plan: Plan, question: Question, speech: Speech, known: Known) -> Met:
    """The ledger's row; tokens are counted where the work was done, charged or not."""
    status, charges = (400, NOTHING) if known.did == BAD_REQUEST else _kind(known.did)
    served = charges != NOTHING
    retry = heads.get("x-stainless-retry-count", "0")
    return Met(
        time=known.time,
        at_ms=int(known.elapsed * 1000),
        id=known.id,
        call=heads.get("Idempotency-Key") or heads.get("x-client-request-id"),
        retry=int(retry) if retry.isdecimal() else 0,
        wire=question.wire,
        service=question.service,
        model=question.model,
        streamed=question.streamed,
        tells=question.wants_usage or not question.streamed,
        did=known.did,
        status=status,
        served=served,
        input_tokens=question.input_tokens if served else 0,
        cached_tokens=question.cached_tokens if served else 0,
        output_tokens=speech.output_tokens if served else 0,
        charged_nano=_charged(plan, question, speech, charges),
    )


def _kind(did: str) -> tuple[int, str]:
    return KINDS[did].status, KINDS[did].charges


def _charged(plan: Plan, question: Question, speech: Speech, charges: str) -> int:
    if charges == NOTHING:
        return 0
    price = plan.price(question.model)
    fresh = question.input_tokens - question.cached_tokens
    entered = fresh * price.input + question.cached_tokens * price.cached
    return entered + (speech.output_tokens * price.output if charges == ALL else 0)
