"""Verb: show the gateway; an hour is played through it, then it serves, and what the providers charge is kept."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from makegood.acts.take_attempts import AttemptLog
from makegood.errors import BadUse
from makegood.gateway.config import Config, read_config
from makegood.gateway.demo.played import MINUTES, SPELLS, Played, StepClock, play
from makegood.gateway.demo.provider import utc
from makegood.gateway.demo.ready import ANTHROPIC_MODEL, OPENAI_MODEL, Ready, Wanted, made_ready
from makegood.gateway.run import run
from makegood.gateway.server import GATEWAY, build, runner_of
from makegood.records.attempts_folder import is_attempts_folder

CHARGES = "charges.csv"
_LOOK_SECONDS = 0.2
Say = Callable[[str], None]


async def show(out: Path, port: int, environ: Mapping[str, str], say: Say) -> None:
    """Play an hour into `out` unless something is recorded there, then serve on the port until SIGTERM or SIGINT."""
    clock = StepClock(utc().replace(second=0, microsecond=0) - timedelta(minutes=MINUTES))
    async with made_ready(out, Wanted(port, SPELLS, clock=clock.now)) as ready:
        config = read_config(ready.config, environ)
        if is_attempts_folder(config.attempts):
            say(f"what is recorded in {config.attempts} stays; more comes to it")
            told: list[str] = []
        else:
            told = _told(await _played(config, clock), config.attempts)
        clock.let_go()
        bill = _Bill(out / CHARGES, ready)
        bill.write()
        for line in [*told, *_how(ready, port)]:
            say(line)
        writing = asyncio.create_task(bill.keep())
        try:
            await run(config, environ)
        finally:
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
            bill.write()


async def _played(config: Config, clock: StepClock) -> Played:
    """The hour, through a gateway of its own whose clocks are stepped; it seals what it recorded."""
    log = AttemptLog(config.attempts, clock.now)
    application = build(config, log, _say_nothing)
    application[GATEWAY].clock, application[GATEWAY].time = clock.now, clock.steady
    runner = runner_of(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return await play(f"http://127.0.0.1:{runner.addresses[0][1]}", clock)
    finally:
        await runner.cleanup()
        log.seal()
        log.close()


class _Bill:
    """The providers' bill in one file, to which lines are added as requests come."""

    def __init__(self, path: Path, ready: Ready) -> None:
        self._path, self._providers = path, (ready.first, ready.second)
        self._written = [0, 0]

    def write(self) -> None:
        """Add the requests that are not in it; raise BadUse where it cannot be written."""
        try:
            new = not self._path.exists()
            with self._path.open("a", encoding="utf-8") as file:
                for place, one in enumerate(self._providers):
                    count = len(one.ledger.met)
                    file.write(one.ledger.charges(one.plan.name, "demo", self._written[place], head=new))
                    self._written[place], new = count, False
        except OSError as fault:
            raise BadUse(f"{self._path}: cannot be written ({fault.strerror}); name another folder.") from fault

    async def keep(self) -> None:
        """Go on adding."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            self.write()


def _told(played: Played, folder: Path) -> list[str]:
    return [
        f"played: {played.calls} calls of the last hour are in {folder}, {played.failed} of them without a good answer",
        f"planted: demo-one was bad from {played.bad_from:%H:%M} to {played.bad_to:%H:%M} UTC",
    ]


def _how(ready: Ready, port: int) -> list[str]:
    base, folder = f"http://127.0.0.1:{port}", os.path.relpath(ready.config.parent)
    if folder.startswith(os.pardir):
        folder = str(ready.config.parent.absolute())
    return [
        f"OpenAI clients: base_url {base}/v1, model {OPENAI_MODEL}, any key",
        f"Anthropic clients: base_url {base}, model {ANTHROPIC_MODEL}, any key",
        f"try: curl {base}/v1/chat/completions -H 'Content-Type: application/json' -d "
        f"""'{{"model": "{OPENAI_MODEL}", "messages": [{{"role": "user", "content": "Say something."}}]}}'""",
        f'the first provider fails: curl {ready.addresses[0]}/-/do -d \'{{"always": "error_503"}}\' (null: it works)',
        f"then: makegood assess {folder}/attempts --charges {folder}/{CHARGES}",
    ]


def _say_nothing(_: str) -> None:
    return
