"""A model on this machine: answers canaries over both wires from what is right, and misbehaves when told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Says = Callable[[str], str | tuple[int, Any]]


@dataclass
class Model:
    """`says` gives the text of an answer by the question, or a status and a body; `name` is the model that it names."""

    says: Says
    name: str = "demo-1"
    base: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving(model: Model) -> Iterator[Model]:
    """The model, reachable at `base` while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(model))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    model.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(model: Model) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet, so that nothing waits

        def log_message(self, *_: object) -> None:
            """Nothing on the screen."""

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            model.asked.append(asked)
            model.headers.append({name.lower(): value for name, value in self.headers.items()})
            said = model.says(asked["messages"][0]["content"])
            status, body = said if isinstance(said, tuple) else (200, _body(self.path, model.name, said))
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(raw)))
            self.send_header("x-request-id", f"req_{len(model.asked):06d}")
            self.end_headers()
            self.wfile.write(raw)

    return Handler


def _body(path: str, name: str, said: str) -> dict[str, Any]:
    if path == "/v1/messages":
        usage = {"input_tokens": 30, "output_tokens": 2}
        return {"model": name, "content": [{"type": "text", "text": said}], "stop_reason": "end_turn", "usage": usage}
    choice = {"message": {"role": "assistant", "content": said, "refusal": None}, "finish_reason": "stop"}
    return {"model": name, "choices": [choice], "usage": {"prompt_tokens": 30, "completion_tokens": 2}}
