"""Form: answers of Anthropic's messages, as JSON and as events."""

from __future__ import annotations

from typing import Any

import orjson

from makegood.gateway.demo.question import Question
from makegood.gateway.demo.responses import event
from makegood.gateway.demo.speech import Speech, pieces


def message_body(question: Question, speech: Speech, id: str) -> bytes:
    """One whole `message`."""
    return orjson.dumps(_message(question, speech, id))


def message_events(question: Question, speech: Speech, id: str, count: int = 8) -> list[bytes]:
    """The same as events, from message_start to message_stop; the counts of output stand in message_delta."""
    whole = _message(question, speech, id)
    begun = whole | {"content": [], "stop_reason": None, "usage": _usage(question, min(1, speech.output_tokens))}
    made = [event("message_start", {"message": begun})]
    if whole["content"]:
        block = whole["content"][0]
        nothing: dict[str, Any] = {"input": {}} if speech.tool else {"text": ""}
        opened = block | nothing
        made += [event("content_block_start", {"index": 0, "content_block": opened}), event("ping", {})]
        made += [event("content_block_delta", {"index": 0, "delta": one}) for one in _deltas(speech, count)]
        made.append(event("content_block_stop", {"index": 0}))
    ended = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    made.append(event("message_delta", {"delta": ended, "usage": _usage(question, speech.output_tokens)}))
    return [*made, event("message_stop", {})]


def _deltas(speech: Speech, count: int) -> list[dict[str, str]]:
    if speech.tool:
        return [{"type": "input_json_delta", "partial_json": one} for one in ["", *pieces(speech.arguments, count)]]
    return [{"type": "text_delta", "text": one} for one in pieces(speech.text, count)]


def _message(question: Question, speech: Speech, id: str) -> dict[str, Any]:
    content: list[dict[str, Any]] = [{"type": "text", "text": speech.text, "citations": None}] if speech.text else []
    if speech.tool:
        given = orjson.loads(speech.arguments)
        content = [{"type": "tool_use", "id": f"toolu_{id}", "name": speech.tool, "input": given}]
    return {
        "id": f"msg_{id}",
        "type": "message",
        "role": "assistant",
        "model": question.model,
        "content": content,
        "stop_reason": "tool_use" if speech.tool else "max_tokens" if speech.full else "end_turn",
        "stop_sequence": None,
        "usage": _usage(question, speech.output_tokens),
    }


def _usage(question: Question, output: int) -> dict[str, Any]:
    return {
        "input_tokens": question.input_tokens - question.cached_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": question.cached_tokens,
        "output_tokens": output,
        "service_tier": "standard",
    }
