"""A real HTTP server on loopback that serves pages as a plan says, and writes down how it was asked."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable

from tests.servers import Server, Talk

Answer = tuple[int, dict[str, str], bytes]


class PageServer(Server):
    """`pages` are served by their path with an ETag of their content; `plan` is used up first, an answer a request."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.plan: list[Answer | Callable[[], Answer]] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.at_once = self.most_at_once = 0
        self.slow_s = 0.0
        self._lock = threading.Lock()
        super().__init__(self._serve)

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

    def _serve(self, talk: Talk) -> None:
        status, headers, body = self.answer(talk.path, talk.fields())
        talk.say(status, body, headers)
