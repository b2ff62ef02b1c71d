"""What clients do besides asking once: repeat, give up, leave early, copy themselves, and go on without a recorder."""

from __future__ import annotations

import asyncio
import copy
import logging
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anthropic
import httpx2
import openai
import pytest

import makegood.hooks
from makegood.errors import BadUse, NotRecorded
from makegood.gateway.demo.plan import Plan
from makegood.gateway.demo.provider import DemoProvider, serving
from makegood.hooks.recorder import Recorder, log_of
from makegood.hooks.transports import recording
from makegood.hooks.who import Who
from tests.gateway.hosting import Loop
from tests.hooks.hooked import Hooked, rows

ASK: dict[str, Any] = {"model": "demo-small", "messages": [{"role": "user", "content": "hello"}]}
LISTED = ("error_503", "overloaded_429", "fine")


async def at_once(**_: Any) -> None:
    """No waiting between tries."""


@pytest.fixture
def flaky(loop: Loop) -> Callable[[], str]:
    """Providers that fail twice, then answer."""
    return lambda: loop.enter(serving(DemoProvider(Plan(listed=LISTED))))


def impatient(client: Any) -> Any:
    """The client, without its pauses."""
    client._sleep_for_retry = at_once if "Async" in type(client).__name__ else lambda **_: None
    return client


def test_the_sdks_own_retries_are_attempts_of_one_call(flaky: Callable[[], str], folder: Path):
    client = impatient(openai.OpenAI(base_url=f"{flaky()}/v1", api_key="k", max_retries=2))
    makegood.hooks.openai(client, folder=folder)
    assert client.chat.completions.create(**ASK).choices[0].message.content
    client.chat.completions.create(**ASK)
    found = rows(folder)
    assert [(row["status"], row["retry"], row["error"]) for row in found] == [
        (503, 0, "service_unavailable"),
        (429, 1, "engine_overloaded"),
        (200, 2, None),
        (200, 0, None),
    ]
    assert [row["call_id"] == found[0]["call_id"] for row in found] == [True, True, True, False]
    assert len({row["fingerprint"] for row in found}) == 1
    client.close()


def test_refusals_of_streams_are_named_though_the_sdk_does_not_read_them(
    loop: Loop, flaky: Callable[[], str], folder: Path
):
    client = impatient(anthropic.Anthropic(base_url=flaky(), api_key="k"))
    makegood.hooks.anthropic(client, folder=folder)
    with client.messages.stream(**ASK, max_tokens=50) as stream:
        assert stream.get_final_text()
    client.close()
    twin = makegood.hooks.openai(impatient(openai.AsyncOpenAI(base_url=f"{flaky()}/v1", api_key="k")), folder=folder)

    async def asking() -> int:
        async with twin:
            return len([one async for one in await twin.chat.completions.create(**ASK, stream=True)])

    assert loop.run(asking()) > 2
    expected = [(503, "api_error"), (429, "overloaded_error"), (200, None)]
    expected += [(503, "service_unavailable"), (429, "engine_overloaded"), (200, None)]
    assert [(row["status"], row["error"]) for row in rows(folder)] == expected
    assert len({row["call_id"] for row in rows(folder)}) == 2


def test_a_repeat_by_the_callers_own_loop_belongs_to_the_call_that_failed(flaky: Callable[[], str], folder: Path):
    client = openai.OpenAI(base_url=f"{flaky()}/v1", api_key="k", max_retries=0)
    makegood.hooks.openai(client, folder=folder)
    for _ in LISTED:
        try:
            client.chat.completions.create(**ASK)
        except openai.APIStatusError:
            continue
    client.chat.completions.create(**ASK, extra_headers={"Idempotency-Key": "order-17"})
    found = rows(folder)
    assert [row["retry"] for row in found] == [0, 1, 2, 0]
    assert [row["call_id"] == found[0]["call_id"] for row in found] == [True, True, True, False]
    assert found[3]["call_id"] == "order-17"
    client.close()


def test_many_threads_at_once_keep_their_calls_apart(address: str, loop: Loop, folder: Path):
    client = makegood.hooks.openai(openai.AsyncOpenAI(base_url=f"{address}/v1", api_key="k"), folder=folder)

    async def together() -> None:
        async with client:
            await asyncio.gather(*(client.chat.completions.create(**ASK) for _ in range(20)))

    loop.run(together())
    assert len({row["call_id"] for row in rows(folder)}) == len({row["attempt"] for row in rows(folder)}) == 20


def test_copies_and_raw_and_streaming_responses_are_recorded(hooked: Hooked):
    client = hooked.clients.openai
    client.with_options(timeout=3).chat.completions.create(**ASK)
    raw = client.chat.completions.with_raw_response.create(**ASK)
    assert raw.parse().choices[0].message.content
    assert raw.request_id.startswith("req_demo_")
    with client.chat.completions.with_streaming_response.create(**ASK) as response:
        assert b"".join(response.iter_bytes()).startswith(b"{")
    with client.chat.completions.with_streaming_response.create(**ASK) as response:
        assert response.status_code == 200
    found = hooked.new()
    assert [(row["status"], row["usable"], row["error"]) for row in found] == [
        *[(200, True, None)] * 3,
        (200, None, "client_disconnect"),
    ]


def test_a_stream_that_the_caller_leaves_is_the_callers_doing(hooked: Hooked):
    messages = hooked.clients.anthropic.messages
    with messages.create(**ASK, max_tokens=50, stream=True) as stream:
        for event in stream:
            if event.type == "content_block_delta":
                break
    with hooked.clients.openai.chat.completions.create(**ASK, stream=True) as chat:
        for chunk in chat:
            if chunk.choices[0].finish_reason:
                break
    left, whole = hooked.new()
    assert (left["status"], left["usable"], left["error"]) == (200, None, "client_disconnect")
    assert (left["input_tokens"] > 0, left["output_tokens"] > 0) == (True, True)
    assert (whole["status"], whole["usable"], whole["error"]) == (200, True, None)


def test_a_task_that_is_cancelled_is_the_callers_doing(hooked: Hooked, loop: Loop):
    async def cancelled(text: str, stream: bool) -> None:
        asked = {**ASK, "messages": [{"role": "user", "content": text}], "stream": stream}

        async def run() -> None:
            async with await hooked.clients.async_openai.chat.completions.create(**asked) as answer:
                async for _ in answer:
                    await asyncio.Event().wait()

        task = asyncio.create_task(run())
        for _ in range(2000):
            await asyncio.sleep(0.001)
            if hooked.clients.async_openai._client._transport.recorder.log._in_flight:
                break
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    loop.run(cancelled("do:timeout_before", False))
    loop.run(cancelled("hello", True))
    before, within = hooked.new()
    assert (before["status"], before["error"], before["usable"]) == (0, "client_disconnect", None)
    assert (within["status"], within["error"], within["usable"]) == (200, "client_disconnect", None)


def test_who_cannot_be_reached_and_who_is_too_slow(address: str, folder: Path):
    gone = openai.OpenAI(base_url="http://127.0.0.1:9/v1", api_key="k", max_retries=0)
    slow = openai.OpenAI(base_url=f"{address}/v1", api_key="k", max_retries=0, timeout=0.02)
    for client in (gone, slow):
        makegood.hooks.openai(client, folder=folder, provider="demo")
    with pytest.raises(openai.APIConnectionError):
        gone.chat.completions.create(**ASK)
    with pytest.raises(openai.APITimeoutError):
        slow.chat.completions.create(model="demo-small", messages=[{"role": "user", "content": "do:timeout_before"}])
    found = rows(folder)
    assert [(row["status"], row["error"], row["usable"]) for row in found] == [
        (0, "connect_refused", None),
        (0, "timeout", None),
    ]
    assert found[1]["duration_ms"] >= 20
    gone.close()
    slow.close()


class Full:
    """A log on a full disk."""

    salt = bytes(32)

    def begin(self, _: object) -> None:
        raise NotRecorded("attempts: attempts could not be recorded (No space left on device); make room there.")

    finish = begin


def test_a_full_disk_stops_no_call_and_is_said_once(address: str, caplog: pytest.LogCaptureFixture):
    recorder = Recorder(Full(), Who())
    client = openai.OpenAI(base_url=f"{address}/v1", api_key="k")
    client._client._transport = recording(client._client._transport, recorder, "httpx2")
    with caplog.at_level(logging.WARNING, "makegood.hooks"):
        for stream in (False, True, False):
            answer = client.chat.completions.create(**ASK, stream=stream)
            assert not stream or list(answer)
    assert recorder.lost == 3
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "an attempt was not recorded, and the call went on"
    ]
    assert "No space left" in caplog.records[0].getMessage()
    client.close()


def test_hooking_twice_records_once_and_hooking_otherwise_is_refused(address: str, folder: Path):
    client = openai.OpenAI(base_url=f"{address}/v1", api_key="k")
    assert makegood.hooks.openai(client, folder=folder) is client
    makegood.hooks.openai(client, folder=folder)
    client.chat.completions.create(**ASK)
    assert len(rows(folder)) == 1
    with pytest.raises(BadUse, match="hooked already"):
        makegood.hooks.openai(client, folder=folder, account="other")
    client.close()


@pytest.mark.parametrize(
    ("hook", "what", "said"),
    [
        (makegood.hooks.openai, object(), "no client of the openai package"),
        (makegood.hooks.anthropic, openai.OpenAI(api_key="k"), "no client of the anthropic package"),
        (makegood.hooks.transport, object(), "no transport of httpx2 or httpx"),
    ],
)
def test_what_cannot_be_hooked_is_refused_in_a_sentence(
    hook: Callable[..., Any], what: object, said: str, folder: Path
):
    with pytest.raises(BadUse, match=said):
        hook(what, folder=folder)
    assert not folder.exists()


def test_a_plain_transport_records_what_goes_through_it(folder: Path):
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("messages"):
            return httpx2.Response(529, json={"type": "error", "error": {"type": "overloaded_error"}})
        said = {"choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 4}}
        return httpx2.Response(200, json=said, headers={"x-request-id": "req_1", "x-ms-region": "East US"})

    mock = makegood.hooks.transport(httpx2.MockTransport(answer), folder=folder, account="acme", key="main")
    with httpx2.Client(transport=mock) as client:
        client.post("https://mine.openai.azure.com/openai/deployments/gpt-x/chat/completions", json={"messages": []})
        client.post("https://api.anthropic.com/v1/messages", json={"model": "claude-x"})
        client.get("https://api.openai.com/v1/models")
    told = [tuple(row[name] for name in ("provider", "service", "model", "region", "status")) for row in rows(folder)]
    assert told == [
        ("azure-openai", "chat.completions", "gpt-x", "eastus", 200),
        ("anthropic", "messages", "claude-x", None, 529),
        ("openai", "models", "unknown", "eastus", 200),
    ]
    first = rows(folder)[0]
    assert (first["usable"], first["input_tokens"], first["request_id"], first["key"]) == (True, 4, "req_1", "main")
    assert rows(folder)[1]["error"] == "overloaded_error"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_compressed_answers_are_read(loop: Loop, folder: Path, coding: str):
    body = b'{"choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 4}}'
    packer = zlib.compressobj(wbits=31 if coding == "gzip" else 15)
    packed = packer.compress(body) + packer.flush()

    class Bytes(httpx2.AsyncByteStream):
        async def __aiter__(self):
            yield packed[:20]
            yield packed[20:]

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-encoding": coding}, stream=Bytes())

    async def asking() -> bytes:
        mock = makegood.hooks.transport(httpx2.MockTransport(answer), folder=folder)
        async with httpx2.AsyncClient(transport=mock) as client:
            return (await client.post("https://api.openai.com/v1/chat/completions", json={"model": "m"})).content

    assert loop.run(asking()) == body
    (row,) = rows(folder)
    assert (row["usable"], row["input_tokens"]) == (True, 4)


def test_a_hooked_transport_is_the_one_within_for_all_else_and_can_be_copied(folder: Path):
    inner = httpx2.HTTPTransport()
    hooked = makegood.hooks.transport(inner, folder=folder)
    assert hooked._pool is inner._pool
    assert copy.copy(hooked).inner is inner
    assert not hasattr(hooked, "nothing_of_that_name")
    hooked.close()


def test_one_log_serves_all_hooks_of_a_folder(folder: Path):
    assert log_of(folder) is log_of(str(folder))
