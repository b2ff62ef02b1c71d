"""Inputs: sort the files given into attempts, bulletins and charges, by what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from makegood.errors import UnknownFormat, Unreadable
from makegood.records.bulletin import Bulletin
from makegood.records.charge import Charge
from makegood.records.given_paths import files_of
from makegood.records.latest import latest
from makegood.records.recognise import candidates
from makegood.records.sample import take_sample
from makegood.records.scope import Scope
from makegood.records.small_files import open_document, read_small
from makegood.records.sources.small import Reading
from makegood.records.sources.small_formats import SMALL_FORMATS, recognise
from makegood.records.tally import Quarantined
from makegood.spans import Span


@dataclass(frozen=True)
class Source:
    """A file and the format it was read as; `kind` is attempts, bulletins or charges.

    `notes` say what that format cannot show.
    `read` and `quarantined` count the rows of a small file; those of attempts are in the assessment's tally.
    """

    path: str
    form: str
    kind: str = "attempts"
    notes: tuple[str, ...] = ()
    shows_retries: bool = True
    read: int | None = None
    quarantined: int = 0


@dataclass(frozen=True)
class Inputs:
    """The files of attempts, and all that the small files said; `sources` are the small files."""

    attempts: tuple[Path, ...]
    bulletins: tuple[Bulletin, ...]
    charges: tuple[Charge, ...]
    coverage: tuple[tuple[Scope, Span], ...]
    usage_covered: tuple[Span, ...]
    sources: tuple[Source, ...]
    quarantined: tuple[Quarantined, ...]
    notes: tuple[str, ...]

    @property
    def refused(self) -> list[tuple[str, int, str]]:
        """The rows of the small files that could not be used: file, line, reason."""
        return [(one.file, one.line, one.reason) for one in self.quarantined]

    def span(self, now: datetime) -> Span | None:
        """From the first to the last moment that bulletins, their coverage or charges speak of."""
        spans = [bulletin.span(now) for bulletin in self.bulletins]
        spans += [span for _, span in self.coverage] + [charge.span for charge in self.charges]
        return Span(min(one.start for one in spans), max(one.end for one in spans)) if spans else None


def gather(paths: Sequence[Path], bulletins: Sequence[Path], charges: Sequence[Path], forced: bool) -> Inputs:
    """Read every small file; raise UnknownFormat where a file is not what its option says.

    With `forced` (a format or a map was given) every one of `paths` holds attempts. A folder stands for its files.
    """
    attempts: list[Path] = []
    small = [(path, "bulletins") for path in bulletins] + [(path, "charges") for path in charges]
    for path in files_of(paths):
        kind = None if forced else _small_kind(path)
        if kind:
            small.append((path, kind))
        else:
            attempts.append(path)
    read = [(path, kind, _read(path, kind)) for path, kind in small]
    told, changes = latest(one for _, _, reading in read for one in reading.bulletins)
    return Inputs(
        attempts=tuple(attempts),
        bulletins=told,
        charges=tuple(one for _, _, reading in read for one in reading.charges),
        coverage=tuple(one for _, kind, reading in read if kind == "bulletins" for one in reading.coverage),
        usage_covered=tuple(_usage_spans(reading for _, kind, reading in read if kind == "charges")),
        sources=tuple(_source(path, reading) for path, _, reading in read),
        quarantined=tuple(one for _, _, reading in read for one in reading.quarantined),
        notes=changes,
    )


def _small_kind(path: Path) -> str | None:
    """`bulletins` or `charges`; None for attempts, and for what only their reader can complain of."""
    try:
        sample = take_sample(path)
        if sample.kind == "parquet" or candidates(sample):
            return None
        form = recognise(open_document(path))
    except Unreadable:
        return None
    return form.kind if form else None


def _read(path: Path, kind: str) -> Reading:
    form = recognise(open_document(path))
    if form is None or form.kind != kind:
        known = ", ".join(one.title for one in SMALL_FORMATS if one.kind == kind)
        found = f"holds {form.kind} ({form.title})" if form else "is in no format known here"
        raise UnknownFormat(f"--{kind} {path}: {found}; known are: {known}.")
    return read_small(path)


def _source(path: Path, reading: Reading) -> Source:
    form = recognise(open_document(path))
    name = form.name if form else ""
    kind = form.kind if form else "attempts"
    return Source(str(path), name, kind, reading.notes, read=reading.read, quarantined=len(reading.quarantined))


def _usage_spans(readings: Iterable[Reading]) -> Iterator[Span]:
    """The spans that usage exports speak of; a bill's own coverage says nothing about usage."""
    for reading in readings:
        if any(charge.amount is None for charge in reading.charges):
            yield from (span for _, span in reading.coverage)
