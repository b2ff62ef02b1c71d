"""Noun: an attempt as a hook sees it, from its request to the end of its answer; it becomes one row."""

from __future__ import annotations

from typing import NamedTuple

from makegood.hooks.calls import call_of
from makegood.hooks.endings import CLIENT_DISCONNECT, ending_of
from makegood.hooks.recorder import Recorder
from makegood.hooks.who import UNNAMED
from makegood.records.fingerprint import fingerprint
from makegood.records.names import call_id_of, id_of, name_of
from makegood.records.recorded import RECORDER_STOPPED, Recorded
from makegood.records.wire.asked import asked
from makegood.records.wire.plain import Plain, plain_of
from makegood.records.wire.read import Reader, reader
from makegood.records.wire.request_id import NAMES
from makegood.records.wire.told import CUT, MALFORMED, Told

_NS_A_MS = 1_000_000
_NOTHING = Told()
# Of all headers these alone are looked at.
_KEY, _CLIENTS = b"idempotency-key", b"x-client-request-id"
_RETRY = b"x-stainless-retry-count"
_REQUEST_IDS = tuple(name.encode() for name in NAMES)
_ASKED_WITH = frozenset((_KEY, _CLIENTS, _RETRY))
_ANSWERED_WITH = frozenset((*_REQUEST_IDS, b"content-type", b"content-encoding", b"content-length", b"x-ms-region"))
_LENGTHS = {names: frozenset(map(len, names)) for names in (_ASKED_WITH, _ANSWERED_WITH)}
# A refusal that nobody reads is read for its name, if it says that it is no longer than this.
_MOST_NAME = 16 * 1024


class Asking(NamedTuple):
    """A request: the host asked, its path, its headers as pairs of bytes, its body where it is known."""

    host: str
    path: str
    headers: list[tuple[bytes, bytes]]
    body: bytes | None


class Seen:
    """One attempt. `answered`, `feed` and one of `ended`, `broke`, `closed` are told to it; the first end counts."""

    __slots__ = (
        "_asked", "_call", "_first", "_headers", "_plain", "_reader", "_row", "_start", "_status", "done",
        "recorder",
    )  # fmt: skip

    def __init__(self, recorder: Recorder, attempt: str, asking: Asking) -> None:
        self.recorder, self._start = recorder, recorder.ticks()
        self._asked = asked(asking.path, asking.body or b"")
        self._status, self._first, self.done = 0, 0, False
        self._reader: Reader | None = None
        self._plain: Plain | None = None
        self._headers: dict[bytes, bytes] = {}
        self._row = self._begun(attempt, asking)
        recorder.begin(self._row)

    def _begun(self, attempt: str, asking: Asking) -> Recorded:
        who, salt = self.recorder.who, self.recorder.salt
        headers = _chosen(asking.headers, _ASKED_WITH)
        print_of = fingerprint(salt, asking.body) if asking.body is not None else None
        model = self._asked.model or UNNAMED
        given = headers.get(_KEY, headers.get(_CLIENTS))
        call_id = call_id_of(given.decode("latin-1"), salt) if given else None
        self._call, tries = call_of((who.account, model, print_of), call_id, attempt, self._start)
        provider, region = self.recorder.answerer(asking.host)
        return Recorded(
            self.recorder.clock(),
            who.account,
            provider,
            self._asked.service,
            model,
            0,
            attempt,
            region,
            None,
            self._call.id,
            print_of,
            tries or _count(headers.get(_RETRY, b"0")),
            RECORDER_STOPPED,
            key=who.key,
            streamed=self._asked.streamed,
        )

    def answered(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """The head of the answer has come."""
        self._status, self._headers = status, _chosen(headers, _ANSWERED_WITH)
        encoding = self._text(b"content-encoding")
        self._plain = plain_of(encoding) if encoding else bytes
        self._reader = reader(self._asked, status, self._text(b"content-type") or "")

    def feed(self, chunk: bytes) -> None:
        """The next bytes of the answer, as they came; never raises."""
        if not self._first:
            self._first = self.recorder.ticks()
        try:
            plain = chunk if self._plain is bytes else self._unpacked(chunk)
            if plain is not None and self._reader is not None:
                self._reader.feed(plain)
        except Exception as fault:
            self.recorder.trouble(fault)

    def _unpacked(self, chunk: bytes) -> bytes | None:
        """The bytes as plain; None from where on nothing is known of the answer."""
        plain = self._plain(chunk) if self._plain is not None else None
        if plain is None:
            self._plain = None
        return plain

    def whole(self, content: bytes) -> None:
        """All of the answer's bytes, plain."""
        self._plain = bytes
        self.feed(content)
        self.ended()

    @property
    def unread_refusal(self) -> bool:
        """Whether this is a short refusal of which nobody has read anything."""
        if self._status < 400 or self._first or self.done:
            return False
        return 0 < _count(self._headers.get(b"content-length", b"")) <= _MOST_NAME

    def ended(self) -> None:
        """The answer ended as its transport meant it to."""
        told = self._end(cut=False)
        self._finish(told, told.error or (told.why if told.usable is False else None))

    def broke(self, fault: BaseException) -> None:
        """The transport raised this, before or within the answer."""
        name = ending_of(fault, self._status > 0)
        if name == CLIENT_DISCONNECT:
            self._left()
            return
        told = self._end(cut=True) if self._status else _NOTHING
        self._finish(told, told.error or (None if told.usable else name))

    def closed(self) -> None:
        """The caller closed the answer; it had all, or did not want the rest."""
        if not self.done:
            self._left()

    def _left(self) -> None:
        told = self._end(cut=False) if self._status else _NOTHING
        if not self._status or (told.error is None and told.usable is False and told.why in (CUT, MALFORMED)):
            tokens = (told.input_tokens, told.cached_tokens, told.output_tokens)
            self._finish(Told(*tokens, model=told.model), CLIENT_DISCONNECT)
        else:
            self._finish(told, told.error or (told.why if told.usable is False else None))

    def _end(self, cut: bool) -> Told:
        if self.done or self._plain is None or self._reader is None:
            return _NOTHING
        return self._reader.end(cut)

    def _finish(self, told: Told, error: str | None) -> None:
        if self.done:
            return
        self.done = True
        now, row, recorder = self.recorder.ticks(), self._row, self.recorder
        good = 200 <= self._status <= 299 and told.usable is not False
        self._call.failed = not good and error != CLIENT_DISCONNECT
        self._call.ended = now
        recorder.finish(
            Recorded(  # by place, as names would cost some microseconds more for each attempt
                row.time,
                row.account,
                row.provider,
                row.service,
                row.model,
                self._status,
                row.attempt,
                self._region() or row.region,
                self._request_id(),
                row.call_id,
                row.fingerprint,
                row.retry,
                error,
                (now - self._start) // _NS_A_MS,
                told.input_tokens,
                told.cached_tokens,
                told.output_tokens,
                told.usable,
                key=row.key,
                streamed=row.streamed,
                first_byte_ms=(self._first - self._start) // _NS_A_MS if self._first else None,
            )
        )

    def _request_id(self) -> str | None:
        for name in _REQUEST_IDS:
            value = self._headers.get(name)
            if value:
                return id_of(value.decode("latin-1"), self.recorder.salt)
        return None

    def _region(self) -> str | None:
        """Azure names it in its answers, as `East US`."""
        named = self._text(b"x-ms-region")
        return name_of(named.replace(" ", "").lower()) if named else None

    def _text(self, name: bytes) -> str | None:
        value = self._headers.get(name)
        return None if value is None else value.decode("latin-1")


def _chosen(headers: list[tuple[bytes, bytes]], names: frozenset[bytes]) -> dict[bytes, bytes]:
    """The headers of these names; most others differ in length already, which is quickly told."""
    found, lengths = {}, _LENGTHS[names]
    for name, value in headers:
        if len(name) in lengths and (low := name.lower()) in names:
            found[low] = value
    return found


def _count(text: bytes) -> int:
    return int(text) if text != b"0" and len(text) <= 9 and text.isdigit() else 0
