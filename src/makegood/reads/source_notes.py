"""Notes: what a reader should know about the files that were read, in assessments and audits alike.

A note is its code, the facts of it and an English sentence; other languages are made from code and facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from makegood.engine import Assessment, Audit
from makegood.records.commitments import Sealed
from makegood.records.sealed_parts import Amiss

Told = tuple[str, dict[str, Any], str]


def source_notes(read: Assessment | Audit) -> Iterator[Told]:
    """What sealed parts are amiss, what could not be read, and what each format does not show."""
    for folder in read.amiss:
        yield from _parts(folder)
    for one in read.unread:
        yield "file_unread", {"reason": one.reason}, one.reason
    for form in sorted({one.form for one in read.sources if not one.shows_retries}):
        text = f"{form}: a row stands for a call with all its automatic retries, so retries cannot be shown."
        yield "retries_not_shown", {"format": form}, text
    for form, text in sorted({(one.form, note) for one in read.sources for note in one.notes}):
        yield "format_note", {"format": form, "note": text}, f"{form}: {text}"


def _parts(one: Amiss) -> Iterator[Told]:
    """That parts of a folder are not there, or not what its own lists say; what that does to the answer."""
    n, rows, of = _counted(one.missing)
    if n:
        text = (
            f"{one.folder}: {_of(n, 'part that was sealed is', 'parts that were sealed are')} not here "
            f"({_of(rows, 'row', 'rows')}, {of}): what {'it' if n == 1 else 'they'} held is not in this answer. "
            f"Bring {'it' if n == 1 else 'them'} back from a copy."
        )
        yield "parts_missing", {"folder": str(one.folder), "n": n, "rows": rows, "days": of}, text
    n, rows, of = _counted(one.changed)
    if n:
        text = (
            f"{one.folder}: {_of(n, 'part is', 'parts are')} not as sealed "
            f"({_of(rows, 'row was', 'rows were')}, {of}): "
            f"what this answer takes from {'it' if n == 1 else 'them'} is not what was recorded. "
            f"Bring {'it' if n == 1 else 'them'} back from a copy."
        )
        yield "parts_changed", {"folder": str(one.folder), "n": n, "rows": rows, "days": of}, text
    if n := len(one.added):
        were = _of(n, "part was added after its day was", "parts were added after their days were")
        text = f"{one.folder}: {were} committed to, and the rows count here; `makegood attempts verify` says more."
        yield "parts_added", {"folder": str(one.folder), "n": n}, text
    if n := one.lines:
        are = _of(n, "line of the lists of sealed parts is", "lines of the lists of sealed parts are")
        text = (
            f"{one.folder}: {are} not as written, so parts may be missing untold; `makegood attempts verify` says more."
        )
        yield "part_lists_changed", {"folder": str(one.folder), "n": n}, text


def _counted(parts: Sequence[Sealed]) -> tuple[int, int, str]:
    """How many parts, how many rows were sealed in them, and under which days."""
    under = sorted({one.part.split("/")[0] for one in parts})
    return len(parts), sum(one.rows for one in parts), " – ".join(dict.fromkeys([*under[:1], *under[-1:]]))


def _of(n: int, one: str, other: str) -> str:
    return f"{n:,} {one if n == 1 else other}"


def no_call_ids(read: Assessment | Audit) -> Iterator[Told]:
    """That no attempt names its call, where none does."""
    if read.gaps.attempts and read.gaps.without_call_id == read.gaps.attempts:
        text = "No attempt names its call: attempts were grouped by the fingerprint of their input, or not at all."
        yield "no_call_ids", {}, text


def usable_not_known(read: Assessment | Audit) -> Iterator[Told]:
    """Of how many successful answers nothing says whether they could be used."""
    if n := read.gaps.without_usable:
        text = f"Of {n:,} successful answers the log does not say whether they could be used; they count as delivered."
        yield "usable_not_known", {"n": n}, text


def published(notes: Iterable[Told]) -> list[dict[str, Any]]:
    """The notes as the data published shows them, in their order."""
    return [{"code": code, "params": params, "text": text} for code, params, text in notes]
