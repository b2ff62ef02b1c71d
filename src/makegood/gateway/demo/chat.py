"""Form: answers of OpenAI's chat completions and embeddings, as JSON and as events."""

from __future__ import annotations

import struct
from base64 import b64encode
from typing import Any

import orjson

from makegood.gateway.demo.question import Question
from makegood.gateway.demo.speech import Speech, pieces

DONE = b"data: [DONE]\n\n"
_WIDTH = struct.Struct("<f")


def chat_body(question: Question, speech: Speech, id: str, moment: int) -> bytes:
    """One `chat.completion`; `moment` in seconds since 1970."""
    message: dict[str, Any] = {"role": "assistant", "content": speech.text, "refusal": None, "annotations": []}
    if speech.tool:
        message |= {"content": None, "tool_calls": [_call(speech, id)]}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(speech)}
    return orjson.dumps(
        {
            "id": f"chatcmpl-{id}",
            "object": "chat.completion",
            "created": moment,
            "model": question.model,
            "choices": [choice],
            "usage": _usage(question, speech),
            "service_tier": "default",
            "system_fingerprint": "fp_demo",
        }
    )


def chat_events(question: Question, speech: Speech, id: str, moment: int, count: int = 8) -> list[bytes]:
    """The same as events; the last is [DONE], the one before it has the usage where that was asked for."""

    def event(choices: list[dict[str, Any]], **more: Any) -> bytes:
        chunk = {"id": f"chatcmpl-{id}", "object": "chat.completion.chunk", "created": moment, "model": question.model}
        chunk |= {"system_fingerprint": "fp_demo", "choices": choices}
        if question.wants_usage:
            chunk["usage"] = None
        return b"data: " + orjson.dumps(chunk | more) + b"\n\n"

    def delta(said: dict[str, Any], finish: str | None = None) -> bytes:
        return event([{"index": 0, "delta": said, "logprobs": None, "finish_reason": finish}])

    if speech.tool:
        call = _call(speech, id)
        opened = {"index": 0, **call, "function": {"name": speech.tool, "arguments": ""}}
        made = [delta({"role": "assistant", "content": None, "tool_calls": [opened]})]
        parts = pieces(speech.arguments, count)
        made += [delta({"tool_calls": [{"index": 0, "function": {"arguments": part}}]}) for part in parts]
    else:
        made = [delta({"role": "assistant", "content": "", "refusal": None})]
        made += [delta({"content": part}) for part in pieces(speech.text, count)]
    made.append(delta({}, _finish(speech)))
    if question.wants_usage:
        made.append(event([], usage=_usage(question, speech)))
    return [*made, DONE]


def embeddings_body(question: Question) -> bytes:
    """A list of vectors, one a text, as numbers or base64 as asked."""
    places = [question.digest[at % 16] for at in range(question.width)]
    vectors = []
    for number in range(question.texts):
        values = [((place + 7 * number) % 256 - 128) / 256 for place in places]
        packed = b64encode(b"".join(_WIDTH.pack(one) for one in values)).decode() if question.base64 else values
        vectors.append({"object": "embedding", "index": number, "embedding": packed})
    usage = {"prompt_tokens": question.input_tokens, "total_tokens": question.input_tokens}
    return orjson.dumps({"object": "list", "data": vectors, "model": question.model, "usage": usage})


def _call(speech: Speech, id: str) -> dict[str, Any]:
    return {"id": f"call_{id}", "type": "function", "function": {"name": speech.tool, "arguments": speech.arguments}}


def _finish(speech: Speech) -> str:
    return "tool_calls" if speech.tool else "length" if speech.full else "stop"


def _usage(question: Question, speech: Speech) -> dict[str, Any]:
    return {
        "prompt_tokens": question.input_tokens,
        "completion_tokens": speech.output_tokens,
        "total_tokens": question.input_tokens + speech.output_tokens,
        "prompt_tokens_details": {"cached_tokens": question.cached_tokens, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }
