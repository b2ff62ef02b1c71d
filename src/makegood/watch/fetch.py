"""Verb: fetch one page; asked as a polite reader asks, and refused where what comes back is hostile or too large."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import SplitResult, urljoin, urlsplit

import aiohttp

from makegood.adapters.http import after_of
from makegood.reads.legible import legible
from makegood.records.config.loopback import is_loopback

MOST_BYTES = 16 * 1024 * 1024  # the largest page known is a tenth of it
_MOST_RATIO = 200  # text of a status page shrinks to a fifteenth; a bomb to a thousandth
_RATIO_FROM = 1 << 20
_PIECE = 1 << 16
_MOST_REDIRECTS = 4
_CONNECT_S, _TOTAL_S = 10, 30
_LONGEST_HEADER, _LONGEST_FAULT = 500, 300


@dataclass(frozen=True)
class Marks:
    """What a server said of the version that it gave last, to be told the next time."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True)
class Fetched:
    """What came of one request: a body, or None where it `stands` unchanged, or why there is neither in `fault`.

    `after` is how long the server asks to be left alone.
    """

    body: bytes | None = None
    marks: Marks = field(default_factory=Marks)
    fault: str = ""
    after: timedelta | None = None
    status: int = 0

    @property
    def stands(self) -> bool:
        """Did the server say that nothing has changed?"""
        return self.body is None and not self.fault


class _Refused(Exception):
    """Why an answer is not taken."""


def user_agent(contact: str = "") -> str:
    """Who asks, and, where the config says so, whom to write to about it."""
    try:
        own = version("makegood")
    except PackageNotFoundError:
        own = "0"
    return f"makegood/{own} (status page watch{f'; {contact}' if contact else ''})"


async def fetch(session: aiohttp.ClientSession, url: str, marks: Marks, agent: str) -> Fetched:
    """Ask for a page once; it raises nothing for what the other side does.

    A redirect is followed to the same site and never from https to http. `session` must not decompress by itself.
    """
    try:
        return await _followed(session, url, marks, agent)
    except _Refused as fault:
        return Fetched(fault=legible(fault, _LONGEST_FAULT))  # it names what the other side sent
    except TimeoutError:
        return Fetched(fault="it did not answer in time")
    except aiohttp.ClientConnectorCertificateError:
        return Fetched(fault="its certificate is not to be trusted")
    except aiohttp.ClientConnectorError:
        return Fetched(fault="it could not be reached")
    except (aiohttp.ClientError, ValueError, OSError, zlib.error) as fault:
        return Fetched(fault=f"it broke the connection or its answer ({type(fault).__name__})")


def new_session(url: str) -> aiohttp.ClientSession:
    """A session for pages like this one: no cookies, no proxy for this machine itself, bodies as they come."""
    return aiohttp.ClientSession(
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=not is_loopback(urlsplit(url).hostname or ""),
        timeout=aiohttp.ClientTimeout(total=_TOTAL_S, connect=_CONNECT_S),
        max_line_size=16_384,
        max_field_size=16_384,
    )


async def _followed(session: aiohttp.ClientSession, url: str, marks: Marks, agent: str) -> Fetched:
    headers = {"User-Agent": agent, "Accept": "application/json, application/atom+xml, application/xml, */*;q=0.1"}
    headers |= {"Accept-Encoding": "gzip"}
    headers |= {"If-None-Match": marks.etag} if marks.etag else {}
    headers |= {"If-Modified-Since": marks.modified} if marks.modified else {}
    at = url
    for _ in range(_MOST_REDIRECTS):
        async with session.get(at, headers=headers, allow_redirects=False) as answer:
            if answer.status not in (301, 302, 303, 307, 308):
                return await _read(answer, marks)
            at = _next(url, at, answer.headers.get("Location", ""))
    raise _Refused(f"it redirects more than {_MOST_REDIRECTS} times")


def _next(asked: str, at: str, location: str) -> str:
    """Where a redirect leads; another site or plain http is refused, as whoever answers there is someone else."""
    there = urljoin(at, location)
    old, new = urlsplit(asked), urlsplit(there)
    if not location or new.scheme not in ("http", "https") or not new.hostname:
        raise _Refused("it redirects to nowhere")
    if new.username is not None or new.password is not None:
        raise _Refused("it redirects to an address with a password")
    if old.scheme == "https" and new.scheme != "https":
        raise _Refused("it redirects from https to http, which is not followed")
    if not same_site(old, new):
        raise _Refused(f"it redirects to {new.hostname[:100]}, another site; if it has moved, set that address")
    return there


def same_site(old: SplitResult, new: SplitResult) -> bool:
    """Is it the same host, or one that lies within the other (www.example.com and example.com)?"""
    one, other = (old.hostname or "").lower(), (new.hostname or "").lower()
    if is_loopback(one) or is_loopback(other):
        return (one, old.port) == (other, new.port)
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


async def _read(answer: aiohttp.ClientResponse, marks: Marks) -> Fetched:
    after = after_of(answer.headers.get("Retry-After", ""))
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return Fetched(marks=marks, status=answer.status)
    if answer.status != HTTPStatus.OK:
        return Fetched(fault=f"it answered {answer.status}", after=after, status=answer.status)
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip"):
        raise _Refused(f"it is compressed in a way that was not asked for ({encoding[:40]})")
    body = await _body(answer, encoding in ("gzip", "x-gzip"))
    if body[:2] == b"\x1f\x8b":
        raise _Refused("it is compressed twice")
    return Fetched(body, _marks(answer.headers), status=answer.status)


async def _body(answer: aiohttp.ClientResponse, packed: bool) -> bytes:
    """The whole body within the limits, unpacked a piece at a time so that a bomb is noticed as it opens."""
    unpack = zlib.decompressobj(wbits=31) if packed else None
    body, came = bytearray(), 0
    async for piece in answer.content.iter_chunked(_PIECE):
        came += len(piece)
        while piece:
            body += unpack.decompress(piece, _PIECE) if unpack else piece
            piece = unpack.unconsumed_tail if unpack else b""
            if len(body) > MOST_BYTES:
                raise _Refused(f"it is larger than {MOST_BYTES // 1024 // 1024} MiB")
            if len(body) > _RATIO_FROM and len(body) > came * _MOST_RATIO:
                raise _Refused("it unpacks to far more than a page of text does")
    if unpack is not None and not unpack.eof:
        raise _Refused("its compressed body breaks off")
    return bytes(body)


def _marks(headers: Mapping[str, str]) -> Marks:
    etag, modified = headers.get("ETag", ""), headers.get("Last-Modified", "")
    return Marks(*(one if len(one) <= _LONGEST_HEADER and one.isprintable() else "" for one in (etag, modified)))
