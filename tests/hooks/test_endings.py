"""How attempts end that have no whole answer, by the exceptions of the HTTP library."""

from __future__ import annotations

import asyncio
import socket
import ssl

import httpx2
import pytest

from makegood.hooks.endings import ending_of


def caused(fault: Exception, cause: Exception) -> Exception:
    """The exception, raised from its cause."""
    fault.__cause__ = cause
    return fault


ENDINGS = {
    "refused": (httpx2.ConnectError("x"), False, "connect_refused"),
    "no such host": (caused(httpx2.ConnectError("x"), socket.gaierror()), False, "connect_dns"),
    "no trust": (caused(httpx2.ConnectError("x"), ssl.SSLError()), False, "connect_tls"),
    "slow to connect": (httpx2.ConnectTimeout("x"), False, "connect_timeout"),
    "slow": (httpx2.ReadTimeout("x"), False, "timeout"),
    "slow amid the answer": (httpx2.ReadTimeout("x"), True, "timeout"),
    "own pool full": (httpx2.PoolTimeout("x"), False, "aborted_pool_timeout"),
    "not sent": (httpx2.UnsupportedProtocol("x"), False, "aborted_before_sending"),
    "hung up": (
        httpx2.RemoteProtocolError("Server disconnected without sending a response."),
        False,
        "connection_reset",
    ),
    "no HTTP": (httpx2.RemoteProtocolError("illegal status line"), False, "malformed_http"),
    "cut": (httpx2.RemoteProtocolError("peer closed connection"), True, "cut"),
    "reset": (httpx2.ReadError("x"), True, "connection_reset"),
    "anything else": (OSError("x"), False, "connection_reset"),
    "cancelled": (asyncio.CancelledError(), False, "client_disconnect"),
    "interrupted": (KeyboardInterrupt(), True, "client_disconnect"),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_each_ending_has_its_name(name: str):
    fault, answering, expected = ENDINGS[name]
    assert ending_of(fault, answering) == expected
