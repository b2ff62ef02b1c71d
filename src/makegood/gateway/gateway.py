"""Noun: the running gateway; what all calls share: table, connections, recorder, meters, ids of calls, limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp

from makegood.gateway.breaker import CLOSED
from makegood.gateway.call_ids import CallIds
from makegood.gateway.config import Config
from makegood.gateway.config_shape import Limits
from makegood.gateway.connections import connections
from makegood.gateway.meters import Meters
from makegood.gateway.recorder import Recorder, Start
from makegood.gateway.routing import Lane, Table, build_table


@dataclass(slots=True)
class Hands:
    """What a gateway is handed by the face that starts it."""

    recorder: Recorder
    meters: Meters
    say: Callable[[str], None]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    time: Callable[[], float] = time.monotonic


class Gateway:
    """One process's gateway. `table` is replaced as a whole; a call keeps the one that it began with."""

    def __init__(self, table: Table, hands: Hands) -> None:
        self.table = table
        self.limits: Limits = table.config.said.limits
        self.recorder, self.meters, self.say = hands.recorder, hands.meters, hands.say
        self.clock, self.time = hands.clock, hands.time
        self.ids = CallIds()
        self.open_calls = 0
        self.draining = False
        self.cutting = False  # what is still open is ended from here, and not by its callers
        self._session: aiohttp.ClientSession | None = None
        self._states: dict[tuple[str, str | None], str] = {}

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connections to upstreams."""
        if self._session is None:
            self._session = connections()
        return self._session

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()

    def take(self, config: Config) -> None:
        """Go on by another config; what is known of upstreams that stay is kept, and open calls end as they began."""
        self.table = build_table(config, self.table)
        self.limits = config.said.limits
        self.recorder.when_fails = config.said.when_recording_fails

    def attempted(self, start: Start, ending: str, first_byte: float | None, extra: int | None) -> None:
        """Count an attempt that has ended."""
        self.meters.attempt(start.lane.upper.name, start.reason, ending, first_byte)
        price = start.route.first_price
        if extra and extra > 0 and price:
            self.meters.dearer(start.route.alias, price.currency, extra)

    def breaker_told(self, lane: Lane) -> None:
        """Say it where a breaker turned."""
        state, key = lane.breaker.state, (lane.upper.name, lane.model)
        if self._states.get(key, CLOSED) != state:
            self._states[key] = state
            self.meters.breaker(*key, state)
            self.say(f"breaker upstream={lane.upper.name} model={lane.model or '-'} state={state}")
