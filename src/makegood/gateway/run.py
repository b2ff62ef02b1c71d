"""Verb: run a gateway in one process; serve, read the config again on SIGHUP, finish open calls on SIGTERM."""

from __future__ import annotations

import asyncio
import gc
import importlib
import importlib.util
import multiprocessing
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from makegood.acts.take_attempts import AttemptLog, SealPolicy
from makegood.errors import BadUse, NotRecorded
from makegood.gateway.config import Config, read_config
from makegood.gateway.keeper import keeper
from makegood.gateway.lines import Say, quiet_libraries, say
from makegood.gateway.server import GATEWAY, build, runner_of

_MOST_NEW = 10_000  # objects between two looks of the collector
_FIXED = ("listen", "workers", "attempts")
_LOOK_S = 0.05
_ONE_PRESS_S = 0.5  # a terminal's Ctrl-C reaches workers by itself and by who keeps them


@dataclass
class Served:
    """A gateway that is being served, and the runners behind it."""

    application: web.Application
    runners: list[web.AppRunner]
    log: AttemptLog
    port: int

    async def drain(self, hurry: asyncio.Event | None = None) -> None:
        """Take no new connections, let open calls end within the config's time or until told to hurry, then close."""
        gateway = self.application[GATEWAY]
        gateway.draining = True
        for site in list(self.runners[0].sites):
            await site.stop()
        last = gateway.time() + gateway.limits.drain_seconds
        while gateway.open_calls and gateway.time() < last and not (hurry and hurry.is_set()):
            await asyncio.sleep(_LOOK_S)
        await self.close()

    async def close(self) -> None:
        """Close at once; calls that are open are cut."""
        self.application[GATEWAY].cutting = True
        for runner in self.runners:
            await runner.cleanup()
        self.log.close()


async def serve(config: Config, tell: Say = say, shared_port: bool = False) -> Served:
    """Begin to serve; raise BadUse where the port or the folder cannot be taken."""
    try:
        log = AttemptLog(config.attempts, lambda: datetime.now(UTC), SealPolicy(apart=True))
    except NotRecorded as fault:
        raise BadUse(str(fault)) from fault
    listen = config.said.listen
    application = build(config, log, tell)
    runners = [runner_of(application)]
    try:
        await _listen(runners[0], listen.host, listen.port, shared_port)
        if listen.admin_port is not None:
            runners.append(web.AppRunner(keeper(application[GATEWAY]), access_log=None))
            await _listen(runners[1], listen.admin_host, listen.admin_port, shared_port)
    except BadUse:
        for runner in runners:
            await runner.cleanup()
        log.close()
        raise
    return Served(application, runners, log, runners[0].addresses[0][1])


async def _listen(runner: web.AppRunner, host: str, port: int, shared: bool) -> None:
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=1024, reuse_port=shared or None).start()
    except OSError as fault:
        raise BadUse(f"{host} port {port} cannot be taken ({fault.strerror}); name another under [listen].") from fault


def reload(application: web.Application, path: Path, environ: Mapping[str, str], tell: Say = say) -> bool:
    """Read the config again; a bad one is said and the old one stays. Open calls go on as they began."""
    gateway = application[GATEWAY]
    before = gateway.table.config
    try:
        config = read_config(path, environ)
        gateway.take(config)
    except BadUse as fault:
        gateway.meters.reloaded("refused")
        tell(f"reload_refused {fault}")
        return False
    fixed = [name for name in _FIXED if getattr(config.said, name) != getattr(before.said, name)]
    gateway.meters.reloaded("taken")
    tell("reloaded" + (f" needs_a_restart={','.join(fixed)}" if fixed else ""))
    return True


async def run(config: Config, environ: Mapping[str, str], shared_port: bool = False) -> None:
    """Serve until SIGTERM or SIGINT."""
    quiet_libraries()
    served = await serve(config, say, shared_port)
    said, loop, stop, hurry = config.said, asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    first = 0.0

    def leave() -> None:
        nonlocal first
        if not stop.is_set():
            first = loop.time()
            stop.set()
        elif loop.time() > first + _ONE_PRESS_S:
            hurry.set()

    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, leave)
    loop.add_signal_handler(signal.SIGHUP, lambda: reload(served.application, config.path, environ))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGHUP])  # blocked by who started this, until it can be taken
    keeper = multiprocessing.parent_process()
    if keeper is not None:  # once it is gone, nobody could pass on to this worker what it is told
        loop.add_reader(keeper.sentinel, _orphaned, loop, keeper.sentinel, stop)
    say(f"listening host={said.listen.host} port={served.port} routes={len(said.routes)} attempts={config.attempts}")
    gc.freeze()  # what is loaded by now stays: the collector need not walk it again amid calls
    gc.set_threshold(_MOST_NEW)  # calls leave no rings behind, so that looking for them can wait
    await stop.wait()
    gateway = served.application[GATEWAY]
    say(f"stopping open_calls={gateway.open_calls} drain_seconds={gateway.limits.drain_seconds:g} a_second_signal=cuts")
    await served.drain(hurry)
    gc.unfreeze()  # what is never let go of, libraries call leaked when the process ends
    say("stopped")


def _orphaned(loop: asyncio.AbstractEventLoop, sentinel: int, stop: asyncio.Event) -> None:
    loop.remove_reader(sentinel)
    stop.set()


def run_one(config: Config, environ: Mapping[str, str], shared_port: bool = False) -> None:
    """Run a gateway in this process, on uvloop where that is installed."""
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(run(config, environ, shared_port))


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, where that is installed; else None, for asyncio's own."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    uvloop = importlib.import_module("uvloop")

    class Loop(uvloop.Loop):  # type: ignore[misc, name-defined]
        """uvloop's, which looks an address up in a thread where it is not told that it is one of a stream."""

        async def getaddrinfo(self, host: Any, port: Any, **more: Any) -> Any:
            return await super().getaddrinfo(host, port, **{**more, "type": more.get("type") or socket.SOCK_STREAM})

    return Loop
