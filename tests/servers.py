"""A real HTTP server on loopback, in a thread of its own; what it answers is the test's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Talk(BaseHTTPRequestHandler):
    """One request and how it is answered; a caller that goes away is no error."""

    protocol_version = "HTTP/1.1"
    timeout = 5
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        """Nothing on the screen."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def fields(self) -> dict[str, str]:
        """The headers that came, their names in small letters."""
        return {name.lower(): value for name, value in self.headers.items()}

    def content(self) -> bytes:
        """The body that came; it can be taken once."""
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def say(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """Answer; the length is that of the body unless the headers name another."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if status != 304:
            self.wfile.write(body)


class Server:
    """Calls `answer` for each request, several at a time, from its making until it is closed."""

    def __init__(self, answer: Callable[[Talk], None]) -> None:
        class Answered(Talk):
            def do_GET(self) -> None:
                answer(self)

            do_POST = do_DELETE = do_GET

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answered)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def base(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
