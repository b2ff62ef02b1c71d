"""Verb: record attempts; the row of each as it begins and as it ends, and what happens where none can be written."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from makegood.errors import NotRecorded
from makegood.gateway.config_shape import REFUSE
from makegood.gateway.meters import Meters
from makegood.gateway.price import Price, nano
from makegood.gateway.routing import Lane, Route
from makegood.records.recorded import RECORDER_STOPPED, Recorded
from makegood.records.wire.told import Told

_MOST_INT32 = 2**31 - 1


class Log(Protocol):
    """What rows are given to, such as an AttemptLog."""

    @property
    def salt(self) -> bytes:
        """The salt of the folder."""

    def begin(self, recorded: Recorded) -> None:
        """Note a row that stands if its end is never seen."""

    def finish(self, recorded: Recorded) -> None:
        """Note how an attempt ended."""


@dataclass(slots=True)
class Start:
    """What is known of an attempt when its request leaves."""

    time: datetime
    attempt: str
    account: str
    service: str
    call_id: str | None
    fingerprint: str | None
    retry: int
    streamed: bool
    reason: str
    risk: str | None
    model: str
    lane: Lane
    route: Route


@dataclass(slots=True)
class End:
    """What is known of an attempt when it has ended; times in whole milliseconds."""

    status: int
    error: str | None
    told: Told
    request_id: str | None
    duration_ms: int
    first_byte_ms: int | None


class Recorder:
    """Writes rows, and counts those that could not be written."""

    def __init__(self, log: Log, when_fails: str, meters: Meters, say: Callable[[str], None]) -> None:
        self.log = log
        self.salt = log.salt
        self.when_fails = when_fails
        self._meters = meters
        self._say = say
        self._failing = False
        self._mark, self._numbers = secrets.token_hex(8), itertools.count(1)

    def new_id(self) -> str:
        """An id for an attempt, unlike any other's."""
        return f"{self._mark}{next(self._numbers):08x}"

    def begin(self, start: Start) -> bool:
        """Note an attempt that is about to leave; False where it must not leave unrecorded."""
        return self._written(self.log.begin, _begun(start), "begin") or self.when_fails != REFUSE

    def finish(self, start: Start, end: End) -> int | None:
        """Note how an attempt ended; returns its extra cost in nano units, None where a price is not declared."""
        told = end.told
        extra = _extra(start, told)
        first = start.route.first_price
        row = Recorded(  # by place, in 2.4 us; by name it takes 6.8. test_recorder.py holds each to its column
            start.time,
            start.account,
            start.lane.upper.provider,
            start.service,
            start.model,
            end.status,
            start.attempt,
            start.lane.upper.region,
            end.request_id,
            start.call_id,
            start.fingerprint,
            start.retry,
            end.error,
            min(end.duration_ms, _MOST_INT32),
            told.input_tokens,
            told.cached_tokens,
            told.output_tokens,
            told.usable,
            None,
            None,
            start.route.alias,
            start.lane.upper.name,
            start.lane.upper.key,
            start.streamed,
            end.first_byte_ms,
            start.reason,
            start.risk,
            extra,
            first.currency if first and extra is not None else None,
        )
        self._written(self.log.finish, row, "finish")
        return extra

    def _written(self, write: Callable[[Recorded], None], row: Recorded, step: str) -> bool:
        try:
            write(row)
        except (NotRecorded, OSError) as fault:
            self._meters.not_recorded(step)
            if not self._failing:
                self._failing = True
                self._say(f"recorder_failed step={step} then={self.when_fails} reason={fault}")
            return False
        if self._failing:
            self._failing = False
            self._say("recorder_works_again")
        return True


def _begun(start: Start) -> Recorded:
    upper = start.lane.upper
    return Recorded(
        start.time,
        start.account,
        upper.provider,
        start.service,
        start.model,
        0,
        start.attempt,
        upper.region,
        None,
        start.call_id,
        start.fingerprint,
        start.retry,
        RECORDER_STOPPED,
        route=start.route.alias,
        upstream=upper.name,
        key=upper.key,
        streamed=start.streamed,
        reason=start.reason,
        risk=start.risk,
    )


def _extra(start: Start, told: Told) -> int | None:
    """What the attempt cost beyond the same tokens at the route's first upstream."""
    first: Price | None = start.route.first_price
    own = start.lane.price
    if first is None or own is None:
        return None
    if own == first:
        return 0
    tokens = (told.input_tokens, told.cached_tokens, told.output_tokens)
    return nano(own.pico(*tokens) - first.pico(*tokens))
