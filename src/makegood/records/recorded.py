"""Noun: a recorded attempt; one attempt as the gateway or a hook saw it, with what only they can know."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from makegood.records.attempt import NAMES

# Why an attempt was made.
FIRST, FAILOVER, HEDGE, REPEAT, PROBE = "first", "failover", "hedge", "repeat", "probe"
REASONS = (FIRST, FAILOVER, HEDGE, REPEAT, PROBE)
# The risk that a repeat took: what it repeats ended without an answer, and may have been served and charged.
MAY_HAVE_BEEN_SERVED = "may_have_been_served"
# The error of a row whose end nobody saw, as its recorder was stopped; whose fault it was is not known.
RECORDER_STOPPED = "recorder_stopped"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One row of an attempts folder: the columns of the canonical table in its order, then the recorder's own.

    `time` is zone-aware UTC, to the microsecond. `status` is 0 where nothing came back. `charged` is never known here.
    `attempt` is the recorder's id of the attempt. `route` is the alias that the caller asked for, `upstream` the name
    of who was asked in the gateway's config, `key` the name of the key, never its value; all three None from a hook.
    `first_byte_ms` is the time to the first byte of the answer's body. `reason` is one of REASONS. `extra_nano` is what
    the attempt cost beyond the same tokens at the route's first upstream, in 1e-9 of `extra_currency`; below zero where
    it was cheaper, None where a price is not declared.
    """

    time: datetime
    account: str
    provider: str
    service: str
    model: str
    status: int
    attempt: str
    region: str | None = None
    request_id: str | None = None
    call_id: str | None = None
    fingerprint: str | None = None
    retry: int = 0
    error: str | None = None
    duration_ms: int | None = None
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    usable: bool | None = None
    charged: None = None
    currency: str | None = None
    route: str | None = None
    upstream: str | None = None
    key: str | None = None
    streamed: bool = False
    first_byte_ms: int | None = None
    reason: str = FIRST
    risk: str | None = None
    extra_nano: int | None = None
    extra_currency: str | None = None


EXTRA: tuple[str, ...] = tuple(one.name for one in fields(Recorded) if one.name not in NAMES)
