"""Face: the gateway's port; who may call, what goes to which route, and the health and meters for its keeper."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote

from aiohttp import hdrs, web

from makegood.gateway.bodies import BadBody, Broken, TooLong, TooSlow, Upload, body_of
from makegood.gateway.call import Call
from makegood.gateway.call_ids import Work
from makegood.gateway.config import Config
from makegood.gateway.config_shape import ANTHROPIC, OPENAI
from makegood.gateway.gateway import Gateway, Hands
from makegood.gateway.headers import key_of
from makegood.gateway.keeper import PREFIX, is_here, keep, may_ask
from makegood.gateway.lines import http_logger, place_of
from makegood.gateway.meters import Meters
from makegood.gateway.recorder import Log, Recorder
from makegood.gateway.refusals import Refusal, refuse
from makegood.gateway.relay import relay
from makegood.gateway.routing import Route, Table, build_table
from makegood.records.fingerprint import fingerprint
from makegood.records.names import call_id_of
from makegood.records.wire.asked import RESPONSES, Asked, asked
from makegood.records.wire.shapes import mapping, parsed

GATEWAY = web.AppKey("gateway", Gateway)
_UNKNOWN = "unknown"
_USUAL = ("/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/messages")  # found at once, not by a pattern
_CUT_SECONDS = 1.0  # for calls that are still open after the time to drain
_BAD_BODIES = {
    TooLong: Refusal(413, "body_too_long", "the body is longer than this gateway takes.", close=True),
    TooSlow: Refusal(408, "body_too_slow", "the body did not come in time.", False, close=True),
    Broken: Refusal(400, "body_broken", "the body is not encoded as its headers say.", False, close=True),
}
_PINS = (b"previous_response_id", b"conversation")
_OWN_FAULT = "this gateway met a fault of its own; the request may have been served and charged all the same."
_READINGS = 3  # who stands behind may read an escape of an escape
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})  # TRACE would say the key back


def build(config: Config, log: Log, say: Callable[[str], None] = print) -> web.Application:
    """The application that relays as the config says and records into the log; `say` takes one line an event."""
    meters = Meters()
    recorder = Recorder(log, config.said.when_recording_fails, meters, say)
    gateway = Gateway(build_table(config), Hands(recorder, meters, say))
    port = _Port(gateway)
    application = web.Application()
    application[GATEWAY] = gateway
    for path in (*_USUAL, "/{target:.*}"):
        application.router.add_route("*", path, port.take)
    application.on_cleanup.append(_close)
    return application


def runner_of(application: web.Application) -> web.AppRunner:
    """A runner for the application; a call ends as soon as its caller leaves."""
    limits = application[GATEWAY].limits
    return web.AppRunner(
        application,
        handler_cancellation=True,
        access_log=None,
        logger=http_logger(),
        keepalive_timeout=limits.idle_seconds,
        lingering_time=2.0,
        shutdown_timeout=_CUT_SECONDS,
    )


async def _close(application: web.Application) -> None:
    await application[GATEWAY].close()


class _Refused(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class _Port:
    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    async def take(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        gateway = self.gateway
        if request.raw_path.startswith(PREFIX):
            return self._keeper(request)
        wire = wire_of(request)
        gateway.open_calls += 1
        gateway.meters.opened(1)
        try:
            call = await self._call(request, wire)
            answer = await relay(gateway, call)
            if gateway.draining:
                answer.force_close()
            return answer
        except _Refused as refused:
            return refuse(wire, refused.refusal)
        except BadBody as fault:
            return refuse(wire, _BAD_BODIES[type(fault)])
        except Exception as fault:  # its text may hold what the caller sent, so that only its kind is said
            gateway.say(f"fault kind={type(fault).__name__} at={place_of(fault)}")
            if request.writer.output_size and request.transport is not None:  # an answer has begun: none may follow it
                request.transport.close()
            return refuse(wire, Refusal(500, "internal", _OWN_FAULT, retry=False, close=True))
        finally:
            gateway.open_calls -= 1
            gateway.meters.opened(-1)

    def _keeper(self, request: web.BaseRequest) -> web.Response:
        if self.gateway.table.config.said.listen.admin_port is None and may_ask(request):
            return keep(self.gateway, request)
        return web.Response(status=404, text="not here\n")

    async def _call(self, request: web.BaseRequest, wire: str) -> Call:
        gateway, table, headers = self.gateway, self.gateway.table, request.headers
        self._admit(request)
        account = table.config.said.account
        if table.callers:
            known = table.caller(key_of(headers))
            if known is None:
                raise _Refused(Refusal(401, "unknown_key", "the key is none of this gateway's callers'."))
            account = known[1]
        target = request.raw_path
        body, upload = b"", None
        if request.method == hdrs.METH_POST and request.content_type == "application/json":
            body = await body_of(request, gateway.limits)
        elif request.body_exists:
            upload = Upload(request, gateway.limits)
        what = asked(target, body)
        route = _route(table, wire, what, body)
        salt, now = gateway.recorder.salt, gateway.time()
        work = Work(account, what.model or _UNKNOWN, fingerprint(salt, body)) if upload is None else None
        call_id = gateway.ids.of(headers, work or Work(account, "", ""), now)
        return Call(
            request=request,
            route=route,
            asked=what,
            data=body,
            account=account,
            id=call_id,
            recorded_id=call_id.text if call_id.stamped else call_id_of(call_id.text, salt),
            work=work,
            began=now,
            upload=upload,
        )

    def _admit(self, request: web.BaseRequest) -> None:
        gateway, headers = self.gateway, request.headers
        if not request.raw_path.startswith("/v1/"):
            sentence = (
                "paths begin with /v1/; give an OpenAI client this gateway's address with /v1 as its base_url, an "
                "Anthropic client the address without it."
            )
            raise _Refused(Refusal(404, "no_such_path", sentence, False))
        if request.raw_path.startswith("/v1/v1/"):
            sentence = "the path begins with /v1 twice; give an Anthropic client a base_url without it."
            raise _Refused(Refusal(404, "no_such_path", sentence, False))
        if request.method not in _METHODS:
            raise _Refused(Refusal(405, "no_such_method", "this method is not relayed.", False))
        if not _is_plain(request.raw_path):
            raise _Refused(Refusal(400, "bad_path", "the path holds what no path of an API has.", False))
        if gateway.open_calls > gateway.limits.open_calls:
            raise _Refused(Refusal(503, "too_many_calls", "too many calls are open here.", after=1, close=True))
        if hdrs.UPGRADE in headers:
            raise _Refused(Refusal(400, "no_upgrade", "web sockets are not relayed; use HTTP.", False, close=True))
        if not gateway.table.callers and (hdrs.ORIGIN in headers or not is_here(headers.get(hdrs.HOST, ""))):
            sentence = "calls from web pages and by foreign host names need declared callers."
            raise _Refused(Refusal(403, "not_local", sentence, False))


def _route(table: Table, wire: str, what: Asked, body: bytes) -> Route:
    """The route by the table that the caller was let in by; another may have been read while the body came."""
    route = table.route(wire, what.model) if body else None
    if route is None:
        route = table.defaults.get(wire)
    if route is None:
        sentence = f"no route is named {what.model or '(no model)'}, and there is no default upstream for this wire."
        raise _Refused(Refusal(404, "model_not_found", sentence, False))
    return route.only_first() if what.service == RESPONSES and _hangs_on_another(body) else route


def _hangs_on_another(body: bytes) -> bool:
    """Whether a question goes on from an earlier answer, which only the upstream that gave it knows."""
    if not any(pin in body for pin in _PINS):
        return False
    said = mapping(parsed(body))
    return any(said.get(pin.decode()) is not None for pin in _PINS)


@lru_cache(maxsize=1_000)
def _is_plain(target: str) -> bool:
    """No steps upward, which would lead out of the upstream's own base path, and no bytes that need a reading."""
    path = target.partition("?")[0]
    for _ in range(_READINGS):
        path = unquote(path)
    steps = {step.partition(";")[0] for step in path.replace("\\", "/").split("/")}
    return target.isascii() and target.isprintable() and "#" not in target and not {"..", "."} & steps


def wire_of(request: web.BaseRequest) -> str:
    """The wire that a request speaks, by its path or by the header that each Anthropic client sends."""
    path = request.raw_path
    if path.startswith("/v1/chat/"):
        return OPENAI
    if path.startswith(("/v1/messages", "/v1/complete?")) or path == "/v1/complete":
        return ANTHROPIC
    return ANTHROPIC if "anthropic-version" in request.headers else OPENAI
