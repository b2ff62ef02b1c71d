"""Noun: a recorded attempt; one attempt as the gateway or a hook saw it, with what only they can know."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from makegood.records.attempt import NAMES

# Why an attempt was made.
FIRST, FAILOVER, HEDGE, REPEAT, PROBE = "first", "failover", "hedge", "repeat", "probe"
REASONS = (FIRST, FAILOVER, HEDGE, REPEAT, PROBE)
# The risk that a repeat took: what it repeats ended without an answer, and may have been served and charged.
MAY_HAVE_BEEN_SERVED = "may_have_been_served"
# The error of a row whose end nobody saw, as its recorder was stopped; whose fault it was is not known.
RECORDER_STOPPED = "recorder_stopped"


@dataclass
class Recorded:
    """One row of an attempts folder: the columns of the canonical table in its order, then the recorder's own.

    `time` is zone-aware UTC, to the microsecond. `status` is 0 where nothing came back. `charged` is never known here.
    `attempt` is the recorder's id of the attempt. `route` is the alias that the caller asked for, `upstream` the name
    of who was asked in the gateway's config, `key` the name of the key, never its value; all three None from a hook.
    `first_byte_ms` is the time to the first byte of the answer's body. `reason` is one of REASONS. `extra_nano` is what
    the attempt cost beyond the same tokens at the route's first upstream, in 1e-9 of `extra_currency`; below zero where
    it was cheaper, None where a price is not declared.

    It is written once and never changed, which `Final` lets the type checker hold: frozen and with slots it would take
    three times as long to make and to encode, twice for each attempt, while a caller waits.
    """

    time: Final[datetime]
    account: Final[str]
    provider: Final[str]
    service: Final[str]
    model: Final[str]
    status: Final[int]
    attempt: Final[str]
    region: Final[str | None] = None
    request_id: Final[str | None] = None
    call_id: Final[str | None] = None
    fingerprint: Final[str | None] = None
    retry: Final[int] = 0
    error: Final[str | None] = None
    duration_ms: Final[int | None] = None
    input_tokens: Final[int] = 0
    cached_tokens: Final[int] = 0
    output_tokens: Final[int] = 0
    usable: Final[bool | None] = None
    charged: Final[None] = None
    currency: Final[str | None] = None
    route: Final[str | None] = None
    upstream: Final[str | None] = None
    key: Final[str | None] = None
    streamed: Final[bool] = False
    first_byte_ms: Final[int | None] = None
    reason: Final[str] = FIRST
    risk: Final[str | None] = None
    extra_nano: Final[int | None] = None
    extra_currency: Final[str | None] = None


EXTRA: tuple[str, ...] = tuple(one.name for one in fields(Recorded) if one.name not in NAMES)
