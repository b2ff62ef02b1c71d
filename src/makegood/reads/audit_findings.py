"""Noun: what an audit looked at and found; each finding with its code, its row, and one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from makegood.reads.finding_labels import finding_words
from makegood.reads.words import Words
from makegood.store.book import Book

MOST = 50  # so many of a kind are named; the rest is counted
_ENGLISH = Words("en")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `kind` is its code, `where` the table and the row's key, such as "posting 17"."""

    kind: str
    where: str
    facts: tuple[tuple[str, object], ...] = ()

    @property
    def says(self) -> str:
        """The sentence in English."""
        return self.said(_ENGLISH)

    def said(self, words: Words) -> str:
        """The sentence in a language."""
        return finding_words(self.kind, dict(self.facts), words)


@dataclass(frozen=True)
class Audited:
    """What was looked at, by table, and everything that is wrong: at most MOST findings a kind, `found` counts all.

    `size` and `root` (hex) are the log's, as the newest head tells them.
    """

    book: str
    at: datetime
    size: int
    root: str
    looked_at: Mapping[str, int]
    findings: tuple[Finding, ...]
    found: Mapping[str, int]

    @property
    def sound(self) -> bool:
        """Is nothing wrong?"""
        return not self.findings


@dataclass
class Looking:
    """An audit under way."""

    book: Book
    now: datetime
    looked_at: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def find(self, kind: str, where: str, /, **facts: object) -> None:
        """Note a finding; the same again is not noted twice."""
        finding = Finding(kind, where, tuple(facts.items()))
        if self.found[kind] < MOST and finding in self.findings:
            return
        self.found[kind] += 1
        if self.found[kind] <= MOST:
            self.findings.append(finding)

    def rows(self, sql: str, params: Iterable[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, read in batches."""
        for batch in self.book.stream(sql, tuple(params)):
            yield from batch
