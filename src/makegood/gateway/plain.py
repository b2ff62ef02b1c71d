"""Verb: see an answer's bytes plain, where the upstream compressed it although it was asked not to."""

from __future__ import annotations

import zlib
from collections.abc import Callable

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_MOST = 8 * 2**20  # of one chunk, plain; more of it is not looked at


def plain_of(encoding: str | None) -> Callable[[bytes], bytes] | None:
    """What makes chunks of this content encoding plain; None where it is not known here."""
    kind = (encoding or "identity").strip().lower()
    if kind in ("identity", ""):
        return _as_it_is
    return _Inflated().plain if kind in ("gzip", "x-gzip", "deflate") else None


def _as_it_is(chunk: bytes) -> bytes:
    return chunk


class _Inflated:
    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)

    def plain(self, chunk: bytes) -> bytes:
        try:
            return self._inflate.decompress(chunk, _MOST)
        except zlib.error:
            return b""
