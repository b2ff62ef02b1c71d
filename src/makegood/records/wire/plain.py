"""Verb: see the bytes of an answer plain, where they come compressed."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any

_GZIP, _ZLIB, _BARE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_GZIP_BEGINS = b"\x1f\x8b"
_MOST = 8 * 1024 * 1024  # of one chunk, plain; what holds more is not read

# What makes the next chunk of an answer plain; None says that from here on nothing is known of the answer.
Plain = Callable[[bytes], bytes | None]


def plain_of(encoding: str | None) -> Plain | None:
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
    """Gzip, zlib's form, or bare deflate, as each of its members begins; one after the other."""

    def __init__(self) -> None:
        self._inflate: Any = None
        self._head = b""

    def plain(self, chunk: bytes) -> bytes | None:
        """The next bytes; None for what is none of these, or too much at once."""
        pieces, left = [], _MOST
        while chunk:
            if self._inflate is None:
                chunk, self._head = self._head + chunk, b""
                if len(chunk) < len(_GZIP_BEGINS):
                    self._head = chunk
                    break
                self._inflate = zlib.decompressobj(_bits(chunk))
            try:
                piece = self._inflate.decompress(chunk, left)
            except zlib.error:
                return None
            left -= len(piece)
            if left <= 0:
                return None
            pieces.append(piece)
            chunk = self._inflate.unused_data
            if self._inflate.eof:
                self._inflate = None
        return b"".join(pieces)


def _bits(head: bytes) -> int:
    """How to read what begins so (RFC 1950, 2.2; RFC 1952, 2.3.1); `deflate` names zlib's form, some send it bare."""
    if head.startswith(_GZIP_BEGINS):
        return _GZIP
    return _ZLIB if head[0] & 15 == zlib.DEFLATED and int.from_bytes(head[:2], "big") % 31 == 0 else _BARE


class _Unpacked:
    def __init__(self, unpacking: Callable[[bytes], bytes]) -> None:
        self._unpacking = unpacking

    def plain(self, chunk: bytes) -> bytes | None:
        try:
            return self._unpacking(chunk)
        except Exception:  # each package has errors of its own
            return None
