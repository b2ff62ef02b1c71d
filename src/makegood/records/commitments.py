"""Noun: commitments; one line for each UTC day that has ended, chained, over what was sealed under that day.

A line is canonical JSON: `day`, `made` (when the line was written), `parts` (name, rows and SHA-256 of each), `rows`,
`root` (RFC 6962 over the canonical text of each part's entry, in order of names), `previous` (the `hash` of the line
before, null in the first) and `hash`, the SHA-256 of the canonical text of all else. The hash of the last line is the
head: who kept it can show later that no line, and no part of them, was written or changed since.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from makegood.errors import Unreadable
from makegood.keys import canonical, content_hash
from makegood.ledger.merkle import Frontier, leaf_hashes
from makegood.records.attempts_folder import COMMITMENTS, bytes_of


@dataclass(frozen=True, order=True)
class Sealed:
    """A sealed part as it is listed and committed to: `part` is `<day>/part-<writer>.parquet`."""

    part: str
    rows: int
    sha256: str

    def as_data(self) -> dict[str, Any]:
        """The entry as it is written and hashed."""
        return {"part": self.part, "rows": self.rows, "sha256": self.sha256}


@dataclass(frozen=True)
class Commitment:
    """One line; `hash` is the head for as long as no other line follows."""

    day: date
    made: str
    parts: tuple[Sealed, ...]
    previous: str | None

    def _body(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "made": self.made,
            "parts": [one.as_data() for one in self.parts],
            "previous": self.previous,
            "root": self.root,
            "rows": self.rows,
        }

    @property
    def rows(self) -> int:
        """The rows of all parts."""
        return sum(one.rows for one in self.parts)

    @property
    def root(self) -> str:
        """The root (hex) of the tree over the parts."""
        return root_of(self.parts)

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the line without its hash."""
        return content_hash(self._body())

    def line(self) -> str:
        """The line as it is written, without its line end."""
        return canonical({**self._body(), "hash": self.hash})


def root_of(parts: Sequence[Sealed]) -> str:
    """The root (hex, RFC 6962) over the parts' entries in the given order."""
    leaves = leaf_hashes(canonical(one.as_data()).encode() for one in parts)
    return Frontier().extend(leaves).frontier.root().hex()


def commitment_of(line: str) -> Commitment:
    """The commitment of a line; raise ValueError where the line is not, to the letter, what line() writes."""
    try:
        data = json.loads(line)
        parts = tuple(sealed_of(one) for one in data["parts"])
        found = Commitment(date.fromisoformat(data["day"]), str(data["made"]), parts, data["previous"])
        same = found.line() == line
    except (KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise ValueError("is no commitment") from fault
    if not same:
        raise ValueError("is not what its own hash says")
    if not found.parts or found.day == date.max:  # no such day is ever committed to, and none could follow
        raise ValueError("is of a day without parts, or of no day that can end")
    return found


def sealed_of(data: Any) -> Sealed:
    """The entry of a part; raise ValueError where it is none."""
    if not isinstance(data, dict) or set(data) != {"part", "rows", "sha256"} or type(data["rows"]) is not int:
        raise ValueError("is no entry of a part")
    return Sealed(str(data["part"]), data["rows"], str(data["sha256"]))


def listed(line: str) -> Sealed:
    """The entry of a line of a day's list; raise ValueError where the line is not, to the letter, as it is written."""
    try:
        entry = sealed_of(json.loads(line))
    except RecursionError as fault:
        raise ValueError("is no entry of a part") from fault
    if canonical(entry.as_data()) != line:
        raise ValueError("is not written as entries are")
    return entry


def last_commitment(folder: Path) -> Commitment | None:
    """The last line of the commitments, None where there is none; raise Unreadable where it is no commitment.

    A line without its end was never told to anyone, and is left out.
    """
    path = folder / COMMITMENTS
    try:
        lines = bytes_of(path).split(b"\n")[:-1]
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise Unreadable(f"{path}: cannot be read ({fault.strerror}); check the rights.") from fault
    if not lines:
        return None
    try:
        return commitment_of(lines[-1].decode())
    except ValueError as fault:
        raise Unreadable(
            f"{path}: line {len(lines)} {fault}, so that no later day can follow it; put the file back as it was."
        ) from fault
