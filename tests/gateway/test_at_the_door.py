"""Who comes in: callers' keys, pages in browsers, bodies too long or too slow, broken HTTP; each refused in form."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.gateway.raw import ANSWER, ASKED, PATH, http, play, route_text, stand, upstream

CALLERS = "[[callers]]\nname = 'team-a'\nkey_env = 'TEAM'\naccount = 'acme-a'\n"
JSON = "Content-Type: application/json\r\n"


def at_the_door(tmp_path: Path, sent: bytes, more: str = "", wait: float = 1.0, wire: str = "openai"):
    """What comes back for these bytes, and how often the upstream was asked."""

    async def story() -> tuple[bytes, int, list[str]]:
        async with upstream(http()) as one, stand(tmp_path, route_text(one.port, more=more, wire=wire)) as at:
            got = await at.raw(sent.replace(b"PORT", str(at.port).encode()), wait)
            await at.settled()
            return got, len(one.asked), at.lines

    return play(story())


def request(
    body: bytes = ASKED, *headers: str, line: str = f"POST {PATH} HTTP/1.1", host: str = "localhost:PORT"
) -> bytes:
    """A request as bytes, after which the connection closes."""
    length = () if any("ontent-" in one and "ength" in one for one in headers) else (f"Content-Length: {len(body)}",)
    lines = [line, f"Host: {host}", "Connection: close", *headers, *length]
    if not any(one.startswith("Content-Type") for one in headers):
        lines.append("Content-Type: application/json")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Authorization: Bearer team-key", 200),
        ("authorization: bearer team-key", 200),
        ("x-api-key: team-key", 200),
        ("Authorization: Bearer sk-upstream-1", 401),
        ("Authorization: Basic team-key", 401),
        ("Authorization: Bearer ", 401),
        ("x-none: 1", 401),
    ],
)
def test_declared_callers_show_their_key_and_it_ends_here(tmp_path: Path, header: str, status: int):
    async def story():
        async with upstream(http()) as one, stand(tmp_path, CALLERS_FIRST(one.port)) as at:
            got = await at.raw(request(ASKED, header).replace(b"PORT", b"1"))
            return got, one.asked, at.rows.ended

    got, asked, rows = play(story())
    assert got.startswith(f"HTTP/1.1 {status} ".encode())
    if status == 200:
        assert "team-key" not in str(asked[0].headers)
        assert asked[0].header("authorization") == "Bearer sk-upstream-1"
        assert rows[0].account == "acme-a"
    else:
        assert b'"type":"authentication_error"' in got
        assert asked == rows == []


def CALLERS_FIRST(port: int) -> str:
    """A config with one declared caller."""
    return route_text(port).replace("[default]", f"{CALLERS}[default]")


@pytest.mark.parametrize(
    ("headers", "host", "status"),
    [
        ((), "127.0.0.1:PORT", 200),
        ((), "[::1]:PORT", 200),
        ((), "rebound.example:PORT", 403),  # a name that a page's owner points at this machine
        (("Origin: https://page.example",), "localhost:PORT", 403),
    ],
)
def test_pages_in_browsers_do_not_spend_the_keys(tmp_path: Path, headers, host: str, status: int):
    got, asked, _ = at_the_door(tmp_path, request(ASKED, *headers, host=host))
    assert got.startswith(f"HTTP/1.1 {status} ".encode())
    assert asked == (status == 200)


CHUNKED = b"1388\r\n" + b"x" * 5_000 + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        (request(b"x" * 5_000), 413, b"longer than this gateway takes"),
        (request(b"x" * 5_000, "Content-Type: text/plain"), 413, b"longer"),
        (request(CHUNKED, "Transfer-Encoding: chunked", "x-Content-Length: 1"), 413, b"longer"),
        (request(b'{"mod', "Content-Length: 99"), 408, b"did not come in time"),
        (request(line="POST /v1/v1/messages HTTP/1.1"), 404, b"/v1 twice"),
        (request(b"", "Upgrade: websocket", line="GET /v1/realtime HTTP/1.1"), 400, b"web sockets are not relayed"),
        (request(line="POST /chat/completions HTTP/1.1"), 404, b"address with /v1 as its base_url"),
        (request(line="POST http://evil.example/v1/models HTTP/1.1"), 404, b"paths begin with /v1/"),
        (request(b'{"model":"m"}', line="POST /v1/messages HTTP/1.1"), 404, b'"error":{"type":"not_found_error"'),
        (request(ASKED, "Content-Encoding: gzip"), 400, b"not encoded as its headers say"),
        (request(b"", line="TRACE /v1/models HTTP/1.1"), 405, b"this method is not relayed"),
        (request(b"", line="GET /v1/../admin HTTP/1.1"), 400, b"what no path of an API has"),
        (request(b"", line="GET /v1/%2E%2e%2fadmin HTTP/1.1"), 400, b"what no path of an API has"),
        (request(b"", line="GET /v1/%252e%252e/admin HTTP/1.1"), 400, b"what no path of an API has"),
        (request(b"", line="GET /v1/..%5cadmin HTTP/1.1"), 400, b"what no path of an API has"),
        (request(b"", line="GET /v1/..;x=1/admin HTTP/1.1"), 400, b"what no path of an API has"),
        (request(b"", line="GET /v1/models#/admin HTTP/1.1"), 400, b"what no path of an API has"),
        # smuggling and injection
        (request(ASKED, "Transfer-Encoding: chunked", "Content-Length: 4"), 400, b""),
        (request(ASKED, "Content-Length: 4", "Content-Length: 5"), 400, b""),
        (request(ASKED, "Transfer-Encoding: xchunked"), 400, b""),
        (request(ASKED, "x-a: 1\r\n folded"), 400, b""),
        (request(ASKED, "x a: 1"), 400, b""),
        (request(ASKED, "x-a: 1\x00"), 400, b""),
        (request(ASKED, "x-a: " + "a" * 9_000), 400, b""),
        (request(ASKED, *(f"x-{n}: 1" for n in range(200))), 400, b""),
        (b"\x16\x03\x01\x02\x00\x01\x00", 400, b""),
    ],
)  # fmt: skip
def test_what_is_not_let_in(tmp_path: Path, caplog, sent: bytes, status: int, said: bytes):
    limits = "[limits]\nbody_bytes = 4096\nupload_bytes = 4096\nbody_seconds = 0.1\nidle_seconds = 0.5\n"
    caplog.set_level("DEBUG")
    got, asked, lines = at_the_door(tmp_path, sent, limits, 0.4)
    assert got[9:13] == f"{status} ".encode()
    assert said in got
    assert (asked, lines) == (0, [])
    assert b"Traceback" not in got
    assert "Traceback" not in caplog.text
    assert "x-a" not in caplog.text  # what a caller sent is not repeated in a log


def test_an_upload_that_proves_too_long_on_its_way_is_the_callers_fault(tmp_path: Path):
    async def story():
        sent = request(CHUNKED, "Transfer-Encoding: chunked", "Content-Type: text/plain", "x-Content-Length: 1")
        limits = "[limits]\nupload_bytes = 4096\n"
        async with upstream(http()) as one, stand(tmp_path, route_text(one.port, more=limits)) as at:
            return await at.raw(sent.replace(b"PORT", b"1")), at.rows.ended, at.rows.begun

    got, ended, begun = play(story())
    assert got[9:12] == b"413"
    assert [(row.status, row.error) for row in ended] == [(0, "client_disconnect")] * len(begun)


def test_a_body_too_long_is_refused_in_anthropics_form_too(tmp_path: Path):
    sent = request(b"x" * 5_000, line="POST /v1/messages HTTP/1.1")
    got, _, _ = at_the_door(tmp_path, sent, "[limits]\nbody_bytes = 4096\n", wire="anthropic")
    assert b'"error":{"type":"request_too_large"' in got


def test_who_sends_its_headers_drop_by_drop_is_shown_the_door(tmp_path: Path):
    got, asked, _ = at_the_door(
        tmp_path, b"POST /v1/chat/completions HTTP/1.1\r\nHost:", "[limits]\nidle_seconds = 0.2\n"
    )
    assert (got, asked) == (b"", 0)  # closed, before the wait of the test was over

    async def story():
        text = route_text(1, more="[limits]\nidle_seconds = 0.2\n")
        async with stand(tmp_path, text) as at:
            begun = at.gateway.time()
            await at.raw(b"POST /v1/chat", 5)
            return at.gateway.time() - begun

    assert play(story()) < 1


def test_no_more_calls_are_open_than_the_config_says(tmp_path: Path):
    async def story():
        held = asyncio.Event()

        async def hold(writer: asyncio.StreamWriter) -> None:
            await held.wait()
            writer.write(http())
            await writer.drain()

        limits = "[limits]\nopen_calls = 2\n"
        async with upstream(hold) as one, stand(tmp_path, route_text(one.port, more=limits)) as at:
            first = [asyncio.create_task(at.ask()) for _ in range(2)]
            while len(one.asked) < 2:
                await asyncio.sleep(0.005)
            refused = await at.ask()
            held.set()
            return [one.body for one in await asyncio.gather(*first)], refused

    answers, refused = play(story())
    assert answers == [ANSWER, ANSWER]
    assert (refused.status, refused.headers["Retry-After"], refused.json()["error"]["code"]) == (
        503,
        "1",
        "too_many_calls",
    )


def test_pipelined_requests_are_each_answered_in_turn(tmp_path: Path):
    one = request().replace(b"Connection: close\r\n", b"")
    got, asked, _ = at_the_door(tmp_path, one + one + request())
    assert (got.count(b"HTTP/1.1 200 OK"), asked) == (3, 3)


@pytest.mark.parametrize(
    ("line", "headers", "status"),
    [
        ("GET /-/health HTTP/1.1", (), 200),
        ("GET /-/ready HTTP/1.1", (), 200),
        ("GET /-/metrics HTTP/1.1", (), 200),
        ("GET /-/keys HTTP/1.1", (), 404),
        ("POST /-/health HTTP/1.1", (), 405),
        ("GET /-/metrics HTTP/1.1", ("X-Forwarded-For: 10.0.0.9",), 404),
    ],
)
def test_what_the_keeper_asks_is_told_to_this_machine_only(tmp_path: Path, line: str, headers, status: int):
    got, asked, _ = at_the_door(tmp_path, request(b"", *headers, line=line))
    assert got.startswith(f"HTTP/1.1 {status} ".encode())
    assert asked == 0


def test_a_page_of_a_name_that_leads_here_is_told_nothing(tmp_path: Path):
    got, _, _ = at_the_door(tmp_path, request(b"", line="GET /-/metrics HTTP/1.1", host="rebound.example:PORT"))
    assert got.startswith(b"HTTP/1.1 404 ")
