"""Noun: one call of a caller, from its first byte to the end of its last attempt."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web

from makegood.gateway.bodies import Upload
from makegood.gateway.call_ids import CallId, Work
from makegood.gateway.routing import Lane, Route
from makegood.records.wire.asked import Asked


@dataclass(slots=True, eq=False)
class Call:
    """`data` is the body where it was read at once; where it passes through as it comes it is `upload`. `recorded_id`
    is the call's id as it may be recorded. `attempts` counts those made here, `spent_pico` what they cost at most."""

    request: web.BaseRequest
    route: Route
    asked: Asked
    data: bytes
    account: str
    id: CallId
    recorded_id: str | None
    work: Work | None
    began: float
    attempts: int = 0
    spent_pico: int = 0
    risk: str | None = None
    tried: list[Lane] = field(default_factory=list)
    upload: Upload | None = None

    @property
    def wire(self) -> str:
        """The wire that the caller speaks."""
        return self.route.wire

    @property
    def target(self) -> str:
        """Path and query as the caller wrote them."""
        return self.request.raw_path
