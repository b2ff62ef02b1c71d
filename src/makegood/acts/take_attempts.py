"""Act: take attempts; each begun and finished one becomes a line in the writer's journal before anyone waits for it."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from makegood.acts.attempts.journal import Guard, Journal, Lines, create, orphans
from makegood.acts.attempts.orphans import settle
from makegood.acts.attempts.points import reach
from makegood.acts.attempts.salt import salt_of
from makegood.acts.attempts.sealing import Sealer
from makegood.errors import BadUse, NotRecorded, Unreadable
from makegood.records.attempts_folder import OPEN, SALT, opened, sealed_writers, writer_of
from makegood.records.folder_lock import POSSIBLE
from makegood.records.recorded import RECORDER_STOPPED, Recorded
from makegood.records.recorded_line import line_of

NEVER, PART, EACH = SYNCS = ("never", "part", "each")
_PAUSE = 30  # seconds between two looks at what is due
_log = logging.getLogger("makegood.attempts")


@dataclass(frozen=True)
class SealPolicy:
    """When a journal is sealed into a part, and what is forced to the disk: never, with each part, or each attempt.

    A journal is sealed with `rows` rows, or once it is `seconds` old and has `least` rows, or when its UTC day ends;
    with `apart` by a process of its own, as sealing takes some hundred megabytes.
    """

    rows: int = 50_000
    seconds: int = 3600
    least: int = 10_000
    sync: str = PART
    apart: bool = False

    def __post_init__(self) -> None:
        if self.sync not in SYNCS:
            raise BadUse(f"sync '{self.sync[:20]}' is not known; use one of {', '.join(SYNCS)}.")
        if min(self.rows, self.seconds, self.least) < 1:
            raise BadUse("a journal is sealed with at least one row and after at least one second; give 1 or more.")


class AttemptLog:
    """The recorder's hand on one attempts folder; many threads may share it, and many processes may hold one each.

    begin() and finish() raise NotRecorded when the line could not be written; the caller decides what that means. What
    fails in the background is kept in `trouble`, None while all is well, and tried again. A forked child goes on in a
    journal of its own. Times that are asked of `clock` are zone-aware.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime], policy: SealPolicy = SealPolicy()) -> None:
        if not POSSIBLE:
            raise BadUse("recording needs file locks, which this system does not have; record on Linux or macOS.")
        self.folder = folder
        self.trouble: str | None = None
        self._clock = clock
        self._policy = policy
        self._in_flight: dict[str, bytes] = {}
        self._journal: Journal | None = None
        self._full: list[Journal] = []
        self._lost: list[Journal] = []
        self._closed = False
        self._thread: threading.Thread | None = None
        self._fresh_locks()
        with self._told("opened"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (folder / OPEN).mkdir(exist_ok=True)
            self.salt = self._salt()
            self._journal = self._opened()
        self._start()
        _LOGS.add(self)

    def begin(self, recorded: Recorded) -> None:
        """Note an attempt before its request leaves: the row that stands if nobody sees its end."""
        if recorded.status or recorded.error != RECORDER_STOPPED:
            recorded = replace(recorded, status=0, error=RECORDER_STOPPED)
        line = line_of(recorded)
        with self._lock:
            if self._journal is not None and not self._journal.rows.stands():
                self._lose(self._journal)
            self._put(self._now_open().begun, line)
            self._in_flight[recorded.attempt] = line
        reach("attempt.begun")

    def finish(self, recorded: Recorded) -> None:
        """Record how an attempt ended; its line stands in the journal when this returns."""
        line = line_of(recorded)
        with self._lock:
            journal = self._now_open()
            self._put(journal.rows, line)
            self._in_flight.pop(recorded.attempt, None)
            journal.count += 1
            if journal.count >= self._policy.rows:
                self._wake.set()
        reach("attempt.finished")

    def tend(self) -> None:
        """Do what is due: begin a new journal, seal, take over what others left, commit; raise NotRecorded.

        It is done in the background by itself.
        """
        self._do(every=False)

    def seal(self) -> None:
        """Seal all that is recorded so far, whatever its age, also what others left; raise NotRecorded."""
        self._do(every=True)

    def close(self) -> None:
        """Stop recording; attempts that have not ended become rows, and the journal stays for whoever comes next."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._wake.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        with self._tending, self._told("closed"):
            self._leave()

    def _leave(self) -> None:
        journal, self._journal = self._journal, None
        for one in (*self._full, *self._lost):
            one.close()
        self._full, self._lost = [], []
        if journal is None:
            return
        if not journal.rows.stands():
            journal.close()
            raise NotRecorded(_moved(journal))
        with self._guard():
            try:
                if self._in_flight:
                    journal.rows.append(b"".join(self._in_flight.values()))
                    journal.count += len(self._in_flight)
                if self._policy.sync != NEVER:
                    os.fsync(journal.rows.file)
            except OSError:
                journal.close()
                raise
            journal.drop_begun()
            journal.close() if journal.count else journal.remove()
        self._in_flight = {}

    def _put(self, lines: Lines | None, line: bytes) -> None:
        try:
            assert lines is not None
            lines.append(line)
            if self._policy.sync == EACH:
                os.fsync(lines.file)
        except OSError as fault:
            raise _unwritten(self.folder, "recorded", fault) from fault

    def _now_open(self) -> Journal:
        """The journal to write to; a forked child opens its own with its first attempt."""
        if self._closed:
            raise NotRecorded(f"{self.folder}: this log is closed; open a new one to record more.")
        if self._journal is None:
            with self._told("opened"):
                (self.folder / OPEN).mkdir(exist_ok=True, parents=True)
                self._journal = self._opened()
                assert self._journal.begun is not None
                self._journal.begun.append(b"".join(self._in_flight.values()))
            self._start()
        return self._journal

    def _lose(self, journal: Journal) -> None:
        """Go on elsewhere than in a journal that was removed or moved; what holds it may still look at it."""
        _log.warning("%s", _moved(journal))
        self._journal = None
        self._lost.append(journal)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="makegood-attempts", daemon=True)
            self._thread.start()

    def _opened(self) -> Journal:
        """A journal that a writer of today left, or a new one; what else was left and is due will be sealed."""
        now = self._clock()
        with self._guard():
            salt_of(self.folder / SALT, self.salt)
            left = self._left(now, orphans(self.folder))
            mine = max(left, key=lambda one: one.count, default=None)
            for one in left:
                if one is not mine:
                    one.close()
            if mine is None:
                return create(self.folder, now)
            mine.open_begun()
            return mine

    def _left(self, now: datetime, found: list[Journal], every: bool = False) -> list[Journal]:
        """Settle journals without a writer; keep those to be sealed and return the others. Under the guard."""
        try:
            settle(self.folder, found)
        except OSError:
            for one in found:
                one.close()
            raise
        sealed = sealed_writers(self.folder) if found else {}
        due = [one for one in found if every or self._due(one, now) or one.writer in sealed]
        self._full += due
        return [one for one in found if one not in due]

    def _due(self, journal: Journal, now: datetime) -> bool:
        return self._old(journal.opened, now, journal.count >= self._policy.least) or journal.count >= self._policy.rows

    def _old(self, since: datetime, now: datetime, enough: bool = True) -> bool:
        """Has the day ended on which it was opened, or is it old enough to be sealed if it has enough rows?"""
        another_day = since.date() != now.astimezone(UTC).date()
        return another_day or (enough and now - since >= timedelta(seconds=self._policy.seconds))

    def _do(self, every: bool) -> None:
        with self._tending, self._told("sealed"):
            self._wake.clear()
            now = self._clock()
            self._turn_over(now, every)
            with self._guard():
                old = orphans(self.folder, lambda path: every or self._old(opened(writer_of(path)), now))
                for one in self._left(now, old, every):
                    one.close()
            for one in [one for one in self._full if not one.rows.stands()]:
                self._full.remove(one)
                self._lost.append(one)
                _log.warning("%s", _moved(one))
            while self._full:
                self._sealer.seal(self._full[0], now)
                self._full.pop(0)
            self._sealer.commit(now)

    def _turn_over(self, now: datetime, every: bool) -> None:
        """Begin a new journal where the old one is due; what has begun is noted in the new one first."""
        old = self._journal
        if old is not None and not old.rows.stands():
            with self._lock:
                if self._journal is old:
                    self._lose(old)
            raise NotRecorded(_moved(old))
        if old is None or not (self._due(old, now) or (every and old.count)):
            return
        with self._guard():
            fresh = create(self.folder, now)
        with self._lock:
            try:
                self._put(fresh.begun, b"".join(self._in_flight.values()))
            except NotRecorded:
                fresh.remove()
                raise
            self._journal = fresh
        reach("journal.carried")
        with self._guard():
            old.drop_begun()
        self._full.append(old)
        reach("journal.turned")

    def _watch(self) -> None:
        while not self._closed:
            self._wake.wait(self._pause())
            if self._closed:
                return
            try:
                self.tend()
                self.trouble = None
            except Exception as fault:  # the rows are safe in their journals, and it is tried again
                if self.trouble != str(fault):
                    _log.warning("%s", fault)
                self.trouble = str(fault)
                self._wake.clear()

    def _pause(self) -> int:
        """Seconds to the next look, which comes early where the day ends before it."""
        now = self._clock().astimezone(UTC)
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        return min(_PAUSE, (midnight - now) // timedelta(seconds=1) + 1)

    def _salt(self) -> bytes:
        try:
            with self._guard():
                return salt_of(self.folder / SALT)
        except Unreadable as fault:
            raise NotRecorded(str(fault)) from fault

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise _unwritten(self.folder, what, fault) from fault

    def _fresh_locks(self) -> None:
        self._lock = threading.Lock()
        self._tending = threading.Lock()
        self._wake = threading.Event()
        self._thread = None
        self._guard = Guard(self.folder)
        self._sealer = Sealer(self.folder, self._guard, self._policy.sync != NEVER, self._policy.apart)

    def _forked(self) -> None:
        """In a forked child: what is open belongs to the parent, and so does every lock."""
        self._guard.forget()
        for journal in (self._journal, *self._full, *self._lost):
            if journal is not None:
                with suppress(OSError):
                    journal.close()
        self._journal, self._full, self._lost, self._in_flight = None, [], [], {}
        self._fresh_locks()


def _moved(journal: Journal) -> str:
    return (
        f"{journal.rows.path}: was removed or moved while it was written, and {journal.count} attempts with it; what "
        "comes next goes to a new journal."
    )


def _unwritten(folder: Path, what: str, fault: OSError) -> NotRecorded:
    return NotRecorded(
        f"{folder}: attempts could not be {what} ({fault.strerror}); make room there, or name a folder that can be "
        "written."
    )


_LOGS: weakref.WeakSet[AttemptLog] = weakref.WeakSet()


def _after_fork() -> None:
    for log in list(_LOGS):
        log._forked()


def _at_exit() -> None:
    for log in list(_LOGS):
        with suppress(NotRecorded):
            log.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)
