"""Verb: settle journals whose writer is gone; what had begun and was never seen to end becomes a row of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from makegood.acts.attempts.journal import Journal
from makegood.acts.attempts.points import reach
from makegood.records.attempts_folder import begun_of, bytes_of, journals
from makegood.records.unended import unended


def settle(folder: Path, found: Sequence[Journal]) -> int:
    """Give every attempt without an end its row, and count the rows; how many had none. To be called under the guard.

    The journals are settled together, because an attempt may have begun under one and ended under another; and no
    journal is sealed before none of them says any more what had begun.
    """
    held = {journal.rows.path: journal.rows.whole() for journal in found}
    begun = {path: data for path in held if (data := _begun(path))}
    others = (bytes_of(path) for path in journals(folder) if path not in held)
    left = unended(begun, [*held.values(), *others]) if begun else {}
    for journal in found:
        data, lines = held[journal.rows.path], left.get(journal.rows.path, [])
        torn = data[-1:] not in (b"", b"\n")  # of which the bytes stay, as a line of their own
        if torn or lines:
            journal.rows.append((b"\n" if torn else b"") + b"".join(lines))
        journal.count = data.count(b"\n") + torn + len(lines)
    reach("orphan.settled")
    for journal in found:
        journal.drop_begun()
        reach("orphan.freed")
    return sum(len(lines) for lines in left.values())


def _begun(journal: Path) -> bytes:
    try:
        return bytes_of(begun_of(journal))
    except FileNotFoundError:
        return b""
