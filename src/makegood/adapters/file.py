"""Noun: the outlet to a file; one JSON line a parcel, on disk before it counts, read back by id."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from makegood.adapters.body import TYPES, json_bytes, parcel_data
from makegood.adapters.shown import minor_of
from makegood.awards.deliver import held
from makegood.awards.parcel import Parcel, Seen, Sent
from makegood.errors import Unreadable

_OURS = b'{"id":"'  # how every line begins, so that a torn one is told from a file that is not ours
_CHUNK = 1 << 20


class FileOutlet:
    """Append-only; safe for several threads and processes, each of which reads what the others appended.

    The ids are indexed once; each later call reads only what the file has grown by. A last line that a crash cut off
    was never reported as done: it is removed before the next is written.
    """

    name = "file"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mutex = threading.Lock()
        self._forget()

    def __repr__(self) -> str:
        return f"<{self.name}: {self._path.name}>"

    def refuses(self, parcel: Parcel) -> str | None:
        """Any unit."""
        if parcel.kind not in TYPES:
            return f"a parcel of kind '{parcel.kind}' moves nothing in a billing system; send awards and reversals."
        return None

    def send(self, parcel: Parcel) -> Sent:
        """One line, flushed to the disk."""
        return self.send_many([parcel])[0]

    def send_many(self, parcels: Sequence[Parcel]) -> list[Sent]:
        """One line each in one write and one flush; the outcomes in the order of the parcels."""
        try:
            with self._locked(fcntl.LOCK_EX) as file:
                return self._appended(file, parcels)
        except Unreadable as fault:
            return [Sent("again", str(fault)) for _ in parcels]
        except OSError as fault:
            said = f"{self._path.name} cannot be written ({fault.strerror}); nothing is reported as done."
            return [Sent("again", said) for _ in parcels]

    def look(self, parcel: Parcel) -> Seen | None:
        """The lines of that id; raise Unreadable where the file cannot be read or holds a line that is not ours."""
        if not self._path.exists():
            return None
        try:
            with self._locked(fcntl.LOCK_SH) as file:
                self._follow(file)
                return self._seen(parcel)
        except OSError as fault:
            raise Unreadable(
                f"{self._path.name} cannot be read ({fault.strerror}); mend that and try again."
            ) from fault

    def _forget(self) -> None:
        self._index: dict[str, tuple[str, str, int]] = {}  # id: unit, amount signed as of a credit, times
        self._read_to, self._lines = 0, 0
        self._identity: tuple[int, int] | None = None

    @contextmanager
    def _locked(self, how: int) -> Iterator[int]:
        """The open file under a lock; opened again where it was replaced while we waited for the lock."""
        with self._mutex:
            while True:
                created = not self._path.exists()
                file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                try:
                    fcntl.flock(file, how)
                    mine = os.fstat(file)
                    if self._path.exists() and os.path.samestat(mine, self._path.stat()):
                        if created:
                            _flush_folder(self._path.parent)
                        if self._identity != (mine.st_dev, mine.st_ino) or mine.st_size < self._read_to:
                            self._forget()
                            self._identity = (mine.st_dev, mine.st_ino)
                        yield file
                        return
                finally:
                    os.close(file)  # releases the lock

    def _follow(self, file: int) -> bytes:
        """Index what was appended since the last call; the bytes after the last whole line are returned."""
        rest = b""
        while piece := os.pread(file, _CHUNK, self._read_to + len(rest)):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                self._index_line(line)
                self._read_to += len(line) + 1
        return rest

    def _index_line(self, line: bytes) -> None:
        self._lines += 1
        try:
            entry = json.loads(line)
            sign = {TYPES["award"]: "", TYPES["reversal"]: "-"}[entry["type"]]
            self._note(str(entry["id"]), str(entry["unit"]), sign + str(entry["amount"]))
        except (ValueError, KeyError, TypeError, RecursionError) as fault:
            raise Unreadable(
                f"{self._path.name}, line {self._lines}: not a line of this outlet; move the file away."
            ) from fault

    def _note(self, identity: str, unit: str, amount: str) -> None:
        before = self._index.get(identity)
        if before is None:
            self._index[identity] = (unit, amount, 1)
        else:
            same = (unit, amount) == before[:2]
            self._index[identity] = (unit if same else "several units or amounts", amount, before[2] + 1)

    def _seen(self, parcel: Parcel) -> Seen | None:
        found = self._index.get(parcel.id)
        if found is None:
            return None
        unit, amount, times = found
        minor = minor_of(amount, parcel.scale)
        if minor is None:
            raise Unreadable(
                f"{self._path.name} shows {parcel.id} with an amount that cannot be read; look at it there."
            )
        return Seen(parcel.id, unit, minor * times, times)

    def _appended(self, file: int, parcels: Sequence[Parcel]) -> list[Sent]:
        torn = self._follow(file)
        if torn:
            if not (torn.startswith(_OURS) or _OURS.startswith(torn)):
                raise Unreadable(
                    f"{self._path.name}, line {self._lines + 1}: not a line of this outlet; move the file away."
                )
            os.ftruncate(file, self._read_to)
        faults = [self.refuses(parcel) for parcel in parcels]
        new: dict[str, int] = {}  # id: the first place that brings it
        for place, parcel in enumerate(parcels):
            if not faults[place] and parcel.id not in self._index:
                new.setdefault(parcel.id, place)
        self._written(file, b"".join(json_bytes(parcel_data(parcels[place])) + b"\n" for place in new.values()))
        return [
            Sent("refused", fault)
            if fault
            else Sent("done", "", parcel.id)
            if new.get(parcel.id) == place
            else self._held(parcel)
            for place, (parcel, fault) in enumerate(zip(parcels, faults, strict=True))
        ]

    def _held(self, parcel: Parcel) -> Sent:
        seen = self._seen(parcel)
        return held(self._path.name, parcel, seen) if seen else Sent("again", f"{parcel.id} is not in the file.")

    def _written(self, file: int, text: bytes) -> None:
        """All of it on the disk, or none of it in the file."""
        try:
            view, place = memoryview(text), self._read_to
            while view:
                count = os.pwrite(file, view, place)
                view, place = view[count:], place + count
            if text:
                os.fsync(file)
        except OSError:
            os.ftruncate(file, self._read_to)
            raise
        self._follow(file)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
