"""How the real SDKs ask, and what their caller sees, told in a line that two ways of asking can be compared by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anthropic
import openai

from tests.gateway.hosting import Loop

CHAT, RESPONSES, EMBEDDINGS, MESSAGES = "chat", "responses", "embeddings", "messages"
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city"],
}
_TOOLS = {
    CHAT: [{"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}],
    RESPONSES: [{"type": "function", "name": "weather", "parameters": SCHEMA, "strict": False}],
    MESSAGES: [{"name": "weather", "input_schema": SCHEMA}],
}


@dataclass(frozen=True)
class Seen:
    """What the caller sees: the class of the outcome, the HTTP status and name of an error, or what was said."""

    kind: str
    status: int | None = None
    said: str = ""

    def __str__(self) -> str:
        return " ".join(str(one) for one in (self.kind, self.status, self.said) if one not in (None, ""))


@dataclass(frozen=True)
class Clients:
    """Both SDKs at one address, without retries of their own."""

    openai: openai.OpenAI
    anthropic: anthropic.Anthropic
    async_openai: openai.AsyncOpenAI
    async_anthropic: anthropic.AsyncAnthropic

    @classmethod
    def at(cls, address: str, timeout: float) -> Clients:
        """Clients of an address such as http://127.0.0.1:8801."""
        own: dict[str, Any] = {"max_retries": 0, "timeout": timeout}
        one = {"base_url": f"{address}/v1", "api_key": "sk-test-openai", **own}
        two = {"base_url": address, "api_key": "sk-ant-test", **own}
        return cls(
            openai.OpenAI(**one), anthropic.Anthropic(**two), openai.AsyncOpenAI(**one), anthropic.AsyncAnthropic(**two)
        )

    def close(self, loop: Loop) -> None:
        """Close their connections; those of the asynchronous ones on the loop on which they were used."""
        self.openai.close()
        self.anthropic.close()
        loop.run(self.async_openai.close())
        loop.run(self.async_anthropic.close())


def seen(ask: Callable[[], Any]) -> Seen:
    """What comes of asking."""
    try:
        return said(ask())
    except Exception as fault:
        return failure(fault)


def failure(fault: Exception) -> Seen:
    """An error as the caller sees it; of a status error its status and the provider's name of it."""
    body = getattr(fault, "body", None)
    error = body.get("error", body) if isinstance(body, dict) else None
    name = (error.get("code") or error.get("type")) if isinstance(error, dict) else None
    return Seen(type(fault).__name__, getattr(fault, "status_code", None), str(name or ""))


def said(answer: Any) -> Seen:
    """A whole answer, or all events of a stream, as words and tool calls."""
    if isinstance(answer, list):
        return Seen("stream", None, "|".join(filter(None, (_event(one) for one in answer))))
    return Seen(type(answer).__name__, None, _body(answer))


def ask(clients: Clients, service: str, text: str, model: str, **more: Any) -> Callable[[], Any]:
    """The question, to be asked by the synchronous SDK; a stream is read to its end."""
    return lambda: _ask(clients.openai, clients.anthropic, service, (text, model), more)


async def ask_async(clients: Clients, service: str, text: str, model: str, **more: Any) -> Seen:
    """The question asked by the asynchronous SDK."""
    try:
        answer = await _made(clients.async_openai, clients.async_anthropic, service, (text, model), more)
        return said([one async for one in answer] if more.get("stream") else answer)
    except Exception as fault:
        return failure(fault)


def _ask(one: Any, two: Any, service: str, what: tuple[str, str], more: dict[str, Any]) -> Any:
    answer = _made(one, two, service, what, more)
    return list(answer) if more.get("stream") else answer


def _made(one: Any, two: Any, service: str, what: tuple[str, str], more: dict[str, Any]) -> Any:
    text, model = what
    more = dict(more)
    if more.pop("tools", False):
        more["tools"] = _TOOLS[service]
    messages = [{"role": "user", "content": text}]
    if service == CHAT:
        if more.get("stream"):
            more["stream_options"] = {"include_usage": True}
        return one.chat.completions.create(model=model, messages=messages, **more)
    if service == RESPONSES:
        return one.responses.create(model=model, input=text, **more)
    if service == EMBEDDINGS:
        return one.embeddings.create(model=model, input=[text], **more)
    return two.messages.create(model=model, messages=messages, max_tokens=200, **more)


def _event(one: Any) -> str:
    kind = getattr(one, "type", None)
    if kind == "error":
        return f"error {one.code}"
    if kind is None:  # a chunk of chat
        if one.usage:
            return f"usage {one.usage.prompt_tokens} {one.usage.completion_tokens}"
        return "".join(_delta(choice) for choice in one.choices)
    delta = getattr(one, "delta", None)
    if kind == "message_delta":
        return f"{delta.stop_reason} usage {one.usage.output_tokens}"
    if isinstance(delta, str):
        return delta
    return str(getattr(delta, "text", None) or getattr(delta, "partial_json", None) or kind)


def _delta(choice: Any) -> str:
    calls = "".join(call.function.arguments or "" for call in choice.delta.tool_calls or ())
    return (choice.delta.content or "") + calls + (f" {choice.finish_reason}" if choice.finish_reason else "")


def _body(answer: Any) -> str:
    if getattr(answer, "object", None) == "list":
        return f"{[one.embedding for one in answer.data]} {answer.usage.prompt_tokens}"
    if getattr(answer, "choices", None):
        message = answer.choices[0].message
        calls = "".join(call.function.arguments for call in message.tool_calls or ())
        return f"{message.content or ''}{calls} {answer.usage.completion_tokens}"
    if getattr(answer, "output", None):
        said = answer.output_text or "".join(getattr(one, "arguments", "") for one in answer.output)
        return f"{said} {answer.usage.output_tokens}"
    if getattr(answer, "content", None) is not None:
        parts = [getattr(one, "text", None) or str(getattr(one, "input", "")) for one in answer.content]
        return f"{''.join(parts)} {answer.usage.output_tokens}"
    return "nothing"
