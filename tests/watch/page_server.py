"""A real HTTP server on loopback that serves pages as a plan says, and writes down how it was asked."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


class PageServer:
    """`pages` are served by their path with an ETag of their content; `plan` is used up first, an answer a request."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.plan: list[Answer | Callable[[], Answer]] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.at_once = self.most_at_once = 0
        self.slow_s = 0.0
        self._lock = threading.Lock()
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

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        with self._lock:
            self.asked.append((path, headers))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            planned = self.plan.pop(0) if self.plan else None
        if self.slow_s:
            time.sleep(self.slow_s)
        with self._lock:
            self.at_once -= 1
        if planned is not None:
            return planned() if callable(planned) else planned
        body = self.pages.get(path)
        if body is None:
            return 404, {}, b"gone"
        mark = f'"{hash(body) & 0xFFFFFFFF:x}"'
        if headers.get("if-none-match") == mark:
            return 304, {"ETag": mark}, b""
        if "gzip" in headers.get("accept-encoding", ""):
            return 200, {"ETag": mark, "Content-Encoding": "gzip"}, gzip.compress(body)
        return 200, {"ETag": mark}, body


def _handler(server: PageServer) -> type[BaseHTTPRequestHandler]:
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
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more, body = server.answer(self.path, headers)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            if status != 304:
                self.wfile.write(body)

    return Handler
