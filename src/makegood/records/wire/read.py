"""Verb: read an answer as it passes; bytes in, what it told out, nothing of its text kept longer than needed."""

from __future__ import annotations

from typing import Any, Protocol

import orjson

from makegood.records.wire.answer import Answer, OtherAnswer
from makegood.records.wire.asked import CHAT, COMPLETIONS, EMBEDDINGS, MESSAGES, RESPONSES, Asked
from makegood.records.wire.chat import ChatAnswer, EmbeddingsAnswer
from makegood.records.wire.error_name import error_name
from makegood.records.wire.events import END, Events, fields
from makegood.records.wire.glimpse import glimpse, looks_whole
from makegood.records.wire.messages import MessagesAnswer
from makegood.records.wire.responses import ResponsesAnswer
from makegood.records.wire.shapes import NOT_JSON, mapping, parsed
from makegood.records.wire.told import CUT, Told

_EVENT_FIELDS = (b"data:", b"event")
_ANSWERS: dict[str, type[Answer]] = {
    CHAT: ChatAnswer,
    COMPLETIONS: ChatAnswer,
    RESPONSES: ResponsesAnswer,
    EMBEDDINGS: EmbeddingsAnswer,
    MESSAGES: MessagesAnswer,
}
# A longer body is judged by its two ends. Vectors are all alike, so that of those the ends say enough much sooner.
MOST_BODY, MOST_VECTORS = 8 * 1024 * 1024, 128 * 1024


class Reader(Protocol):
    """Reads one answer. Bytes are fed as they pass, cut anywhere, already decoded of any content encoding."""

    @property
    def began(self) -> bool:
        """Whether something that the caller could use has been fed; of a JSON body only once it has ended."""

    @property
    def failed(self) -> str | None:
        """The name of an error that has been fed (an error event, or a body that has ended); `error` for a nameless."""

    @property
    def over(self) -> bool:
        """Whether a stream has told its own last event: `[DONE]`, message_stop, response.completed; a body has none."""

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes of the body; never raises, whatever they are."""

    def end(self, cut: bool = False) -> Told:
        """What the answer told; `cut` says that the body ended before its transport said so. Never raises."""


def reader(asked: Asked, status: int, content_type: str) -> Reader:
    """The reader for an answer of this status and content type to what was asked.

    The content type decides between stream and body; what was asked, where it says neither. Memory stays below about
    8 MB for any length. `usable` is None for a status other than 200 to 299.
    """
    good, kind = 200 <= status <= 299, content_type.lower()
    answer = _ANSWERS.get(asked.service, OtherAnswer)
    streamed = "event-stream" in kind or (good and asked.streamed and "json" not in kind and "html" not in kind)
    if streamed or (good and not answer.known and "json" not in kind):
        return _StreamReader(answer(asked.wants_json), good)
    return _BodyReader(answer, good, asked)


class _StreamReader:
    def __init__(self, answer: Answer, good: bool) -> None:
        self._answer, self._good = answer, good
        self._events = Events()

    @property
    def began(self) -> bool:
        return self._answer.began

    @property
    def failed(self) -> str | None:
        return self._answer.failed

    @property
    def over(self) -> bool:
        return self._answer.done

    def feed(self, chunk: bytes) -> None:
        if self._answer.known:
            for block in self._events.feed(chunk):
                if self._answer.telling(block) or not _is_json(block):
                    self._take(block)

    def end(self, cut: bool = False) -> Told:
        for block in self._events.flush():
            self._take(block, half=True)
        told = self._answer.told(cut)
        return told if self._good else Told(error=told.error)

    def _take(self, block: bytes, half: bool = False) -> None:
        name, data = fields(block)
        said = data.strip()
        if said == b"[DONE]":
            self._answer.done = True
            return
        document = parsed(said) if said else None
        if document is NOT_JSON:
            document = self._unread(name, data, half)
        if document or name:
            self._answer.event(name, mapping(document))

    def _unread(self, name: str, data: bytes, half: bool) -> dict[str, Any]:
        """No client library can read on past this, unless it is the text of an error, or was too long to be held."""
        if len(data) > END:
            return _long_event(data)
        if not half and name != "error" and not self._answer.done:
            self._answer.break_off()
        return {}


def _is_json(block: bytes) -> bool:
    """Whether the one line of data in a block is JSON; a block of another shape is looked at more closely."""
    try:
        orjson.loads(block[block.find(b"data:") + len(b"data:") :])
    except ValueError:
        return False
    return True


def _long_event(data: bytes) -> dict[str, Any]:
    """An event that came too long to be held: what its ends show, as the event and as the response in it."""
    seen = glimpse(data[:END], data[-END:])
    return {**seen, "response": seen}


class _BodyReader:
    began = over = False
    failed: str | None = None
    _head, _most = b"", MOST_BODY

    def __init__(self, kind: type[Answer], good: bool, asked: Asked) -> None:
        self._kind, self._good, self._asked = kind, good, asked
        self._body = bytearray()
        if asked.service == EMBEDDINGS:
            self._most = MOST_VECTORS

    def feed(self, chunk: bytes) -> None:
        self._body += chunk
        if len(self._body) > self._most:
            self._head = self._head or bytes(self._body[:END])
            del self._body[:-END]

    def end(self, cut: bool = False) -> Told:
        document = self._glimpsed() if self._head else parsed(self._body)
        if self._good and not cut and not self._asked.wants_json:
            told = self._kind.ordinary(document)
            if told is not None:
                self.began = True
                return told
        answer = self._kind(self._asked.wants_json)
        told = self._in_full(answer, document, cut)
        self.began, self.failed = answer.began, answer.failed
        return told

    def _in_full(self, answer: Answer, document: object, cut: bool) -> Told:
        if not self._good:
            name = error_name(document)
            answer.failed = name or "error"
            return Told(error=name)
        if not isinstance(document, dict) and self._asked.streamed and self._body.lstrip()[:5] in _EVENT_FIELDS:
            return self._as_stream(answer, cut)
        if isinstance(document, dict) and document:
            if self._head and self._asked.service != EMBEDDINGS:
                answer.answered = answer.began = True  # an answer as long as this says something
            answer.body(document)
        else:
            answer.malformed = True
        told = answer.told(cut)
        return told._replace(usable=False, why=CUT) if cut else told

    def _glimpsed(self) -> dict[str, Any] | None:
        """A body too long to be held: what its ends show."""
        tail = bytes(self._body)
        return glimpse(self._head, tail) if looks_whole(self._head, tail) else None

    def _as_stream(self, answer: Answer, cut: bool) -> Told:
        """Some servers call a stream JSON."""
        stream = _StreamReader(answer, self._good)
        stream.feed(bytes(self._body))
        return stream.end(cut)
