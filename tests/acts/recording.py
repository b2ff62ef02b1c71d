"""Recording: a clock that is set by hand, attempts of one's own, and what stands in a folder of attempts."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from makegood.acts.take_attempts import AttemptLog, SealPolicy
from makegood.records.attempts_snapshot import snapshot
from makegood.records.recorded import RECORDER_STOPPED, Recorded

MORNING = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def attempt(name: str, status: int = 200, **more: Any) -> Recorded:
    """One attempt, answered unless said otherwise."""
    given = {"request_id": f"req_{name}", "duration_ms": 640, "input_tokens": 12, "output_tokens": 5} | more
    return Recorded(MORNING, "acme", "openai", "chat.completions", "gpt-4o", status, name, **given)


def begun(one: Recorded) -> Recorded:
    """The row that stands until the attempt has ended."""
    return replace(one, status=0, error=RECORDER_STOPPED, request_id=None, duration_ms=None)


def record(log: AttemptLog, *names: str) -> None:
    """Begin and finish attempts."""
    for name in names:
        log.begin(begun(attempt(name)))
        log.finish(attempt(name))


def opened(folder: Path, clock: Callable[[], datetime] | None = None, **policy: Any) -> AttemptLog:
    """A log that is sealed only when a test asks for it, or by what it says of the policy."""
    return AttemptLog(folder, clock or Clock(), SealPolicy(**({"rows": 10**6, "sync": "never"} | policy)))


def standing(folder: Path) -> list[tuple[str, int, str | None]]:
    """(attempt, status, error) of every row that whoever reads the folder now is told, by attempt."""
    with TemporaryDirectory() as spool:
        found = snapshot(folder, Path(spool))
        rows: list[tuple[str, int, str | None]] = []
        if found.parts:
            names = [str(path) for path in found.parts]
            rows += engine().execute("SELECT attempt, status, error FROM read_parquet($1)", [names]).fetchall()
        for _, copy in found.lines:
            rows += [_row(line) for line in copy.read_bytes().split(b"\n") if line.strip()]
    return sorted(row for row in rows if row[0] != "torn")


@cache
def engine() -> duckdb.DuckDBPyConnection:
    """One engine for all looks."""
    return duckdb.connect(config={"threads": 1})


def _row(line: bytes) -> tuple[str, int, str | None]:
    try:
        data = json.loads(line)
        return data["attempt"], data["status"], data["error"]
    except (ValueError, KeyError, TypeError):
        return "torn", 0, None


@dataclass(frozen=True)
class Child:
    """A forked process that does something and then dies."""

    pid: int

    def ended(self) -> int:
        """Wait for it: its exit status, or the number of the signal that ended it, below zero."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def kill(self) -> None:
        """End it at once, and wait for it."""
        os.kill(self.pid, signal.SIGKILL)
        self.ended()


def forked(work: Callable[[], object]) -> Child:
    """Do the work in a child process, which leaves without any farewell."""
    pid = os.fork()
    if pid:
        return Child(pid)
    try:
        work()
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(70)
    os._exit(0)
