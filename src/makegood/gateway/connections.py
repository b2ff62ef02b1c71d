"""Noun: connections to upstreams, kept open between calls; one on which something came unasked is not used again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ConnectionKey
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

_KEEP_SECONDS = 25  # below what servers keep idle connections for, so that few are closed under a request
_BUFFER = 2**16


class Connector(aiohttp.TCPConnector):
    """Hands out idle connections only while they are silent: what came between two calls would be taken for the answer
    to the next, and reach the wrong caller."""

    async def _get(self, key: ConnectionKey, traces: list[Trace]) -> Connection | None:
        while (found := await super()._get(key, traces)) is not None:
            if found.protocol is not None and not found.protocol.should_close:
                return found
            found.close()
        return None


def connections() -> aiohttp.ClientSession:
    """A session that adds nothing of its own: no cookies, redirects, proxies, headers or second tries."""
    session = aiohttp.ClientSession(
        connector=Connector(limit=0, keepalive_timeout=_KEEP_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=("User-Agent", "Accept", "Content-Type"),
        read_bufsize=_BUFFER,
        trust_env=False,
    )
    # a second try within the library would be an attempt that nobody records
    session._retry_connection = False
    return session
