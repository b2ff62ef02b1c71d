"""Benchmark: an audit of a large book with thirty plants of an insider in it at once; how many it names, how soon."""

from __future__ import annotations

import resource
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from makegood.ledger.merkle import leaf_hash
from makegood.ledger.posting import content_text, leaf_data
from makegood.reads.audit import Audited, audit
from makegood.store import postings
from makegood.store.book import Book

# (kind, row, SQL): for a book whose one campaign posted all of at least 400,000 lines in parts of 10,000, in which
# posting n is line n. Each in a part of its own, but for what concerns no part.
PLANTS = [
    ("posting_changed", "posting 15000", "UPDATE posting SET amount = amount + 1 WHERE position = 15000"),
    ("posting_changed", "posting 25000", "UPDATE posting SET account = 'me' WHERE position = 25000"),
    ("posting_changed", "posting 35000", "UPDATE posting SET cause = 'INC-9' WHERE position = 35000"),
    ("posting_changed", "posting 45000", "UPDATE posting SET key = 'claim/9' WHERE position = 45000"),
    ("posting_changed", "posting 55000", "UPDATE posting SET debit = 'expense/me' WHERE position = 55000"),
    ("posting_changed", "posting 65000", "UPDATE posting SET credit = 'customer/me' WHERE position = 65000"),
    ("posting_changed", "posting 75000", "UPDATE posting SET lot = 1 WHERE position = 75000"),
    ("posting_unit", "posting 85000", "UPDATE posting SET unit = 'XQQ' WHERE position = 85000"),
    ("posting_basis", "posting 95000", "UPDATE posting SET basis = 99 WHERE position = 95000"),
    ("posting_time", "posting 105000", "UPDATE posting SET at_us = at_us - 1 WHERE position = 105000"),
    ("posting_hash", "posting 115000", "UPDATE posting SET leaf = {bytes} WHERE position = 115000"),
    ("posting_missing", "posting 125000", "DELETE FROM posting WHERE position = 125000"),
    ("line_posting_differs", "posting 135000", "UPDATE posting SET amount = 7, leaf = {leaf} WHERE position = 135000"),
    ("head_changed", "head 150000", "UPDATE head SET root = {bytes} WHERE size = 150000"),
    ("block_changed", "block 600", "UPDATE block SET root = {bytes} WHERE number = 600"),
    ("outbox_missing", "outbox 165000", "DELETE FROM outbox WHERE position = 165000"),
    ("outbox_unsent", "outbox 175000", "UPDATE outbox SET state = 'done', remote = 'x' WHERE position = 175000"),
    ("notice_missing", "notice 185000", "DELETE FROM notice WHERE position = 185000"),
    ("line_posting_differs", "posting 195000", "UPDATE line SET amount = amount + 1 WHERE number = 195000"),
    ("line_missing", "line CMP-1 205000", "DELETE FROM line WHERE number = 205000"),
    ("line_holdout", "line CMP-1 215000", "UPDATE line SET \"group\" = 'holdout' WHERE number = 215000"),
    ("chunk_counts", "chunk CMP-1 220000", "UPDATE chunk SET spent = spent - 1 WHERE first = 220000"),
    ("campaign_draft", "campaign CMP-1", "UPDATE campaign SET draft = REPLACE(draft, 'USD', 'EUR')"),
    ("approval_self", "campaign_event CMP-1 1", "UPDATE campaign_event SET person = 'P-2' WHERE number = 1"),
    ("person_changed", "person P-3", "UPDATE person SET email = 'me@example.com' WHERE id = 'P-3'"),
    ("right_without_act", "right_given 3", "UPDATE right_given SET \"right\" = 'approve' WHERE number = 3"),
    ("key_changed", "person_key 2", "UPDATE person_key SET digest = 'f' WHERE number = 2"),
    ("unit_scale", "unit tokens", "UPDATE unit SET scale = 3 WHERE code = 'tokens'"),
    ("journal_changed", "journal 20", "UPDATE journal SET detail = '{{}}' WHERE number = 20"),
    ("journal_missing", "journal 30", "DELETE FROM journal WHERE number = 30"),
]


class _Inside(Book):
    """The book within a transaction that is undone."""

    def reading(self) -> AbstractContextManager[None]:
        return nullcontext()


@dataclass(frozen=True)
class Figures:
    """Seconds of an audit, its peak of memory in MB, and how many of the plants it named with their rows."""

    seconds: float
    peak_mb: int
    audited: Audited
    named: int = 0


def sound(book: Book, now: datetime) -> Figures:
    """An audit of the book as it is."""
    start = time.perf_counter()
    found = audit(book, now)
    return Figures(time.perf_counter() - start, _peak(), found)


def planted(book: Book, now: datetime) -> Figures:
    """An audit of the book with every plant in it; the book is as before afterwards."""
    inside = _Inside(book.alias, book.url)
    with transaction.atomic(using=book.alias):
        _plant(inside)
        start = time.perf_counter()
        found = audit(inside, now)
        seconds = time.perf_counter() - start
        transaction.set_rollback(True, using=book.alias)
    told = {(one.kind, one.where) for one in found.findings}
    return Figures(seconds, _peak(), found, sum((kind, where) in told for kind, where, _ in PLANTS))


def _plant(book: Book) -> None:
    triggers: list[tuple[str, str]] = []
    if book.vendor == "postgresql":
        book.run("SET LOCAL session_replication_role = replica")
    else:
        triggers = [
            (name, sql) for name, sql in book.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ]
    for name, _ in triggers:
        book.run(f"DROP TRIGGER {name}")
    one = postings.read(book, "position = 135000")[0]
    leaf = leaf_hash(leaf_data(content_text(replace(one.posting, amount=7)), one.at_us))
    for _, _, sql in PLANTS:
        book.run(sql.format(bytes=_literal(book, b"\x07"), leaf=_literal(book, leaf)))
    for _, sql in triggers:
        book.run(sql)


def _literal(book: Book, data: bytes) -> str:
    return f"'\\x{data.hex()}'::bytea" if book.vendor == "postgresql" else f"x'{data.hex()}'"


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
