"""A model on this machine: answers canaries over both wires from what is right, and misbehaves when told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.servers import Server, Talk

Says = Callable[[str], str | tuple[int, Any]]


@dataclass
class Model:
    """`says` gives the text of an answer by the question, or a status and a body; `name` is the model that it names."""

    says: Says
    name: str = "demo-1"
    base: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving(model: Model) -> Iterator[Model]:
    """The model, reachable at `base` while the block runs."""

    def answer(talk: Talk) -> None:
        asked = json.loads(talk.content())
        model.asked.append(asked)
        model.headers.append(talk.fields())
        said = model.says(asked["messages"][0]["content"])
        status, body = said if isinstance(said, tuple) else (200, _body(talk.path, model.name, said))
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        talk.say(status, raw, {"x-request-id": f"req_{len(model.asked):06d}"})

    with Server(answer) as server:
        model.base = server.base
        yield model


def _body(path: str, name: str, said: str) -> dict[str, Any]:
    if path == "/v1/messages":
        usage = {"input_tokens": 30, "output_tokens": 2}
        return {"model": name, "content": [{"type": "text", "text": said}], "stop_reason": "end_turn", "usage": usage}
    choice = {"message": {"role": "assistant", "content": said, "refusal": None}, "finish_reason": "stop"}
    return {"model": name, "choices": [choice], "usage": {"prompt_tokens": 30, "completion_tokens": 2}}
