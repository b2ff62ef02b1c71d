"""Verb: see the bytes of an answer plain, where they come compressed."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_MOST = 8 * 1024 * 1024  # of one chunk, plain; more of it is not looked at


def plain_of(encoding: str | None) -> Callable[[bytes], bytes] | None:
    """What makes the chunks of one answer of this content encoding plain, never raising; None where it is not known.

    Brotli and Zstandard are known where their packages are installed, without which no client asks for them.
    """
    kind = (encoding or "identity").strip().lower()
    if kind in ("identity", ""):
        return bytes
    if kind in ("gzip", "x-gzip", "deflate"):
        return _Inflated().plain
    made = _made({"br": "brotli", "zstd": "zstandard"}.get(kind))
    return _Unpacked(made).plain if made is not None else None


def _made(package: str | None) -> Callable[[bytes], bytes] | None:
    try:
        found: Any = import_module(package) if package else None
    except ImportError:
        return None
    if found is None:
        return None
    if package == "brotli":
        return found.Decompressor().process  # type: ignore[no-any-return]
    return found.ZstdDecompressor().decompressobj().decompress  # type: ignore[no-any-return]


class _Inflated:
    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)

    def plain(self, chunk: bytes) -> bytes:
        try:
            return self._inflate.decompress(chunk, _MOST)
        except zlib.error:
            return b""


class _Unpacked:
    def __init__(self, unpacking: Callable[[bytes], bytes]) -> None:
        self._unpacking = unpacking

    def plain(self, chunk: bytes) -> bytes:
        try:
            return self._unpacking(chunk)
        except Exception:  # each package has errors of its own
            return b""
