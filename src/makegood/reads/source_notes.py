"""Notes: what a reader should know about the files that were read, in assessments and audits alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from makegood.engine import Assessment, Audit

Told = tuple[str, dict[str, Any], str]


def source_notes(read: Assessment | Audit) -> Iterator[Told]:
    """What could not be read, and what each format does not show: a code, its facts and an English sentence."""
    for one in read.unread:
        yield "file_unread", {"reason": one.reason}, one.reason
    for form in sorted({one.form for one in read.sources if not one.shows_retries}):
        text = f"{form}: a row stands for a call with all its automatic retries, so retries cannot be shown."
        yield "retries_not_shown", {"format": form}, text
    for form, text in sorted({(one.form, note) for one in read.sources for note in one.notes}):
        yield "format_note", {"format": form, "note": text}, f"{form}: {text}"
