"""Verb: do an act; one transaction with its journal row, or a refusal that is in the journal as well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from makegood.errors import BadUse
from makegood.store import journal
from makegood.store.book import Book
from makegood.store.journal import DONE, REFUSED, Actor, Record


@dataclass
class Doing:
    """One act under way; the act may name its subject and details as they become known, or stay unrecorded."""

    book: Book
    actor: Actor
    act: str
    now: datetime
    subject: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    silent: bool = False

    def record(self, outcome: str, more: dict[str, Any]) -> Record:
        """What the journal is to hold."""
        return Record(self.actor, self.act, self.subject, outcome, self.detail | more)


@contextmanager
def acting(doing: Doing) -> Iterator[Doing]:
    """Run the body in one transaction; a refusal rolls it back, is written down by itself, and is raised again."""
    with noted(doing), doing.book.writing():
        yield doing
        if not doing.silent:
            journal.append(doing.book, doing.record(DONE, {}), doing.now)


@contextmanager
def noted(doing: Doing) -> Iterator[Doing]:
    """Run the body in no transaction, as for reading a file; a refusal is written down, and is raised again."""
    try:
        yield doing
    except BadUse as fault:
        with doing.book.writing():
            why = {"why": type(fault).__name__, "says": str(fault)[:500]}
            journal.append(doing.book, doing.record(REFUSED, why), doing.now)
        raise
