"""Noun: an answer as far as it was read; what was seen of it, and from that whether it could be used."""

from __future__ import annotations

import json
from typing import Any

import orjson

from makegood.records.names import name_of
from makegood.records.wire.error_name import error_name
from makegood.records.wire.shapes import count, mapping
from makegood.records.wire.told import CUT, EMPTY, ERROR, MALFORMED, NOT_JSON, Told

CONTENT_FILTER = "content_filter"
# Text is held only where JSON was asked for; a longer one is not judged.
MOST_TEXT = 4 * 1024 * 1024


class Answer:
    """What was seen of an answer; each service tells what it sees in its own events and bodies.

    An answer is usable when it is whole and holds a text, a tool call or a refusal. One that ran into the caller's own
    limit or stop word is usable, empty or not. One that the provider's filter stopped is not judged, nor one that
    holds nothing but the model's thinking, nor one that is still being made.
    """

    known = True
    # As long as nothing is seen; what an answer sees of these becomes its own.
    began = answered = thought = called = bounded = filtered = unfinished = done = malformed = False
    failed: str | None = None
    model: str | None = None
    input_tokens = cached_tokens = output_tokens = 0
    _held = 0

    def __init__(self, wants_json: bool = False) -> None:
        self.wants_json = wants_json
        self._texts: dict[int, list[str]] = {}

    @staticmethod
    def ordinary(document: object) -> Told | None:  # noqa: ARG004
        """What a whole body of the most common shape tells, at one look; None for any other, which is read in full.

        Where it tells something, that is what reading in full tells too, where no JSON was asked for.
        """
        return None

    def telling(self, block: bytes) -> bool:
        """Whether a block of the stream may tell something; cheap, as most carry only text."""
        raise NotImplementedError

    def event(self, name: str, document: dict[str, Any]) -> None:
        """Takes one event of a stream."""
        raise NotImplementedError

    def body(self, document: dict[str, Any]) -> None:
        """Takes the body of an answer that was not streamed."""
        raise NotImplementedError

    def ended(self) -> bool:
        """Whether the answer had come to its end, where only its transport says that it is over."""
        return False

    def fail(self, document: object) -> None:
        """Takes an error, named or not."""
        self.failed = self.failed or error_name(document) or "error"

    def break_off(self) -> None:
        """Takes an event that nobody can read."""
        self.malformed = True
        self.failed = self.failed or MALFORMED

    def named(self, model: object) -> None:
        """Takes the name of the model that answered."""
        if self.model is None and isinstance(model, str):
            self.model = name_of(model)

    def hold(self, choice: int, text: object) -> None:
        """Takes a piece of text; it is held only where it must be JSON."""
        if isinstance(text, str) and text:
            self.answered = self.began = True
            if self.wants_json and self._held <= MOST_TEXT:
                self._held += len(text)
                self._texts.setdefault(choice, []).append(text)

    def told(self, cut: bool) -> Told:
        """The end of it; `cut` says that the transport broke."""
        usable, why = self._judged(cut)
        error = self.failed or (CONTENT_FILTER if self.filtered and usable is None else None)
        return Told(self.input_tokens, self.cached_tokens, self.output_tokens, usable, error, self.model, why)

    def _judged(self, cut: bool) -> tuple[bool | None, str | None]:
        if self.failed:
            return False, MALFORMED if self.malformed else ERROR
        if self.malformed:
            return False, CUT if cut else MALFORMED
        if not self.done and (cut or not self.ended()):
            return False, CUT
        if self.unfinished or self.filtered:
            return None, None
        if self.bounded:
            return True, None
        if not self.answered:
            return (None, None) if self.thought else (False, EMPTY)
        return self._as_asked() if self.wants_json else (True, None)

    def _as_asked(self) -> tuple[bool | None, str | None]:
        if self.called or not self._texts:
            return True, None
        if self._held > MOST_TEXT:
            return None, None
        return (True, None) if all(is_json("".join(parts)) for parts in self._texts.values()) else (False, NOT_JSON)


class OtherAnswer(Answer):
    """An answer of a service that is not read here; its usage is read where it stands in the usual place."""

    known = False

    def telling(self, block: bytes) -> bool:  # noqa: ARG002
        """Nothing is known of its events."""
        return False

    def event(self, name: str, document: dict[str, Any]) -> None:
        """Nothing is known of its events."""

    def ended(self) -> bool:
        """Nothing is known of how it ends."""
        return True

    def body(self, document: dict[str, Any]) -> None:
        """The model's name, and usage and an error in their usual places."""
        self.named(document.get("model"))
        usage = mapping(document.get("usage"))
        self.input_tokens = count(usage.get("prompt_tokens")) or count(usage.get("input_tokens"))
        self.output_tokens = count(usage.get("completion_tokens")) or count(usage.get("output_tokens"))
        if mapping(document.get("error")):
            self.fail(document)

    def told(self, cut: bool) -> Told:
        """Only a broken transport or an error says that it could not be used."""
        usable, why = (False, ERROR) if self.failed else (False, CUT) if cut else (None, None)
        return Told(self.input_tokens, 0, self.output_tokens, usable, self.failed, self.model, why)


def is_json(text: str) -> bool:
    """Whether a text is JSON by RFC 8259; what only some readers take, as a lone surrogate, counts as JSON."""
    try:
        orjson.loads(text)
    except ValueError:
        return _is_loose_json(text)
    return True


def _is_loose_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return False
    return True


def _no_constant(name: str) -> None:
    raise ValueError(name)
