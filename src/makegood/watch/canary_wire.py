"""Verb: ask one canary over HTTP, as OpenAI's chat completions or Anthropic's messages, and read what came back."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from typing import Any

import httpx2

from makegood.records.wire.asked import CHAT, MESSAGES, Asked
from makegood.records.wire.read import reader
from makegood.records.wire.request_id import request_id
from makegood.records.wire.shapes import listing, mapping, parsed
from makegood.watch.canary_config import Model

MOST_BYTES = 4 * 1024 * 1024
_CONNECT_S = 10
_JSON = "application/json"
_REFUSALS = ("content_filter", "refusal")
# At INFO the library writes every address it calls, and an address can hold a token.
logging.getLogger("httpx2").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Reply:
    """`status` is 0 where nothing came, `fault` why there is no text to read, `refused` the provider's own word."""

    status: int
    fault: str | None = None
    text: str = ""
    refused: bool = False
    model: str | None = None
    request_id: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    duration_ms: int = 0


class _Long(Exception):
    """More bytes, or more time, than an answer may take."""


def new_client(model: Model) -> httpx2.Client:
    """A client for one model; its key goes in no address and no log."""
    anthropic = model.said.wire == "anthropic"
    headers = {"User-Agent": "makegood (canaries)", "Accept-Encoding": "identity"}
    if anthropic:
        headers["anthropic-version"] = "2023-06-01"
    if model.key:
        headers |= {"x-api-key": model.key} if anthropic else {"Authorization": f"Bearer {model.key}"}
    seconds = model.said.timeout_seconds
    timeout = httpx2.Timeout(seconds, connect=min(_CONNECT_S, seconds))
    loopback = model.said.base_url.startswith("http://")
    return httpx2.Client(headers=headers, timeout=timeout, follow_redirects=False, trust_env=not loopback)


def ask_one(client: httpx2.Client, model: Model, question: str) -> Reply:
    """One request, never repeated; raises nothing for what the other side does."""
    began = time.monotonic()
    try:
        reply = _asked(client, model, question, began + model.said.timeout_seconds)
    except httpx2.ConnectError:
        reply = Reply(0, "unreachable")
    except (httpx2.TimeoutException, _Long):
        reply = Reply(0, "timeout")
    except (httpx2.HTTPError, httpx2.StreamError, OSError):
        reply = Reply(0, "broken")
    return replace(reply, duration_ms=int((time.monotonic() - began) * 1000))


def _asked(client: httpx2.Client, model: Model, question: str, until: float) -> Reply:
    path = "/v1/messages" if model.said.wire == "anthropic" else "/chat/completions"
    address = model.said.base_url.rstrip("/") + path
    with client.stream("POST", address, json=request_body(model, question)) as response:
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > MOST_BYTES or time.monotonic() > until:
                raise _Long
        named = request_id(response.headers)
        reply = read_reply(model.said.wire, response.status_code, bytes(body))
    return replace(reply, request_id=named)


def request_body(model: Model, question: str) -> dict[str, Any]:
    """The request; what the config adds under `send` stands above what is sent by itself."""
    body: dict[str, Any] = {"model": model.said.model, "messages": [{"role": "user", "content": question}]}
    if model.said.max_tokens:
        body["max_tokens"] = model.said.max_tokens
    return body | model.said.send


def read_reply(wire: str, status: int, body: bytes) -> Reply:
    """The text of an answer, or the name of its fault; an answer without text is a fault, unless it is a refusal.

    Tokens, errors and models are read as in every recorded attempt: what was written to a cache, or read from one, is
    a part of the input.
    """
    read = reader(Asked(MESSAGES if wire == "anthropic" else CHAT), status, _JSON)
    read.feed(body)
    told = read.end()
    if status != 200:
        return Reply(status, told.error or f"status_{status}")
    data = mapping(parsed(body))
    said = _message(data) if wire == "anthropic" else _choice(data)
    text, finish, refusal = said or ("", "", "")
    refused = bool(refusal) or finish in _REFUSALS
    fault = read.failed or ("malformed" if said is None else None)
    if not fault and not text.strip() and not refused:
        fault = "cut" if finish in ("length", "max_tokens") else "empty"
    text = "" if read.failed else text or refusal
    tokens = (told.input_tokens, told.output_tokens)
    return Reply(status, fault, text, refused, told.model, None, *tokens)


def _choice(data: dict[str, Any]) -> tuple[str, str, str] | None:
    """Text, finish reason and refusal of a chat completion."""
    choice = mapping(next(iter(listing(data.get("choices"))), None))
    message = choice.get("message")
    if not isinstance(message, dict):
        return None
    refusal = message.get("refusal")
    told = refusal if isinstance(refusal, str) else ""
    return _joined(message.get("content")), str(choice.get("finish_reason")), told


def _message(data: dict[str, Any]) -> tuple[str, str, str] | None:
    """Text, stop reason and refusal of a message."""
    return (_joined(data["content"]), str(data.get("stop_reason")), "") if "content" in data else None


def _joined(content: object) -> str:
    if isinstance(content, str):
        return content
    texts = [mapping(one).get("text") for one in listing(content)]
    return "".join(text for text in texts if isinstance(text, str))
