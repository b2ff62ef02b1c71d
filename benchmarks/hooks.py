"""What a hook adds to a call of the SDKs: the same call with and without, in pairs; rows and tokens asserted.

Run as `python -m benchmarks.hooks [PAIRS]`; the default is 3,000. Writes benchmarks/hooks.md. Answers come from a stub
within the process, so that nothing but the SDK's own work stands beside the hook's.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import anthropic
import httpx2
import openai

import makegood.hooks
from makegood.hooks.recorder import close_log

PAIRS, GOAL = 3_000, 50
PAGE = Path(__file__).with_name("hooks.md")
EVENTS = 200
ASK: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Tell me of harbours. " * 40}]}
USAGE = {
    "prompt_tokens": 361,
    "completion_tokens": 120,
    "total_tokens": 481,
    "prompt_tokens_details": {"cached_tokens": 0},
}
SAID = "The harbour lies quiet. " * 25
_HEADERS = {"x-request-id": "req_0123456789abcdef0123456789abcdef", "content-type": "application/json"}


def _completion() -> bytes:
    message = {"role": "assistant", "content": SAID, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    named = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o"}
    return json.dumps({**named, "choices": [choice], "usage": USAGE}).encode()


def _message() -> bytes:
    named = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude", "stop_sequence": None}
    usage = {"input_tokens": 361, "output_tokens": 120}
    said = [{"type": "text", "text": SAID}]
    return json.dumps({**named, "content": said, "stop_reason": "end_turn", "usage": usage}).encode()


def _events() -> list[bytes]:
    named = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o"}
    deltas = [{"role": "assistant", "content": ""}, *[{"content": " harbour"}] * EVENTS]
    choices = [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None} for delta in deltas]
    last = {"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}
    chunks = [{**named, "choices": [choice], "usage": None} for choice in (*choices, last)]
    chunks.append({**named, "choices": [], "usage": USAGE})
    return [f"data: {json.dumps(one, separators=(',', ':'))}\n\n".encode() for one in chunks] + [b"data: [DONE]\n\n"]


class _Parts(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part


class Stub(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """Answers at once, with a stream for who asks for one."""

    def __init__(self) -> None:
        self._completion, self._message, self._events = [_completion()], [_message()], _events()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer."""
        if request.url.path.endswith("messages"):
            return httpx2.Response(200, headers=_HEADERS, stream=_Parts(self._message))
        if b'"stream":true' in request.content:
            headers = {**_HEADERS, "content-type": "text/event-stream"}
            return httpx2.Response(200, headers=headers, stream=_Parts(self._events))
        return httpx2.Response(200, headers=_HEADERS, stream=_Parts(self._completion))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The same."""
        return self.handle_request(request)


@dataclass(frozen=True)
class Measured:
    """A kind of call: how many pairs, and medians in microseconds; `added` is the median of the differences."""

    name: str
    pairs: int
    plain: float
    hooked: float
    added: float
    ninety: float


Ask = Callable[[Any], Any]


def in_pairs(name: str, ask: tuple[Ask, Any, Any], pairs: int) -> Measured:
    """Measure the call with and without the hook, each first in every second pair."""
    what, without, hooked = ask
    for _ in range(50):
        what(without), what(hooked)
    plain_ns, hooked_ns = [], []
    for number in range(pairs):
        order = ((without, plain_ns), (hooked, hooked_ns)) if number % 2 else ((hooked, hooked_ns), (without, plain_ns))
        for client, times in order:
            start = time.perf_counter_ns()
            what(client)
            times.append(time.perf_counter_ns() - start)
    return _measured(name, plain_ns, hooked_ns)


async def in_pairs_async(name: str, ask: tuple[Callable[[Any], Awaitable[Any]], Any, Any], pairs: int) -> Measured:
    """As `in_pairs`, of asynchronous clients."""
    what, without, hooked = ask
    for _ in range(50):
        await what(without), await what(hooked)
    plain_ns, hooked_ns = [], []
    for number in range(pairs):
        order = ((without, plain_ns), (hooked, hooked_ns)) if number % 2 else ((hooked, hooked_ns), (without, plain_ns))
        for client, times in order:
            start = time.perf_counter_ns()
            await what(client)
            times.append(time.perf_counter_ns() - start)
    return _measured(name, plain_ns, hooked_ns)


def _measured(name: str, plain_ns: list[int], hooked_ns: list[int]) -> Measured:
    added = sorted(after - before for before, after in zip(plain_ns, hooked_ns, strict=True))
    ninety = added[len(added) * 9 // 10]
    return Measured(
        name, len(added), median(plain_ns) / 1000, median(hooked_ns) / 1000, median(added) / 1000, ninety / 1000
    )


def _chat(client: Any) -> None:
    assert client.chat.completions.create(**ASK).usage.prompt_tokens == 361


def _stream(client: Any) -> None:
    answer = client.chat.completions.create(**ASK, stream=True, stream_options={"include_usage": True})
    assert sum(1 for _ in answer) == EVENTS + 3


def _talk(client: Any) -> None:
    assert client.messages.create(**ASK, max_tokens=200).usage.input_tokens == 361


async def _chat_async(client: Any) -> None:
    assert (await client.chat.completions.create(**ASK)).usage.prompt_tokens == 361


def measure(folder: Path, pairs: int) -> list[Measured]:
    """All kinds of calls; asserts that each hooked one is a row with its tokens."""

    def client(kind: Any, http: Any, hook: Any) -> Any:
        made = kind(api_key="k", max_retries=0, http_client=http(transport=Stub()))
        return hook(made, folder=folder) if hook else made

    def both(kind: Any, http: Any, hook: Any) -> tuple[Any, Any]:
        return client(kind, http, None), client(kind, http, hook)

    chat = both(openai.OpenAI, httpx2.Client, makegood.hooks.openai)
    found = [
        in_pairs("openai, chat", (_chat, *chat), pairs),
        in_pairs(f"openai, chat, a stream of {EVENTS} pieces", (_stream, *chat), pairs // 4),
        in_pairs(
            "anthropic, messages", (_talk, *both(anthropic.Anthropic, httpx2.Client, makegood.hooks.anthropic)), pairs
        ),
    ]
    twins = both(openai.AsyncOpenAI, httpx2.AsyncClient, makegood.hooks.openai)
    found.append(asyncio.run(in_pairs_async("openai, chat, async", (_chat_async, *twins), pairs)))
    close_log(folder)
    _check(folder, sum(one.pairs + 50 for one in found))
    return found


def _check(folder: Path, calls: int) -> None:
    lines = [line for path in sorted(folder.glob("open/*.jsonl")) for line in path.read_bytes().splitlines()]
    rows = [json.loads(line) for line in lines]
    assert len(rows) == calls, (len(rows), calls)
    assert sum(row["input_tokens"] for row in rows) == 361 * calls
    assert sum(row["output_tokens"] for row in rows) == 120 * calls
    assert all(row["usable"] is True and row["status"] == 200 for row in rows)


def page(found: list[Measured]) -> str:
    """The page of the figures."""
    head = f"`python -m benchmarks.hooks`, {datetime.now(UTC):%Y-%m-%d}; {platform.system()}, "
    lines = [
        "# Hooks",
        "",
        f"{head}{os.cpu_count()} processors, Python {platform.python_version()}, "
        f"openai {openai.__version__}, anthropic {anthropic.__version__}. "
        "Each call is made with and without the hook, in pairs; answers come from within the process. Medians.",
        "",
        "| call | pairs | without | hooked | added | added, 9 of 10 below |",
        "|---|---|---|---|---|---|",
        *[
            f"| {one.name} | {one.pairs:,} | {one.plain:,.0f} µs | {one.hooked:,.0f} µs | {one.added:,.1f} µs "
            f"| {one.ninety:,.1f} µs |"
            for one in found
        ],
        "",
        f"The goal is {GOAL} µs a call. Each hooked call is a row of the folder with its tokens; their sums are "
        "asserted. Each row is written twice, before its request and after its answer.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, and write the page."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS
    with tempfile.TemporaryDirectory() as name:
        said = page(measure(Path(name) / "attempts", pairs))
    PAGE.write_text(said, encoding="utf-8")
    print(said)


if __name__ == "__main__":
    main()
