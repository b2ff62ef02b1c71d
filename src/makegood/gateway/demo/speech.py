"""Verb: say something; the same question always gets the same words, tool call and counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from makegood.gateway.demo.question import EMBEDDINGS, Question

_SAID = (
    "the lamp is lit at dusk and the harbour keeps its count of every boat that leaves or comes home by night "
    "while rain walks over slate roofs and somebody writes each crossing down in ink with care"
)
_WORDS = _SAID.split()
_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Speech:
    """Text, or a tool's name and its arguments as JSON; `full` where the limit of tokens cut it short."""

    text: str
    tool: str | None
    arguments: str
    full: bool
    output_tokens: int


SILENCE = Speech("", None, "", False, 0)


def speak(question: Question) -> Speech:
    """The answer to a question; as many tokens as words, or a fourth of the bytes of a tool's arguments."""
    if question.service == EMBEDDINGS:
        return SILENCE
    if question.tool is not None:
        arguments = orjson.dumps(_made(question.tool["schema"], 0)).decode()
        return Speech("", question.tool["name"], arguments, False, len(arguments) // 4 + 4)
    digest = question.digest
    words = [_WORDS[one % len(_WORDS)] for one in digest[: 8 + digest[0] % 9]]
    if question.wants_json:
        text = orjson.dumps({"answer": " ".join(words), "digest": digest.hex()[:8]}).decode()
        return Speech(text, None, "", False, len(words) + 6)
    full = question.most is not None and question.most < len(words)
    words = words[: question.most] if full else words
    return Speech(" ".join(words), None, "", full, len(words))


def emptied(speech: Speech) -> Speech:
    """The same without content."""
    return Speech("", None, "", speech.full, 0)


def pieces(text: str, count: int) -> list[str]:
    """The text in at most `count` parts."""
    size = max(1, -(-len(text) // max(1, count)))
    return [text[at : at + size] for at in range(0, len(text), size)]


def _made(schema: Any, depth: int) -> Any:
    """A value that fits a JSON schema of the plain kind."""
    schema = schema if isinstance(schema, dict) and depth < _DEPTH else {}
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    if kind == "object" or (kind is None and depth == 0):
        return {name: _made(one, depth + 1) for name, one in (schema.get("properties") or {}).items()}
    if kind == "array":
        return [_made(schema.get("items"), depth + 1)]
    return {"integer": 7, "number": 7, "boolean": True, "null": None}.get(str(kind), "harbour")
