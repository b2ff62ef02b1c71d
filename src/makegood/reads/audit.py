"""Read: audit a book; everything it holds is held against everything else, as of one moment, and each fault named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from makegood.reads.audit_audiences import audit_audiences
from makegood.reads.audit_awards import audit_awards
from makegood.reads.audit_campaigns import audit_campaigns
from makegood.reads.audit_effects import audit_effects
from makegood.reads.audit_findings import Audited, Finding, Looking
from makegood.reads.audit_journal import audit_journal
from makegood.reads.audit_ledger import audit_ledger
from makegood.reads.audit_log import audit_log
from makegood.reads.audit_people import audit_people
from makegood.reads.audit_rights import rights_of
from makegood.store import guards
from makegood.store.book import Book
from makegood.store.witness import Witnessed, fault_of

__all__ = ["Audited", "Finding", "audit"]

Progress = Callable[[str, int, int], None]


def _silent(_part: str, _done: int, _whole: int) -> None:
    """Nobody is told."""


def audit(book: Book, now: datetime, noted: Witnessed | None = None, progress: Progress = _silent) -> Audited:
    """Everything that is wrong with a book, in one reading transaction; nothing is mended.

    `noted` is what somebody outside of the book kept of it: without it nobody can tell an older copy, or a past that
    was made anew from some point on, from the book itself. `progress` is told (part, rows done, rows in all), the parts
    being journal, posting and line. Raise StoreAway where the database does not answer.
    """
    with book.reading():
        looking = Looking(book, now)
        _guards(looking)
        if noted is not None:
            _witness(looking, noted)
        rights = rights_of(book)
        acts = audit_journal(looking, rights, lambda done, whole: progress("journal", done, whole))
        met = audit_log(looking, lambda done, whole: progress("posting", done, whole))
        audit_ledger(looking, met)
        audit_awards(looking, rights, met.kinds)
        audit_audiences(looking, acts)
        audit_campaigns(looking, rights, acts, lambda done, whole: progress("line", done, whole))
        audit_effects(looking, acts)
        audit_people(looking, rights, acts)
        return _audited(looking)


def _guards(looking: Looking) -> None:
    for one in guards.faults(looking.book):
        looking.find(f"guard_{one.fault}", f"guard {one.name}", name=one.name, table=one.table)


def _witness(looking: Looking, noted: Witnessed) -> None:
    fault = fault_of(looking.book, noted)
    if fault is not None:
        looking.find(f"witness_{fault}", "witness", size=noted.size, rows=noted.rows)


def _audited(looking: Looking) -> Audited:
    head = looking.book.rows("SELECT size, root FROM head ORDER BY size DESC LIMIT 1")
    size, root = (head[0][0], bytes(head[0][1]).hex()) if head else (0, "")
    return Audited(
        looking.book.id,
        looking.now,
        size,
        root,
        dict(looking.looked_at),
        tuple(looking.findings),
        dict(looking.found),
    )
