"""Gateways that are ended by SIGKILL: a process that has imported everything forks one for each line that it reads.

`python -m tests.gateway.killed`; a line is JSON: config, point, times, rows, environ. It answers with the child's id,
and once the child has ended, with how. A child kills itself when `point` is reached for the `times`-th time (0: never),
and seals its journal every `rows` rows.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO

_ENDED = "ended"
NOTHING: Mapping[str, str] = {}


def die_at(point: str, times: int) -> None:
    """Kill this process when the point is reached for so many times; never where `times` is 0."""
    from makegood.acts.attempts.points import watched_by

    left = [times]

    def watch(reached: str) -> None:
        if reached == point:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    watched_by(watch if times else None)


class Nursery:
    """The process that forks gateways; `start` one, then `wait` for its end."""

    def __init__(self, noise: Path) -> None:
        self._noise = noise.open("ab")
        self._child = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.gateway.killed"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._noise,
            cwd=Path(__file__).resolve().parents[2],
            env=os.environ | {"PYTHONPATH": "src"},
        )

    def start(
        self, config: Path, point: str = "", times: int = 0, rows: int = 50_000, environ: Mapping[str, str] = NOTHING
    ) -> int:
        """Fork a gateway; returns its process id."""
        asked = {"config": str(config), "point": point, "times": times, "rows": rows, "environ": dict(environ)}
        line = json.dumps(asked)
        self._stdin().write(line.encode() + b"\n")
        self._stdin().flush()
        self._child = int(self._answer())
        return self._child

    def wait(self) -> int:
        """Wait for the end of the one that was started; returns its exit status, negative for a signal."""
        word, status = self._answer().split()
        assert word == _ENDED
        self._child = 0
        return int(status)

    def close(self) -> None:
        """End the nursery, and a child that nobody waited for."""
        if self._child:
            with suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
        self._stdin().close()
        self._process.wait(20)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._noise.close()

    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().decode().strip()


def _serve() -> None:
    from makegood.acts import take_attempts
    from makegood.gateway import run
    from makegood.gateway.config import read_config

    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            run.SealPolicy = partial(take_attempts.SealPolicy, rows=asked["rows"], least=min(asked["rows"], 1000))
            die_at(asked["point"], asked["times"])
            run.run_one(read_config(Path(asked["config"]), asked["environ"]), asked["environ"])
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{_ENDED} {os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
