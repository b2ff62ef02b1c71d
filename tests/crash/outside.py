"""Nouns: what is outside of the book in a crash; a billing system that believes everything, and a letter-box."""

from __future__ import annotations

import json
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

from makegood.awards.parcel import Parcel, Seen, Sent
from makegood.campaigns.notice import Letter, Notice


class Followed:
    """The whole lines of a growing file, each read once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_to = 0

    def more(self) -> list[bytes]:
        """The lines that were added since the last call."""
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            file.seek(self._read_to)
            text = file.read()
        whole = text.rpartition(b"\n")[0]
        if not whole:
            return []
        self._read_to += len(whole) + 1
        return whole.split(b"\n")


def append(path: Path, text: bytes) -> None:
    """One write at the end of the file: it is there whole, or not at all, whatever becomes of the writer."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, text)
    finally:
        os.close(file)


class Gullible:
    """A billing system without idempotency keys: what comes twice is booked twice. It can be read back."""

    name = "gullible"

    def __init__(self, path: Path) -> None:
        self._file = Followed(path)
        self._booked: dict[str, tuple[str, int]] = {}
        self._times: Counter[str] = Counter()

    def refuses(self, parcel: Parcel) -> str | None:  # noqa: ARG002
        """Nothing."""
        return None

    def send(self, parcel: Parcel) -> Sent:
        """Book it."""
        append(self._file.path, f"{parcel.id} {parcel.unit} {parcel.amount}\n".encode())
        return Sent("done", "", parcel.id)

    def look(self, parcel: Parcel) -> Seen | None:
        """What is booked under the id."""
        self.follow()
        if parcel.id not in self._booked:
            return None
        unit, amount = self._booked[parcel.id]
        return Seen(parcel.id, unit, amount * self._times[parcel.id], self._times[parcel.id])

    def follow(self) -> None:
        """Read what is new."""
        for line in self._file.more():
            id, unit, amount = line.decode().split()
            self._booked[id] = (unit, int(amount))
            self._times[id] += 1


class LetterBox:
    """A channel that appends the notice's id to a file; it has no memory either."""

    name = "letterbox"

    def __init__(self, path: Path) -> None:
        self._path = path

    def reaches(self, notice: Notice) -> bool:  # noqa: ARG002
        """Everyone."""
        return True

    def send(self, letter: Letter) -> Sent:
        """Drop it in."""
        append(self._path, f"{letter.notice.id}\n".encode())
        return Sent("done", "", letter.notice.id)


def booked(line: bytes) -> tuple[str, str, int]:
    """A line of the file outlet or of the gullible one as (id, unit, amount in minor units of a scale of 2)."""
    if line.startswith(b"{"):
        entry = json.loads(line)
        return str(entry["id"]), str(entry["unit"]), int(Decimal(entry["amount"]).scaleb(2))
    id, unit, amount = line.decode().split()
    return id, unit, int(amount)
