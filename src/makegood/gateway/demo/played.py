"""Verb: play an hour; calls of a made-up team go through a gateway under a clock that is set forward between them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

import aiohttp
import orjson

from makegood.gateway.demo.plan import Spell
from makegood.gateway.demo.provider import utc
from makegood.gateway.demo.ready import ANTHROPIC_MODEL, OPENAI_MODEL

MINUTES = 60
A_MINUTE = 6
# The first provider fails from the 20th to the 35th minute: mostly refusing, at times amid an answer that it charges.
BAD_FROM, BAD_TO = 20, 35
SPELLS = (
    Spell(Fraction(BAD_FROM * 60), Fraction(BAD_TO * 60), "error_after_200", Fraction(1, 3)),
    Spell(Fraction(BAD_FROM * 60), Fraction(BAD_TO * 60), "error_503"),
)
_PATHS = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}
_THINGS = ("tides", "pilots", "lamps", "ropes", "tolls", "charts", "storms", "cargoes")


class StepClock:
    """A clock that stands unless it is set forward, and never goes back; once let go, it is the machine's own."""

    def __init__(self, start: datetime) -> None:
        self.start = self._now = start
        self._held = True

    def now(self) -> datetime:
        """The moment that it shows."""
        return self._now if self._held else utc()

    def steady(self) -> float:
        """Seconds of the loop's clock and those that this one was set forward, for what only measures spans."""
        return asyncio.get_running_loop().time() + (self._now - self.start).total_seconds()

    def forward(self, moment: datetime) -> None:
        """Set it forward."""
        self._now = max(self._now, moment)

    def let_go(self) -> None:
        """From now on it shows the machine's time."""
        self._held = False


@dataclass(frozen=True)
class Played:
    """What came of it: calls, and those that the caller got no good answer to."""

    calls: int
    failed: int
    bad_from: datetime
    bad_to: datetime


async def play(address: str, clock: StepClock, seed: int = 0, tell: Callable[[int, int], None] | None = None) -> Played:
    """Make the hour's calls at the gateway of that address, one after the other; `tell` hears how many are done."""
    dice, failed = random.Random(seed), 0
    moments = sorted(dice.randrange(MINUTES * 60_000_000) for _ in range(MINUTES * A_MINUTE))
    async with aiohttp.ClientSession(base_url=address) as session:
        for number, at in enumerate(moments):
            clock.forward(clock.start + timedelta(microseconds=at))
            failed += not await _ask(session, number, dice)
            if tell and number % 24 == 0:
                tell(number, len(moments))
    bad = (clock.start + timedelta(minutes=BAD_FROM), clock.start + timedelta(minutes=BAD_TO))
    clock.forward(clock.start + timedelta(minutes=MINUTES))
    return Played(len(moments), failed, *bad)


async def _ask(session: aiohttp.ClientSession, number: int, dice: random.Random) -> bool:
    """One call; whether it got a whole answer without an error in it."""
    wire = "openai" if dice.random() < 0.5 else "anthropic"
    about = " and ".join(dice.sample(_THINGS, dice.randint(1, 5)))
    body: dict[str, object] = {"messages": [{"role": "user", "content": f"Note {number}: tell of {about}."}]}
    body |= {"model": OPENAI_MODEL} if wire == "openai" else {"model": ANTHROPIC_MODEL, "max_tokens": 200}
    if dice.random() < 0.5:
        body["stream"] = True
        if wire == "openai":
            body["stream_options"] = {"include_usage": True}
    heads = {"Content-Type": "application/json", "Idempotency-Key": f"note-{number}"}
    try:
        async with session.post(_PATHS[wire], data=orjson.dumps(body), headers=heads) as answer:
            said = await answer.read()
            return answer.status == 200 and b'"error"' not in said
    except aiohttp.ClientError:
        return False
