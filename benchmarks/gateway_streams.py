"""An upstream of streams for measurements, and a client that opens many; both on bare sockets, as they cost little.

Run as `python -m benchmarks.gateway_streams PORT`. The request's path says `/EVENTS/MILLISECONDS/...`: so many events,
so far apart, the first at once.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass, field

from benchmarks.gateway_servers import MODEL, PATH

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
EVENT = (
    b'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini",'
    b'"choices":[{"index":0,"delta":{"content":"word "},"finish_reason":null}]}\n\n'
)
LAST = (
    b'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini",'
    b'"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":8,'
    b'"total_tokens":20}}\n\ndata: [DONE]\n\n'
)
BODY = f'{{"model":"{MODEL}","stream":true,"messages":[{{"role":"user","content":"Say hello."}}]}}'.encode()


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((int(one[15:]) for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:")), 0)
        await reader.readexactly(length)
        parts = [one for one in head.split(b" ", 2)[1].split(b"/") if one.isdigit()]
        events, apart = (int(parts[0]), int(parts[1]) / 1000) if len(parts) > 1 else (5, 0.02)
        writer.write(HEAD + _chunk(EVENT))
        for _ in range(events - 1):
            await writer.drain()
            await asyncio.sleep(apart)
            writer.write(_chunk(EVENT))
        writer.write(_chunk(LAST) + b"0\r\n\r\n")
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


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
    asked = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer none\r\nContent-Type: application/json\r\n"
    )
    started, met, ended = time.perf_counter(), False, False
    writer.write(f"{asked}Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY)
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


def path_of(events: int, apart_ms: int, prefix: str = "") -> str:
    """The path of a stream of so many events, so far apart."""
    return f"{prefix}/{events}/{apart_ms}{PATH}"


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
