"""Verb: read what LiteLLM tells its callbacks; its exceptions hide the provider's answer, their causes hold it.

Tried with LiteLLM 1.106.2, which writes 500 for a lost connection and for Anthropic's 529.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from makegood.hooks.endings import ending_of
from makegood.records.names import name_of
from makegood.records.wire.asked import CHAT, EMBEDDINGS, MESSAGES, RESPONSES, Asked
from makegood.records.wire.error_name import error_name
from makegood.records.wire.read import reader
from makegood.records.wire.request_id import request_id
from makegood.records.wire.shapes import mapping
from makegood.records.wire.told import CUT, ERROR, MALFORMED, Told

_SERVICES = {
    "completion": CHAT,
    "text_completion": "completions",
    "embedding": EMBEDDINGS,
    "responses": RESPONSES,
    "anthropic_messages": MESSAGES,
}
_TRANSPORTS = ("httpx", "httpx2", "httpcore", "httpcore2", "aiohttp")
_NOTHING, _CUT = Told(), Told(usable=False, why=CUT)
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_MOST_CAUSES, _MOST_MESSAGE = 12, 20_000


@dataclass(frozen=True)
class Ended:
    """How an attempt ended: the status as it came, the name of an error, what the answer told, its headers."""

    status: int
    error: str | None
    told: Told = _NOTHING
    headers: Any = None


def service_of(kind: object) -> str:
    """The service by LiteLLM's name of the function that was called."""
    name = kind.removeprefix("a") if isinstance(kind, str) and kind.removeprefix("a") in _SERVICES else kind
    return _SERVICES.get(str(name)) or name_of(str(name)) or CHAT


def canonical(said: dict[str, Any]) -> bytes:
    """The request in one way of writing it, for its fingerprint; it goes nowhere else."""
    asked = [said.get("model"), said.get("messages") or said.get("input"), said.get("optional_params")]
    try:
        return orjson.dumps(asked, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return repr(asked).encode("utf-8", "surrogatepass")


def answer_of(asked: Asked, answer: Any) -> Ended:
    """An answer, read as the provider's body is."""
    body = answer.model_dump() if hasattr(answer, "model_dump") else answer
    one = reader(asked, 200, "application/json")
    one.feed(orjson.dumps(body, default=str))
    told = one.end()
    return Ended(200, told.error or (told.why if told.usable is False else None), told)


def failure_of(said: dict[str, Any]) -> Ended:
    """A failure, by the innermost of its causes that knows the status, or that none came."""
    fault = said.get("exception")
    if not isinstance(fault, BaseException):
        return Ended(0, None)
    causes = list(_causes(fault))
    headers = next((found for one in causes if (found := getattr(one, "litellm_response_headers", None))), None)
    begun = said.get("stream") is True and said.get("completion_start_time") is not None
    for one in reversed(causes):
        kind = type(one)
        if kind.__module__.partition(".")[0] in _TRANSPORTS and getattr(one, "response", None) is None:
            ending = ending_of(one, answering=begun)
            return Ended(200, ending, _CUT, headers) if begun else Ended(0, ending)
        if kind.__name__ == "JSONDecodeError":
            return Ended(200, MALFORMED, Told(usable=False, why=MALFORMED), headers)
        status = getattr(one, "status_code", None) or getattr(getattr(one, "response", None), "status_code", None)
        if type(status) is int and 100 <= status <= 599 and not begun:
            own = getattr(getattr(one, "response", None), "headers", None)
            return Ended(status, _named(causes) or name_of(type(fault).__name__), _NOTHING, headers or own)
    if begun or said.get("response_headers"):
        return Ended(200, _named(causes) or ERROR, Told(usable=False, why=ERROR), said.get("response_headers"))
    return Ended(0, name_of(type(fault).__name__))


def request_id_of(said: dict[str, Any], ended: Ended) -> str | None:
    """The provider's id of the attempt, from wherever LiteLLM keeps the answer's headers."""
    hidden = mapping(mapping(said.get("standard_logging_object")).get("hidden_params"))
    for headers in (ended.headers, said.get("response_headers"), hidden.get("additional_headers")):
        if hasattr(headers, "get"):
            found = request_id(headers) or request_id(headers, "llm_provider-")  # type: ignore[arg-type]
            if found:
                return found
    return None


def _named(causes: list[BaseException]) -> str | None:
    """The provider's name of the error: from a body, or from a message that quotes one."""
    for one in reversed(causes):
        body = getattr(one, "body", None)
        found = error_name(body) if isinstance(body, dict) else None
        quoted = _OBJECT.search(str(getattr(one, "message", "") or one)[:_MOST_MESSAGE])
        if found is None and quoted:
            try:
                found = error_name(orjson.loads(quoted[0]))
            except ValueError:
                found = None
        status = getattr(one, "status_code", None)
        found = found or (name_of(status) if isinstance(status, str) else None)
        if found:
            return found
    return None


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_MOST_CAUSES):
        if fault is None:
            return
        yield fault
        fault = fault.__cause__ or fault.__context__
