"""Verb: judge how an attempt ended; may another upstream be asked, and may the first have served it all the same."""

from __future__ import annotations

import asyncio

import aiohttp

from makegood.records.wire.told import CUT as CUT_OFF
from makegood.records.wire.told import MALFORMED, Told

# How an attempt ended, for the decision about a further one.
ANSWERED, REFUSED, UNSENT, UNANSWERED = "answered", "refused", "unsent", "unanswered"

# The recorder's own names of errors; connect_* never left this machine as a request.
CONNECT_REFUSED, CONNECT_TIMEOUT, CONNECT_DNS, CONNECT_TLS = (
    "connect_refused",
    "connect_timeout",
    "connect_dns",
    "connect_tls",
)
TIMEOUT, RESET, BAD_HTTP, CUT = "timeout", "connection_reset", "malformed_http", "cut"
# What ended an attempt from this side; the rules of faults know `cancel*` and `client_disconnect` as the client's.
CLIENT_DISCONNECT, HEDGE_LOST, OWN_FAULT = "client_disconnect", "cancelled_hedge_lost", "cancelled_gateway_fault"
STOPPED = "cancelled_gateway_stopped"

_TOO_MANY, _UNAVAILABLE = 429, 503
# A proxy of the provider's had no answer in time (522 and 524 are Cloudflare's); who stands behind it may still serve.
LATE_STATUSES = (504, 522, 524)
# Names by which an answer says that the provider, not the caller, is at fault.
_ROOM = ("overloaded", "engine_overloaded", "model_overloaded", "server_overloaded", "server_is_overloaded")
_BUSY = (*_ROOM, "provider_overloaded", "server_busy")
_BROKEN = (
    *_BUSY, "resource_unavailable", "api_error", "server_error", "internal", "service_unavailable", "timeout_error",
    "upstream_error",
)  # fmt: skip
# What a name means with one provider only, by the names that the rules of losses have for it: nobody may be asked
# instead on what an assessment then calls the caller's own doing.
_OPENAI = ("openai", "text-completion-openai", "openai_responses", "openai.responses", "openai.chat")
_AZURE = (
    "azure", "azure-openai", "azure_openai", "azure_text", "azure_ai", "azure.ai.openai", "az.ai.openai",
    "azure.ai.inference", "az.ai.inference",
)  # fmt: skip
_BEDROCK = (
    "bedrock", "bedrock_converse", "bedrock_mantle", "amazon-bedrock", "aws.bedrock", "aws_bedrock", "aws",
)  # fmt: skip
_BUSY_OF: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_OPENAI, (*_BUSY, "resource_unavailable")),
    **dict.fromkeys(_AZURE, (*_BUSY, "nocapacity", "no_capacity", "system_capacity")),
    **dict.fromkeys(_BEDROCK, (*_BUSY, "modelnotready")),
    **dict.fromkeys(("anthropic", "anthropic_text", "claude"), ("overloaded_error",)),
    **dict.fromkeys(("gemini", "gcp.gemini", "google_ai_studio"), ()),
}
_OWN_PACE = "slow_down"  # with 503, of OpenAI's callers


def overloaded(error: str | None, provider: str) -> bool:
    """Whether a 429 with this error says that the provider has too little room for all."""
    return error is not None and error.lower().startswith(_BUSY_OF.get(provider.lower(), _BUSY))


def broken(error: str | None) -> bool:
    """Whether an error inside an answer of status 200 is the provider's."""
    return error is not None and error.lower().startswith(_BROKEN)


def verdict(status: int, error: str | None, failed: str | None, provider: str = "") -> str:
    """ANSWERED, REFUSED, or UNANSWERED by one behind it, for a whole answer of this provider.

    `error` is its named error, `failed` that of an error event or body in an answer of status 200 of which nothing can
    be used.
    """
    if status == _UNAVAILABLE and error is not None and error.lower().startswith(_OWN_PACE):
        return ANSWERED if provider.lower() in _OPENAI else REFUSED
    if status in LATE_STATUSES:
        return UNANSWERED
    if status >= 500:
        return REFUSED
    if status == _TOO_MANY and overloaded(error, provider):
        return REFUSED
    if 200 <= status <= 299 and failed is not None and (broken(failed) or broken(error)):
        return REFUSED
    return ANSWERED


def torn(status: int, told: Told) -> bool:
    """Whether an answer came to its end by its transport, and is no whole answer all the same."""
    return 200 <= status <= 299 and told.usable is False and told.why in (CUT_OFF, MALFORMED)


def of_exception(fault: BaseException) -> tuple[str, str]:
    """UNSENT or UNANSWERED, and the name that is recorded."""
    if isinstance(fault, aiohttp.ConnectionTimeoutError):
        return UNSENT, CONNECT_TIMEOUT
    if isinstance(fault, aiohttp.ClientConnectorDNSError):
        return UNSENT, CONNECT_DNS
    if isinstance(fault, aiohttp.ClientSSLError):  # in connecting; a plain one of `ssl` may come after the request
        return UNSENT, CONNECT_TLS
    if isinstance(fault, aiohttp.ClientConnectorError):
        return UNSENT, CONNECT_REFUSED
    if isinstance(fault, asyncio.TimeoutError):
        return UNANSWERED, TIMEOUT
    if isinstance(fault, aiohttp.ClientPayloadError):
        return UNANSWERED, CUT
    if isinstance(fault, aiohttp.ClientResponseError | aiohttp.http_exceptions.HttpProcessingError):
        return UNANSWERED, BAD_HTTP
    return UNANSWERED, RESET
