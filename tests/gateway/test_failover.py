"""Whom a call is taken to when an upstream fails, and when to nobody; each attempt on record with reason and risk."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from makegood.records.recorded import Recorded
from tests.gateway.raw import (
    ANSWER,
    ERROR_EVENT,
    FIRST,
    LAST,
    OVERLOADED,
    STREAM,
    Said,
    Script,
    chunked,
    http,
    play,
    reset,
    route_text,
    silence,
    stand,
    then_reset,
    then_silence,
    upstream,
)

SHORT = (
    "[timeouts]\nconnect_seconds = 0.1\nfirst_byte_seconds = 0.15\nbetween_bytes_seconds = 0.15\nwhole_seconds = 2\n"
)
MAY = "may_have_been_served"
ERROR_BODY = b'{"error":{"message":"broken","type":"server_error"}}'


def two(tmp_path: Path, first: Script | None, route: str = "", stream: bool = False, asks: int = 1):
    """What the caller saw of its last call, the rows, and how often the first and the second upstream were asked."""

    async def story() -> tuple[Said, list[Recorded], int, int]:
        good = chunked(FIRST, LAST) if stream else http()
        async with (
            upstream(first) as one,
            upstream(good) as other,
            stand(tmp_path, route_text(one.port, other.port, more=SHORT, route=route)) as at,
        ):
            for _ in range(asks):
                said = await (at.ask(STREAM) if stream else at.ask())
            await at.settled()
            return said, at.rows.ended, len(one.asked), len(other.asked)

    return play(story())


REFUSALS = {
    "500": (http(ERROR_BODY, "500 Oops"), 500, "server_error"),
    "html 502": (http(b"<html>", "502 Bad Gateway", kind="text/html"), 502, None),
    "503": (http(b"", "503 Busy"), 503, None),
    "529": (http(OVERLOADED, "529 Overloaded"), 529, "engine_overloaded"),
    "429 overloaded": (http(OVERLOADED, "429 Too Many"), 429, "engine_overloaded"),
}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_of_the_provider_goes_to_the_next(tmp_path: Path, name: str, stream: bool):
    script, status, error = REFUSALS[name]
    said, rows, first, second = two(tmp_path, script, stream=stream)
    assert (said.status, said.headers["x-makegood-upstream"], first, second) == (200, "u2", 1, 1)
    assert [(row.status, row.error, row.reason, row.risk, row.retry) for row in rows] == [
        (status, error, "first", None, 0),
        (200, None, "failover", None, 1),
    ]
    assert len({row.call_id for row in rows}) == 1
    # u2 costs 2 and 20 a million where u1 costs 1 and 10: 1,000 in and 100 out cost 0.002 more
    assert [row.extra_nano for row in rows] == [0, 0 if stream else 2_000_000]
    assert {row.extra_currency for row in rows} == {"USD"}


@pytest.mark.parametrize(
    ("script", "stream", "status"),
    [(chunked(ERROR_EVENT), True, 200), (chunked(ERROR_EVENT, end=False), True, 200), (http(ERROR_BODY), False, 200)],
    ids=["event", "event and silence", "body"],
)
def test_an_error_inside_a_200_goes_to_the_next_and_the_risk_is_on_record(tmp_path, script, stream, status):
    said, rows, *asked = two(tmp_path, script, stream=stream)
    assert (said.status, said.whole, asked) == (200, True, [1, 1])
    assert b"broken" not in said.body
    assert [(row.status, row.usable, row.error, row.risk) for row in rows] == [
        (status, False, "server_error", None),
        (200, True, None, MAY),
    ]


def test_who_cannot_be_reached_was_never_asked(tmp_path: Path):
    async def story():
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        async with upstream(http()) as other, stand(tmp_path, route_text(port, other.port, more=SHORT)) as at:
            both = await at.ask()
            (at.config).write_text(route_text(port))
            return both, at.rows.ended

    said, rows = play(story())
    assert said.status == 200
    assert [(row.status, row.error, row.risk) for row in rows] == [(0, "connect_refused", None), (200, None, None)]


SHORT_BODY = http(ANSWER, "200 OK", "Content-Length: 999")
UNANSWERED = {
    "silence": (silence, 504, "upstream_timeout", "timeout", 0),
    "reset before the answer": (reset, 502, "upstream_broke_off", "connection_reset", 0),
    "closed before the answer": (None, 502, "upstream_broke_off", "connection_reset", 0),
    "reset amid the body": (then_reset(http()[:-40]), 502, "upstream_broke_off", "cut", 200),
    "fewer bytes than said": (then_silence(SHORT_BODY), 504, "upstream_timeout", "timeout", 200),
    "no HTTP": (b"hello\r\n\r\n", 502, "upstream_broke_off", "malformed_http", 0),
    "a proxy's time-out": (http(b"late", "504 Gateway Timeout"), 504, "upstream_timeout", None, 504),
    "another proxy's": (http(b"late", "524 A Timeout Occurred"), 504, "upstream_timeout", None, 524),
}  # fmt: skip


@pytest.mark.parametrize("name", UNANSWERED)
def test_what_ends_without_an_answer_may_have_been_served_and_is_not_repeated(tmp_path: Path, name: str):
    script, status, code, error, known = UNANSWERED[name]
    said, rows, first, second = two(tmp_path, script)
    assert (said.status, said.json()["error"]["code"], said.headers["x-should-retry"]) == (status, code, "false")
    assert (first, second) == (1, 0)
    ((row),) = rows
    assert (said.headers["x-makegood-call"], said.headers["x-makegood-upstream"]) == (row.call_id, "u1")
    assert (row.status, row.error, row.usable) == (known, error, False if known == 200 else None)


@pytest.mark.parametrize("name", UNANSWERED)
def test_it_is_repeated_where_the_route_says_so_and_the_risk_is_on_record(tmp_path: Path, name: str):
    said, rows, first, second = two(tmp_path, UNANSWERED[name][0], route="unanswered = 'repeat'")
    assert (said.status, said.body, first, second) == (200, ANSWER, 1, 1)
    assert [(row.reason, row.risk) for row in rows] == [("first", None), ("repeat", MAY)]


TORN = {"malformed": (http(b"<html>"), False), "cut": (http(ANSWER[:-30]), False), "a stream": (chunked(FIRST), True)}


@pytest.mark.parametrize("name", TORN)
def test_what_is_not_whole_is_passed_on_or_repeated_as_the_route_says(tmp_path: Path, name: str):
    script, stream = TORN[name]
    said, rows, first, second = two(tmp_path, script, stream=stream)
    assert (said.status, first, second, rows[0].usable) == (200, 1, 0, False)
    if stream:  # it has begun
        return
    said, rows, first, second = two(tmp_path, script, route="unanswered = 'repeat'")
    assert (said.status, said.body, first, second) == (200, ANSWER, 1, 1)
    assert [(row.usable, row.reason, row.risk) for row in rows] == [(False, "first", None), (True, "repeat", MAY)]


def test_where_nobody_is_left_the_answer_that_is_not_whole_goes_on_as_it_came(tmp_path: Path):
    async def story():
        async with (
            upstream(http(b"<html>")) as one,
            stand(tmp_path, route_text(one.port, route="unanswered = 'repeat'")) as at,
        ):
            return await at.ask()

    said = play(story())
    assert (said.status, said.body) == (200, b"<html>")


@pytest.mark.parametrize(
    "script", [then_reset(chunked(end=False)), then_silence(chunked(end=False))], ids=["reset", "silence"]
)
def test_a_stream_that_ends_before_its_first_event_may_have_been_served(tmp_path: Path, script: Script):
    said, rows, first, second = two(tmp_path, script, stream=True)
    assert (said.status in (502, 504), first, second) == (True, 1, 0)
    said, rows, first, second = two(tmp_path, script, route="unanswered = 'repeat'", stream=True)
    assert (said.body, rows[1].risk) == (FIRST + LAST, MAY)


BEGUN = chunked(FIRST, end=False)


@pytest.mark.parametrize(("script", "error"), [(then_reset(BEGUN), "cut"), (then_silence(BEGUN), "timeout")])
def test_after_the_first_piece_nobody_else_is_asked_and_the_caller_sees_the_cut(tmp_path, script, error):
    said, rows, first, second = two(tmp_path, script, route="unanswered = 'repeat'", stream=True)
    assert (said.status, said.whole, first, second) == (200, False, 1, 0)
    ((row),) = rows
    assert (row.status, row.usable, row.error) == (200, False, error)


def test_when_all_refuse_the_last_answer_is_the_callers(tmp_path: Path):
    async def story():
        busy = http(OVERLOADED, "529 Overloaded", "Retry-After: 2")
        async with (
            upstream(http(b"{}", "500 Oops")) as one,
            upstream(busy) as other,
            stand(tmp_path, route_text(one.port, other.port)) as at,
        ):
            return await at.ask()

    said = play(story())
    assert (said.status, said.body, said.headers["Retry-After"]) == (529, OVERLOADED, "2")


def test_after_enough_failures_the_first_is_left_alone(tmp_path: Path):
    said, rows, first, second = two(tmp_path, REFUSALS["503"][0], asks=9)
    assert (said.status, first, second) == (200, 5, 9)
    assert [row.reason for row in rows if row.upstream == "u2"] == ["failover"] * 9
    assert rows[-1].retry == 0  # asked at once: the detour is the call's only attempt


def test_who_says_when_to_come_back_is_not_asked_before(tmp_path: Path):
    _, _, first, second = two(tmp_path, http(b"", "503 Busy", "Retry-After: 60"), asks=3)
    assert (first, second) == (1, 3)


def test_alone_and_asked_for_peace_the_caller_is_told_when(tmp_path: Path):
    async def story():
        busy = http(OVERLOADED, "429 Too Many", "Retry-After: 60")
        async with upstream(busy) as one, stand(tmp_path, route_text(one.port)) as at:
            return await at.ask(), await at.ask(), len(one.asked), len(at.rows.begun)

    first, second, asked, begun = play(story())
    assert (first.status, first.body) == (429, OVERLOADED)
    assert (second.status, second.json()["error"]["code"], asked, begun) == (503, "upstreams_resting", 1, 1)
    assert 59 <= int(second.headers["Retry-After"]) <= 76


def test_alone_and_broken_it_is_asked_all_the_same(tmp_path: Path):
    async def story():
        async with upstream(http(b"{}", "500 Oops")) as one, stand(tmp_path, route_text(one.port)) as at:
            for _ in range(8):
                said = await at.ask()
            return said.status, len(one.asked), at.lines

    status, asked, lines = play(story())
    assert (status, asked) == (500, 8)
    assert lines == ["breaker upstream=u1 model=m state=open"]


@pytest.mark.parametrize(
    ("budget", "asked"),
    [("attempts = 1", 0), ("attempts = 2", 1), ("seconds = 0.000001", 0), ("money = '0.0001'", 0), ("money = '1'", 1)],
)
def test_a_budget_stands_against_a_detour(tmp_path: Path, budget: str, asked: int):
    _, _, first, second = two(tmp_path, REFUSALS["503"][0], route=f"budget = {{ {budget} }}")
    assert (first, second) == (1, asked)


def test_what_hangs_on_an_earlier_answer_stays_where_that_is_known(tmp_path: Path):
    async def story():
        async with (
            upstream(http(b"{}", "500 Oops")) as one,
            upstream(http()) as other,
            stand(tmp_path, route_text(one.port, other.port)) as at,
        ):
            said = await at.ask(b'{"model":"m","input":"x","previous_response_id":"resp_1"}', path="/v1/responses")
            return said.status, len(other.asked)

    assert play(story()) == (500, 0)


def test_a_client_librarys_retry_belongs_to_the_call_that_failed(tmp_path: Path):
    async def story():
        async with (
            upstream(http(b"{}", "500 Oops"), http()) as one,
            upstream(http(b"{}", "500 Oops")) as other,
            stand(tmp_path, route_text(one.port, other.port)) as at,
        ):
            failed = await at.ask(headers={"x-stainless-retry-count": "0"})
            again = await at.ask(headers={"x-stainless-retry-count": "1"})
            fresh = await at.ask(headers={"x-stainless-retry-count": "0"})
            return failed, again, fresh, at.rows.ended

    failed, again, fresh, rows = play(story())
    assert (failed.status, again.status) == (500, 200)
    assert [row.retry for row in rows] == [0, 1, 2, 0]
    assert len({row.call_id for row in rows[:3]}) == 1
    assert fresh.headers["x-makegood-call"] != again.headers["x-makegood-call"] == failed.headers["x-makegood-call"]


def test_a_detour_stays_one_where_it_also_tries_a_broken_upstream_again(tmp_path: Path):
    async def story():
        rules = "[breaker]\nfailures = 2\nopen_seconds = 60\n"
        bad = http(b"{}", "500 Oops")
        async with (
            upstream(bad) as one,
            upstream(bad, bad, http()) as other,
            stand(tmp_path, route_text(one.port, other.port, more=rules)) as at,
        ):
            now = [1000.0]
            real, at.gateway.time = at.gateway.time, lambda: real() + now[0]
            for _ in range(2):
                await at.ask()
            now[0] += 80
            await at.ask()
            return [(row.upstream, row.reason) for row in at.rows.ended[-2:]]

    assert play(story()) == [("u1", "probe"), ("u2", "failover")]


def test_after_a_while_one_probe_goes_out_and_then_ever_more(tmp_path: Path):
    async def story():
        rules = "[breaker]\nfailures = 2\nopen_seconds = 60\nramp_seconds = 1000\n"
        async with (
            upstream(http(b"{}", "500 Oops"), http(b"{}", "500 Oops"), http()) as one,
            upstream(http()) as other,
            stand(tmp_path, route_text(one.port, other.port, more=rules)) as at,
        ):
            now = [1000.0]
            real, at.gateway.time = at.gateway.time, lambda: real() + now[0]
            for _ in range(3):
                await at.ask()
            now[0] += 80
            for _ in range(21):
                await at.ask()
            return [(row.upstream, row.reason) for row in at.rows.ended], len(one.asked), at.lines

    rows, asked, lines = play(story())
    assert rows[5] == ("u1", "probe")
    assert asked == 2 + 1 + 2  # of the twenty after the probe an eighth is let through
    assert [line.rpartition("=")[2] for line in lines] == ["open", "ramp"]


@pytest.mark.parametrize(("route", "failed"), [("", 2 + 3), ("unanswered = 'repeat'", 0)])
def test_what_costs_a_caller_the_answer_is_tried_again_with_one_call_in_so_many(
    tmp_path: Path, route: str, failed: int
):
    async def story():
        rules = "[breaker]\nfailures = 2\nopen_seconds = 1\nopen_most_seconds = 1\nspared_calls = 10\n"
        async with (
            upstream(reset) as one,
            upstream(http()) as other,
            stand(tmp_path, route_text(one.port, other.port, route=route, more=rules)) as at,
        ):
            now = [1000.0]
            real, at.gateway.time = at.gateway.time, lambda: real() + now[0]
            statuses = [(await at.ask()).status for _ in range(2)]
            for _ in range(33):
                now[0] += 2
                statuses.append((await at.ask()).status)
            return sum(status != 200 for status in statuses), len(one.asked)

    assert play(story()) == (failed, 5 if not route else 2 + 33)
