"""Form: errors as the two wires tell them, as a body and as an event of a stream."""

from __future__ import annotations

from typing import Any

import orjson

from makegood.gateway.demo.question import ANTHROPIC, CHAT, MESSAGES, WIRES
from makegood.gateway.demo.responses import event

# status-and-kind -> OpenAI's type and code, Anthropic's type, what is said
_SAID: dict[str, tuple[str, str | None, str, str]] = {
    "error_500": ("server_error", None, "api_error", "The server had an error while processing your request."),
    "error_503": ("server_error", "service_unavailable", "api_error", "The service is not available."),
    "error_529": ("overloaded_error", "overloaded", "overloaded_error", "Overloaded"),
    "overloaded_429": ("server_error", "engine_overloaded", "overloaded_error", "The engine is overloaded."),
    "quota_429": ("insufficient_quota", "insufficient_quota", "rate_limit_error", "You exceeded your own quota."),
    "error_first": ("server_error", "server_error", "overloaded_error", "The server had an error."),
    "error_after_200": ("server_error", "server_error", "overloaded_error", "The server had an error midway."),
    "bad_request": ("invalid_request_error", None, "invalid_request_error", "The request is not valid."),
    "not_found": ("invalid_request_error", "unknown_url", "not_found_error", "There is nothing here."),
}
HTML = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n"


def refusal(wire: str, what: str, id: str, message: str | None = None) -> bytes:
    """The body of an error that is called `what` here."""
    kind, code, other, said = _SAID[what]
    if wire == ANTHROPIC:
        error: dict[str, Any] = {"type": other, "message": message or said}
        return orjson.dumps({"type": "error", "error": error, "request_id": id})
    return orjson.dumps({"error": {"message": message or said, "type": kind, "param": None, "code": code}})


def echoed(wire: str, secrets: list[str], id: str) -> bytes:
    """A refusal that says back, wherever it can, what no error should: keys, prompt, header values."""
    said = " ".join(secrets)
    if wire == ANTHROPIC:
        error = {"type": secrets[0] if secrets else "error", "message": said, "details": secrets}
        return orjson.dumps({"type": "error", "error": error, "request_id": secrets[0] if secrets else id})
    code, kind = (secrets * 2)[:2] if secrets else ("invalid", "invalid")
    return orjson.dumps({"error": {"message": said, "type": kind, "param": said, "code": code}})


def refusal_event(service: str, what: str, number: int) -> bytes:
    """The same as an event amid a stream; `number` is its place, which only responses tell."""
    kind, code, other, said = _SAID[what]
    if service == MESSAGES:
        return event("error", {"error": {"type": other, "message": said}})
    if service == CHAT:
        error = {"message": said, "type": kind, "param": None, "code": code}
        return b"data: " + orjson.dumps({"error": error}) + b"\n\n"
    return event("error", {"code": code, "message": said, "param": None, "sequence_number": number})


def wire_of(path: str) -> str:
    """The wire of a path that leads nowhere; whoever asks under /v1/messages speaks Anthropic's."""
    return WIRES[MESSAGES] if "/messages" in path else WIRES[CHAT]
