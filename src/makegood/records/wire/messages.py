"""Verb: read answers of Anthropic messages; in one piece or as a stream.

Source: https://platform.claude.com/docs/en/build-with-claude/streaming, and the event classes of the anthropic package
2.12. `input_tokens` leaves out what was read from and written to the cache; all three together are the input here, and
what was read is its cached part. Counts in message_start and message_delta are cumulative, so the largest stands.
"""

from __future__ import annotations

from typing import Any

from makegood.records.names import name_of
from makegood.records.wire.answer import Answer
from makegood.records.wire.shapes import count, listing, mapping
from makegood.records.wire.told import Told

_THINKING = ("thinking", "redacted_thinking", "thinking_delta", "signature_delta")
_NAMED = b"event: content_block_delta\ndata: "
_DELTAS = (_NAMED + b'{"type":"content_block_delta",', _NAMED + b'{"type": "content_block_delta",')
# The caller's own limits and stop words, and a refusal, which is an answer.
_BOUNDED = ("max_tokens", "model_context_window_exceeded", "stop_sequence", "refusal")
_COUNTS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")


class MessagesAnswer(Answer):
    """An answer of messages: blocks of text, of tool use, of thinking."""

    def __init__(self, wants_json: bool = False) -> None:
        super().__init__(wants_json)
        self._counts = dict.fromkeys(_COUNTS, 0)

    @staticmethod
    def ordinary(document: object) -> Told | None:
        """One block, which has a text."""
        if not isinstance(document, dict) or document.get("type") != "message" or document.get("error"):
            return None
        blocks = document.get("content")
        block = mapping(blocks[0]) if isinstance(blocks, list) and len(blocks) == 1 else {}
        said = block.get("text")
        if block.get("type") != "text" or not said or not isinstance(said, str):
            return None
        model = document.get("model")
        named = name_of(model) if isinstance(model, str) else None
        usage = mapping(document.get("usage"))
        return Told(*_tokens(*[count(usage.get(name)) for name in _COUNTS]), True, None, named)

    def telling(self, block: bytes) -> bool:
        """All but the pieces of text, once one was seen and where texts are not held."""
        return not self.answered or self.wants_json or not block.startswith(_DELTAS) or block[-2:] != b"}}"

    def event(self, name: str, document: dict[str, Any]) -> None:
        """An event by its type."""
        kind = document.get("type") or name
        if kind == "error":
            self.fail(document)
        elif kind == "message_start":
            self._message(mapping(document.get("message")))
        elif kind == "content_block_start":
            self._block(mapping(document.get("content_block")))
        elif kind == "content_block_delta":
            self._delta(mapping(document.get("delta")))
        elif kind == "message_delta":
            self._stopped(mapping(document.get("delta")))
            self._usage(mapping(document.get("usage")))
        elif kind == "message_stop":
            self.done = True

    def body(self, document: dict[str, Any]) -> None:
        """A whole message."""
        self.done = True
        if document.get("type") == "error" or mapping(document.get("error")):
            self.fail(document)
        self._message(document)

    def _message(self, message: dict[str, Any]) -> None:
        self.named(message.get("model"))
        for block in listing(message.get("content")):
            self._block(mapping(block))
        self._stopped(message)
        self._usage(mapping(message.get("usage")))

    def _block(self, block: dict[str, Any]) -> None:
        kind = block.get("type")
        if kind in _THINKING:
            self.thought = True
        elif kind == "text":
            self.hold(0, block.get("text"))
        elif kind:
            self.answered = self.began = self.called = True

    def _delta(self, delta: dict[str, Any]) -> None:
        kind = delta.get("type")
        if kind in _THINKING:
            self.thought = self.began = True
        elif kind == "text_delta":
            self.hold(0, delta.get("text"))
        elif kind == "input_json_delta":
            self.answered = self.began = self.called = True

    def _stopped(self, said: dict[str, Any]) -> None:
        if said.get("stop_reason") in _BOUNDED:
            self.bounded = True

    def _usage(self, usage: dict[str, Any]) -> None:
        for name in _COUNTS:
            self._counts[name] = max(self._counts[name], count(usage.get(name)))
        self.input_tokens, self.cached_tokens, self.output_tokens = _tokens(*self._counts.values())


def _tokens(plain: int, written: int, cached: int, said: int) -> tuple[int, int, int]:
    """Input, its cached part, output."""
    return plain + written + cached, cached, said
