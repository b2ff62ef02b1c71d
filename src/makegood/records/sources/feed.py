"""A feed: the entries of an Atom file, each with the line it stands on."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import feedparser

from makegood.errors import Unreadable
from makegood.records.sources.cells import words
from makegood.records.sources.small import Document

_PROLOGUE = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTRY = re.compile(r"<entry[\s>]")
_LONGEST_TEXT = 200_000
MOST_LETTERS = 8_000_000  # real feeds have a hundred thousand; the parser is slow on hostile ones


@dataclass(frozen=True)
class Entry:
    """One entry; times are as written (ISO 8601) and empty where absent. `broken` says why it cannot be trusted."""

    line: int
    id: str
    title: str
    link: str
    published: str
    updated: str
    markup: str
    broken: str | None = None


@dataclass(frozen=True)
class Feed:
    """The head of a feed and its entries."""

    title: str
    address: str
    generator: str
    updated: str
    entries: tuple[Entry, ...]


def is_atom(document: Document) -> bool:
    """Is it XML with an Atom feed in it?"""
    head = document.text[:4096]
    return head.lstrip().startswith("<") and "<feed" in head and "http://www.w3.org/2005/Atom" in head


def parse(document: Document) -> Feed:
    """Parse an Atom document; entries at or after a fault in the XML are marked broken."""
    if len(document.text) > MOST_LETTERS:
        raise Unreadable(f"{document.file}: a feed of more than {MOST_LETTERS:,} characters is not read.")
    text = _PROLOGUE.sub("", document.text)  # it may name the encoding the file had before it was decoded
    shift = document.text.count("\n") - text.count("\n")
    found = feedparser.parse(io.BytesIO(text.encode("utf-8", "replace")), resolve_relative_uris=False)
    if not found.entries and found.bozo:
        raise Unreadable(f"{document.file}: not a feed: {str(found.get('bozo_exception'))[:120]}.")
    lines = [text.count("\n", 0, match.start()) + 1 + shift for match in _ENTRY.finditer(text)]
    if len(lines) != len(found.entries):
        lines = [0] * len(found.entries)
    fault_line = _fault_line(found) + shift if found.bozo else 0
    ends = [*lines[1:], document.text.count("\n") + 2]
    entries = tuple(
        _entry(entry, line, f"the XML breaks off at line {fault_line}" if 0 < fault_line <= end else None)
        for entry, line, end in zip(found.entries, lines, ends, strict=True)
    )
    head = found.feed
    return Feed(
        words(head.get("title")),
        words(head.get("id")) + " " + words(head.get("link")),
        words(head.get("generator")),
        words(dict.get(head, "updated")),
        entries,
    )


def _fault_line(found: Any) -> int:
    fault = found.get("bozo_exception")
    reader = getattr(fault, "getLineNumber", None)
    return int(reader() or 0) if reader else 0


# dict.get: the parser's own `get` would answer with `published` where `updated` is absent.
def _entry(entry: Any, line: int, broken: str | None) -> Entry:
    content = entry.get("content") or [{"value": entry.get("summary", "")}]
    return Entry(
        line,
        words(entry.get("id")),
        words(entry.get("title")),
        words(entry.get("link")),
        words(dict.get(entry, "published")),
        words(dict.get(entry, "updated")),
        words(content[0].get("value"), _LONGEST_TEXT),
        broken,
    )
