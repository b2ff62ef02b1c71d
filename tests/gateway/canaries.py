"""Canaries: secrets in every place where a caller or a provider may put one, and a search for them afterwards."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import string
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import aiohttp
import duckdb
import orjson

from makegood.acts.take_attempts import AttemptLog
from makegood.gateway.demo.plan import Plan
from makegood.gateway.demo.provider import DemoProvider, serving
from makegood.records import attempts_folder
from tests.gateway.campaign import free_ports, listening
from tests.gateway.killed import Nursery
from tests.gateway.rig import Pace, write_config

CORE = 16
_LETTERS = string.ascii_lowercase + string.digits
_RUN = re.compile(rb"[a-z0-9]{%d,}" % CORE, re.IGNORECASE)
_SHARES = ("echo_400", "error_500", "cut", "malformed", "reset_mid_stream", "error_first", "slow_drip", "timeout_after")
# How a secret looks around its core; the first three look like keys, wherever they stand.
_KEYS = ("sk-{}", "sk-ant-api03-{}", "eyJhbGciOiJIUzI1NiJ9.{}.x")
_FORMS = (
    *_KEYS,
    "{}",
    "my password is {}, do not tell",
    "{}@example.org",
    "비밀번호 {}",
    "AKIA{}",
    "'; DROP TABLE {} --",
)
_HOST = "127.0.0.1"


@dataclass
class Hidden:
    """Secrets made so far, by where they were put; each has a core of 16 letters and digits like no other's."""

    dice: random.Random
    cores: dict[bytes, str] = field(default_factory=dict)
    places: Counter[str] = field(default_factory=Counter)

    def secret(self, place: str, forms: tuple[str, ...] = _FORMS) -> str:
        """A new secret for this place."""
        core = "".join(self.dice.choices(_LETTERS, k=CORE - 2)) + "7q"
        self.cores[core.encode()] = place
        self.places[place] += 1
        return self.dice.choice(forms).format(core)


@dataclass
class Searched:
    """What was searched, in bytes, and every secret found: where it was put, and where it came to light."""

    read: int = 0
    files: int = 0
    secrets: int = 0
    places: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)


async def canaries(folder: Path, count: int, seed: int = 0) -> Searched:
    """Send calls that hold `count` secrets through a gateway, kill it once midway, then search all that it wrote."""
    hidden, out = Hidden(random.Random(seed)), Searched()
    shares = dict.fromkeys(_SHARES, Fraction(1, 12)) | {"echo_400": Fraction(3, 12)}
    own = {"shares": shares, "hold_seconds": Fraction(1), "seed": seed, "drip_ms": Fraction(1)}
    one, two = (DemoProvider(Plan(name=name, **own)) for name in ("one", "two"))
    async with serving(one) as first, serving(two) as second:
        ports = free_ports(2)
        environ = {"TWO_KEY": hidden.secret("key of an upstream", _KEYS)}
        config = write_config(folder, (first, second), Pace(first_byte=0.3, failures=1000))
        text = config.read_text().replace("send_key = false", 'key_env = "TWO_KEY"')
        config.write_text(f"{text}\n[listen]\nport = {ports[0]}\nadmin_port = {ports[1]}\n")
        await _sent(folder, config, (environ, ports), hidden, count, out)
    log = AttemptLog(folder / "attempts", lambda: datetime.now(UTC))
    log.seal()
    log.close()
    config.unlink()  # the keeper's own file, into which a secret was written to be refused
    _search(folder, hidden, out)
    out.secrets, out.places = len(hidden.cores), hidden.places
    return out


async def _sent(
    folder: Path, config: Path, at: tuple[dict[str, str], list[int]], hidden: Hidden, count: int, out: Searched
) -> None:
    """The calls, in two halves; the first gateway is killed, the second stopped in order after its meters were read."""
    environ, (port, keeper) = at
    nursery = Nursery(folder / "noise")
    try:
        for half in (1, 2):
            child = await asyncio.to_thread(nursery.start, config, "", 0, 300, environ)
            await listening(port)
            await _calls(port, hidden, count * half // 2, out)
            if half == 2:
                await _badly_reloaded(config, child, hidden)
                async with (
                    aiohttp.ClientSession() as session,
                    session.get(f"http://{_HOST}:{keeper}/-/metrics") as told,
                ):
                    (folder / "metrics").write_bytes(await told.read())
            os.kill(child, signal.SIGKILL if half == 1 else signal.SIGTERM)
            await asyncio.to_thread(nursery.wait)
    finally:
        nursery.close()


async def _badly_reloaded(config: Path, child: int, hidden: Hidden) -> None:
    good = config.read_text()
    key = hidden.secret("config that is refused", _KEYS)
    config.write_text(f'api_key = "{key}"\n{good}')
    os.kill(child, signal.SIGHUP)
    await asyncio.sleep(0.3)
    config.write_text(good)


async def _calls(port: int, hidden: Hidden, count: int, out: Searched) -> None:
    """Calls until so many secrets were sent."""
    gate = asyncio.Semaphore(24)
    connector = aiohttp.TCPConnector(limit=48)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(10)) as session:

        async def one() -> None:
            async with gate:
                try:
                    out.statuses[await _call(session, port, hidden)] += 1
                except (aiohttp.ClientError, TimeoutError):
                    out.statuses[0] += 1

        while len(hidden.cores) < count:
            await asyncio.gather(*(one() for _ in range(24)))
            for raw in _broken(hidden):
                await _raw(port, raw)


async def _call(session: aiohttp.ClientSession, port: int, hidden: Hidden) -> int:
    dice = hidden.dice
    messages = dice.random() < 0.5
    path = "/v1/messages" if messages else dice.choice(["/v1/chat/completions", "/v1/responses", "/v1/embeddings"])
    if dice.random() < 0.05:
        path = f"/v1/fine_tuning/jobs/{hidden.secret('path', ('ftjob-{}',))}"
    body = _body(hidden, path)
    heads = {
        "Content-Type": "application/json",
        "x-odd": hidden.secret("odd header").encode().decode("latin-1"),
        "User-Agent": hidden.secret("user agent", ("agent/{}", "{}")),
        "x-api-key" if messages else "Authorization": hidden.secret("key", _KEYS if messages else ("Bearer sk-{}",)),
    }
    if dice.random() < 0.4:
        named = dice.choice(["Idempotency-Key", "x-client-request-id"])
        heads[named] = hidden.secret("key in the place of a call's id", _KEYS)
    if dice.random() < 0.3:
        heads[dice.choice(["Cookie", "traceparent", "x-forwarded-for", "openai-organization"])] = hidden.secret(
            "header"
        )
    query = f"?api_key={hidden.secret('query', _KEYS)}" if dice.random() < 0.4 else ""
    async with session.post(f"http://{_HOST}:{port}{path}{query}", data=body, headers=heads) as answer:
        await answer.read()
        return answer.status


def _body(hidden: Hidden, path: str) -> bytes:
    dice, prompt = hidden.dice, hidden.secret("prompt")
    if dice.random() < 0.05:
        return b'{"model": "both", "messages": [' + hidden.secret("body that is no JSON").encode()
    suffix = "-a" if path == "/v1/messages" else ""
    model = dice.choice(["both", "alone", "again"]) + suffix
    if dice.random() < 0.05:
        model = hidden.secret("key in the place of a model", _KEYS)
    body: dict[str, object] = {"model": model, "stream": dice.random() < 0.4, "user": hidden.secret("user")}
    if path in ("/v1/responses", "/v1/embeddings"):
        return orjson.dumps(body | {"input": prompt})
    said: list[dict[str, object]] = [{"role": "user", "content": prompt}]
    if dice.random() < 0.3:
        tool = {"name": "login", "description": hidden.secret("tool"), "parameters": {"type": "object"}}
        body["tools"] = [{"type": "function", "function": tool} if not suffix else {**tool, "input_schema": {}}]
        call = {
            "id": "call_1",
            "type": "function",
            "function": {"name": "login", "arguments": hidden.secret("arguments")},
        }
        said += [{"role": "assistant", "content": None, "tool_calls": [call]}, {"role": "user", "content": "on"}]
    if suffix:
        body |= {
            "max_tokens": 99,
            "system": hidden.secret("system"),
            "metadata": {"user_id": hidden.secret("metadata")},
        }
    return orjson.dumps(body | {"messages": said})


def _broken(hidden: Hidden) -> Iterator[bytes]:
    """Requests that are no HTTP."""
    secret = hidden.secret("broken request", _KEYS).encode()
    yield b"GET /v1/" + secret + b"\r\n\r\n"
    yield b"POST /v1/messages HTTP/1.1\r\nHost: x\r\nx-api-key: " + secret + b"\x00\r\nbroken " + secret + b"\r\n\r\n"
    yield b"POST /v1/messages HTTP/1.1\r\nHost: " + secret + b"\r\nContent-Length: x" + secret + b"\r\n\r\n"


async def _raw(port: int, data: bytes) -> None:
    reader, writer = await asyncio.open_connection(_HOST, port)
    writer.write(data)
    writer.write_eof()
    with suppress(TimeoutError, ConnectionError):
        await asyncio.wait_for(reader.read(), 2)
    writer.close()


def _search(folder: Path, hidden: Hidden, out: Searched) -> None:
    """Every file as it lies there, and every value of the Parquet files among them."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            out.files += 1
            _look(path.read_bytes(), str(path.relative_to(folder)), hidden, out)
    for part in attempts_folder.parts(folder / "attempts"):
        table = duckdb.connect().execute("SELECT COLUMNS(*)::VARCHAR FROM read_parquet($part)", {"part": str(part)})
        _look(repr(table.fetchall()).encode(), f"values of {part.name}", hidden, out)


def _look(data: bytes, where: str, hidden: Hidden, out: Searched) -> None:
    out.read += len(data)
    for run in _RUN.finditer(data.lower()):
        text = run.group()
        for at in range(len(text) - CORE + 1):
            if (place := hidden.cores.get(text[at : at + CORE])) is not None:
                out.found.append(f"{place} -> {where}: {data[max(0, run.start() - 60) : run.end() + 20]!r}")
