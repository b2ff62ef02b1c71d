"""Verb: name how an attempt ended that has no whole answer; by the gateway's names, for either HTTP library."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

CLIENT_DISCONNECT, RESET, CUT, TIMEOUT = "client_disconnect", "connection_reset", "cut", "timeout"
# By the class of the exception, which httpx2 and httpx name alike. What never left this machine is the caller's own.
_NAMES = {
    "ConnectTimeout": "connect_timeout",
    "ReadTimeout": TIMEOUT,
    "WriteTimeout": TIMEOUT,
    "PoolTimeout": "aborted_pool_timeout",
    "ProxyError": "connect_proxy",
    "LocalProtocolError": "aborted_before_sending",
    "UnsupportedProtocol": "aborted_before_sending",
    "InvalidURL": "aborted_before_sending",
}


def ending_of(fault: BaseException, answering: bool) -> str:
    """The name that is recorded; `answering` where the status had come already."""
    if not isinstance(fault, Exception):  # cancelled, interrupted, closed
        return CLIENT_DISCONNECT
    kind = type(fault).__name__
    if kind == "ConnectError":
        return _connecting(fault)
    if kind == "RemoteProtocolError":
        if answering:
            return CUT
        return RESET if "disconnected" in str(fault) else "malformed_http"
    return _NAMES.get(kind, RESET)


def _connecting(fault: BaseException) -> str:
    for one in _causes(fault):
        if isinstance(one, ssl.SSLError):
            return "connect_tls"
        if isinstance(one, socket.gaierror):
            return "connect_dns"
    return "connect_refused"


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    for _ in range(10):
        if fault is None:
            return
        yield fault
        fault = fault.__cause__ or fault.__context__
