"""Rig: two demo providers and a gateway before them, in this process; and a folder that it records into."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from aiohttp import web

from makegood.acts.take_attempts import AttemptLog
from makegood.gateway.config import read_config
from makegood.gateway.demo.plan import Plan
from makegood.gateway.demo.provider import DemoProvider, serving
from makegood.gateway.server import build

# `alone` has one upstream, so that what it meets is what the caller meets; `both` has another one to go to.
CONFIG = """
attempts = "attempts"
account = "acme"

[timeouts]
first_byte_seconds = {first_byte}
between_bytes_seconds = {between}
connect_seconds = {connect}

[breaker]
failures = {failures}
least = {failures}
open_seconds = {open_seconds}
open_most_seconds = {open_most}
ramp_seconds = {ramp}

[upstreams.one]
wire = "openai"
base_url = "{one}/v1"
provider = "one"

[upstreams.two]
wire = "openai"
base_url = "{two}/v1"
provider = "two"
send_key = false

[upstreams.one-a]
wire = "anthropic"
base_url = "{one}"
provider = "one"

[upstreams.two-a]
wire = "anthropic"
base_url = "{two}"
provider = "two"
send_key = false

[routes.alone]
upstreams = [{{ upstream = "one" }}]
[routes.alone-a]
upstreams = [{{ upstream = "one-a" }}]
[routes.both]
upstreams = [{{ upstream = "one" }}, {{ upstream = "two" }}]
[routes.both-a]
upstreams = [{{ upstream = "one-a" }}, {{ upstream = "two-a" }}]
[routes.again]
upstreams = [{{ upstream = "one" }}, {{ upstream = "two" }}]
unanswered = "repeat"
[routes.again-a]
upstreams = [{{ upstream = "one-a" }}, {{ upstream = "two-a" }}]
unanswered = "repeat"

[default]
openai = "one"
anthropic = "one-a"
"""


@dataclasses.dataclass(frozen=True)
class Pace:
    """Seconds of patience, and how the breakers turn; a breaker of so many failures stays out of the way."""

    connect: float = 0.3
    first_byte: float = 0.3
    between: float = 0.3
    failures: int = 1000
    open_seconds: float = 0.2
    open_most: float = 0.4
    ramp: float = 0.4


@dataclasses.dataclass(frozen=True)
class Rig:
    """Where to ask, whom was asked, and the folder of attempts; `said` is what the gateway said, which `heard` hear."""

    address: str
    one: DemoProvider
    two: DemoProvider
    straight: str
    folder: Path
    said: list[str]
    log: AttemptLog
    heard: list[Callable[[str], None]]


def plans(seed: int = 0, **more: object) -> tuple[Plan, Plan]:
    """Plans of the two, of short patience."""
    own = {"hold_seconds": Fraction(5), "drip_ms": Fraction(2), "seed": seed, **more}
    return Plan(name="one", **own), Plan(name="two", hold_seconds=Fraction(5), drip_ms=Fraction(2), seed=seed + 1)


def write_config(folder: Path, addresses: tuple[str, str], pace: Pace, more: str = "") -> Path:
    """The config of these providers, as a file in the folder."""
    path = folder / "gateway.toml"
    text = CONFIG.format(one=addresses[0], two=addresses[1], **dataclasses.asdict(pace))
    path.write_text(f"{more}\n{text}" if more else text, encoding="utf-8")
    return path


@asynccontextmanager
async def rigged(folder: Path, made: tuple[Plan, Plan] | None = None, pace: Pace = Pace()) -> AsyncIterator[Rig]:
    """The rig, running while the context lasts; its log is closed after."""
    one, two = (DemoProvider(plan) for plan in made or plans())
    async with serving(one) as first, serving(two) as second:
        config = read_config(write_config(folder, (first, second), pace), {})
        said: list[str] = []
        heard: list[Callable[[str], None]] = [said.append]
        log = AttemptLog(config.attempts, lambda: datetime.now(UTC))
        runner = web.AppRunner(
            build(config, log, lambda line: [hear(line) for hear in heard] and None),
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=0.2,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0, backlog=2048).start()
            address = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield Rig(address, one, two, first, config.attempts, said, log, heard)
        finally:
            await runner.cleanup()
            log.close()
