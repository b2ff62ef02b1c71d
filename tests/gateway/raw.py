"""Raw: an upstream that answers with exactly these bytes, and a gateway before it; what each saw is kept."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from aiohttp import web
from yarl import URL

from makegood.acts.take_attempts import AttemptLog
from makegood.gateway.config import read_config
from makegood.gateway.gateway import Gateway
from makegood.gateway.recorder import Log
from makegood.gateway.run import loop_factory
from makegood.gateway.server import GATEWAY, build, runner_of
from makegood.records.recorded import Recorded

Told = TypeVar("Told")
PATH = "/v1/chat/completions"
ASKED = b'{"model": "m", "messages": [{"role": "user", "content": "hello"}]}'
STREAM = b'{"model": "m", "stream": true, "messages": [{"role": "user", "content": "hello"}]}'
ANSWER = (
    b'{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":'
    b'{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,'
    b'"completion_tokens":100,"total_tokens":1100}}'
)
OVERLOADED = b'{"error":{"message":"too many","type":"engine_overloaded","code":"engine_overloaded"}}'
QUOTA = b'{"error":{"message":"yours","type":"insufficient_quota","code":"insufficient_quota"}}'


def piece(text: str) -> bytes:
    """One event of a chat stream."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    document = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(document).encode() + b"\n\n"


FIRST = piece("he")
LAST = (
    b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},'
    b'"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
)
ERROR_EVENT = b'data: {"error":{"message":"broken","type":"server_error","code":null}}\n\n'


def http(body: bytes = ANSWER, status: str = "200 OK", *headers: str, kind: str = "application/json") -> bytes:
    """A whole HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers]
    if not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(*parts: bytes, end: bool = True) -> bytes:
    """The head and the chunks of an answer that comes as events."""
    made = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + made + (b"0\r\n\r\n" if end else b"")


@dataclass
class Asked:
    """One request as it came to an upstream."""

    line: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of the only header of this name."""
        (value,) = [value for key, value in self.headers if key.lower() == name.lower()] or [None]
        return value


Script = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Upstream:
    """Answers the n-th request with the n-th script, the last one again and again; None closes the connection."""

    scripts: list[Script | None]
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    left: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    talks: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = field(default_factory=dict)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        self.talks[writer] = asyncio.current_task()
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while request := await self._read(reader):
                script = self.scripts[min(len(self.asked), len(self.scripts) - 1)]
                self.asked.append(request)
                if script is None:
                    break
                if isinstance(script, bytes):
                    writer.write(script)
                    await writer.drain()
                else:
                    listening = asyncio.create_task(reader.read(1))
                    listening.add_done_callback(lambda _: self.left.set())
                    try:
                        await script(writer)
                    finally:
                        listening.cancel()
                    break
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader) -> Asked | None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.IncompleteReadError:
            return None
        line, *rest = head.strip().split("\r\n")
        headers = [(name, value.strip()) for name, _, value in (one.partition(":") for one in rest)]
        named = {name.lower(): value for name, value in headers}
        if named.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await reader.readline(), 16):
                body += await reader.readexactly(size + 2)
                body = body[:-2]
            await reader.readline()
        else:
            body = await reader.readexactly(int(named.get("content-length", 0)))
        return Asked(line, headers, body)


async def silence(writer: asyncio.StreamWriter) -> None:
    """Say nothing until the other side has gone."""
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection off."""
    writer.transport.abort()


def then_reset(data: bytes) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """Say this and break off."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.transport.abort()

    return script


def then_silence(data: bytes) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """Say this and no more."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        await silence(writer)

    return script


@asynccontextmanager
async def upstream(*scripts: Script | None) -> AsyncIterator[Upstream]:
    """An upstream that is served while the context lasts."""
    made = Upstream(list(scripts))
    server = await asyncio.start_server(made.talk, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for writer in made.talks:
            writer.transport.abort()
        await asyncio.gather(*(task for task in made.talks.values() if task is not None))


class Rows:
    """A log that keeps its rows here, and fails when it is told to."""

    salt = b"s" * 32

    def __init__(self) -> None:
        self.begun: list[Recorded] = []
        self.ended: list[Recorded] = []
        self.fails = False

    def begin(self, recorded: Recorded) -> None:
        if self.fails:
            raise OSError(28, "No space left on device")
        self.begun.append(recorded)

    def finish(self, recorded: Recorded) -> None:
        if self.fails:
            raise OSError(28, "No space left on device")
        self.ended.append(recorded)


@dataclass
class Stand:
    """A gateway that is served: where, what it recorded, and what it said."""

    port: int
    rows: Rows
    lines: list[str]
    gateway: Gateway
    session: aiohttp.ClientSession
    application: web.Application
    config: Path

    async def ask(self, body: bytes = ASKED, headers: Mapping[str, str] | None = None, path: str = PATH) -> Said:
        """A call by a caller that waits for its whole answer."""
        given = {"Content-Type": "application/json", "Authorization": "Bearer sk-caller", **(headers or {})}
        url = URL(f"http://127.0.0.1:{self.port}{path}", encoded=True)
        async with self.session.post(url, data=body, headers=given, allow_redirects=False) as answer:
            try:
                return Said(answer.status, answer.headers, await answer.read(), True)
            except aiohttp.ClientPayloadError:
                return Said(answer.status, answer.headers, b"", False)

    async def raw(self, sent: bytes, wait: float = 2.0) -> bytes:
        """All that comes back for these bytes until the gateway closes or the wait is over."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent)
        got = b""
        with contextlib.suppress(asyncio.TimeoutError, ConnectionError):
            async with asyncio.timeout(wait):
                while data := await reader.read(65_536):
                    got += data
        writer.close()
        return got

    async def settled(self) -> None:
        """Until every call has ended here too."""
        for _ in range(200):
            if not self.gateway.open_calls:
                return
            await asyncio.sleep(0.005)
        raise AssertionError("a call is still open")


def play(story: Coroutine[Any, Any, Told]) -> Told:
    """Run a story on the loop that the gateway itself runs on."""
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(story)


@dataclass
class Said:
    """An answer as the caller got it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def route_text(*ports: int, more: str = "", route: str = "", wire: str = "openai", key: str = "") -> str:
    """A config with an upstream u1, u2 ... for each port, all of them behind the model `m`, u1 by default."""
    base = "/v1" if wire == "openai" else ""
    uppers = "\n".join(
        f"[upstreams.u{number}]\nwire = '{wire}'\nbase_url = 'http://127.0.0.1:{port}{base}'\nprovider = 'p{number}'\n"
        + (key or f"key_env = 'KEY{number}'\n")
        for number, port in enumerate(ports, 1)
    )
    steps = ", ".join(
        f"{{ upstream = 'u{number}', price = {{ input = '{number}', output = '{number}0' }}, most_output_tokens = 9 }}"
        for number, _ in enumerate(ports, 1)
    )
    return f"{more}\n{uppers}\n[routes.m]\nupstreams = [{steps}]\n{route}\n[default]\n{wire} = 'u1'\n"


@asynccontextmanager
async def stand(folder: Path, text: str, log: Log | None = None) -> AsyncIterator[Stand]:
    """A gateway by this config, served while the context lasts."""
    path, lines, rows = folder / "gateway.toml", [], Rows()
    path.write_text(text, encoding="utf-8")
    environ = {**{f"KEY{number}": f"sk-upstream-{number}" for number in range(1, 5)}, "TEAM": "team-key"}
    application = build(read_config(path, environ), log or rows, lines.append)
    runner = runner_of(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        port = runner.addresses[0][1]
        yield Stand(port, rows, lines, application[GATEWAY], session, application, path)
    await runner.cleanup()


def folder_log(folder: Path) -> AttemptLog:
    """A log that writes to a folder."""
    return AttemptLog(folder / "attempts", lambda: datetime.now(UTC))
