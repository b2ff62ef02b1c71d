"""Verb: run a gateway in several processes that share one port; start them, pass signals on, replace who dies."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType

from makegood.errors import BadUse, MakegoodError
from makegood.gateway.config import Config, read_config
from makegood.gateway.lines import say

_SHARED = "PROMETHEUS_MULTIPROC_DIR"
_SOON_S, _MOST_SOON = 5.0, 5
_GRACE_S = 10.0
_spawn = multiprocessing.get_context("spawn")


def run_workers(config: Config, environ: Mapping[str, str]) -> None:
    """Run `workers` processes until SIGTERM or SIGINT; raise BadUse where they die as soon as they start."""
    folder = tempfile.mkdtemp(prefix="makegood-meters-")
    os.environ[_SHARED] = folder
    try:
        _Workers(config, environ).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _work(path: Path) -> None:
    """What a worker does; it reads the config itself, so that no key goes from process to process."""
    from makegood.gateway.run import run_one

    try:
        run_one(read_config(path, os.environ), os.environ, shared_port=True)
    except MakegoodError as fault:
        say(f"worker_failed {fault}")
        raise SystemExit(2) from None


class _Workers:
    def __init__(self, config: Config, environ: Mapping[str, str]) -> None:
        self.config, self.environ = config, environ
        self.running: dict[SpawnProcess, float] = {}
        self.stopping = False
        self.soon = 0
        self.patience = 0.0

    def run(self) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGHUP, self._pass_on)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGHUP])
        while not self.stopping and len(self.running) < self.config.said.workers:
            self._start()
        while self.running:
            wait([one.sentinel for one in self.running], timeout=1.0)
            for one in [one for one in self.running if not one.is_alive()]:
                self._ended(one)
            if self.stopping and time.monotonic() > self.patience:
                self._send(signal.SIGKILL)
        if self.soon >= _MOST_SOON:
            raise BadUse("the workers end as soon as they start; the lines above say why.")

    def _start(self) -> None:
        worker = _spawn.Process(target=_work, args=(self.config.path,), name="makegood-gateway")
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])  # inherited, until the worker can take it
        worker.start()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self.running[worker] = time.monotonic()
        if self.stopping:  # the signal came while it was started
            self._send(signal.SIGTERM)

    def _ended(self, worker: SpawnProcess) -> None:
        lived = time.monotonic() - self.running.pop(worker)
        _forget_meters(worker.pid)
        if self.stopping:
            return
        self.soon = self.soon + 1 if lived < _SOON_S else 0
        say(f"worker_ended code={worker.exitcode} after_seconds={int(lived)}")
        if self.soon >= _MOST_SOON:
            self._stop(signal.SIGTERM, None)
        else:
            self._start()

    def _stop(self, _sign: int, _: FrameType | None) -> None:
        if not self.stopping:
            self.stopping = True
            self.patience = time.monotonic() + self.config.said.limits.drain_seconds + _GRACE_S
        self._send(signal.SIGTERM)

    def _pass_on(self, sign: int, _: FrameType | None) -> None:
        self._send(sign)

    def _send(self, sign: int) -> None:
        for one in list(self.running):
            if one.is_alive() and one.pid:
                os.kill(one.pid, sign)


def _forget_meters(pid: int | None) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    if pid is not None:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]
