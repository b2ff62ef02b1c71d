"""Answers of our own making, as providers word them; for the tests of the readers."""

from __future__ import annotations

import json
from collections.abc import Iterable

from makegood.records.wire.asked import Asked
from makegood.records.wire.read import reader
from makegood.records.wire.told import Told

SSE, JSON = "text/event-stream; charset=utf-8", "application/json"


def sse(events: Iterable[object], named: bool = False) -> bytes:
    """A stream of these events, with their names before them where the wire has them; a string goes as it is."""
    lines = []
    for event in events:
        if named and isinstance(event, dict):
            lines.append(f"event: {event['type']}\n")
        data = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        lines.append(f"data: {data}\n\n")
    return "".join(lines).encode()


def chunk(delta: dict[str, object], finish: str | None = None, **more: object) -> dict[str, object]:
    """One event of a chat stream."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "gpt-x-1", "choices": [choice], **more}


CHAT_USAGE = {"prompt_tokens": 90, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 64}}
CHAT_STREAM: list[object] = [
    chunk({"role": "assistant", "content": ""}),
    *[chunk({"content": piece}) for piece in ("안녕 ", '"usage": ', "[DONE] ", "finish_reason", "\r\n 🙂")],
    chunk({}, "stop"),
    {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "gpt-x-1", "choices": [], "usage": CHAT_USAGE},
    "[DONE]",
]


def completion(message: dict[str, object], finish: str = "stop", **more: object) -> dict[str, object]:
    """A chat completion in one piece."""
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return {"object": "chat.completion", "model": "gpt-x-1", "choices": [choice], "usage": CHAT_USAGE, **more}


RESPONSE_USAGE = {"input_tokens": 40, "input_tokens_details": {"cached_tokens": 8}, "output_tokens": 5}


def response(output: list[object], status: str = "completed", **more: object) -> dict[str, object]:
    """A response in one piece."""
    named = {"id": "resp_1", "object": "response", "status": status, "error": None, "model": "gpt-x-2"}
    return {**named, "output": output, "usage": RESPONSE_USAGE, **more}


def said(text: str) -> dict[str, object]:
    """The item of a response that holds a text."""
    return {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}


RESPONSE_STREAM: list[object] = [
    {"type": "response.created", "response": response([], "in_progress", usage=None)},
    {"type": "response.output_item.added", "item": {"type": "message", "content": []}},
    *[{"type": "response.output_text.delta", "delta": piece} for piece in ("하나", "response.failed", "\n\n")],
    {"type": "response.output_text.done", "text": "하나response.failed\n\n"},
    {"type": "response.completed", "response": response([said("하나response.failed\n\n")])},
]

MESSAGE_USAGE = {"input_tokens": 10, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 30}


def message(content: list[object], stop: str = "end_turn", **more: object) -> dict[str, object]:
    """A message in one piece."""
    named = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x-1", "content": content}
    return {**named, "stop_reason": stop, "usage": {**MESSAGE_USAGE, "output_tokens": 9}, **more}


def block(kind: str, deltas: list[dict[str, object]], **more: object) -> list[object]:
    """The events of one block of a message."""
    return [
        {"type": "content_block_start", "index": 0, "content_block": {"type": kind, **more}},
        *[{"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas],
        {"type": "content_block_stop", "index": 0},
    ]


def message_stream(blocks: list[object], stop: str = "end_turn", tokens: int = 9) -> list[object]:
    """The events of one message."""
    start = message([], "", usage={**MESSAGE_USAGE, "output_tokens": 1})
    return [
        {"type": "message_start", "message": {**start, "stop_reason": None}},
        {"type": "ping"},
        *blocks,
        {"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {"output_tokens": tokens}},
        {"type": "message_stop"},
    ]


def texts(*pieces: str) -> list[object]:
    """The events of a block of text."""
    return block("text", [{"type": "text_delta", "text": piece} for piece in pieces], text="")


MESSAGE_STREAM = message_stream(texts("둘 ", '"type":"error"', "event: error\n\n"))


def told(service: str, body: bytes | dict[str, object], status: int = 200, wants_json: bool = False) -> Told:
    """What a body told, read in one piece."""
    one = reader(Asked(service, wants_json=wants_json), status, JSON)
    one.feed(body if isinstance(body, bytes) else json.dumps(body).encode())
    return one.end()


def told_of_stream(asked: Asked, stream: bytes, cut: bool = False) -> Told:
    """What a stream told, read in one piece."""
    one = reader(asked, 200, SSE)
    one.feed(stream)
    return one.end(cut)
