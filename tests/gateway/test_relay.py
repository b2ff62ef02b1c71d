"""What goes through: headers, bodies, keys and bytes, both ways; against upstreams that answer byte by byte."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from tests.gateway.raw import (
    ANSWER,
    ASKED,
    FIRST,
    LAST,
    PATH,
    QUOTA,
    STREAM,
    Rows,
    chunked,
    http,
    play,
    route_text,
    silence,
    stand,
    upstream,
)


def test_a_call_goes_through_as_it_is_with_the_upstreams_own_key(tmp_path: Path):
    async def story():
        own = ("x-request-id: req-7", "openai-processing-ms: 9", "Set-Cookie: a=b", "Connection: x-hop", "x-hop: 1")
        async with upstream(http(ANSWER, "200 OK", *own)) as one, stand(tmp_path, route_text(one.port)) as at:
            headers = {
                "x-stainless-lang": "python", "OpenAI-Organization": "org-mine", "Cookie": "c=d", "Accept": "*/*",
                "Connection": "keep-alive, x-mine", "x-mine": "1", "X-Forwarded-For": "10.0.0.9", "User-Agent": "sdk/1",
            }  # fmt: skip
            said = await at.ask(headers=headers, path=f"{PATH}?a=%2Fb&c")
            return said, one.asked[0], at.rows

    said, asked, rows = play(story())
    assert (said.status, said.body) == (200, ANSWER)
    assert said.headers["x-request-id"] == "req-7"
    assert said.headers["openai-processing-ms"] == "9"
    assert said.headers["x-makegood-upstream"] == "u1"
    assert not {"set-cookie", "x-hop"} & {name.lower() for name in said.headers}
    assert (asked.line, asked.body) == (f"POST {PATH}?a=%2Fb&c HTTP/1.1", ASKED)
    assert asked.header("authorization") == "Bearer sk-upstream-1"
    assert (asked.header("x-stainless-lang"), asked.header("user-agent")) == ("python", "sdk/1")
    assert asked.header("accept-encoding") == "identity"
    assert asked.header("idempotency-key") == said.headers["x-makegood-call"] == rows.ended[0].call_id
    gone = {"cookie", "x-mine", "x-forwarded-for", "openai-organization", "connection"}
    assert not gone & {name.lower() for name, _ in asked.headers}
    (row,) = rows.ended
    assert (row.status, row.usable, row.request_id, row.provider, row.upstream, row.key) == (
        200, True, "req-7", "p1", "u1", "KEY1",
    )  # fmt: skip
    assert (row.service, row.model, row.route, row.input_tokens, row.output_tokens, row.extra_nano) == (
        "chat.completions", "m", "m", 1000, 100, 0,
    )  # fmt: skip
    (begun,) = rows.begun
    assert (begun.attempt, begun.status, begun.error) == (row.attempt, 0, "recorder_stopped")


def test_without_a_key_of_its_own_the_callers_key_and_contract_go_on(tmp_path: Path):
    async def story():
        async with upstream(http()) as one, stand(tmp_path, route_text(one.port, key="region = 'eu'\n")) as at:
            await at.ask(headers={"OpenAI-Organization": "org-mine"})
            return one.asked[0], at.rows.ended[0]

    asked, row = play(story())
    assert (asked.header("authorization"), asked.header("openai-organization")) == ("Bearer sk-caller", "org-mine")
    assert (row.key, row.region) == (None, "eu")


def test_the_model_is_renamed_for_whom_it_is_called_otherwise(tmp_path: Path):
    async def story():
        text = "[routes.best]\nupstreams = [{ upstream = 'u1', model = 'gpt-5-2026' }]\n"
        async with upstream(http()) as one, stand(tmp_path, text + route_text(one.port)) as at:
            await at.ask(b'{ "model":"best" , "n" : 1.0}')
            return one.asked[0].body, at.rows.ended[0]

    body, row = play(story())
    assert body == b'{ "model":"gpt-5-2026" , "n" : 1.0}'
    assert (row.model, row.route) == ("gpt-5-2026", "best")


@pytest.mark.parametrize("name", ["Request-Id", "apim-request-id", "x-ms-request-id", "x-amzn-RequestId"])
def test_a_request_is_known_by_the_id_that_its_provider_gave_it(tmp_path: Path, name: str):
    async def story():
        async with (
            upstream(http(ANSWER, "200 OK", f"{name}: id-1")) as one,
            stand(tmp_path, route_text(one.port)) as at,
        ):
            await at.ask()
            return at.rows.ended[0].request_id

    assert play(story()) == "id-1"


def test_the_callers_name_for_its_call_is_kept_and_passed_on(tmp_path: Path):
    async def story():
        async with upstream(http()) as one, stand(tmp_path, route_text(one.port)) as at:
            await at.ask(headers={"Idempotency-Key": "order-17"})
            return one.asked[0].header("idempotency-key"), at.rows.ended[0].call_id

    assert play(story()) == ("order-17", "order-17")


@pytest.mark.parametrize("parts", [(FIRST, LAST), (FIRST[:9], FIRST[9:] + LAST[:1], LAST[1:]), (FIRST + LAST,)])
def test_a_stream_goes_through_byte_by_byte(tmp_path: Path, parts: tuple[bytes, ...]):
    async def story():
        async with upstream(chunked(*parts)) as one, stand(tmp_path, route_text(one.port)) as at:
            said = await at.ask(STREAM)
            return said, at.rows.ended[0]

    said, row = play(story())
    assert (said.body, said.whole) == (FIRST + LAST, True)
    assert said.headers["Content-Type"] == "text/event-stream"
    assert (row.status, row.usable, row.streamed) == (200, True, True)
    assert row.first_byte_ms <= row.duration_ms


def test_the_first_piece_does_not_wait_for_the_second(tmp_path: Path):
    async def story():
        told = asyncio.Event()

        async def script(writer: asyncio.StreamWriter) -> None:
            writer.write(chunked(FIRST, end=False))
            await asyncio.wait_for(told.wait(), 5)  # until the caller has seen the first
            writer.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(LAST), LAST))
            await writer.drain()

        async with (
            upstream(script) as one,
            stand(tmp_path, route_text(one.port)) as at,
            at.session.post(
                f"http://127.0.0.1:{at.port}{PATH}", data=STREAM, headers={"Content-Type": "application/json"}
            ) as answer,
        ):
            first = await answer.content.readany()
            told.set()
            return first, await answer.read(), list(at.rows.ended)

    first, rest, rows = play(story())
    assert (first, rest) == (FIRST, LAST)
    assert len(rows) == 1  # on record before the caller has the end


@pytest.mark.parametrize("parts", [(FIRST, LAST[:9], LAST[9:]), (FIRST, LAST)])
def test_an_answer_that_told_its_length_is_on_record_before_its_last_byte_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: tuple[bytes, ...]
):
    sent: list[tuple[bytes, int]] = []
    write = web.StreamResponse.write

    async def noted(answer: web.StreamResponse, data: bytes) -> None:
        sent.append((bytes(data), len(rows.ended)))
        await write(answer, data)

    async def story():
        async def script(writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n" % length)
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0.02)

        async with upstream(script) as one, stand(tmp_path, route_text(one.port), rows) as at:
            monkeypatch.setattr(web.StreamResponse, "write", noted)
            return (await at.ask(STREAM)).body

    rows, length = Rows(), sum(map(len, parts))
    assert play(story()) == b"".join(parts)
    assert sent[-1] == (parts[-1], 1)
    assert {ended for _, ended in sent[:-1]} == {0}


@pytest.mark.parametrize("end", [b"0\r\n\r\n", b""])
def test_a_stream_is_on_record_with_its_last_event_whatever_comes_of_its_transport(tmp_path: Path, end: bytes):
    async def story():
        told = asyncio.Event()

        async def script(writer: asyncio.StreamWriter) -> None:
            writer.write(chunked(FIRST, LAST, end=False))
            await asyncio.wait_for(told.wait(), 5)
            writer.write(end)
            await writer.drain()

        async with (
            upstream(script) as one,
            stand(tmp_path, route_text(one.port)) as at,
            at.session.post(
                f"http://127.0.0.1:{at.port}{PATH}", data=STREAM, headers={"Content-Type": "application/json"}
            ) as answer,
        ):
            got = await answer.content.readexactly(len(FIRST + LAST))
            early = list(at.rows.ended)
            told.set()
            with contextlib.suppress(aiohttp.ClientPayloadError):
                await answer.read()
            await at.settled()
            lane = next(iter(at.gateway.table.lanes.values()))
            return got, early, at.rows.ended, lane.breaker.admit(at.gateway.time())

    got, early, rows, admitted = play(story())
    assert got == FIRST + LAST
    assert early == rows
    assert [(row.status, row.usable, row.error) for row in rows] == [(200, True, None)]
    assert admitted


def test_calls_share_connections(tmp_path: Path):
    async def story():
        async with upstream(http()) as one, stand(tmp_path, route_text(one.port)) as at:
            for _ in range(5):
                await at.ask()
            return one.connections, len(one.asked)

    assert play(story()) == (1, 5)


def test_what_an_upstream_sends_too_much_reaches_nobody(tmp_path: Path):
    async def story():
        planted = http(b'{"planted":1}')
        async with upstream(http() + planted, http()) as one, stand(tmp_path, route_text(one.port)) as at:
            answers = [(await at.ask()).body for _ in range(3)]
            return answers, one.connections

    assert play(story()) == ([ANSWER] * 3, 2)


def test_nor_does_what_it_sends_unasked_later(tmp_path: Path):
    async def story():
        async def late(writer: asyncio.StreamWriter) -> None:
            writer.write(http())
            await writer.drain()
            await asyncio.sleep(0.03)
            writer.write(http(b'{"planted":1}'))
            await silence(writer)

        async with upstream(late, http()) as one, stand(tmp_path, route_text(one.port)) as at:
            first = await at.ask()
            await asyncio.sleep(0.08)
            return first.body, (await at.ask()).body

    assert play(story()) == (ANSWER, ANSWER)


def test_a_compressed_answer_is_read_and_passed_on_as_it_is(tmp_path: Path):
    async def story():
        packed = http(gzip.compress(ANSWER), "200 OK", "Content-Encoding: gzip")
        async with upstream(packed) as one, stand(tmp_path, route_text(one.port)) as at:
            return await at.ask(), at.rows.ended[0]

    said, row = play(story())
    assert (gzip.decompress(said.body), said.headers["Content-Encoding"]) == (ANSWER, "gzip")
    assert (row.input_tokens, row.usable) == (1000, True)


def test_an_answer_that_cannot_be_unpacked_is_passed_on_and_called_neither_good_nor_bad(tmp_path: Path):
    async def story():
        odd = http(ANSWER, "200 OK", "Content-Encoding: gzip")
        async with upstream(odd) as one, stand(tmp_path, route_text(one.port)) as at:
            return await at.ask(), at.rows.ended[0]

    said, row = play(story())
    assert (said.status, said.body) == (200, ANSWER)
    assert (row.status, row.usable, row.error) == (200, None, None)


def test_a_compressed_question_goes_on_plain(tmp_path: Path):
    async def story():
        async with upstream(http()) as one, stand(tmp_path, route_text(one.port)) as at:
            said = await at.ask(gzip.compress(ASKED), {"Content-Encoding": "gzip"})
            return said.status, one.asked[0].body, one.asked[0].header("content-encoding")

    assert play(story()) == (200, ASKED, None)


def test_the_callers_own_limit_goes_back_as_it_came(tmp_path: Path):
    async def story():
        refusal = http(QUOTA, "429 Too Many Requests", "Retry-After: 7", "x-ratelimit-remaining-requests: 0")
        async with (
            upstream(refusal) as one,
            upstream(http()) as two,
            stand(tmp_path, route_text(one.port, two.port)) as at,
        ):
            said = [await at.ask(), await at.ask()]
            return said[0], len(one.asked), len(two.asked), at.rows.ended[0]

    said, asked, other, row = play(story())
    assert (said.status, said.body, said.headers["Retry-After"]) == (429, QUOTA, "7")
    assert (asked, other) == (2, 0)  # neither failed over nor held back: it is the caller's own
    assert (row.status, row.error, row.usable) == (429, "insufficient_quota", None)


def test_a_key_that_an_upstream_says_back_ends_here(tmp_path: Path):
    async def story():
        said = b'{"error":{"message":"Incorrect API key provided: sk-upstream-1.","code":"invalid_api_key"}}'
        refusal = http(said, "401 Unauthorized", "x-you-sent: Bearer sk-upstream-1")
        async with upstream(refusal) as one, stand(tmp_path, route_text(one.port)) as at:
            return await at.ask(), at.rows.ended[0]

    said, row = play(story())
    assert (said.status, b"provided: [key]." in said.body, row.error) == (401, True, "invalid_api_key")
    assert "sk-upstream-1" not in f"{said.headers} {said.body!r} {row}"


@pytest.mark.parametrize("mark", ["\x01", "\x1b", "\x7f"])
def test_a_header_that_cannot_be_sent_on_does_not_cost_the_caller_its_answer(tmp_path: Path, mark: str):
    async def story():
        async with (
            upstream(http(ANSWER, "200 OK", f"x-odd: a{mark}b")) as one,
            stand(tmp_path, route_text(one.port)) as at,
        ):
            return await at.ask()

    said = play(story())
    assert (said.status, said.body, "x-odd" in said.headers) == (200, ANSWER, False)


@pytest.mark.parametrize("status", ["101 Switching Protocols", "099 Odd"])
def test_a_status_that_ends_nothing_is_no_answer(tmp_path: Path, status: str):
    async def story():
        head = f"HTTP/1.1 {status}\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n".encode()
        async with upstream(head) as one, stand(tmp_path, route_text(one.port)) as at:
            said = await at.ask()
            return said, at.rows.ended

    said, (row,) = play(story())
    assert (said.status, said.headers["x-makegood-error"]) == (502, "upstream_broke_off")
    assert (row.status, row.error) == (0, "malformed_http")


def test_of_a_model_that_is_named_twice_the_upstream_reads_the_one_that_was_routed_by(tmp_path: Path):
    async def story():
        async with upstream(http()) as one, stand(tmp_path, route_text(one.port)) as at:
            await at.ask(b'{"model":"dear","model":"m"}')
            return one.asked[0].body

    assert play(story()) == b'{"model":"m","model":"m"}'


@pytest.mark.parametrize("streamed", [False, True])
def test_nor_does_one_that_it_says_back_in_an_error_of_status_200(tmp_path: Path, streamed: bool):
    async def story():
        said = b'{"error":{"message":"Incorrect API key: sk-upstream-1.","type":"invalid_request_error"}}'
        script = chunked(b"data: " + said + b"\n\n") if streamed else http(said, "200 OK", "x-sent: sk-upstream-1")
        async with upstream(script) as one, stand(tmp_path, route_text(one.port)) as at:
            return await at.ask(STREAM if streamed else ASKED)

    said = play(story())
    assert (said.status, said.whole, b"Incorrect API key: " in said.body) == (200, True, True)
    assert "sk-upstream-1" not in f"{said.headers} {said.body!r}"


def test_odd_bytes_in_headers_and_ids_do_no_harm(tmp_path: Path):
    async def story():
        odd = http(ANSWER, "200 OK", 'x-request-id: r\u00e9q "1"')
        async with upstream(odd) as one, stand(tmp_path, route_text(one.port)) as at:
            head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
            more = b"x-name: caf\xe9\r\nIdempotency-Key: caf\xe9\r\nContent-Length: %d\r\n\r\n" % len(ASKED)
            return await at.raw(head.encode() + more + ASKED), at.rows.ended[0], at.lines

    got, row, lines = play(story())
    assert (got[9:12], row.status, lines) == (b"200", 200, [])
    assert row.call_id.startswith("h-")  # an id that is none is recorded as a hash
    assert row.request_id.startswith("h-")


def test_a_redirect_is_not_followed(tmp_path: Path):
    async def story():
        async with upstream(http()) as other:
            away = http(b"", "307 Temporary Redirect", f"Location: http://127.0.0.1:{other.port}/v1/chat/completions")
            async with upstream(away) as one, stand(tmp_path, route_text(one.port)) as at:
                said = await at.ask()
                return said.status, said.json(), len(other.asked), at.rows.ended[0].status

    status, body, asked, recorded = play(story())
    assert (status, asked, recorded) == (502, 0, 307)
    assert body["error"]["code"] == "upstream_redirects"


def test_whatever_else_is_asked_passes_to_the_default_and_is_recorded(tmp_path: Path):
    async def story():
        listed = http(b'{"object":"list","data":[]}', "200 OK", "x-request-id: req-1")
        async with (
            upstream(listed, http(b"\x00\xff", kind="audio/mpeg"), listed) as one,
            upstream(http()) as two,
            stand(tmp_path, route_text(one.port, two.port)) as at,
        ):
            base = f"http://127.0.0.1:{at.port}"
            models = await (await at.session.get(f"{base}/v1/models")).read()
            form = aiohttp.FormData({"model": "whisper"})
            form.add_field("file", b"\x01" * 300_000, filename="a.wav")
            audio = await (await at.session.post(f"{base}/v1/audio/transcriptions", data=form)).read()
            gone = await (await at.session.delete(f"{base}/v1/files/file-123456789")).read()
            return models, audio, gone, one.asked, at.rows.ended, two.asked

    models, audio, gone, asked, rows, others = play(story())
    assert (models, audio, gone, others) == (b'{"object":"list","data":[]}', b"\x00\xff", models, [])
    assert [one.line.split()[0] for one in asked] == ["GET", "POST", "DELETE"]
    assert b"\x01" * 300_000 in asked[1].body
    assert asked[1].header("content-type").startswith("multipart/form-data; boundary=")
    assert [(row.service, row.model, row.route, row.status) for row in rows] == [
        ("models", "unknown", None, 200),
        ("audio.transcriptions", "unknown", None, 200),
        ("files.id", "unknown", None, 200),
    ]


def test_a_failing_upload_is_not_made_twice(tmp_path: Path):
    async def story():
        async with upstream(http(b"{}", "503 Busy")) as one, stand(tmp_path, route_text(one.port)) as at:
            form = aiohttp.FormData({"model": "m"})
            form.add_field("file", b"x", filename="a.wav")
            said = await at.session.post(f"http://127.0.0.1:{at.port}/v1/files", data=form)
            return said.status, len(one.asked)

    assert play(story()) == (503, 1)
