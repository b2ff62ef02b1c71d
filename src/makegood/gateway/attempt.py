"""Verb: make one attempt; ask an upstream, hold its answer until it is whole or begun, record how it ended."""

from __future__ import annotations

import asyncio
import random
from io import BytesIO
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from makegood.gateway import faults
from makegood.gateway.breaker import Failure
from makegood.gateway.headers import Headers, back, onward
from makegood.gateway.recorder import End, Start
from makegood.gateway.retry_after import retry_after
from makegood.gateway.rewrite import with_model
from makegood.records.names import id_of, name_of
from makegood.records.wire.plain import Plain, plain_of
from makegood.records.wire.read import Reader, reader
from makegood.records.wire.request_id import request_id
from makegood.records.wire.told import CUT, ERROR, MALFORMED, Told

if TYPE_CHECKING:
    from makegood.gateway.call import Call
    from makegood.gateway.gateway import Gateway
    from makegood.gateway.routing import Lane

# The ending of an attempt whose answer began and is passed on as it comes, and of one that was not allowed to leave.
STREAMING, UNRECORDED = "streaming", "unrecorded"
_UNNAMED = "unknown"
_HELD_BYTES, _HELD_SECONDS = 64 * 1024, 3.0
_LARGE = 2**20
_MODEL = b'"model"'  # said twice, an upstream may read the one that was not routed by
_TROUBLE = (aiohttp.ClientError, asyncio.TimeoutError, OSError, HttpProcessingError)
_NOTHING = Told()


class _Begun(web.StreamResponse):
    """A streamed answer whose headers leave together with its first bytes, which are held by then."""

    _send_headers_immediately = False


class Attempt:
    """One request to one upstream. `open` asks and holds; what is STREAMING then goes through `pump`."""

    __slots__ = (
        "_admission", "_call", "_ended", "_first", "_gateway", "_plain", "_read", "_size", "_start",
        "_started", "_status", "_told", "ending", "error", "held", "lane", "lost", "response",
    )  # fmt: skip

    def __init__(self, gateway: Gateway, call: Call, lane: Lane, reason: str, admission: str) -> None:
        self._gateway, self._call, self.lane, self._admission = gateway, call, lane, admission
        self._start = _start(gateway, call, lane, reason)
        self.response: aiohttp.ClientResponse | None = None
        self.held: list[bytes] = []
        self.ending: str | None = None
        self.error: str | None = None
        self.lost = False  # cancelled because another attempt of the same call answered first
        self._read: Reader | None = None
        self._plain: Plain | None = None
        self._started = self._first = 0.0
        self._size = self._status = 0
        self._told = _NOTHING
        self._ended = False

    async def open(self) -> str:
        """Ask, and hold the answer; returns how it ended (faults.py), STREAMING or UNRECORDED."""
        if not self._gateway.recorder.begin(self._start):
            self.lane.breaker.unasked(self._gateway.time(), self._admission)
            self.ending = UNRECORDED
            return UNRECORDED
        self._started = now = self._gateway.time()
        try:
            async with asyncio.timeout_at(now + self.lane.upper.waits.first_byte_seconds) as watch:
                self.response = response = await self._ask()
                if response.status < 200:  # no answer, and nothing after it could be told from the next one
                    response.close()
                    raise HttpProcessingError
                self._status = response.status
                whole = await self._hold(response, watch)
        except _TROUBLE as fault:
            self.ending = self._broke(fault)
        except BaseException as fault:  # the caller has gone, or a fault of the gateway's own
            self._left(fault)
            raise
        else:
            self.ending = self._judge() if whole else STREAMING
            if self.ending == STREAMING:
                self.lane.breaker.succeeded(self._gateway.time(), self._started)
        return self.ending

    async def pump(self) -> web.StreamResponse:
        """Pass an answer on that has begun; the caller's pace is the upstream's. Recorded before the caller has all."""
        response, gateway = self._had(), self._gateway
        answer = _Begun(status=self._status, headers=self.headers())
        answer.content_length = response.content_length
        waits, slow = self.lane.upper.waits, gateway.limits.slow_caller_seconds
        last, content, writing = self._started + waits.whole_seconds, response.content, True
        try:
            async with asyncio.timeout(slow) as watch:
                await answer.prepare(self._call.request)
                if self._over(content):
                    self._settle()
                for chunk in self.held:
                    await answer.write(self._without_key(chunk))
                self.held.clear()
                while True:
                    writing = False
                    watch.reschedule(min(gateway.time() + waits.between_bytes_seconds, last))
                    chunk = await content.readany()
                    if not chunk:
                        break
                    self._feed(chunk)
                    if self._over(content):
                        self._settle()
                    writing = True
                    watch.reschedule(gateway.time() + slow)
                    await answer.write(self._without_key(chunk))
        except _TROUBLE as fault:
            if writing:
                self._left()
            else:
                self._broke(fault)
            cut_off(self._call.request, answer)
            return answer
        except BaseException as fault:
            self._left(fault)
            raise
        self._settle()
        return answer

    def whole(self) -> web.Response:
        """The held answer as it came; but where an error says the gateway's own key back, without that."""
        body, key = b"".join(self.held), self.lane.upper.bare_key
        if key and (self._status >= 400 or self._failed()):
            body = body.replace(key, b"[key]")
        return web.Response(status=self._status, body=body, headers=self.headers())

    def give_up(self) -> None:
        """Let go of an answer that has begun, as another attempt of the same call was quicker."""
        self.lost = True
        self._left()

    def headers(self) -> Headers:
        """The answer's headers for the caller, with the call's id and who answered."""
        headers, key = back(self._had().headers), self.lane.upper.bare_key.decode("ascii")
        for name in [name for name, value in headers.items() if key and key in value]:
            del headers[name]
        headers["x-makegood-upstream"] = self.lane.upper.name
        headers["x-makegood-call"] = self._call.id.text
        return headers

    @property
    def status(self) -> int:
        """The status that came back; 0 for none."""
        return self._status

    @property
    def torn(self) -> bool:
        """Whether all came that its transport said, and it is no whole answer all the same."""
        return self.error is None and faults.torn(self._status, self._told)

    @property
    def told(self) -> Told:
        """What the answer told, once it has ended."""
        return self._told

    def _had(self) -> aiohttp.ClientResponse:
        assert self.response is not None
        return self.response

    async def _ask(self) -> aiohttp.ClientResponse:
        call, upper = self._call, self.lane.upper
        headers = onward(call.request.headers, upper)
        if call.id.stamped:
            headers["Idempotency-Key"] = call.id.text
        data: object = call.data
        if call.upload is not None:
            data, length = call.upload, call.request.headers.get("Content-Length")
            if length is not None and "Content-Encoding" not in call.request.headers:
                headers["Content-Length"] = length
        elif self.lane.model is not None and (self.lane.model != call.asked.model or call.data.count(_MODEL) > 1):
            data = with_model(call.data, self.lane.model)
        if isinstance(data, bytes) and len(data) > _LARGE:
            data = BytesIO(data)
        return await self._gateway.session.request(
            call.request.method,
            upper.url(call.target),
            data=data or None,
            headers=headers,
            allow_redirects=False,
            ssl=upper.certificates,
            timeout=upper.patience,
        )

    async def _hold(self, response: aiohttp.ClientResponse, watch: asyncio.Timeout) -> bool:
        """Read until the answer is whole (True), or has begun and may be passed on as it comes (False)."""
        kind = response.headers.get("Content-Type", "")
        self._read = reader(self._call.asked, response.status, kind)
        self._plain = plain_of(response.headers.get("Content-Encoding"))
        streamed = 200 <= response.status <= 299 and "json" not in kind
        waits, content, most = self.lane.upper.waits, response.content, self._gateway.limits.answer_bytes
        last = self._started + waits.whole_seconds
        while True:
            if streamed and self.held:
                chunk = await _within(content.readany(), _HELD_SECONDS)
                if chunk is None:
                    return False
            else:
                chunk = await content.readany()
            if not chunk:
                return True
            now = self._gateway.time()
            if not self._first:
                self._first = now
            self.held.append(chunk)
            self._size += len(chunk)
            self._feed(chunk)
            if content.at_eof():
                return True
            watch.reschedule(min(now + waits.between_bytes_seconds, last))
            if streamed and self._read.failed is not None and faults.broken(self._read.failed):
                return True
            if self._size > most or (streamed and (self._begun() or self._size > _HELD_BYTES)):
                return False

    def _begun(self) -> bool:
        return self._read is None or self._plain is None or self._read.began or self._read.failed is not None

    def _over(self, content: aiohttp.StreamReader) -> bool:
        """Whether what was read last ends the answer, by its transport or by its own last event."""
        return content.at_eof() or (self._read is not None and self._read.over)

    def _settle(self) -> None:
        """A whole answer that is passed on as it came: recorded, and the breaker told; once."""
        if not self._ended:
            self._told = self._end(cut=False)
            self._finish(self._told.error)
            self._tell_breaker(began=True)

    def _feed(self, chunk: bytes) -> None:
        if self._plain is not None and self._read is not None:
            plain = self._plain(chunk)
            if plain is None:
                self._plain = None
            else:
                self._read.feed(plain)

    def _failed(self) -> bool:
        return self._read is not None and self._read.failed is not None

    def _without_key(self, chunk: bytes) -> bytes:
        """A piece of a stream; of one that tells an error, without the gateway's own key and as long as it was."""
        key = self.lane.upper.bare_key
        return chunk.replace(key, b"*" * len(key)) if key and self._failed() else chunk

    def _end(self, cut: bool) -> Told:
        if self._plain is None or self._read is None:
            return _NOTHING
        return self._read.end(cut)

    def _judge(self) -> str:
        """A whole answer: recorded, and the breaker told."""
        self._told = told = self._end(cut=False)
        failed = self._read.failed if self._read else None
        self.ending = faults.verdict(self._status, told.error, failed, self.lane.upper.provider)
        if self.ending == faults.ANSWERED and self._call.route.repeats and self.torn and not self._begun():
            self.ending = faults.UNANSWERED
        self._hang_up()
        self._finish(told.error)
        self._tell_breaker(began=False)
        return self.ending

    def _broke(self, fault: BaseException) -> str:
        """No answer, or not all of it."""
        fault.__traceback__ = None  # the response keeps its fault, which so would keep the call, body and all
        self._hang_up()
        if self._ended:  # all had come, and only the end of the transport is missing
            return STREAMING
        if self._call.upload is not None and self._call.upload.fault is not None:
            self._left()
            raise self._call.upload.fault
        error: str | None
        self.ending, error = faults.of_exception(fault)
        if self._status:
            self._told = self._end(cut=True)
        if self._told.usable:  # everything had come, and only the end of the transport is missing
            self.ending, error = faults.ANSWERED, self._told.error
        self.error = error
        self._finish(error)
        if self.ending != faults.ANSWERED:
            self.lane.breaker.failed(self._failure())
            self._gateway.breaker_told(self.lane)
        return self.ending

    def _left(self, fault: BaseException | None = None) -> None:
        """The caller has gone, or another attempt was quicker; what is known is kept."""
        self._hang_up()
        if self._ended:
            return
        self._told = self._end(cut=True) if self._status else _NOTHING
        error: str | None = faults.HEDGE_LOST if self.lost else faults.CLIENT_DISCONNECT
        if fault is not None and not isinstance(fault, asyncio.CancelledError):
            error = faults.OWN_FAULT
        elif fault is not None and not self.lost and self._gateway.cutting:
            error = faults.STOPPED
        if self._told.usable:  # everything had come: the caller only did not wait for the end of the transport
            error = self._told.error
        else:
            self._told = Told(
                self._told.input_tokens, self._told.cached_tokens, self._told.output_tokens, model=self._told.model
            )
        self.ending, self.error = faults.CLIENT_DISCONNECT, error
        self._finish(error)
        self.lane.breaker.dropped(self._gateway.time(), self._admission)

    def _failure(self) -> Failure:
        wait = retry_after(self.response.headers, self._gateway.clock()) if self.response is not None else None
        costly = self.ending == faults.UNANSWERED and not self._call.route.repeats
        return Failure(self._gateway.time(), wait, random.random(), costly)

    def _tell_breaker(self, began: bool) -> None:
        bad = self.ending in (faults.REFUSED, faults.UNANSWERED) or (
            self._told.usable is False and self._told.why in (CUT, ERROR, MALFORMED)
        )
        if bad:
            self.lane.breaker.failed(self._failure())
        elif not began:
            self.lane.breaker.succeeded(self._gateway.time(), self._started)
        self._gateway.breaker_told(self.lane)

    def _hang_up(self) -> None:
        """Nothing more is read; a connection on which more may come is not used again."""
        if self.response is not None and not self.response.content.is_eof():
            self.response.close()

    def _finish(self, error: str | None) -> None:
        if self._ended:
            return
        self._ended = True
        gateway, response, first = self._gateway, self.response, self._first
        duration = gateway.time() - self._started
        asked = request_id(response.headers) if response is not None else None
        end = End(
            status=self._status,
            error=error or (name_of(self._told.why) if self._told.usable is False else None),
            told=self._told,
            request_id=id_of(asked, gateway.recorder.salt),
            duration_ms=int(duration * 1000),
            first_byte_ms=int((first - self._started) * 1000) if first else None,
        )
        extra = gateway.recorder.finish(self._start, end)
        gateway.attempted(self._start, self.ending or STREAMING, first - self._started if first else None, extra)


def cut_off(request: web.BaseRequest, answer: web.StreamResponse) -> None:
    """Close the caller's connection without the end of the answer, so that it sees that the answer is cut."""
    answer.force_close()
    if request.transport is not None:
        request.transport.close()


def _start(gateway: Gateway, call: Call, lane: Lane, reason: str) -> Start:
    return Start(
        time=gateway.clock(),
        attempt=gateway.recorder.new_id(),
        account=call.account,
        service=call.asked.service,
        call_id=call.recorded_id,
        fingerprint=call.work.fingerprint if call.work else None,
        retry=call.id.attempts + call.attempts,
        streamed=call.asked.streamed,
        reason=reason,
        risk=call.risk,
        model=lane.model or call.asked.model or _UNNAMED,
        lane=lane,
        route=call.route,
    )


async def _within(reading: object, seconds: float) -> bytes | None:
    """The next bytes, or None where they take longer; none are lost by that."""
    try:
        return await asyncio.wait_for(reading, seconds)  # type: ignore[arg-type]
    except TimeoutError:
        return None
