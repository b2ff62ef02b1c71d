"""Verb: seal a journal into a part, list it under its day, and commit to each day that has ended.

A crash before any of the steps leaves the journal, or the journal and its part; whoever comes next goes on from there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import file_digest
from pathlib import Path

from makegood.acts.append_line import append_line, flush_folder
from makegood.acts.attempts.apart import make_part_apart
from makegood.acts.attempts.journal import Guard, Journal
from makegood.acts.attempts.points import reach
from makegood.errors import NotRecorded
from makegood.keys import canonical
from makegood.records.attempts_folder import (
    COMMITMENTS,
    LIST,
    TORN,
    Made,
    bytes_of,
    days,
    journals,
    opened,
    part_name,
    parts_of,
    sealed_writers,
    writer_of,
)
from makegood.records.commitments import Commitment, Sealed, last_commitment, listed
from makegood.spans import iso

GRACE = timedelta(hours=1)  # how long a day that has ended waits for journals that were opened on it


class Sealer:
    """Seals journals of one folder; `sync` says whether what is sealed is forced to the disk, `apart` whether parts are
    made in a process of their own."""

    def __init__(self, folder: Path, guard: Guard, sync: bool, apart: bool = False) -> None:
        self.folder = folder
        self.guard = guard
        self.sync = sync
        self.apart = apart

    def seal(self, journal: Journal, now: datetime) -> None:
        """Make a part of a journal that is held and that nobody writes any more, and remove the journal."""
        if journal.count and journal.writer not in sealed_writers(self.folder):
            made = self._made(journal)
            if made.rows:
                self._move(made, journal, now)
        with self.guard():
            part = sealed_writers(self.folder).get(journal.writer)
            if part is not None:
                list_parts(part.parent)  # where a crash left it out
            journal.remove()
        reach("seal.removed")

    def _made(self, journal: Journal) -> Made:
        """Make the part under a name of its own that nobody reads; there is none where the journal holds no row."""
        aside = _aside(journal)
        if self.apart:
            made = make_part_apart(journal.rows.path, aside)
        else:
            from makegood.records.attempts_part import make_part  # not before there is something to seal: it is heavy

            made = make_part(journal.rows.path, aside)
        if made.torn:
            self._keep_aside(journal, made.torn)
        reach("seal.written")
        if not made.rows:
            aside.unlink()
        elif self.sync:
            flush_file(aside)
        reach("seal.synced")
        return made

    def _move(self, made: Made, journal: Journal, now: datetime) -> None:
        with self.guard():
            day = self.folder / self._day(journal, now).isoformat()
            day.mkdir(exist_ok=True)
            part = day / part_name(journal.writer)
            os.rename(_aside(journal), part)
            if self.sync:
                flush_folder(day)
                flush_folder(self.folder)
            reach("seal.renamed")
            list_parts(day, {part: made.rows})
        reach("seal.listed")

    def _day(self, journal: Journal, now: datetime) -> date:
        """The day on which the journal was opened; where that is committed to, the first day that is still open."""
        last = last_commitment(self.folder)
        today = now.astimezone(UTC).date()
        day = min(journal.opened.date(), today)
        if last is None or day > last.day:
            return day
        return max(today, last.day + timedelta(days=1))

    def _keep_aside(self, journal: Journal, torn: Iterable[int]) -> None:
        lines = journal.rows.whole().split(b"\n")
        place = self.folder / TORN / journal.rows.path.name
        place.parent.mkdir(exist_ok=True)
        aside = place.with_suffix(".part")
        aside.write_bytes(b"".join(lines[number - 1] + b"\n" for number in torn))
        if self.sync:
            flush_file(aside)
        os.replace(aside, place)
        reach("seal.torn")

    def commit(self, now: datetime) -> tuple[Commitment, ...]:
        """Commit to every day that has ended, was not committed to, and has parts; the lines that were written.

        A day waits for the journals that were opened on it, an hour at most: then what they hold belongs to a later
        day. Raise NotRecorded where the lines that stand there cannot be gone on from.
        """
        made = []
        with self.guard():
            last = last_commitment(self.folder)
            waiting = {opened(writer_of(path)).date() for path in journals(self.folder)}
            for day in days(self.folder):
                if day >= now.astimezone(UTC).date() or (day in waiting and now < _ended(day) + GRACE):
                    break
                if last is not None and day <= last.day:
                    continue
                found = list_parts(self.folder / day.isoformat())
                if found:
                    last = Commitment(day, iso(now), found, last.hash if last else None)
                    append_line(self.folder / COMMITMENTS, last.line())
                    reach("commit.written")
                    made.append(last)
        return tuple(made)


def list_parts(day: Path, rows: Mapping[Path, int] | None = None) -> tuple[Sealed, ...]:
    """The entries of a day's parts, by name; parts that are not listed yet are now. To be called under the guard.

    `rows` says how many rows a part has, where that is known; the other parts say it themselves.
    """
    path = day / LIST
    try:
        known = [listed(line.decode()) for line in bytes_of(path).split(b"\n")[:-1]]
    except FileNotFoundError:
        known = []
    except ValueError as fault:
        raise NotRecorded(f"{path}: a line {fault}; put the file back as it was.") from fault
    names = {one.part for one in known}
    missing = [part for part in parts_of(day) if f"{day.name}/{part.name}" not in names]
    counted = dict(rows or {})
    if not counted.keys() >= set(missing):
        from makegood.records.attempts_part import rows_of

        counted |= rows_of(missing)
    for part in missing:
        known.append(Sealed(f"{day.name}/{part.name}", counted[part], _sha256(part)))
        append_line(path, canonical(known[-1].as_data()))
    return tuple(sorted(known))


def _ended(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC) + timedelta(days=1)


def _aside(journal: Journal) -> Path:
    return journal.rows.path.with_suffix(".part")


def flush_file(path: Path) -> None:
    """The content of a file on disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
