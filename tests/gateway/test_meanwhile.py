"""What happens meanwhile: callers that leave or dawdle, hedges, a recorder that fails, a new config, an end."""

from __future__ import annotations

import asyncio
import gc
import socket
from pathlib import Path

import pytest

from makegood.gateway import attempt as attempts
from makegood.gateway.call import Call
from makegood.gateway.run import reload
from tests.gateway.raw import (
    ANSWER,
    ASKED,
    FIRST,
    LAST,
    PATH,
    STREAM,
    Script,
    chunked,
    http,
    piece,
    play,
    route_text,
    silence,
    stand,
    then_reset,
    then_silence,
    upstream,
)

HEADERS = {"Content-Type": "application/json"}
STREAMED = (
    f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    f"Content-Length: {len(STREAM)}\r\n\r\n"
).encode() + STREAM


@pytest.mark.parametrize(
    ("script", "body", "status"),
    [
        (silence, ASKED, 0),
        (then_silence(http()[:-9]), ASKED, 200),
        (then_silence(chunked(FIRST, end=False)), STREAM, 200),
    ],
    ids=["before the answer", "amid the body", "amid the stream"],
)
def test_a_caller_who_leaves_takes_its_request_along(tmp_path: Path, script, body: bytes, status: int):
    async def story():
        async with upstream(script) as one, stand(tmp_path, route_text(one.port)) as at:
            with pytest.raises(asyncio.TimeoutError):
                async with asyncio.timeout(0.1):
                    await at.session.post(
                        f"http://127.0.0.1:{at.port}{PATH}", data=body, headers=HEADERS, raise_for_status=_read
                    )
            await asyncio.wait_for(one.left.wait(), 2)  # the upstream sees it too
            await at.settled()
            return at.rows.ended, one.asked, at.lines

    rows, asked, lines = play(story())
    ((row),) = rows
    assert (row.status, row.error, row.usable) == (status, "client_disconnect", None)
    assert (len(asked), lines) == (1, [])


async def _read(answer) -> None:
    await answer.read()


def test_who_leaves_once_all_has_come_has_been_served(tmp_path: Path):
    async def story():
        script = then_silence(chunked(FIRST, LAST, end=False))
        async with upstream(script) as one, stand(tmp_path, route_text(one.port)) as at:
            async with at.session.post(f"http://127.0.0.1:{at.port}{PATH}", data=STREAM, headers=HEADERS) as answer:
                got = b""
                while b"[DONE]" not in got:
                    got += await answer.content.readany()
                answer.close()
            await at.settled()
            return at.rows.ended

    ((row),) = play(story())
    assert (row.status, row.error, row.usable) == (200, None, True)


def test_the_upstream_waits_for_a_caller_who_dawdles(tmp_path: Path):
    sent = [0]

    async def flood(writer: asyncio.StreamWriter) -> None:
        writer.write(chunked(FIRST, end=False))
        block = piece("x" * 16_000)
        for _ in range(12_500):  # 200 MB; sockets' own buffers grow to a quarter of it where a system is generous
            writer.write(b"%x\r\n%s\r\n" % (len(block), block))
            await writer.drain()
            sent[0] += len(block)

    async def story():
        async with upstream(flood) as one, stand(tmp_path, route_text(one.port)) as at:
            caller = socket.socket()
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
            caller.setblocking(False)
            await asyncio.get_running_loop().sock_connect(caller, ("127.0.0.1", at.port))
            await asyncio.get_running_loop().sock_sendall(caller, STREAMED)
            for _ in range(40):  # until nothing moves any more
                before = sent[0]
                await asyncio.sleep(0.02)
                if sent[0] == before and sent[0]:
                    break
            caller.close()
            await at.settled()
            return sent[0], at.rows.ended[0]

    held, row = play(story())
    assert 0 < held < 50_000_000
    assert (row.status, row.error) == (200, "client_disconnect")


def test_a_caller_who_takes_nothing_for_too_long_is_cut(tmp_path: Path):
    async def flood(writer: asyncio.StreamWriter) -> None:
        writer.write(chunked(FIRST, end=False))
        block = piece("x" * 60_000)
        for _ in range(400):
            writer.write(b"%x\r\n%s\r\n" % (len(block), block))
            await writer.drain()

    async def story():
        slow = "[limits]\nslow_caller_seconds = 0.2\n"
        async with upstream(flood) as one, stand(tmp_path, route_text(one.port, more=slow)) as at:
            reader, writer = await asyncio.open_connection("127.0.0.1", at.port, limit=1024)
            writer.write(STREAMED)
            await reader.readexactly(1)
            await at.settled()
            writer.close()
            return at.rows.ended[0]

    row = play(story())
    assert (row.status, row.error) == (200, "client_disconnect")


@pytest.mark.parametrize("first", ["slow", "quick"])
def test_a_hedge_asks_another_only_where_the_first_is_late(tmp_path: Path, first: str):
    async def story():
        script = silence if first == "slow" else http()
        async with (
            upstream(script) as one,
            upstream(http()) as two,
            stand(tmp_path, route_text(one.port, two.port, route="hedge_after_ms = 50")) as at,
        ):
            said = await at.ask()
            if first == "slow":
                await asyncio.wait_for(one.left.wait(), 2)
            return said, at.rows.ended, len(two.asked)

    said, rows, asked = play(story())
    assert (said.status, said.body) == (200, ANSWER)
    told = sorted((row.upstream, row.status, row.error, row.reason, row.risk) for row in rows)
    if first == "quick":
        assert (told, asked) == ([("u1", 200, None, "first", None)], 0)
    else:
        assert told == [
            ("u1", 0, "cancelled_hedge_lost", "first", None),
            ("u2", 200, None, "hedge", "may_have_been_served"),
        ]


def later(data: bytes | None, seconds: float) -> Script:
    """Say this after a while, or break off."""

    async def script(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(seconds)
        if data is None:
            writer.transport.abort()
        else:
            writer.write(data)
            await writer.drain()

    return script


@pytest.mark.parametrize(("setting", "status", "asked"), [("fail", 502, 0), ("repeat", 200, 1)])
def test_of_a_hedge_that_one_refuses_the_other_may_have_served(tmp_path: Path, setting: str, status: int, asked: int):
    async def story():
        route = f"unanswered = '{setting}'\nhedge_after_ms = 20"
        async with (
            upstream(later(None, 0.06)) as one,
            upstream(later(http(b"{}", "503 No"), 0.1)) as two,
            upstream(http()) as three,
            stand(tmp_path, route_text(one.port, two.port, three.port, route=route)) as at,
        ):
            return await at.ask(), len(three.asked), [(row.upstream, row.reason, row.risk) for row in at.rows.ended]

    said, third, rows = play(story())
    assert (said.status, third) == (status, asked)
    assert rows[:2] == [("u1", "first", None), ("u2", "hedge", "may_have_been_served")]
    assert rows[2:] == [("u3", "repeat", "may_have_been_served")] * asked


# The first can cost 156 millionths, the second 312, the third 468.
@pytest.mark.parametrize(
    ("money", "asked"), [("0.000467", ["u1"]), ("0.000468", ["u1", "u2"]), ("0.000936", ["u1", "u2", "u3"])]
)
def test_both_of_a_hedge_count_towards_a_budget_in_money(tmp_path: Path, money: str, asked: list[str]):
    async def story():
        route = f"unanswered = 'repeat'\nhedge_after_ms = 20\nbudget = {{ attempts = 5, money = '{money}' }}"
        async with (
            upstream(later(None, 0.06)) as one,
            upstream(later(None, 0.1)) as two,
            upstream(http()) as three,
            stand(tmp_path, route_text(one.port, two.port, three.port, route=route)) as at,
        ):
            await at.ask()
            return sorted(row.upstream for row in at.rows.ended)

    assert play(story()) == asked


def test_of_two_streams_that_begin_together_one_is_let_go(tmp_path: Path):
    async def story():
        both = asyncio.Event()

        async def together(writer: asyncio.StreamWriter) -> None:
            await both.wait()
            writer.write(chunked(FIRST, LAST))
            await silence(writer)

        async with (
            upstream(together) as one,
            upstream(together) as two,
            stand(tmp_path, route_text(one.port, two.port, route="hedge_after_ms = 10")) as at,
        ):
            asked = asyncio.create_task(at.ask(STREAM))
            while not two.asked:
                await asyncio.sleep(0.005)
            both.set()
            said = await asked
            await at.settled()
            return said, len(at.rows.begun), len(at.rows.ended)

    said, begun, ended = play(story())
    assert (said.body, said.whole, begun, ended) == (FIRST + LAST, True, 2, 2)


def test_a_hedge_that_fails_leaves_the_first_its_time(tmp_path: Path):
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        writer.write(http())
        await writer.drain()

    async def story():
        async with (
            upstream(late) as one,
            upstream(http(b"{}", "500 Oops")) as two,
            stand(tmp_path, route_text(one.port, two.port, route="hedge_after_ms = 30")) as at,
        ):
            return await at.ask(), [(row.upstream, row.status) for row in at.rows.ended]

    said, rows = play(story())
    assert (said.status, said.body, rows) == (200, ANSWER, [("u2", 500), ("u1", 200)])


@pytest.mark.parametrize(("setting", "status", "asked"), [("serve", 200, 1), ("refuse", 503, 0)])
def test_when_nothing_can_be_recorded(tmp_path: Path, setting: str, status: int, asked: int):
    async def story():
        more = f"when_recording_fails = '{setting}'\n"
        async with upstream(http()) as one, stand(tmp_path, route_text(one.port, more=more)) as at:
            at.rows.fails = True
            said = await at.ask()
            at.rows.fails = False
            after = await at.ask()
            meters = await at.raw(b"GET /-/metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return said, after, len(one.asked) - 1, at.lines, meters

    said, after, times, lines, meters = play(story())
    assert (said.status, after.status, times) == (status, 200, asked)
    assert [line.split(" reason=")[0] for line in lines] == [
        f"recorder_failed step=begin then={setting}", "recorder_works_again",
    ]  # fmt: skip
    assert b'makegood_gateway_unrecorded_total{step="begin"} 1.0' in meters
    if setting == "refuse":
        assert said.headers["x-should-retry"] == "false"


def test_a_new_config_holds_for_new_calls_and_a_bad_one_for_none(tmp_path: Path):
    async def story():
        told = asyncio.Event()

        async def slow(writer: asyncio.StreamWriter) -> None:
            writer.write(chunked(FIRST, end=False))
            await told.wait()
            writer.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(LAST), LAST))
            await writer.drain()

        environ = {f"KEY{number}": f"sk-{number}" for number in range(1, 4)}
        async with upstream(slow) as one, upstream(http()) as two, stand(tmp_path, route_text(one.port)) as at:
            stream = asyncio.create_task(at.ask(STREAM))
            while not one.asked:
                await asyncio.sleep(0.005)
            at.config.write_text(route_text(two.port, more="workers = 2\n[listen]\nport = 9\n"))
            taken = reload(at.application, at.config, environ, at.lines.append)
            new = await at.ask()
            at.config.write_text("nonsense")
            refused = reload(at.application, at.config, environ, at.lines.append)
            still = await at.ask()
            told.set()
            return taken, refused, new.status, still.status, await stream, at.lines, len(two.asked)

    taken, refused, new, still, stream, lines, asked = play(story())
    assert (taken, refused, new, still, asked) == (True, False, 200, 200, 2)
    assert (stream.body, stream.whole) == (FIRST + LAST, True)
    assert lines[0] == "reloaded needs_a_restart=listen,workers"
    assert lines[1].startswith("reload_refused ")
    assert "is not TOML" in lines[1]


@pytest.mark.parametrize(
    ("script", "asked"),
    [
        (http(), ASKED),
        (chunked(FIRST, LAST), STREAM),
        (http(b"{}", "500 Oops"), ASKED),
        (then_reset(http(ANSWER, "200 OK", "Content-Length: 999")), ASKED),
        (then_reset(chunked(FIRST, end=False)), STREAM),
    ],
    ids=["whole", "stream", "refused", "cut", "cut stream"],
)
def test_what_a_call_held_is_let_go_with_its_end(tmp_path: Path, script: Script, asked: bytes):
    async def story():
        async with upstream(script) as one, stand(tmp_path, route_text(one.port)) as at:
            gc.collect()
            gc.disable()
            await at.ask(asked)
            await at.settled()
            await asyncio.sleep(0.01)
            return [held for held in gc.get_objects() if isinstance(held, Call)]

    try:
        assert play(story()) == []
    finally:
        gc.enable()


def test_meters_name_what_the_config_names_and_nothing_else(tmp_path: Path):
    async def story():
        async with (
            upstream(http(b"{}", "500 Oops")) as one,
            upstream(http()) as two,
            stand(tmp_path, route_text(one.port, two.port)) as at,
        ):
            await at.ask(headers={"Idempotency-Key": "id-of-a-caller"})
            await at.ask(b'{"model":"name-of-a-caller"}')
            return (await at.raw(b"GET /-/metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).decode()

    meters = play(story())
    assert 'makegood_gateway_calls_total{outcome="failed_over",route="m"} 1.0' in meters
    assert 'makegood_gateway_calls_total{outcome="failed",route="-"} 1.0' in meters
    assert 'makegood_gateway_attempts_total{ending="refused",reason="first",upstream="u1"} 2.0' in meters
    assert 'makegood_gateway_attempts_total{ending="answered",reason="failover",upstream="u2"} 1.0' in meters
    assert 'makegood_gateway_dearer_nano_total{currency="USD",route="m"} 2e+06' in meters
    assert "makegood_gateway_open_calls 0.0" in meters
    assert "of-a-caller" not in meters


def test_a_body_that_was_on_its_way_goes_by_the_config_that_let_its_caller_in(tmp_path: Path):
    async def story():
        environ = {"KEY1": "sk-other"}
        async with upstream(http()) as one, upstream(http()) as two, stand(tmp_path, route_text(one.port)) as at:
            reader, writer = await asyncio.open_connection("127.0.0.1", at.port)
            head, body = STREAMED.split(b"\r\n\r\n")
            writer.write(head + b"\r\n\r\n" + body[:9])
            while not at.gateway.open_calls:
                await asyncio.sleep(0.005)
            at.config.write_text(route_text(two.port))
            taken = reload(at.application, at.config, environ, at.lines.append)
            writer.write(body[9:])
            status = await reader.readline()
            writer.close()
            return taken, status, len(one.asked), len(two.asked)

    assert play(story()) == (True, b"HTTP/1.1 200 OK\r\n", 1, 0)


@pytest.mark.parametrize("chunk", [1, 2])
def test_a_fault_of_its_own_never_puts_two_answers_together(tmp_path: Path, chunk: int, monkeypatch):
    told = attempts.Attempt._feed
    fed: list[bytes] = []

    def faulty(self: attempts.Attempt, data: bytes) -> None:
        fed.append(data)
        if len(fed) == chunk:
            raise KeyError("a fault of its own")
        told(self, data)

    monkeypatch.setattr(attempts.Attempt, "_feed", faulty)

    async def in_two(writer: asyncio.StreamWriter) -> None:
        for part in (chunked(FIRST, end=False), b"5\r\nevent\r\n")[:chunk]:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.05)
        await silence(writer)

    async def story():
        async with upstream(in_two) as one, stand(tmp_path, route_text(one.port)) as at:
            got = await at.raw(STREAMED, 1.0)
            return got, at.rows.ended, at.lines

    got, (row,), (line,) = play(story())
    assert got.count(b"HTTP/1.1") == 1
    assert (got[9:12] == b"500", b"x-should-retry: false" in got) == (chunk == 1, chunk == 1)
    assert row.error == "cancelled_gateway_fault"
    assert line.startswith("fault kind=KeyError at=")
