"""Noun: a question; what the demo provider reads of a request in order to answer it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

from makegood.gateway.demo.misbehaviour import KINDS

OPENAI, ANTHROPIC = "openai", "anthropic"
CHAT, RESPONSES, EMBEDDINGS, MESSAGES = "chat.completions", "responses", "embeddings", "messages"
WIRES = {CHAT: OPENAI, RESPONSES: OPENAI, EMBEDDINGS: OPENAI, MESSAGES: ANTHROPIC}
_ASKED_TO_DO = re.compile(rb"\bdo:([a-z_0-9]+)(?:@([A-Za-z0-9_-]+))?")
_A_TOKEN = 4  # bytes


class NotAsked(ValueError):
    """A body that is no question; its text goes into the provider's own 400."""


@dataclass(frozen=True, slots=True)
class Question:
    """`digest` stands for all that was said, so that the same question gets the same answer; `tool` is its JSON."""

    service: str
    model: str
    streamed: bool
    digest: bytes
    input_tokens: int
    cached_tokens: int
    most: int | None
    tool: dict[str, Any] | None
    wants_json: bool
    wants_usage: bool
    texts: int = 1
    base64: bool = False
    width: int = 8

    @property
    def wire(self) -> str:
        """OPENAI or ANTHROPIC."""
        return WIRES[self.service]


def read_question(service: str, body: bytes) -> Question:
    """Read the JSON body of a request; raise NotAsked where it is none."""
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError as fault:
        raise NotAsked("We could not parse the JSON body of your request.") from fault
    if not isinstance(asked, dict) or not isinstance(asked.get("model"), str):
        raise NotAsked("you must provide a model parameter")
    said = asked.get("input") if service in (RESPONSES, EMBEDDINGS) else asked.get("messages")
    if not said:
        raise NotAsked("Missing required parameter: 'messages' or 'input'.")
    whole = orjson.dumps([said, asked.get("system"), asked.get("instructions"), asked.get("tools")])
    tokens = len(whole) // _A_TOKEN + 1
    return Question(
        service=service,
        model=asked["model"],
        streamed=asked.get("stream") is True and service != EMBEDDINGS,
        digest=blake2b(whole, digest_size=16).digest(),
        input_tokens=tokens,
        cached_tokens=tokens // 256 * 128 if service != EMBEDDINGS else 0,
        most=_most(asked),
        tool=_tool(asked, said),
        wants_json=_wants_json(asked),
        wants_usage=service != CHAT or (asked.get("stream_options") or {}).get("include_usage") is True,
        texts=len(said) if isinstance(said, list) and not isinstance(said[0], int) else 1,
        base64=asked.get("encoding_format") == "base64",
        width=min(int(asked.get("dimensions") or 8), 3072),
    )


def asked_to_do(body: bytes, provider: str) -> str | None:
    """What the text itself asks this provider to do wrong (`do:NAME` or `do:NAME@PROVIDER`), if anything."""
    for what, whom in _ASKED_TO_DO.findall(body):
        if what.decode() in KINDS and whom.decode() in ("", provider):
            return str(what.decode())
    return None


def _most(asked: dict[str, Any]) -> int | None:
    most = asked.get("max_tokens") or asked.get("max_completion_tokens") or asked.get("max_output_tokens")
    return most if isinstance(most, int) and most > 0 else None


def _wants_json(asked: dict[str, Any]) -> bool:
    """JSON mode of any of the three: response_format, text.format, output_config.format (or output_format)."""
    forms = (
        asked.get("response_format"),
        (asked.get("text") or {}).get("format"),
        (asked.get("output_config") or {}).get("format"),
        asked.get("output_format"),
    )
    return any(isinstance(one, dict) and str(one.get("type", "")).startswith("json") for one in forms)


def _tool(asked: dict[str, Any], said: Any) -> dict[str, Any] | None:
    """The tool to call: the first, or the one that must be; none where a tool has just answered."""
    tools = [_flat(one) for one in asked.get("tools") or () if isinstance(one, dict)]
    named = [one for one in tools if one.get("name")]
    choice = asked.get("tool_choice")
    if not named or choice == "none" or (isinstance(choice, dict) and choice.get("type") == "none"):
        return None
    if isinstance(choice, dict) and (wanted := choice.get("name") or (choice.get("function") or {}).get("name")):
        return next((one for one in named if one["name"] == wanted), named[0])
    return None if _answered(said) else named[0]


def _flat(tool: dict[str, Any]) -> dict[str, Any]:
    function = tool.get("function")
    own = function if isinstance(function, dict) else tool
    return {"name": own.get("name"), "schema": own.get("parameters") or own.get("input_schema") or {}}


def _answered(said: Any) -> bool:
    last = said[-1] if isinstance(said, list) and said and isinstance(said[-1], dict) else {}
    if last.get("role") == "tool" or last.get("type") == "function_call_output":
        return True
    content = last.get("content")
    return isinstance(content, list) and any(
        isinstance(one, dict) and one.get("type") == "tool_result" for one in content
    )
