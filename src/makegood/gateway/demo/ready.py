"""A demo made ready: two demo providers, and a config in a folder whose every model both of them answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from makegood.errors import BadUse
from makegood.gateway.demo.plan import PRICES, Plan, Price, Spell
from makegood.gateway.demo.provider import Clock, DemoProvider, serving, utc

FIRST, SECOND = "demo-one", "demo-two"
OPENAI_MODEL, ANTHROPIC_MODEL = "demo-small", "demo-large"
# The second costs a fifth more, so that a detour has its price.
DEARER = {
    model: Price(*(nano * 6 // 5 for nano in (one.input, one.cached, one.output))) for model, one in PRICES.items()
}
CONFIG = """\
# Two demo providers on this machine; each model is asked of the first, and of the second where the first fails.
attempts = "attempts"
account = "demo"

[listen]
port = {port}

[timeouts]
first_byte_seconds = 5

[breaker]
open_seconds = 2
open_most_seconds = 10
ramp_seconds = 5

[upstreams.one-openai]
wire = "openai"
base_url = "{first}/v1"
provider = "demo-one"
send_key = false

[upstreams.two-openai]
wire = "openai"
base_url = "{second}/v1"
provider = "demo-two"
send_key = false

[upstreams.one-anthropic]
wire = "anthropic"
base_url = "{first}"
provider = "demo-one"
send_key = false

[upstreams.two-anthropic]
wire = "anthropic"
base_url = "{second}"
provider = "demo-two"
send_key = false

[routes.demo-small]
upstreams = [
  {{ upstream = "one-openai", price = {{ input = "0.15", cached = "0.075", output = "0.60" }} }},
  {{ upstream = "two-openai", price = {{ input = "0.18", cached = "0.09", output = "0.72" }} }},
]

[routes.demo-large]
upstreams = [
  {{ upstream = "one-anthropic", price = {{ input = "3", cached = "0.3", output = "15" }} }},
  {{ upstream = "two-anthropic", price = {{ input = "3.6", cached = "0.36", output = "18" }} }},
]

[default]
openai = "one-openai"
anthropic = "one-anthropic"
"""


@dataclass(frozen=True)
class Ready:
    """The providers, their addresses, and the config that names them."""

    config: Path
    first: DemoProvider
    second: DemoProvider
    addresses: tuple[str, str]


@dataclass(frozen=True)
class Wanted:
    """The gateway's port (the providers take the two after it; 0: free ones), when the first is bad, whose clock."""

    port: int = 8080
    spells: tuple[Spell, ...] = ()
    hold_seconds: Fraction = Fraction(30)
    clock: Clock = utc


@asynccontextmanager
async def made_ready(folder: Path, wanted: Wanted = Wanted()) -> AsyncIterator[Ready]:
    """Start both providers and write `folder`/gateway.toml; they are served while the context lasts."""
    first = DemoProvider(Plan(name=FIRST, spells=wanted.spells, hold_seconds=wanted.hold_seconds), clock=wanted.clock)
    second = DemoProvider(Plan(name=SECOND, prices=DEARER, hold_seconds=wanted.hold_seconds), clock=wanted.clock)
    ports = (wanted.port + 1, wanted.port + 2) if wanted.port else (0, 0)
    async with serving(first, ports[0]) as one, serving(second, ports[1]) as two:
        yield Ready(_written(folder, wanted.port, one, two), first, second, (one, two))


def _written(folder: Path, port: int, first: str, second: str) -> Path:
    config = folder / "gateway.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        config.write_text(CONFIG.format(port=port, first=first, second=second), encoding="utf-8")
    except OSError as fault:
        raise BadUse(f"{config}: cannot be written ({fault.strerror}); name another folder.") from fault
    return config
