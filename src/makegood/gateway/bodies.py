"""Verb: read a caller's body; at once and bounded, or passed through as it comes, also bounded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from makegood.gateway.config_shape import Limits


class BadBody(Exception):
    """A body that cannot be taken; the caller's fault."""


class TooLong(BadBody):
    """The body is longer than the config allows."""


class TooSlow(BadBody):
    """The body did not come in time."""


class Broken(BadBody):
    """The body is not what its headers say."""


async def body_of(request: web.BaseRequest, limits: Limits) -> bytes:
    """The whole body; raises BadBody."""
    _check_length(request, limits.body_bytes)
    content = request.content
    parts: list[bytes] = []
    size = 0
    try:
        if content.is_eof():  # came with the headers
            parts, size = [await content.read()], content.total_bytes
        else:
            async with asyncio.timeout(limits.body_seconds):
                while size <= limits.body_bytes and (chunk := await content.readany()):
                    parts.append(chunk)
                    size += len(chunk)
    except TimeoutError:
        raise TooSlow from None
    except web.RequestPayloadError:
        raise Broken from None
    if size > limits.body_bytes:
        raise TooLong
    return parts[0] if len(parts) == 1 else b"".join(parts)


class Upload:
    """A body that passes through as it comes. A library that sends it may turn what is raised amid it into something
    else, so that `fault` keeps it."""

    def __init__(self, request: web.BaseRequest, limits: Limits) -> None:
        _check_length(request, limits.upload_bytes)
        self._request, self._limits = request, limits
        self.fault: BadBody | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        while chunk := await self._next():
            size += len(chunk)
            if size > self._limits.upload_bytes:
                raise self._at_fault(TooLong())
            yield chunk

    async def _next(self) -> bytes:
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                return await self._request.content.readany()
        except TimeoutError:
            raise self._at_fault(TooSlow()) from None
        except web.RequestPayloadError:
            raise self._at_fault(Broken()) from None

    def _at_fault(self, fault: BadBody) -> BadBody:
        self.fault = fault
        return fault


def _check_length(request: web.BaseRequest, most: int) -> None:
    length = request.content_length
    if length is not None and length > most:
        raise TooLong
