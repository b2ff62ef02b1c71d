"""Take: bring files of attempts into the warehouse, each by its format, and settle which rows count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from makegood.errors import Unreadable
from makegood.records.attempts_folder import is_attempts_folder, opened, writer_of
from makegood.records.attempts_snapshot import snapshot
from makegood.records.intake import load
from makegood.records.native import fault_of, forget_native, is_native, view
from makegood.records.recognise import recognise
from makegood.records.rows import settle
from makegood.records.sample import Sample, take_sample
from makegood.records.sealed_parts import gone
from makegood.records.sources.attempt_format import AttemptFormat
from makegood.records.sources.canonical import CANONICAL_JSON, CANONICAL_TABLE
from makegood.records.tally import Quarantined, Tally
from makegood.records.typed import Defaults
from makegood.records.warehouse import Warehouse
from makegood.spans import Span

Progress = Callable[[str, int, int], None]
Given = tuple[Path, AttemptFormat | None]


@dataclass(frozen=True)
class Intake:
    """What to take: `form` forces a format for every file, `span` and `account` narrow what counts. Of an attempts
    folder, parts whose journal was opened before the UTC day of `since` are left alone: its rows ended on that day.
    """

    paths: tuple[Path, ...]
    form: AttemptFormat | None = None
    span: Span | None = None
    account: str | None = None
    defaults: Defaults = field(default_factory=Defaults)
    since: datetime | None = None


@dataclass(frozen=True)
class Taken:
    """What was taken: the tally, which file was read as which format, and the files that could not be read."""

    tally: Tally
    formats: tuple[tuple[str, AttemptFormat], ...]
    unread: tuple[Quarantined, ...] = ()


def take(warehouse: Warehouse, intake: Intake, progress: Progress = lambda *_: None) -> Taken:
    """Load or view every file, then settle the rows; raise Unreadable when no file could be read at all."""
    native: list[Sample] = []
    formats: list[tuple[str, AttemptFormat]] = []
    faults: list[tuple[Path, Unreadable]] = []
    read = 0
    given = list(_given(warehouse, intake, faults))
    for index, (path, own) in enumerate(given):
        progress(f"reading {path.name}", index, len(given) + 1)
        try:
            sample = Sample(path, "lines") if own is CANONICAL_JSON else take_sample(path)
            form = own or intake.form or recognise(sample)
            if (own or intake.form is None) and is_native(sample):
                native.append(sample)
            else:
                read += load(warehouse, sample, form, intake.defaults)
            formats.append((str(path), form))
        except Unreadable as fault:
            faults.append((path, fault))
    progress("settling rows", len(given), len(given) + 1)
    viewed, broken = view_sound(warehouse, native, intake.defaults)
    faults += broken
    formats = [one for one in formats if Path(one[0]) not in dict(broken)]
    if faults and not formats:
        raise faults[0][1]
    unread = tuple(Quarantined(str(path), 0, str(fault)) for path, fault in faults)
    return Taken(settle(warehouse, read + viewed, intake.span, intake.account), tuple(formats), unread)


def _given(warehouse: Warehouse, intake: Intake, faults: list[tuple[Path, Unreadable]]) -> Iterator[Given]:
    """Each file, with its format where it is of an attempts folder, which is looked at as a whole."""
    for path in intake.paths:
        if not is_attempts_folder(path):
            yield path, None
            continue
        try:
            yield from _recorded(warehouse, path, intake.since)
        except Unreadable as fault:
            faults.append((path, fault))


def _recorded(warehouse: Warehouse, folder: Path, since: datetime | None) -> Iterator[Given]:
    try:
        found = snapshot(folder, warehouse.spool)
    except OSError as fault:
        raise Unreadable(f"{folder}: cannot be read ({fault.strerror}); check the rights and the room.") from fault
    if not found.parts and not found.lines and (lost := len(gone(folder))):
        raise Unreadable(f"{folder}: none of its {lost:,} sealed parts is here; bring them back from a copy.")
    if not found.parts and not found.lines:
        raise Unreadable(f"{folder}: holds no attempt yet; its recorder has not seen one end.")
    warehouse.copies |= dict(found.lines)
    first = since.astimezone(UTC).date() if since else date.min
    yield from ((path, CANONICAL_TABLE) for path in found.parts if opened(writer_of(path)).date() >= first)
    yield from ((path, CANONICAL_JSON) for path, _ in found.lines)


def view_sound(
    warehouse: Warehouse, native: list[Sample], defaults: Defaults
) -> tuple[int, list[tuple[Path, Unreadable]]]:
    """View canonical Parquet files; when that fails, all but those that cannot be read to the end."""
    if not native:
        return 0, []
    first = len(warehouse.files)
    try:
        return view(warehouse, native, defaults), []
    except (Unreadable, duckdb.Error):
        forget_native(warehouse, first)
    faults = [(sample.path, fault) for sample in native if (fault := fault_of(warehouse, sample))]
    broken = dict(faults)
    sound = [sample for sample in native if sample.path not in broken]
    return (view(warehouse, sound, defaults) if sound else 0), faults
