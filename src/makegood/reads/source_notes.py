"""Notes: what a reader should know about the files that were read, in assessments and audits alike.

A note is its code, the facts of it and an English sentence; other languages are made from code and facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from makegood.engine import Assessment, Audit

Told = tuple[str, dict[str, Any], str]


def source_notes(read: Assessment | Audit) -> Iterator[Told]:
    """What could not be read, and what each format does not show."""
    for one in read.unread:
        yield "file_unread", {"reason": one.reason}, one.reason
    for form in sorted({one.form for one in read.sources if not one.shows_retries}):
        text = f"{form}: a row stands for a call with all its automatic retries, so retries cannot be shown."
        yield "retries_not_shown", {"format": form}, text
    for form, text in sorted({(one.form, note) for one in read.sources for note in one.notes}):
        yield "format_note", {"format": form, "note": text}, f"{form}: {text}"


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
