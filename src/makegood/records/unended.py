"""Verb: tell which attempts had begun and were never seen to end, from the bytes of journals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from makegood.records.recorded_line import attempt_of


def unended(begun: Mapping[Path, bytes], journals: Iterable[bytes]) -> dict[Path, list[bytes]]:
    """For each journal the lines of what began under it and ended in none; each attempt once, where it stands last.

    A line without its line end is left out: the recorder was stopped amid it, so that its request never left.
    """
    last: dict[str, tuple[Path, bytes]] = {}
    for path in sorted(begun):
        for line in begun[path].split(b"\n")[:-1]:
            attempt = attempt_of(line)
            if attempt is not None:
                last[attempt] = (path, line + b"\n")
    for data in journals:
        for line in data.split(b"\n"):
            last.pop(attempt_of(line) or "", None)
    left: dict[Path, list[bytes]] = {}
    for path, line in last.values():
        left.setdefault(path, []).append(line)
    return left
