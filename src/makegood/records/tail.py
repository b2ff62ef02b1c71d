"""Tail: follow an attempts folder as it grows; each attempt is told once, also across a restart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from makegood.errors import Unreadable
from makegood.records.attempts_folder import days, journals, parts_of, writer_of
from makegood.records.folder_piece import Piece, Some, read_piece
from makegood.records.recorded_line import attempt_of
from makegood.records.scope import Scope
from makegood.records.tail_position import Position, Writer
from makegood.records.tally import Quarantined

Ints = NDArray[np.int64]
KEPT_DAYS = 40  # days whose folders are looked at for parts that came late
MOST_BYTES, MOST_FILES = 16 << 20, 8
_MOST_WAIT = 256  # looks until a part that could not be read is tried again
REPEATS = 200_000  # ids that are remembered at least, to tell a row that was delivered twice


@dataclass(frozen=True)
class Recent:
    """Attempts that the folder showed since the position before: columns of equal length, in any order.

    `scopes` and `outcomes` are tables that `scope` and `outcome` point into; an outcome is (provider, status, error,
    usable, empty) in the packed form of the warehouse, as the rules on faults read it. `time_us` is when an attempt
    started, `end_us` when it ended. `quarantined` are lines and parts that cannot be used, each told once.
    """

    scopes: tuple[Scope, ...]
    outcomes: tuple[tuple[str, int, str, int, int], ...]
    scope: Ints
    outcome: Ints
    time_us: Ints
    end_us: Ints
    quarantined: tuple[Quarantined, ...] = ()


@dataclass(frozen=True)
class _Broken:
    """A part that could not be read; the look at which it is tried again."""

    wait: int
    again: int


class Tail:
    """Follows one attempts folder from a position or, without one, from its beginning or a day (YYYY-MM-DD) on.

    Which rows count, and what is set aside, is settled by the very code that an assessment reads a folder with, with
    two limits: a row with the ids, the provider's and the recorder's, of an earlier one is left out where that one is
    among the last 200,000 or so that were told, and the first to be told stays. What had begun and never ended is told
    once a recorder says so.
    """

    def __init__(self, folder: Path, position: Position | None = None, since: str | None = None) -> None:
        self.folder = folder
        self._since = position.since if position else date.fromisoformat(since) if since else date.min
        self._writers = dict(position.writers) if position else {}
        self._told: tuple[Ints, Ints] = (np.zeros(0, np.int64), np.zeros(0, np.int64))
        self._broken: dict[str, _Broken] = {}
        self._looks = 0

    @property
    def position(self) -> Position:
        """How far it was read: after a restart, a tail from here goes on with the next row."""
        return Position(self._since, dict(self._writers))

    def read(self) -> Iterator[Recent]:
        """What came since, in pieces of bounded size; the position moves on with each piece. Raise Unreadable.

        Journals are listed before parts, so that one that is sealed meanwhile is found among the parts.
        """
        try:
            waiting = journals(self.folder)
            sealed = {writer_of(path): path for day in self._days() for path in parts_of(self.folder / day.isoformat())}
        except OSError as fault:
            raise _away(self.folder, fault) from fault
        self._looks += 1
        fresh = iter([path for writer, path in sealed.items() if self._to_read(writer)])
        while some := list(islice(fresh, MOST_FILES)):
            yield from self._sealed(some)
        for path in waiting:
            if writer_of(path) not in sealed:
                yield from self._journal(path)
        self._forget(sealed)

    def _days(self) -> list[date]:
        return [day for day in days(self.folder) if day >= self._since]

    def _writer(self, name: str) -> Writer:
        return self._writers.get(name, Writer())

    def _to_read(self, writer: str) -> bool:
        """Was its part not told, and is it not one that could not be read a moment ago?"""
        broken = self._broken.get(writer)
        return not self._writer(writer).sealed and (broken is None or self._looks >= broken.again)

    def _sealed(self, paths: Sequence[Path]) -> Iterator[Recent]:
        """Parts as a whole, or what is left of those whose journals were told in part.

        One that cannot be read may be so only now: it is tried again, after twice as many looks each time.
        """
        some = tuple(Some(path, after=self._writer(writer_of(path))) for path in paths)
        piece = read_piece(some)
        unread = {one.file for one in piece.quarantined if not one.line}
        known = {str(path) for path in paths if writer_of(path) in self._broken}
        for path in paths:
            writer = writer_of(path)
            before = self._broken.pop(writer, None)
            if str(path) in unread:
                wait = min(2 * before.wait, _MOST_WAIT) if before else 1
                self._broken[writer] = _Broken(wait, self._looks + wait)
            else:
                self._writers[writer] = Writer(sealed=True)
        fresh = tuple(one for one in piece.quarantined if one.line or one.file not in known)
        if fresh or unread < {str(path) for path in paths}:
            yield self._recent(replace(piece, quarantined=fresh))

    def _journal(self, path: Path) -> Iterator[Recent]:
        """The whole lines that a journal has gained."""
        while lines := self._gained(path):
            writer = self._writer(writer_of(path))
            piece = read_piece((Some(path, lines, writer),))
            whole = lines.split(b"\n")[:-1]
            last = next((known for line in reversed(whole) if (known := attempt_of(line))), writer.last)
            self._writers[writer_of(path)] = Writer(writer.offset + len(lines), writer.lines + len(whole), last)
            yield self._recent(piece)

    def _gained(self, path: Path) -> bytes:
        lines = b""
        with suppress(FileNotFoundError):  # sealed meanwhile: the next look finds it among the parts
            try:
                with path.open("rb") as file:
                    file.seek(self._writer(writer_of(path)).offset)
                    lines = file.read(MOST_BYTES)
                    while lines and b"\n" not in lines and (more := file.read(MOST_BYTES)):
                        lines += more
            except FileNotFoundError:
                raise
            except OSError as fault:
                raise _away(path, fault) from fault
        return lines[: lines.rfind(b"\n") + 1]

    def _recent(self, piece: Piece) -> Recent:
        """The piece without rows that were told before under the same ids."""
        newest, older = self._told
        fresh = (piece.key < 0) | ~(np.isin(piece.key, newest) | np.isin(piece.key, older))
        newest = np.concatenate([newest, piece.key[piece.key >= 0]])
        self._told = (np.zeros(0, np.int64), newest) if len(newest) > REPEATS else (newest, older)
        columns = (piece.scope[fresh], piece.outcome[fresh], piece.time_us[fresh], piece.end_us[fresh])
        return Recent(piece.scopes, piece.outcomes, *columns, piece.quarantined)

    def _forget(self, sealed: dict[str, Path]) -> None:
        """Look no more at days that are long gone, nor remember their writers."""
        listed = [date.fromisoformat(path.parent.name) for path in sealed.values()]
        if not listed or max(listed) - timedelta(days=KEPT_DAYS) <= max(self._since, min(listed)):
            return
        self._since = max(listed) - timedelta(days=KEPT_DAYS)
        old = {writer for writer, path in sealed.items() if date.fromisoformat(path.parent.name) < self._since}
        self._writers = {name: writer for name, writer in self._writers.items() if name not in old}


def _away(path: Path, fault: OSError) -> Unreadable:
    return Unreadable(f"{path}: cannot be read ({fault.strerror}); check the name and the rights.")
