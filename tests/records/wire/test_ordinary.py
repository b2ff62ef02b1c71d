"""What a whole body of the most common shape tells at one look is what reading it in full tells, whatever is in it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import product
from typing import Any

import pytest

from makegood.records.wire.answer import Answer
from makegood.records.wire.chat import ChatAnswer, EmbeddingsAnswer
from makegood.records.wire.messages import MessagesAnswer
from makegood.records.wire.responses import ResponsesAnswer
from makegood.records.wire.told import Told
from tests.records.wire.answers import completion, message, response, said

COMMON: dict[str, tuple[type[Answer], dict[str, Any]]] = {
    "chat": (ChatAnswer, completion({"content": "yes", "refusal": None})),
    "messages": (MessagesAnswer, message([{"type": "text", "text": "yes"}])),
}
GONE = object()
# What may stand anywhere instead, sound or not.
INSTEAD = (
    GONE, None, "", "error", "length", "content_filter", "refusal", "message", "thinking", "sk-secret-secret", [], {},
    ["a"], [{}], [{"type": "text", "text": "a"}], [{"type": "text", "text": "a"}] * 2, {"code": "boom"}, 0, -1, 7, 0.5,
    2**70, True,
)  # fmt: skip
# What may stand beside the rest.
BESIDE = (
    "error", "delta", "text", "tool_calls", "refusal", "audio", "status", "thinking", "stop_reason",
    "prompt_cache_hit_tokens",
)  # fmt: skip


def in_full(kind: type[Answer], document: dict[str, Any]) -> Told:
    """What is told without the look."""
    answer = kind()
    answer.body(document)
    return answer.told(False)


def places(value: object, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value within a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*way, key)
        yield from places(one, (*way, key))


def changed(document: dict[str, Any], way: tuple[Any, ...], value: object) -> dict[str, Any]:
    """The document with another value there, or none."""
    made = deepcopy(document)
    within: Any = made
    for key in way[:-1]:
        within = within[key]
    if value is GONE:
        del within[way[-1]]
    else:
        within[way[-1]] = value
    return made


def variants(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The document with one value after the other in the place of each of its own, beside each, and at a list's end."""
    every = list(places(document))
    for way, value in product(every, INSTEAD):
        yield changed(document, way, value)
    beside = {(*way[:-1], name) for way in every if isinstance(way[-1], str) for name in BESIDE}
    for way, value in product(sorted(beside, key=repr), INSTEAD[1:]):
        yield changed(document, way, value)
    for name in ("choices", "content"):
        yield changed(document, (name,), [*document.get(name, []), {"finish_reason": "content_filter"}])


@pytest.mark.parametrize("name", COMMON)
def test_a_look_tells_what_reading_in_full_tells(name: str):
    kind, document = COMMON[name]
    looks = [(kind.ordinary(one), one) for one in variants(document)]
    assert [(one, in_full(kind, one)) for seen, one in looks if seen not in (None, in_full(kind, one))] == []
    assert sum(seen is not None for seen, _ in looks) > len(looks) // 4  # it is no test of nothing
    assert kind.ordinary(document) == in_full(kind, document)


@pytest.mark.parametrize("document", [None, [], "text", 7, {}, response([said("yes")])])
def test_no_look_at_what_is_no_such_body(document: object):
    assert [kind.ordinary(document) for kind in (ChatAnswer, MessagesAnswer)] == [None, None]


def test_other_services_are_read_in_full():
    for kind in (EmbeddingsAnswer, ResponsesAnswer, Answer):
        assert [kind.ordinary(document) for _, document in COMMON.values()] == [None, None]
