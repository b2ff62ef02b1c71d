"""The demo provider: an HTTP service that answers as OpenAI and Anthropic do, and misbehaves as its plan says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import orjson
from aiohttp import web

from makegood.errors import BadUse
from makegood.gateway.demo.answering import Answering, answer, outgoing_error
from makegood.gateway.demo.chat import chat_body
from makegood.gateway.demo.counting import Known, met_of
from makegood.gateway.demo.ledger import GONE, OPEN, SENT, Ledger
from makegood.gateway.demo.messages import message_body
from makegood.gateway.demo.misbehaviour import BAD_REQUEST, FINE, KINDS, SLOW
from makegood.gateway.demo.plan import Plan
from makegood.gateway.demo.question import (
    CHAT,
    EMBEDDINGS,
    MESSAGES,
    RESPONSES,
    WIRES,
    NotAsked,
    Question,
    asked_to_do,
    read_question,
)
from makegood.gateway.demo.refusals import refusal, wire_of
from makegood.gateway.demo.sending import gone, whole
from makegood.gateway.demo.speech import SILENCE, emptied, speak

PATHS = {"chat/completions": CHAT, "responses": RESPONSES, "embeddings": EMBEDDINGS, "messages": MESSAGES}
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Clock = Callable[[], datetime]
_MS = timedelta(milliseconds=1)
_LARGEST = 64 * 1024 * 1024
_EPOCH_2026 = 1_767_225_600


def utc() -> datetime:
    """Now, by this machine."""
    return datetime.now(UTC)


class DemoProvider:
    """A provider under `app`: /v1/chat/completions, /v1/responses, /v1/embeddings, /v1/messages and /v1/models.

    /plain/v1/... answers from prepared bytes, for measuring. /-/ledger tells each request as a JSON line, /-/counts
    the sums, /-/charges.csv the bill; POST /-/do with {"always": NAME or null} makes every request meet NAME from now.
    `stamp` begins each id, so that those of two runs differ; the plan's spells count from the first look at `clock`.
    """

    def __init__(self, plan: Plan | None = None, clock: Clock = utc, stamp: str | None = None) -> None:
        self.plan = plan or Plan()
        self.ledger = Ledger()
        self.always: str | None = None
        self._clock, self._start = clock, clock()
        self._stamp = stamp or f"{time.time_ns() // 1_000_000:x}"
        self._number = 0
        self.app = web.Application(client_max_size=_LARGEST)
        self._route()

    def _route(self) -> None:
        add = self.app.router
        for path, service in PATHS.items():
            add.add_post(f"/v1/{path}", self._asking(service))
            add.add_post(f"/plain/v1/{path}", self._plain(service))
        add.add_get("/v1/models", self._models)
        add.add_get("/-/ledger", self._ledger)
        add.add_get("/-/counts", self._counts)
        add.add_get("/-/charges.csv", self._charges)
        add.add_post("/-/do", self._do)
        add.add_route("*", "/{path:.*}", self._nothing)

    def elapsed(self) -> Fraction:
        """Seconds since the start, to the millisecond."""
        return Fraction((self._clock() - self._start) // _MS, 1000)

    def _asking(self, service: str) -> _Handler:
        async def asked(request: web.Request) -> web.StreamResponse:
            body = await request.read()
            number, self._number = self._number, self._number + 1
            id = f"req_{self.plan.name}_{self._stamp}_{number:08d}"
            known = Known(id, "", self._clock(), self.elapsed())
            try:
                question = read_question(service, body)
            except NotAsked as fault:
                return await self._refused(request, service, known, str(fault))
            did = asked_to_do(body, self.plan.name) or self.always or self.plan.does(number, known.elapsed)
            if did == "empty":
                question = replace(question, texts=0)
            speech = emptied(speak(question)) if did == "empty" else speak(question)
            met = self.ledger.add(met_of(request.headers, self.plan, question, speech, replace(known, did=did)))
            return await self._sent(request, Answering(self.plan, question, speech, met, body))

        return asked

    async def _sent(self, request: web.Request, asked: Answering) -> web.StreamResponse:
        met = asked.met
        try:
            if self.plan.first_ms and met.status:
                await asyncio.sleep(float(self.plan.first_ms / 1000))
            response = await answer(request, asked)
            met.ended = GONE if gone(request) and met.did in (FINE, SLOW) else SENT
            return response
        except ConnectionError:  # the asker has left
            return web.Response()  # goes nowhere
        finally:
            if met.ended == OPEN:
                met.ended = GONE

    async def _refused(self, request: web.Request, service: str, known: Known, said: str) -> web.StreamResponse:
        empty = Question(service, "", False, b"", 0, 0, None, None, False, False)
        met = met_of(request.headers, self.plan, empty, SILENCE, replace(known, did=BAD_REQUEST))
        met.ended = SENT
        self.ledger.add(met)
        wire = WIRES[service]
        return await whole(request, outgoing_error(wire, 400, known.id, refusal(wire, BAD_REQUEST, known.id, said)))

    def _plain(self, service: str) -> _Handler:
        question = Question(service, "demo-small", False, b"plain answers...", 12, 0, None, None, False, True)
        speech, id = speak(question), f"req_{self.plan.name}_plain"
        made = (
            message_body(question, speech, id) if service == MESSAGES else chat_body(question, speech, id, _EPOCH_2026)
        )
        name = "request-id" if service == MESSAGES else "x-request-id"
        headers = {"Content-Type": "application/json", name: id}

        async def plain(request: web.Request) -> web.Response:
            await request.read()
            self.ledger.plain += 1
            return web.Response(body=made, headers=headers)

        return plain

    async def _models(self, request: web.Request) -> web.Response:
        names = list(self.plan.prices)
        if "anthropic-version" in request.headers:
            born = "2026-01-01T00:00:00Z"
            made = [
                {"type": "model", "id": one, "display_name": one, "created_at": born, "lifecycle": "active"}
                for one in names
            ]
            page = {"data": made, "has_more": False, "first_id": names[0], "last_id": names[-1]}
        else:
            listed = [{"id": one, "object": "model", "created": _EPOCH_2026, "owned_by": "demo"} for one in names]
            page = {"object": "list", "data": listed}
        return web.json_response(body=orjson.dumps(page))

    async def _ledger(self, _: web.Request) -> web.Response:
        return web.Response(body=b"".join(self.ledger.lines()), content_type="application/x-ndjson")

    async def _counts(self, _: web.Request) -> web.Response:
        return web.json_response(body=orjson.dumps(self.ledger.counts()))

    async def _charges(self, request: web.Request) -> web.Response:
        account, provider = request.query.get("account", "demo"), request.query.get("provider", self.plan.name)
        return web.Response(text=self.ledger.charges(provider, account), content_type="text/csv")

    async def _do(self, request: web.Request) -> web.Response:
        asked = await request.json()
        always = asked.get("always") if isinstance(asked, dict) else ""
        if always is not None and always not in KINDS:
            return web.json_response({"error": f"known are null and {', '.join(KINDS)}"}, status=400)
        self.always = always
        return web.json_response({"always": always})

    async def _nothing(self, request: web.Request) -> web.StreamResponse:
        wire = wire_of(request.path)
        return await whole(request, outgoing_error(wire, 404, "req_none", refusal(wire, "not_found", "req_none")))


@asynccontextmanager
async def serving(provider: DemoProvider, port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Serve on a port (0: any free one) while the context lasts; yields the address, such as http://127.0.0.1:8801."""
    runner = web.AppRunner(provider.app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=2048)
        try:
            await site.start()
        except OSError as fault:
            reason = f"port {port} on {host} cannot be taken ({fault.strerror})"
            raise BadUse(f"{reason}; name another by --port, of which --demo takes the two after it too.") from fault
        bound = runner.addresses[0][1]
        yield f"http://{host}:{bound}"
    finally:
        await runner.cleanup()
