"""Load: many calls at once, of both wires, streamed and not, some given up midway; what each caller saw is kept."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

PATHS = {
    "chat": "/v1/chat/completions",
    "responses": "/v1/responses",
    "embeddings": "/v1/embeddings",
    "messages": "/v1/messages",
}
GAVE_UP, NO_ANSWER, BROKE = "gave up", "no answer", "broke"
_LOOK, _LOOKS = 0.02, 1000
_RETRIED = {408, 409, 429, 500, 502, 503, 504, 529}


@dataclass(frozen=True)
class Load:
    """`calls` calls, `at_once` of them under way; `gives_up` is the share of callers that leave midway, `retries` of
    those that try again once as a client library does, `names` of those that name their call. With `awaits` a caller
    whom nobody listens to waits until somebody does. After `seconds` no further call begins."""

    calls: int
    at_once: int = 32
    seed: int = 0
    gives_up: float = 0.02
    retries: float = 0.2
    names: float = 0.6
    streamed: float = 0.4
    services: Sequence[str] = ("chat", "chat", "responses", "embeddings", "messages", "messages")
    openai_model: str = "demo-small"
    anthropic_model: str = "demo-large"
    patience: float = 20.0
    awaits: bool = False
    seconds: float = 600.0


@dataclass
class Try:
    """One request of a caller: the provider's id of the answer where headers came, and how it ended: a status for a
    whole answer, or GAVE_UP, NO_ANSWER, BROKE."""

    number: int
    service: str
    streamed: bool
    named: str | None
    at: float
    ended: Any = NO_ANSWER
    status: int = 0
    id: str | None = None
    said: str | None = None
    length: int = 0
    took: float = 0.0


@dataclass
class Loaded:
    """Everything that the callers saw, and seconds that it took."""

    tries: list[Try] = field(default_factory=list)
    seconds: float = 0.0

    def calls(self) -> int:
        """How many calls were made."""
        return len({one.number for one in self.tries})

    def whole(self) -> list[Try]:
        """Requests of which the caller has the whole answer."""
        return [one for one in self.tries if isinstance(one.ended, int)]


async def run(address: str, load: Load, stop: asyncio.Event | None = None) -> Loaded:
    """Make the load on an address, until `stop` is set where one is given; each request is bounded in time."""
    dice, loaded, started = random.Random(load.seed), Loaded(), asyncio.get_running_loop().time()
    queue = (_planned(load, dice, number) for number in range(load.calls))
    connector = aiohttp.TCPConnector(limit=load.at_once * 2)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(load.patience)) as session:

        async def worker() -> None:
            for plan in queue:
                if (stop and stop.is_set()) or asyncio.get_running_loop().time() - started > load.seconds:
                    return
                await _call(session, address, plan, loaded)

        await asyncio.gather(*(worker() for _ in range(load.at_once)))
    loaded.seconds = asyncio.get_running_loop().time() - started
    return loaded


@dataclass
class _Planned:
    number: int
    service: str
    streamed: bool
    named: str | None
    body: bytes
    heads: dict[str, str]
    leaves_after: float | None
    retries: bool
    awaits: bool


def _planned(load: Load, dice: random.Random, number: int) -> _Planned:
    service = dice.choice(list(load.services))
    streamed = service != "embeddings" and dice.random() < load.streamed
    text = f"call {number} of seed {load.seed}: " + "say something about the harbour. " * dice.randint(1, 40)
    model = load.anthropic_model if service == "messages" else load.openai_model
    body: dict[str, Any] = {"model": model}
    if service in ("chat", "messages"):
        body["messages"] = [{"role": "user", "content": text}]
    else:
        body["input"] = text
    if service == "messages":
        body["max_tokens"] = 200
    if streamed:
        body["stream"] = True
        if service == "chat" and dice.random() < 0.8:
            body["stream_options"] = {"include_usage": True}
    named = f"call-{load.seed}-{number}" if dice.random() < load.names else None
    heads = {"Content-Type": "application/json"}
    if named:
        heads[dice.choice(["Idempotency-Key", "x-client-request-id"])] = named
    leaves = dice.random() * 0.02 if dice.random() < load.gives_up else None
    retries = dice.random() < load.retries
    return _Planned(number, service, streamed, named, orjson.dumps(body), heads, leaves, retries, load.awaits)


async def _call(session: aiohttp.ClientSession, address: str, plan: _Planned, loaded: Loaded) -> None:
    for turn in range(2 if plan.retries else 1):
        heads = plan.heads | {"x-stainless-retry-count": str(turn)}
        one = await _try(session, address, plan, heads, loaded)
        if one.ended not in _RETRIED and one.ended != NO_ANSWER and one.ended != BROKE:
            return
        if one.said == "false":
            return


async def _try(
    session: aiohttp.ClientSession, address: str, plan: _Planned, heads: dict[str, str], loaded: Loaded
) -> Try:
    clock = asyncio.get_running_loop().time
    one = Try(plan.number, plan.service, plan.streamed, plan.named, clock())
    loaded.tries.append(one)
    try:
        async with asyncio.timeout(plan.leaves_after):
            await _reached(session, f"{address}{PATHS[plan.service]}", plan, heads, one)
    except TimeoutError:
        one.ended = GAVE_UP
    except (aiohttp.ClientError, ConnectionError):
        one.ended = BROKE if one.status else NO_ANSWER
    one.took = clock() - one.at
    return one


async def _reached(session: aiohttp.ClientSession, url: str, plan: _Planned, heads: dict[str, str], one: Try) -> None:
    for turn in range(_LOOKS):
        try:
            await _ask(session, url, plan, heads, one)
            return
        except aiohttp.ClientConnectorError:
            if not plan.awaits or turn == _LOOKS - 1:
                raise
            await asyncio.sleep(_LOOK)


async def _ask(session: aiohttp.ClientSession, url: str, plan: _Planned, heads: dict[str, str], one: Try) -> None:
    async with session.post(url, data=plan.body, headers=heads) as answer:
        one.status = answer.status
        one.id = answer.headers.get("x-request-id") or answer.headers.get("request-id")
        one.said = answer.headers.get("x-should-retry")
        one.length = len(await answer.read())
        one.ended = answer.status
