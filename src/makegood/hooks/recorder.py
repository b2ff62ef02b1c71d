"""Verb: record the attempts of a client; the recorder's faults never reach the caller, who is told of the first."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from makegood.acts.take_attempts import AttemptLog
from makegood.errors import MakegoodError
from makegood.hooks.who import Who, provider_of, region_of
from makegood.records.recorded import Recorded

_log = logging.getLogger("makegood.hooks")
_LOGS: dict[Path, AttemptLog] = {}
_OPENING = threading.Lock()


class Log(Protocol):
    """What rows are given to, such as an AttemptLog."""

    @property
    def salt(self) -> bytes:
        """The salt of the folder."""

    def begin(self, recorded: Recorded) -> None:
        """Note a row that stands if its end is never seen."""

    def finish(self, recorded: Recorded) -> None:
        """Note how an attempt ended."""


utc: Callable[[], datetime] = partial(datetime.now, UTC)  # now, by this machine


def log_of(folder: str | Path) -> AttemptLog:
    """The log of a folder, one for all hooks of this process."""
    path = Path(folder).absolute()
    with _OPENING:
        if path not in _LOGS:
            _LOGS[path] = AttemptLog(path, utc)
        return _LOGS[path]


def close_log(folder: str | Path) -> None:
    """Close the log of a folder, if hooks have one open; what is hooked into it records no more."""
    with _OPENING:
        log = _LOGS.pop(Path(folder).absolute(), None)
    if log is not None:
        log.close()


class Recorder:
    """Records the attempts of one client into one log. `lost` counts the rows that could not be written."""

    def __init__(self, log: Log, who: Who, clock: Callable[[], datetime] = utc) -> None:
        self.log, self.who, self.salt = log, who, log.salt
        self.clock, self.ticks = clock, time.perf_counter_ns
        self.lost = 0
        self._hosts: dict[str, tuple[str, str | None]] = {}

    def answerer(self, host: str) -> tuple[str, str | None]:
        """Provider and region, as given or else by the host."""
        found = self._hosts.get(host)
        if found is None:
            found = (self.who.provider or provider_of(host), self.who.region or region_of(host))
            if len(self._hosts) < 1000:
                self._hosts[host] = found
        return found

    def begin(self, row: Recorded) -> None:
        """Note an attempt as begun."""
        try:
            self.log.begin(row)
        except Exception as fault:
            self.trouble(fault, lost=False)

    def finish(self, row: Recorded) -> None:
        """Note an attempt as ended."""
        try:
            self.log.finish(row)
        except Exception as fault:
            self.trouble(fault)

    def trouble(self, fault: Exception, lost: bool = True) -> None:
        """Say once that recording fails; only our own sentences are shown, as others may hold foreign text."""
        first, self.lost = self.lost == 0, self.lost + lost
        if first and lost:
            said = str(fault) if isinstance(fault, MakegoodError) else type(fault).__name__
            _log.warning("an attempt was not recorded, and the call went on: %s", said)
