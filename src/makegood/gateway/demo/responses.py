"""Form: answers of OpenAI's responses, as JSON and as events."""

from __future__ import annotations

from typing import Any

import orjson

from makegood.gateway.demo.question import Question
from makegood.gateway.demo.speech import Speech, pieces


def response_body(question: Question, speech: Speech, id: str, moment: int) -> bytes:
    """One whole `response`; `moment` in seconds since 1970."""
    return orjson.dumps(_response(question, speech, id, moment))


def response_events(question: Question, speech: Speech, id: str, moment: int, count: int = 8) -> list[bytes]:
    """The same as events, from response.created to response.completed (or response.incomplete)."""
    whole = _response(question, speech, id, moment)
    begun = whole | {"status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    item = whole["output"][0]
    events: list[tuple[str, dict[str, Any]]] = [
        ("response.created", {"response": begun}),
        ("response.in_progress", {"response": begun}),
    ]
    events += _of_tool(item, speech, count) if speech.tool else _of_text(item, speech, count)
    events.append(("response.output_item.done", {"output_index": 0, "item": item}))
    events.append((f"response.{whole['status']}", {"response": whole}))
    return [event(name, said | {"sequence_number": number}) for number, (name, said) in enumerate(events)]


def event(name: str, said: dict[str, Any]) -> bytes:
    """One event by its name, with its type in the data too."""
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps({"type": name} | said) + b"\n\n"


def _of_tool(item: dict[str, Any], speech: Speech, count: int) -> list[tuple[str, dict[str, Any]]]:
    place = {"output_index": 0, "item_id": item["id"]}
    opened = item | {"arguments": "", "status": "in_progress"}
    return [
        ("response.output_item.added", {"output_index": 0, "item": opened}),
        *(
            ("response.function_call_arguments.delta", place | {"delta": part})
            for part in pieces(speech.arguments, count)
        ),
        ("response.function_call_arguments.done", place | {"arguments": speech.arguments, "name": speech.tool}),
    ]


def _of_text(item: dict[str, Any], speech: Speech, count: int) -> list[tuple[str, dict[str, Any]]]:
    place = {"output_index": 0, "content_index": 0, "item_id": item["id"]}
    opened = item | {"content": [], "status": "in_progress"}
    part = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
    return [
        ("response.output_item.added", {"output_index": 0, "item": opened}),
        ("response.content_part.added", place | {"part": part}),
        *(
            ("response.output_text.delta", place | {"delta": said, "logprobs": []})
            for said in pieces(speech.text, count)
        ),
        ("response.output_text.done", place | {"text": speech.text, "logprobs": []}),
        ("response.content_part.done", place | {"part": part | {"text": speech.text}}),
    ]


def _response(question: Question, speech: Speech, id: str, moment: int) -> dict[str, Any]:
    return {
        "id": f"resp_{id}",
        "object": "response",
        "created_at": moment,
        "status": "incomplete" if speech.full else "completed",
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if speech.full else None,
        "instructions": None,
        "metadata": {},
        "model": question.model,
        "output": [_item(speech, id)],
        "parallel_tool_calls": True,
        "temperature": 1,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1,
        "usage": {
            "input_tokens": question.input_tokens,
            "input_tokens_details": {"cached_tokens": question.cached_tokens, "cache_write_tokens": 0},
            "output_tokens": speech.output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": question.input_tokens + speech.output_tokens,
        },
    }


def _item(speech: Speech, id: str) -> dict[str, Any]:
    if speech.tool:
        called = {"call_id": f"call_{id}", "name": speech.tool, "arguments": speech.arguments}
        return {"id": f"fc_{id}", "type": "function_call", "status": "completed", **called}
    text = {"type": "output_text", "text": speech.text, "annotations": [], "logprobs": []}
    status = "incomplete" if speech.full else "completed"
    return {"id": f"msg_{id}", "type": "message", "status": status, "role": "assistant", "content": [text]}
