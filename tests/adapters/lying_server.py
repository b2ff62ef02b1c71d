"""A real HTTP server on loopback that speaks the APIs and misbehaves by plan.

Faults of the plan are used up one a request, in order; without any left the server is honest. `FAULTS` lose, delay or
spoil answers; `LIES` say ok and keep something else.
"""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.adapters.fake_apis import Apis, Request

SLOW_S = 0.15  # longer than the time-out that the tests set
FAULTS = (
    "drop_before", "drop_after", "delivered_twice", "slow_after", "slow_before", "429", "500", "500_after", "503",
    "409", "garbage", "short", "deep",
)  # fmt: skip
LIES = ("nothing", "amount", "twice", "customer", "honest_amount")
_UNSERVED = {"429": 429, "500": 500, "503": 503, "409": 409}


class LyingServer:
    """`plan` is used up by requests that write, `read_plan` by those that read."""

    def __init__(self) -> None:
        self.apis = Apis()
        self.plan: list[str] = []
        self.read_plan: list[str] = []
        self.met: list[str] = []  # the faults that a request really met
        self._lock = threading.Lock()
        self._under_way = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

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


def _handler(server: LyingServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5
        disable_nagle_algorithm = True

        def log_message(self, *_: Any) -> None:
            pass

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (ConnectionError, TimeoutError):
                self.close_connection = True

        def do_GET(self) -> None:
            fault = server.misdeed(self.command)
            try:
                self._misbehave(fault)
            finally:
                server.done()

        do_POST = do_DELETE = do_GET

        def _misbehave(self, fault: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            twist = fault if fault in LIES else ""
            request = Request(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body, twist)
            if fault == "drop_before":
                self.close_connection = True
                return
            if fault in _UNSERVED:
                self._reply(_UNSERVED[fault], {"error": {"code": "lock_timeout"}}, "1" if fault == "429" else "")
                return
            if fault == "slow_before":
                time.sleep(SLOW_S)
            status, data = server.served(request)
            if fault == "delivered_twice":
                status, data = server.served(request)
            if fault == "slow_after":
                time.sleep(SLOW_S)
            if fault == "drop_after":
                self.close_connection = True
            elif fault == "500_after":
                self._reply(500, {"error": {"type": "api_error"}})
            elif fault == "garbage":
                self._send(200, b"<html>ok</html>", 15)
            elif fault == "deep":
                self._send(200, b"[" * 100_000, 100_000)
            elif fault == "short":
                text = json.dumps(data).encode()
                self._send(status, text[:-1], len(text) + 40)
                self.close_connection = True
            else:
                self._reply(status, data)

        def _reply(self, status: int, data: Any, after: str = "") -> None:
            text = b"" if data is None else json.dumps(data).encode()
            self._send(status, text, len(text), after)

        def _send(self, status: int, text: bytes, length: int, after: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(length))
            if after:
                self.send_header("Retry-After", after)
            self.end_headers()
            self.wfile.write(text)

    return Handler
