"""Verb: read answers of OpenAI chat completions, and of the older completions; in one piece or as a stream.

Source: https://platform.openai.com/docs/api-reference/chat, and the event classes of the openai package 3.54.
A stream ends with `data: [DONE]`; its usage comes in one last event without choices, and only where the request has
`stream_options.include_usage`. Without it the tokens are not known and stand as 0.
"""

from __future__ import annotations

from typing import Any

from makegood.records.names import name_of
from makegood.records.wire.answer import CONTENT_FILTER, Answer
from makegood.records.wire.shapes import count, listing, mapping
from makegood.records.wire.told import Told

# In JSON these bytes stand only where the keys do, as a quote within a text is escaped. What most events look like, in
# both usual spacings: what says that nothing has ended, then what must not be there. Parsing costs three times as much.
_TIGHT = (b'reason":null', b'reason":"', b'usage":{')
_LOOSE = (b'reason": null', b'reason": "', b'usage": {')


class ChatAnswer(Answer):
    """An answer of chat completions; a choice counts as a text, so that any of several may answer."""

    _finished = False
    _quiet = _TIGHT

    @staticmethod
    def ordinary(document: object) -> Told | None:
        """One choice that has a text and stopped."""
        if not isinstance(document, dict) or document.get("error"):
            return None
        choices = document.get("choices")
        choice = mapping(choices[0]) if isinstance(choices, list) and len(choices) == 1 else {}
        said = mapping(choice.get("message")).get("content")
        if choice.get("finish_reason") != "stop" or "delta" in choice or not said or not isinstance(said, str):
            return None
        model = document.get("model")
        named = name_of(model) if isinstance(model, str) else None
        return Told(*_tokens(mapping(document.get("usage"))), True, None, named)

    def telling(self, block: bytes) -> bool:
        """All until a first text was seen, or where texts are held; then all but what is plainly one more text."""
        if not self.answered or self.wants_json:
            self._quiet = _LOOSE if _LOOSE[0] in block else _TIGHT
            return True
        unfinished, finish, usage = self._quiet
        return (
            block[-1:] != b"}"
            or block.rfind(unfinished) < 0
            or finish in block
            or usage in block
            or b'"error' in block
            or b"event:" in block
        )

    def event(self, name: str, document: dict[str, Any]) -> None:
        """A chunk; an error stands at its top."""
        if document.get("error") or name == "error":
            self.fail(document)
        self._take(document)

    def body(self, document: dict[str, Any]) -> None:
        """A whole completion."""
        self.done = True
        if document.get("error"):
            self.fail(document)
        self._take(document)

    def ended(self) -> bool:
        """A choice that gave its finish reason is whole, also where `[DONE]` is missing."""
        return self._finished

    def _take(self, document: dict[str, Any]) -> None:
        if self.model is None:
            self.named(document.get("model"))
        usage = mapping(document.get("usage"))
        if usage:
            self.input_tokens, self.cached_tokens, self.output_tokens = _tokens(usage)
        for place, choice in enumerate(listing(document.get("choices"))):
            self._choice(place, mapping(choice))

    def _choice(self, place: int, choice: dict[str, Any]) -> None:
        part = mapping(choice.get("delta")) or mapping(choice.get("message")) or choice
        at = count(choice.get("index")) or place
        if "text" in part:
            self.hold(at, part["text"])
        content = part.get("content")
        if isinstance(content, str):
            self.hold(at, content)
        else:
            for one in listing(content):
                self.hold(at, mapping(one).get("text"))
        if part.get("tool_calls") or part.get("function_call"):
            self.answered = self.began = self.called = True
        if part.get("refusal"):
            self.answered = self.began = self.bounded = True
        if part.get("audio"):
            self.answered = self.began = True
        if part.get("reasoning_content") or part.get("reasoning") or part.get("thinking"):
            self.thought = self.began = True
        reason = choice.get("finish_reason")
        if reason:
            self._finish(reason, choice)

    def _finish(self, reason: object, choice: dict[str, Any]) -> None:
        self._finished = True
        if reason == "length":
            self.bounded = True
        elif reason == CONTENT_FILTER:
            self.filtered = True
        elif reason == "error":
            self.fail(choice)


def _tokens(usage: dict[str, Any]) -> tuple[int, int, int]:
    """Input, its cached part, output. DeepSeek and Moonshot name cached tokens in places of their own."""
    asked, said = count(usage.get("prompt_tokens")), count(usage.get("completion_tokens"))
    details = mapping(usage.get("prompt_tokens_details"))
    cached = details.get("cached_tokens") or usage.get("prompt_cache_hit_tokens") or usage.get("cached_tokens")
    return asked, min(asked, count(cached)), said


class EmbeddingsAnswer(ChatAnswer):
    """An answer of embeddings: one body, a list of vectors, as numbers or as base64."""

    ordinary = Answer.ordinary

    def body(self, document: dict[str, Any]) -> None:
        """A whole list."""
        super().body(document)
        vectors = [mapping(one).get("embedding") for one in listing(document.get("data"))]
        self.answered = bool(vectors) and all(vectors)
        self.began = self.answered
        self.wants_json = False
