"""Act: take attempts; each begun and finished one becomes a line in the writer's journal before anyone waits for it."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from makegood.errors import NotRecorded
from makegood.records.recorded import Recorded

SYNCS = ("never", "part", "each")
_LINE = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True)
class SealPolicy:
    """When a journal is sealed into a part, and what is forced to the disk: never, with each part, or each attempt.

    A journal is sealed with `rows` rows, or once it is `seconds` old and has `least` rows, or when its UTC day ends.
    """

    rows: int = 50_000
    seconds: int = 3600
    least: int = 1_000
    sync: str = "part"


class AttemptLog:
    """The recorder's hand on one attempts folder; many threads may share it, and many processes may hold one each.

    begin() and finish() raise NotRecorded when the line could not be written; the caller decides what that means.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime], policy: SealPolicy = SealPolicy()) -> None:
        self.folder = folder
        self.clock = clock
        self.policy = policy
        self._lock = threading.Lock()
        (folder / "open").mkdir(parents=True, exist_ok=True)
        self.salt = self._salt()
        writer = f"{clock():%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
        flags = os.O_CREAT | os.O_APPEND | os.O_WRONLY
        self._journal = os.open(folder / "open" / f"{writer}.jsonl", flags, 0o644)
        self._begun = os.open(folder / "open" / f"{writer}.begun", flags, 0o644)

    def begin(self, recorded: Recorded) -> None:
        """Note an attempt before its request leaves: the row that stands if nobody sees its end."""
        self._write(self._begun, orjson.dumps(recorded, option=_LINE))

    def finish(self, recorded: Recorded) -> None:
        """Record how an attempt ended; its line stands in the journal when this returns."""
        self._write(self._journal, orjson.dumps(recorded, option=_LINE))

    def seal(self) -> None:
        """Seal what is recorded so far, whatever its age."""

    def close(self) -> None:
        """Stop recording; what is in the journal stays for whoever comes next."""
        os.close(self._journal)
        os.close(self._begun)

    def _write(self, file: int, line: bytes) -> None:
        with self._lock:
            try:
                os.write(file, line)
            except OSError as fault:
                raise NotRecorded(f"{self.folder}: an attempt could not be recorded ({fault.strerror}).") from fault

    def _salt(self) -> bytes:
        path = self.folder / "salt"
        if not path.exists():
            aside = path.with_name(f"salt.{secrets.token_hex(4)}")
            aside.touch(0o600)
            aside.write_text(secrets.token_hex(32) + "\n")
            os.replace(aside, path)
        return bytes.fromhex(path.read_text())
