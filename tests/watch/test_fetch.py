"""Pages are asked politely, and what is hostile or too large is refused with a reason."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from makegood.watch import fetch as fetching
from makegood.watch.fetch import Fetched, Marks, fetch, new_session, same_site, user_agent
from tests.watch.page_server import PageServer

PAGE = b'{"page": {}}'


def ask(url: str, marks: Marks = Marks()) -> Fetched:
    async def once() -> Fetched:
        async with new_session(url) as session:
            return await fetch(session, url, marks, user_agent("ops@example.com"))

    return asyncio.run(once())


def test_a_page_is_asked_as_what_we_are_and_again_by_what_its_server_said(server: PageServer) -> None:
    server.pages["/p"] = PAGE
    first = ask(f"{server.base}/p")
    assert first.body == PAGE
    second = ask(f"{server.base}/p", first.marks)
    assert second.stands
    headers = [headers for _, headers in server.asked]
    assert all(one["user-agent"].startswith("makegood/") for one in headers)
    assert all("ops@example.com" in one["user-agent"] for one in headers)
    assert "if-none-match" not in headers[0]
    assert headers[1]["if-none-match"] == first.marks.etag
    assert "cookie" not in headers[1]


def test_last_modified_is_told_back_where_there_is_no_etag(server: PageServer) -> None:
    when = "Sun, 22 Nov 2026 10:00:00 GMT"
    server.plan = [(200, {"Last-Modified": when, "Set-Cookie": "a=1"}, PAGE), (304, {}, b"")]
    first = ask(f"{server.base}/p")
    assert ask(f"{server.base}/p", first.marks).stands
    assert server.asked[1][1]["if-modified-since"] == when


@pytest.mark.parametrize(
    ("status", "headers", "fault", "after"),
    [
        (429, {"Retry-After": "120"}, "it answered 429", timedelta(minutes=2)),
        (503, {"Retry-After": "999999999"}, "it answered 503", timedelta(days=1)),
        (500, {"Retry-After": "soon"}, "it answered 500", None),
        (404, {}, "it answered 404", None),
        (206, {}, "it answered 206", None),
    ],
)
def test_refusals_say_when_to_come_back(server: PageServer, status, headers, fault, after) -> None:
    server.plan = [(status, headers, b"no")]
    got = ask(f"{server.base}/p")
    assert (got.body, got.fault, got.after) == (None, fault, after)


def packed(data: bytes) -> bytes:
    """The same bytes every second: a test's name holds them."""
    return gzip.compress(data, mtime=0)


def test_a_body_that_unpacks_without_end_is_refused_before_it_is_unpacked(server: PageServer) -> None:
    bomb = gzip.compress(b"\0" * (8 << 20), compresslevel=9)
    server.plan = [(200, {"Content-Encoding": "gzip"}, bomb)]
    assert ask(f"{server.base}/p").fault == "it unpacks to far more than a page of text does"


@pytest.mark.parametrize(
    ("headers", "body", "fault"),
    [
        ({}, b"x" * (300 << 10), "it is larger than 0 MiB"),
        ({"Content-Encoding": "gzip"}, packed(bytes(range(256)) * 1200), "it is larger than 0 MiB"),
        ({"Content-Encoding": "br"}, PAGE, "it is compressed in a way that was not asked for (br)"),
        ({"Content-Encoding": "gzip"}, packed(PAGE)[:-9], "its compressed body breaks off"),
        ({"Content-Encoding": "gzip"}, b"no gzip at all", "it broke the connection or its answer (error)"),
        ({"Content-Encoding": "gzip"}, packed(packed(PAGE)), "it is compressed twice"),
        ({}, packed(PAGE), "it is compressed twice"),
        ({"Content-Encoding": "gzip"}, zlib.compress(PAGE), "it broke the connection or its answer (error)"),
        ({"Content-Length": "40"}, PAGE, "it broke the connection or its answer (ClientPayloadError)"),
    ],
)
def test_bodies_that_are_refused(server: PageServer, monkeypatch, headers, body, fault) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 200 << 10)
    server.plan = [(200, {"Connection": "close", **headers}, body)]
    assert ask(f"{server.base}/p").fault == fault


def test_redirects_lead_to_the_same_site_only(server: PageServer) -> None:
    server.pages["/there"] = PAGE
    server.plan = [(302, {"Location": "/there"}, b"")]
    assert ask(f"{server.base}/p").body == PAGE
    server.plan = [(302, {"Location": "http://127.0.0.1:1/there"}, b"")]
    assert ask(f"{server.base}/p").fault.startswith("it redirects to 127.0.0.1, another site")
    server.plan = [(302, {"Location": "/p"}, b"")] * 9
    assert ask(f"{server.base}/p").fault == "it redirects more than 4 times"
    server.plan = [(302, {}, b"")]
    assert ask(f"{server.base}/p").fault == "it redirects to nowhere"
    server.plan = [(302, {"Location": "http://\u00e9\u001b.test/"}, b"")]
    assert ask(f"{server.base}/p").fault.isascii()  # it is kept and shown, whatever bytes they were
    server.plan = [(302, {"Location": "file:///etc/passwd"}, b"")]
    assert ask(f"{server.base}/p").fault == "it redirects to nowhere"


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("https://status.a.com/x", "https://status.a.com/y", True),
        ("https://www.a.com", "https://a.com", True),
        ("https://a.com", "https://status.a.com", True),
        ("https://status.a.com", "https://status.b.com", False),
        ("https://a.com", "https://evila.com", False),
        ("https://status.a.com", "http://127.0.0.1:80", False),
        ("https://status.a.com", "https://localhost", False),
    ],
)
def test_what_is_the_same_site(old: str, new: str, same: bool) -> None:
    assert same_site(urlsplit(old), urlsplit(new)) is same


def test_from_https_to_http_is_never_followed() -> None:
    with pytest.raises(Exception, match="from https to http"):
        fetching._next("https://status.a.com/p", "https://status.a.com/p", "http://status.a.com/p")
    assert fetching._next("https://a.com/p", "https://a.com/p", "//www.a.com/q") == "https://www.a.com/q"


def test_nobody_there_is_a_fault_in_words() -> None:
    assert ask("http://127.0.0.1:9/p").fault == "it could not be reached"
