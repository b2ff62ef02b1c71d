"""A real HTTP server on loopback that speaks the APIs and misbehaves by plan.

Faults of the plan are used up one a request, in order; without any left the server is honest. `FAULTS` lose, delay or
spoil answers; `LIES` say ok and keep something else.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.adapters.fake_apis import Apis, Request
from tests.servers import Server, Talk

SLOW_S = 0.15  # longer than the time-out that the tests set
FAULTS = (
    "drop_before", "drop_after", "delivered_twice", "slow_after", "slow_before", "429", "500", "500_after", "503",
    "409", "garbage", "short", "deep",
)  # fmt: skip
LIES = ("nothing", "amount", "twice", "customer", "honest_amount")
_JSON = {"Content-Type": "application/json"}
_UNSERVED = {"429": 429, "500": 500, "503": 503, "409": 409}


class LyingServer(Server):
    """`plan` is used up by requests that write, `read_plan` by those that read."""

    def __init__(self) -> None:
        self.apis = Apis()
        self.plan: list[str] = []
        self.read_plan: list[str] = []
        self.met: list[str] = []  # the faults that a request really met
        self._lock = threading.Lock()
        self._under_way = 0
        super().__init__(self._serve)

    def quiet(self) -> None:
        """Wait until every request that arrived has been served, also those that nobody waits for any more."""
        until = time.monotonic() + 5
        while self._under_way and time.monotonic() < until:
            time.sleep(0.01)
        assert not self._under_way

    def misdeed(self, method: str) -> str:
        with self._lock:
            self._under_way += 1
            plan = self.read_plan if method == "GET" else self.plan
            fault = plan.pop(0) if plan else "ok"
            self.met.append(fault)
            return fault

    def done(self) -> None:
        with self._lock:
            self._under_way -= 1

    def served(self, request: Request) -> tuple[int, Any]:
        with self._lock:
            return self.apis.answer(request)

    def _serve(self, talk: Talk) -> None:
        fault = self.misdeed(talk.command)
        try:
            self._misbehave(talk, fault)
        finally:
            self.done()

    def _misbehave(self, talk: Talk, fault: str) -> None:
        body, parts = talk.content(), urlsplit(talk.path)
        twist = fault if fault in LIES else ""
        request = Request(talk.command, parts.path, dict(parse_qsl(parts.query)), talk.fields(), body, twist)
        if fault == "drop_before":
            talk.close_connection = True
            return
        if fault in _UNSERVED:
            again = {"Retry-After": "1"} if fault == "429" else {}
            _reply(talk, _UNSERVED[fault], {"error": {"code": "lock_timeout"}}, again)
            return
        if fault == "slow_before":
            time.sleep(SLOW_S)
        status, data = self.served(request)
        if fault == "delivered_twice":
            status, data = self.served(request)
        if fault == "slow_after":
            time.sleep(SLOW_S)
        if fault == "drop_after":
            talk.close_connection = True
        elif fault == "500_after":
            _reply(talk, 500, {"error": {"type": "api_error"}})
        elif fault == "garbage":
            talk.say(200, b"<html>ok</html>", _JSON)
        elif fault == "deep":
            talk.say(200, b"[" * 100_000, _JSON)
        elif fault == "short":
            text = json.dumps(data).encode()
            talk.say(status, text[:-1], {**_JSON, "Content-Length": str(len(text) + 40)})
            talk.close_connection = True
        else:
            _reply(talk, status, data)


def _reply(talk: Talk, status: int, data: Any, more: Mapping[str, str] | None = None) -> None:
    talk.say(status, b"" if data is None else json.dumps(data).encode(), {**_JSON, **(more or {})})
