"""Verb: choose which headers go on, to the upstream and back to the caller."""

from __future__ import annotations

import re
from collections.abc import Mapping

from multidict import CIMultiDict, CIMultiDictProxy

from makegood.gateway.upper import Upper

_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "content-length",
    }
)
_KEYS = frozenset({"authorization", "x-api-key", "api-key", "x-goog-api-key"})
# Ids of the caller's own contract, which belong to the caller's own key; a key of the gateway's has its own.
_CONTRACT = frozenset({"openai-organization", "openai-project"})
_ENDS_HERE = frozenset(
    {
        "host",
        "expect",
        "accept-encoding",
        "content-encoding",
        "cookie",
        "origin",
        "referer",
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-real-ip",
    }
)
_NOT_ON = _HOP | _ENDS_HERE
_NOT_ON_NOR_KEYS = _NOT_ON | _KEYS | _CONTRACT
_UNSENDABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f]")  # read where others send it, and never sent
_NOT_BACK = _HOP | {"set-cookie", "alt-svc", "strict-transport-security"}

Headers = CIMultiDict[str]


def onward(headers: CIMultiDictProxy[str], upper: Upper) -> Headers:
    """The headers of a request to this upstream; answers are asked for as plain bytes."""
    dropped = _NOT_ON if upper.passes_key else _NOT_ON_NOR_KEYS
    also = _named_by_connection(headers)
    going: Headers = CIMultiDict()
    for name, value in headers.items():
        low = name.lower()
        if low not in dropped and low not in also:
            going.add(name, value)
    going["Accept-Encoding"] = "identity"
    for name, value in upper.extra:
        going[name] = value
    if upper.auth:
        going[upper.auth[0]] = upper.auth[1]
    return going


def back(headers: CIMultiDictProxy[str]) -> Headers:
    """The headers of an answer to the caller."""
    also = _named_by_connection(headers)
    going: Headers = CIMultiDict()
    for name, value in headers.items():
        low = name.lower()
        if low not in _NOT_BACK and low not in also and not _UNSENDABLE.search(value):
            going.add(name, value)
    return going


def key_of(headers: Mapping[str, str]) -> str:
    """The key that a caller shows, by either wire's header; empty for none."""
    shown = headers.get("x-api-key") or headers.get("api-key")
    if shown:
        return shown.strip()
    kind, _, key = headers.get("Authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def _named_by_connection(headers: CIMultiDictProxy[str]) -> frozenset[str]:
    named = headers.get("Connection")
    if named is None or named.lower() in ("keep-alive", "close"):
        return frozenset()
    return frozenset(part.strip().lower() for value in headers.getall("Connection") for part in value.split(","))
