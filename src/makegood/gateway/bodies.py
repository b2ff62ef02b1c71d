"""Verb: read a caller's body; at once and bounded, or passed through as it comes, also bounded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from makegood.gateway.config_shape import Limits


class TooLong(Exception):
    """The body is longer than the config allows."""


class TooSlow(Exception):
    """The body did not come in time."""


async def body_of(request: web.BaseRequest, limits: Limits) -> bytes:
    """The whole body; raises TooLong or TooSlow."""
    _check_length(request, limits.body_bytes)
    content = request.content
    if content.is_eof():  # came with the headers
        body = await content.read()
        if len(body) > limits.body_bytes:
            raise TooLong
        return body
    parts, size = [], 0
    try:
        async with asyncio.timeout(limits.body_seconds):
            while chunk := await content.readany():
                parts.append(chunk)
                size += len(chunk)
                if size > limits.body_bytes:
                    raise TooLong
    except TimeoutError:
        raise TooSlow from None
    return b"".join(parts)


def upload_of(request: web.BaseRequest, limits: Limits) -> AsyncIterator[bytes]:
    """The body as it comes; raises TooLong at once where its length is known, else once it is too long."""
    _check_length(request, limits.upload_bytes)
    return _passing(request, limits)


async def _passing(request: web.BaseRequest, limits: Limits) -> AsyncIterator[bytes]:
    size = 0
    while True:
        try:
            async with asyncio.timeout(limits.body_seconds):
                chunk = await request.content.readany()
        except TimeoutError:
            raise TooSlow from None
        if not chunk:
            return
        size += len(chunk)
        if size > limits.upload_bytes:
            raise TooLong
        yield chunk


def _check_length(request: web.BaseRequest, most: int) -> None:
    length = request.content_length
    if length is not None and length > most:
        raise TooLong
