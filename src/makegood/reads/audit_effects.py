"""Verb: audit what leaves the book; a row for each posting that leaves, and nothing marked as sent that nobody sent."""

from __future__ import annotations

from collections import Counter

from makegood.reads.audit_findings import Looking
from makegood.reads.audit_journal import Acts

_SENT = "p.kind IN ('award', 'reversal')"
# What gives a use back takes nothing from a customer, so that nobody is told of it.
_TOLD = (
    "(p.kind = 'award' OR p.kind = 'reversal' AND EXISTS "
    "(SELECT 1 FROM posting AS r WHERE r.position = p.reverses AND r.kind = 'award'))"
)
_OPEN = ("waiting", "taken")


def audit_effects(looking: Looking, acts: Acts) -> None:
    """Outbox, notices and reminders against the postings and the journal."""
    for table in ("outbox", "notice", "reminder"):
        looking.looked_at[table] = looking.book.one(f"SELECT COUNT(*) FROM {table}")[0]
    _missing(looking, "outbox", _SENT)
    last = looking.book.one("SELECT COALESCE(MAX(position), -1) FROM notice")[0]
    _missing(looking, "notice", f"{_TOLD} AND p.position <= {int(last)}")
    _extra(looking, "outbox", _SENT)
    _extra(looking, "notice", _TOLD)
    _extra(looking, "reminder", "p.kind = 'award'")
    for (at,) in looking.rows("SELECT position FROM outbox WHERE state = 'done' AND remote = '' ORDER BY position"):
        looking.find("outbox_no_id", f"outbox {at}", at=at)
    _unsent(looking, acts, "outbox", "send_parcels")
    _unsent(looking, acts, "notice", "send_notices")
    _unsent(looking, acts, "reminder", "send_reminders")


def _missing(looking: Looking, table: str, which: str) -> None:
    sql = (
        f"SELECT p.position FROM posting AS p LEFT JOIN {table} AS o ON o.position = p.position "
        f"WHERE o.position IS NULL AND {which} ORDER BY p.position"
    )
    for (at,) in looking.rows(sql):
        looking.find(f"{table}_missing", f"{table} {at}", at=at)


def _extra(looking: Looking, table: str, which: str) -> None:
    sql = (
        f"SELECT o.position FROM {table} AS o LEFT JOIN posting AS p ON p.position = o.position AND {which} "
        "WHERE p.position IS NULL ORDER BY o.position"
    )
    for (at,) in looking.rows(sql):
        looking.find(f"{table}_extra", f"{table} {at}", at=at)


def _unsent(looking: Looking, acts: Acts, table: str, act: str) -> None:
    """Rows that came to an end when no act, or none for so many, brought them there; what differs was done before.

    Of too many those that no worker ever took are named; where there are none, nobody can tell which it is.
    """
    told: Counter[tuple[int, str]] = Counter()
    for one in acts.of(act):
        for state, count in one.detail.items():
            told[one.at_us, state] += count if isinstance(count, int) else 0
    groups: Counter[tuple[int | None, str]] = Counter()
    sql = (
        f"SELECT done_us, state, COUNT(*) FROM {table} WHERE state NOT IN ('waiting', 'taken') GROUP BY done_us, state"
    )
    for done_us, state, count in looking.book.rows(sql):
        groups[done_us, "done" if state == "differs" else state] += count
    for (done_us, state), count in sorted(groups.items(), key=str):
        if done_us is not None and count <= told[done_us, state]:
            continue
        states = "('done', 'differs')" if state == "done" else f"('{state}')"
        which = "done_us IS NULL" if done_us is None else f"done_us = {int(done_us)} AND (tries = 0 OR taken_by = '')"
        if done_us is not None and not told[done_us, state]:
            which = f"done_us = {int(done_us)}"
        found = looking.book.rows(f"SELECT position FROM {table} WHERE state IN {states} AND {which} ORDER BY position")
        for (at,) in found:
            looking.find(f"{table}_unsent", f"{table} {at}", at=at, what=state)
        if not found:
            facts = {"n": count, "what": state, "told": told[done_us, state]}
            looking.find(f"{table}_many", f"{table} {state}", **facts)
