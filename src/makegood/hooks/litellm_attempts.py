"""Noun: LiteLLM's attempts in flight; matched with their ends, which come in threads of their own and in any order."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from makegood.hooks.calls import IDS
from makegood.hooks.litellm_facts import Ended, answer_of, canonical, failure_of, request_id_of, service_of
from makegood.hooks.recorder import Recorder
from makegood.hooks.who import UNNAMED
from makegood.records.fingerprint import fingerprint
from makegood.records.names import call_id_of, id_of, name_of
from makegood.records.recorded import FAILOVER, FIRST, RECORDER_STOPPED, Recorded
from makegood.records.wire.asked import Asked, wants_json
from makegood.records.wire.shapes import mapping

_MOST = 10_000
_A_MS = timedelta(milliseconds=1)


class Attempts:
    """Attempts by LiteLLM's id of them. Nothing is raised to LiteLLM, which would print a prompt with the traceback."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._lock = threading.Lock()
        self._open: OrderedDict[str, list[Recorded]] = OrderedDict()
        self._ended: OrderedDict[str, datetime] = OrderedDict()
        self._calls: OrderedDict[str, tuple[int, str, str]] = OrderedDict()

    def begun(self, kwargs: Any) -> None:
        """A request is about to leave; this may be told after its end."""
        try:
            said = mapping(kwargs)
            with self._lock:
                if self._ended.get(_id(said)) == _started(said):
                    return
                row = self._row(said)
                self._open.setdefault(_id(said), []).append(row)
                _bound(self._open)
            self._recorder.begin(row)
        except Exception as fault:
            self._recorder.trouble(fault)

    def succeeded(self, kwargs: Any, answer: Any, end: Any) -> None:
        """An answer came. What LiteLLM had kept in its own cache was no attempt."""
        try:
            said = mapping(kwargs)
            if said.get("cache_hit") is not True:
                row = self._taken(said, last=True)
                if row is not None:
                    streamed = said.get("stream") is True
                    optional = mapping(said.get("optional_params"))
                    asked = Asked(row.service, row.model, streamed, wants_json(optional))
                    self._finish(row, said, answer_of(asked, answer), end)
        except Exception as fault:
            self._recorder.trouble(fault)

    def failed(self, kwargs: Any, end: Any) -> None:
        """No answer came, or none that could be used."""
        try:
            said = mapping(kwargs)
            row = self._taken(said, last=False)
            if row is not None:
                self._finish(row, said, failure_of(said), end)
        except Exception as fault:
            self._recorder.trouble(fault)

    def _row(self, said: dict[str, Any]) -> Recorded:
        who, salt = self._recorder.who, self._recorder.salt
        provider = who.provider or name_of(_text(said.get("custom_llm_provider"))) or UNNAMED
        model = name_of(_text(said.get("model"))) or UNNAMED
        trace = _text(said.get("litellm_trace_id")) or _id(said)
        tries, first_provider, first_model = self._calls.get(trace, (0, provider, model))
        self._calls[trace] = (tries + 1, first_provider, first_model)
        _bound(self._calls)
        return Recorded(
            _started(said) or self._recorder.clock(),
            who.account,
            provider,
            service_of(said.get("call_type")),
            model,
            0,
            IDS.next(),
            who.region,
            call_id=call_id_of(trace, salt),
            fingerprint=fingerprint(salt, canonical(said)),
            retry=tries,
            error=RECORDER_STOPPED,
            key=who.key,
            streamed=said.get("stream") is True,
            reason=FIRST if (provider, model) == (first_provider, first_model) else FAILOVER,
        )

    def _taken(self, said: dict[str, Any], last: bool) -> Recorded | None:
        """The attempt that ended; None for a request that never left, and for an end that was told before.

        The first attempt to fail is the first that ended, and the one that succeeds is the last that began.
        """
        with self._lock:
            waiting = self._open.get(_id(said))
            if waiting:
                row = waiting.pop(-1 if last else 0)
                if not waiting:
                    del self._open[_id(said)]
            elif _started(said) is None or self._ended.get(_id(said)) == _started(said):
                return None
            else:
                row = self._row(said)
            self._ended[_id(said)] = _started(said) or row.time
            _bound(self._ended)
            return row

    def _finish(self, row: Recorded, said: dict[str, Any], ended: Ended, end: Any) -> None:
        told = ended.told
        first = _utc(said.get("completion_start_time")) if row.streamed else None
        self._recorder.finish(
            replace(
                row,
                status=ended.status,
                error=ended.error,
                request_id=id_of(request_id_of(said, ended), self._recorder.salt),
                duration_ms=_ms(row.time, _utc(end)),
                first_byte_ms=_ms(row.time, first),
                input_tokens=told.input_tokens,
                cached_tokens=told.cached_tokens,
                output_tokens=told.output_tokens,
                usable=told.usable,
            )
        )


def _id(said: dict[str, Any]) -> str:
    return _text(said.get("litellm_call_id")) or ""


def _started(said: dict[str, Any]) -> datetime | None:
    return _utc(said.get("api_call_start_time"))


def _utc(value: object) -> datetime | None:
    """LiteLLM's times bear no zone and are those of this machine."""
    return value.astimezone(UTC) if isinstance(value, datetime) else None


def _ms(start: datetime, end: datetime | None) -> int | None:
    return None if end is None or end < start else (end - start) // _A_MS


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _bound(held: OrderedDict[str, Any]) -> None:
    while len(held) > _MOST:
        held.popitem(last=False)
