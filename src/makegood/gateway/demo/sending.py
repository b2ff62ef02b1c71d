"""Verb: send an answer, whole or wrong in the way that was chosen."""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass
from fractions import Fraction

from aiohttp import web

_NO_LINGER = struct.pack("ii", 1, 0)  # closing then resets the connection
_LOOK = 0.02  # seconds between two looks whether the asker is still there


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`parts` together are the answer's bytes; `wrong` where they are more or fewer than Content-Length says."""

    status: int
    headers: dict[str, str]
    parts: list[bytes]
    pause: Fraction = Fraction(0)
    streamed: bool = False


async def whole(request: web.Request, out: Outgoing) -> web.StreamResponse:
    """Send all parts, a stream in chunks, with a pause (in seconds) before each but the first."""
    if not out.streamed and not out.pause:
        return web.Response(status=out.status, headers=out.headers, body=b"".join(out.parts))
    response = await _begun(request, out)
    for number, part in enumerate(out.parts):
        if number and out.pause:
            await asyncio.sleep(float(out.pause))
        await response.write(part)
    await response.write_eof()
    return response


async def reset_midway(request: web.Request, out: Outgoing) -> web.StreamResponse:
    """Send the first half of the parts, then reset the connection."""
    response = await _begun(request, out)
    for part in out.parts[: max(1, len(out.parts) // 2)]:
        await response.write(part)
    await asyncio.sleep(_LOOK)  # a reset overtakes what the other side has not read yet
    reset(request)
    return response


async def misdeclared(request: web.Request, out: Outgoing, declared: int) -> web.StreamResponse:
    """Send all bytes under a Content-Length that is not theirs, then close; by hand, as the library would mend it."""
    headers = out.headers | {"Content-Length": str(declared), "Connection": "close"}
    head = f"HTTP/1.1 {out.status} OK\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    if request.transport is not None:
        request.transport.write(head.encode("latin-1") + b"\r\n" + b"".join(out.parts))
        request.transport.close()
    return web.Response()  # goes nowhere


async def held(request: web.Request, seconds: Fraction) -> web.StreamResponse:
    """Answer nothing until the asker leaves or `seconds` are over; then close the connection."""
    left = seconds
    while left > 0 and not gone(request):
        await asyncio.sleep(_LOOK)
        left -= Fraction(1, 50)
    reset(request)
    return web.Response()  # goes nowhere


def gone(request: web.Request) -> bool:
    """Whether the asker has left."""
    return request.transport is None or request.transport.is_closing()


def reset(request: web.Request) -> web.StreamResponse:
    """Reset the connection at once."""
    if request.transport is not None:
        if (own := request.transport.get_extra_info("socket")) is not None:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        request.transport.abort()
    return web.Response()  # goes nowhere


async def _begun(request: web.Request, out: Outgoing) -> web.StreamResponse:
    response = web.StreamResponse(status=out.status, headers=out.headers)
    if not out.streamed:
        response.content_length = sum(len(part) for part in out.parts)
    await response.prepare(request)
    return response
