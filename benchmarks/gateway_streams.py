"""An upstream of streams for measurements, and a client that opens many; both on bare sockets, as they cost little.

Run as `python -m benchmarks.gateway_streams PORT`. The request's path says `/EVENTS/MILLISECONDS/...`: so many events,
so far apart, the first at once; `/close/` before it ends the connection with the stream.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from dataclasses import dataclass, field

from benchmarks.gateway_servers import MODEL, PATH

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n%s\r\n"
CLOSE, END = b"Connection: close\r\n", b"0\r\n\r\n"
EVENT = (
    b'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini",'
    b'"choices":[{"index":0,"delta":{"content":"word "},"finish_reason":null}]}\n\n'
)
LAST = (
    b'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini",'
    b'"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":8,'
    b'"total_tokens":20}}\n\ndata: [DONE]\n\n'
)
_ASKED = (
    b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer none\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n"
)
BODY = f'{{"model":"{MODEL}","stream":true,"messages":[{{"role":"user","content":"Say hello."}}]}}'.encode()


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while await _answer(reader, writer):
            pass
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Answer one request with a stream; whether another may follow on the connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(one[15:]) for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:")), 0)
    await reader.readexactly(length)
    path = head.split(b" ", 2)[1]
    parts, last = [one for one in path.split(b"/") if one.isdigit()], b"/close/" in path
    events, apart = (int(parts[0]), int(parts[1]) / 1000) if len(parts) > 1 else (5, 0.02)
    writer.write(HEAD % (CLOSE if last else b"") + _chunk(EVENT))
    for _ in range(events - 1):
        await writer.drain()
        await asyncio.sleep(apart)
        writer.write(_chunk(EVENT))
    writer.write(_chunk(LAST) + END)
    await writer.drain()
    return not last


async def serve(port: int) -> None:
    """Serve until the process is ended."""
    server = await asyncio.start_server(_serve, "127.0.0.1", port, backlog=4096, limit=1 << 20)
    await server.serve_forever()


@dataclass
class Read:
    """What a client met: seconds to the first event of each stream, events in all, streams that ended whole."""

    first: list[float] = field(default_factory=list)
    events: int = 0
    whole: int = 0
    cut: int = 0


async def read_stream(port: int, path: str, read: Read, until: float = float("inf")) -> None:
    """Open one stream, read it to its end or until a moment of the monotonic clock."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    started, met, ended = time.perf_counter(), False, False
    writer.write(_ASKED % (path.encode(), len(BODY)) + BODY)
    try:
        while time.monotonic() < until and not ended:
            data = await reader.read(65536)
            if not met and b"data: {" in data:
                met = True
                read.first.append(time.perf_counter() - started)
            read.events += data.count(b"data: {")
            ended = not data or b"[DONE]" in data
            read.whole += b"[DONE]" in data
    except ConnectionError:
        read.cut += 1
    finally:
        writer.close()


class Caller:
    """One caller at a time on a blocking socket, whose connection is kept from stream to stream or new for each."""

    def __init__(self, port: int, kept: bool) -> None:
        self._port, self._kept = port, kept
        self._socket: socket.socket | None = None

    def first_event(self, path: str, events: int) -> float:
        """Seconds from the request to its first event; the stream is read to its end and its events are counted."""
        if self._socket is None or not self._kept:
            self.close()
            self._socket = socket.create_connection(("127.0.0.1", self._port), 10)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        started, met, answer = time.perf_counter(), 0.0, b""
        self._socket.sendall(_ASKED % (path.encode(), len(BODY)) + BODY)
        while not answer.endswith(END):
            data = self._socket.recv(65536)
            assert data, "the stream is cut"
            answer += data
            if not met and b"data: {" in answer:
                met = time.perf_counter() - started
        assert answer.count(b"data: {") == events, answer
        assert b"[DONE]" in answer, answer
        return met

    def close(self) -> None:
        """Close what is open."""
        if self._socket is not None:
            self._socket.close()


def path_of(events: int, apart_ms: int, prefix: str = "") -> str:
    """The path of a stream of so many events, so far apart."""
    return f"{prefix}/{events}/{apart_ms}{PATH}"


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
