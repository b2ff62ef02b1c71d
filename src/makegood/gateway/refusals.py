"""Verb: say no in the wire's own error shape, so that client libraries raise their own exceptions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import orjson
from aiohttp import web

from makegood.gateway.config_shape import ANTHROPIC

_ANTHROPIC_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """`retry` says whether the caller's library should try again: None leaves it to the library. `after` is in
    seconds."""

    status: int
    code: str
    sentence: str
    retry: bool | None = None
    after: float | None = None
    close: bool = False


def refuse(wire: str, refusal: Refusal) -> web.Response:
    """The answer that says no."""
    status, sentence = refusal.status, f"makegood gateway: {refusal.sentence}"
    if wire == ANTHROPIC:
        kind = _ANTHROPIC_TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")
        body: dict[str, object] = {"type": "error", "error": {"type": kind, "message": sentence}}
    else:
        kind = _OPENAI_TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
        body = {"error": {"message": sentence, "type": kind, "param": None, "code": refusal.code}}
    headers = {"x-makegood-error": refusal.code, "Server": "makegood"}
    if refusal.retry is not None:
        headers["x-should-retry"] = "true" if refusal.retry else "false"
    if refusal.after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(refusal.after)))
    answer = web.Response(status=status, body=orjson.dumps(body), content_type="application/json", headers=headers)
    if refusal.close:
        answer.force_close()
    return answer
