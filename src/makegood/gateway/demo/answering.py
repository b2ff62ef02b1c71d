"""Verb: answer one question, in the form of its wire and as right or wrong as was chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from aiohttp import web

from makegood.gateway.demo.chat import chat_body, chat_events, embeddings_body
from makegood.gateway.demo.ledger import Met
from makegood.gateway.demo.messages import message_body, message_events
from makegood.gateway.demo.misbehaviour import KINDS
from makegood.gateway.demo.plan import Plan
from makegood.gateway.demo.question import ANTHROPIC, CHAT, EMBEDDINGS, MESSAGES, Question
from makegood.gateway.demo.refusals import HTML, echoed, refusal, refusal_event
from makegood.gateway.demo.responses import response_body, response_events
from makegood.gateway.demo.sending import Outgoing, held, misdeclared, reset, reset_midway, whole
from makegood.gateway.demo.speech import Speech

_SSE = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
_MISDECLARED_BY = 37
_SHOWN = 2000
_KEY_HEADERS = ("authorization", "x-api-key")


@dataclass(frozen=True, slots=True)
class Answering:
    """A question with what will be said to it, and the ledger's row of it."""

    plan: Plan
    question: Question
    speech: Speech
    met: Met
    body: bytes


async def answer(request: web.Request, asked: Answering) -> web.StreamResponse:
    """Send what the row says that was done."""
    did, status = asked.met.did, KINDS[asked.met.did].status
    if did.startswith("timeout"):
        return await held(request, asked.plan.hold_seconds)
    if did == "reset_before":
        return reset(request)
    if status != 200:
        return await whole(request, _refused(request, asked, status))
    out = _spoilt(asked, _good(asked))
    if did == "reset_mid_stream":
        return await reset_midway(request, out)
    length = sum(len(part) for part in out.parts)
    if did == "wrong_length":
        return await misdeclared(request, out, length + _MISDECLARED_BY)
    if did == "short_length":
        return await misdeclared(request, out, length * 2 // 3)
    return await whole(request, out)


def outgoing_error(wire: str, status: int, id: str, body: bytes, more: dict[str, str] | None = None) -> Outgoing:
    """A refusal with the headers of its wire."""
    return Outgoing(status, _heads(wire, id, "application/json") | (more or {}), [body])


def _heads(wire: str, id: str, content_type: str) -> dict[str, str]:
    if wire == ANTHROPIC:
        return {"Content-Type": content_type, "request-id": id, "anthropic-organization-id": "org-demo"}
    own = {"x-request-id": id, "openai-version": "2020-10-01", "openai-processing-ms": "1"}
    return {"Content-Type": content_type, **own}


def _refused(request: web.Request, asked: Answering, status: int) -> Outgoing:
    wire, did, id = asked.question.wire, asked.met.did, asked.met.id
    if did == "html_502":
        return Outgoing(status, {"Content-Type": "text/html"}, [HTML])
    if did == "echo_400":
        secrets = _heard(request, asked.body)
        odd = [one.encode("latin-1", "replace").decode("latin-1")[:_SHOWN] for one in secrets[:-1]]
        more = {f"x-echo-{number}": value for number, value in enumerate(odd)}
        own = "request-id" if wire == ANTHROPIC else "x-request-id"
        return outgoing_error(wire, status, id, echoed(wire, secrets, id), more | {own: odd[0]})
    wait = asked.plan.retry_after
    more = {"Retry-After": str(wait)} if wait is not None and status in (429, 503, 529) else {}
    return outgoing_error(wire, status, id, refusal(wire, did, id), more)


def _heard(request: web.Request, body: bytes) -> list[str]:
    """What an error should not say back: keys first, then headers called odd, the address, the whole body."""
    keys = [request.headers[name] for name in _KEY_HEADERS if name in request.headers]
    odd = [value for name, value in request.headers.items() if "odd" in name.lower()]
    said = [*keys, *odd, str(request.rel_url), body.decode("utf-8", "replace")]
    return [one.encode("utf-8", "replace").decode() for one in said]


def _good(asked: Answering) -> Outgoing:
    """The answer as it should be."""
    question, speech, plan = asked.question, asked.speech, asked.plan
    id, moment = asked.met.id, int(asked.met.time.timestamp())
    heads = _heads(question.wire, id, "application/json")
    if question.streamed:
        if question.service == MESSAGES:
            events = message_events(question, speech, id, plan.pieces)
        else:
            form = chat_events if question.service == CHAT else response_events
            events = form(question, speech, id, moment, plan.pieces)
        return Outgoing(200, heads | _SSE, events, streamed=True)
    if question.service == EMBEDDINGS:
        body = embeddings_body(question)
    elif question.service == MESSAGES:
        body = message_body(question, speech, id)
    else:
        body = (chat_body if question.service == CHAT else response_body)(question, speech, id, moment)
    return Outgoing(200, heads, [body])


def _spoilt(asked: Answering, out: Outgoing) -> Outgoing:
    """The answer with the fault that was chosen in its bytes or its pace."""
    did, streamed = asked.met.did, out.streamed
    if did == "slow_drip":
        return replace(out, parts=_halved(out.parts, 1 if streamed else 4), pause=asked.plan.drip_ms / Fraction(1000))
    if did == "reset_mid_stream" and not streamed:
        return replace(out, parts=_halved(out.parts, 2))
    if did == "cut":
        return replace(out, parts=out.parts[: len(out.parts) * 2 // 3] if streamed else [_start(out.parts[0])])
    if did == "malformed":
        half = len(out.parts) // 2
        broken = b'data: {"id": "chatcmpl-, "choices": [}\n\n'
        if streamed and asked.question.service != CHAT:
            broken = b"event: " + _name(out.parts[half]) + b"\n" + broken
        parts = [*out.parts[:half], broken, *out.parts[half:]] if streamed else [_start(out.parts[0]) + b"<!--"]
        return replace(out, parts=parts)
    if did in ("error_first", "error_after_200") and not streamed:
        return replace(out, parts=[refusal(asked.question.wire, did, asked.met.id)])
    if did in ("error_first", "error_after_200"):
        before = [] if did == "error_first" else out.parts[: len(out.parts) // 2]
        failed = refusal_event(asked.question.service, did, len(before))
        return replace(out, parts=[b"".join(before), failed], pause=asked.plan.drip_ms / Fraction(1000))
    return out


def _start(body: bytes) -> bytes:
    return body[: len(body) * 2 // 3]


def _halved(parts: list[bytes], times: int) -> list[bytes]:
    for _ in range(times):
        parts = [half for part in parts for half in (part[: len(part) // 2], part[len(part) // 2 :]) if half]
    return parts


def _name(event: bytes) -> bytes:
    return event.split(b"\n", 1)[0].removeprefix(b"event: ")
