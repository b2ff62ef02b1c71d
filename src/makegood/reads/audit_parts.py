"""Verb: audit what a campaign posted; its parts tile its lines, and every line is its posting or was left out."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from makegood.campaigns.state import Standing
from makegood.reads.audit_findings import Looking
from makegood.reads.audit_journal import Act
from makegood.store import bases
from makegood.store.campaigns import Kept

_PARTS = (
    'SELECT first, "end", position, posted, skipped, spent, at_us FROM chunk WHERE campaign = %s ORDER BY first, "end"'
)
_OF_PART = 'l.campaign = c.campaign AND l.number >= c.first AND l.number < c."end"'
_SKIPPED = "SELECT number FROM skip WHERE campaign = %s ORDER BY number"
_FIELDS = 'l.number, l.account, l.cause, l.unit, l.amount, l.basis, l."group"'
# A part posts its lines in their order, but for those that were left out. SQLite takes a cross join as it stands:
# a look-up of lines by part, and not of parts by line.
_IN_ORDER = (
    f"SELECT {_FIELDS}, c.position + l.number - c.first AS place FROM chunk AS c CROSS JOIN line AS l "
    f"WHERE c.campaign = %s AND c.skipped = 0 AND {_OF_PART}"
)
_WITH_GAPS = (
    f"SELECT {_FIELDS}, c.position - 1 + ROW_NUMBER() OVER (PARTITION BY c.first ORDER BY l.number) AS place "
    "FROM chunk AS c CROSS JOIN line AS l LEFT JOIN skip AS s ON s.campaign = l.campaign AND s.number = l.number "
    f"WHERE c.campaign = %s AND c.skipped <> 0 AND s.number IS NULL AND {_OF_PART}"
)
_COMPARED = (
    "CASE WHEN p.position IS NULL THEN 'missing' WHEN d.\"group\" <> 'grant' THEN 'group' "
    "WHEN p.amount <> d.amount THEN 'amount' WHEN p.unit <> d.unit THEN 'unit' "
    "WHEN p.account <> d.account THEN 'account' WHEN COALESCE(p.cause, '') <> d.cause THEN 'cause' "
    "WHEN p.key <> 'campaign/' || %s || '/' || d.account || '/' || d.cause THEN 'key' "
    "WHEN p.kind <> 'award' THEN 'kind' WHEN p.debit <> 'expense/' || %s THEN 'debit' "
    "WHEN p.credit <> 'customer/' || d.account THEN 'credit' "
    "WHEN COALESCE(b.column2, -1) <> p.basis THEN 'basis' END"
)


def audit_parts(looking: Looking, of: tuple[Kept, array[int]], standing: Standing, acts: list[Act]) -> None:
    """The parts of (campaign, each line's cost) against its lines, its postings, the log and the journal's acts."""
    kept, _ = of
    parts = looking.book.rows(_PARTS, (kept.id,))
    looking.looked_at["chunk"] += len(parts)
    where = f"campaign {kept.id}"
    spent = sum(part[5] for part in parts)
    if spent > kept.budget or kept.total > kept.budget:
        most = max(spent, kept.total)
        looking.find("campaign_budget", where, campaign=kept.id, spent=most, budget=kept.budget)
    if parts and not standing.approved_by:
        looking.find("approval_missing", where, campaign=kept.id)
    if parts and sum(part[1] - part[0] for part in parts) >= kept.granted and standing.state != "finished":
        looking.find("finish_missing", where, campaign=kept.id)
    _ranges(looking, kept, parts)
    _counts(looking, of, parts)
    _told(looking, kept, parts, acts)
    if parts:
        _lines(looking, kept, _IN_ORDER)
    if any(part[4] for part in parts):
        _lines(looking, kept, _WITH_GAPS)
    _skips(looking, kept)


def _ranges(looking: Looking, kept: Kept, parts: list[tuple[Any, ...]]) -> None:
    before = 0
    for first, end, *_ in parts:
        if first != before or end > kept.granted:
            looking.find("chunk_range", f"chunk {kept.id} {first}", at=first, campaign=kept.id)
        before = end
    sql = (
        "SELECT c.first, c.position + c.posted FROM chunk AS c LEFT JOIN head AS h ON h.size = c.position + c.posted "
        "WHERE c.campaign = %s AND c.posted > 0 AND h.size IS NULL ORDER BY c.first"
    )
    for _, size in looking.rows(sql, (kept.id,)):
        looking.find("head_missing", f"head {size}", at=size, what=kept.id)


def _counts(looking: Looking, of: tuple[Kept, array[int]], parts: list[tuple[Any, ...]]) -> None:
    kept, costs = of
    out = [number for (number,) in looking.book.rows(_SKIPPED, (kept.id,))]
    for first, end, _, posted, left_out, spent, _ in parts:
        skipped = out[bisect_left(out, first) : bisect_left(out, end)]
        cost = sum(costs[first:end]) - sum(costs[number] for number in skipped if number < len(costs))
        for what, is_, wanted in (
            ("posted", posted, end - first - left_out),
            ("skipped", left_out, len(skipped)),
            ("spent", spent, cost),
        ):
            if is_ != wanted:
                facts = {"at": first, "campaign": kept.id, "what": what, "is_": is_, "wanted": wanted}
                looking.find("chunk_counts", f"chunk {kept.id} {first}", **facts)


def _told(looking: Looking, kept: Kept, parts: list[tuple[Any, ...]], acts: list[Act]) -> None:
    told = {act.detail["first"]: act for act in acts if "first" in act.detail}
    for first, end, _, posted, skipped, _, at_us in parts:
        act = told.pop(first, None)
        wanted = {"first": first, "end": end, "posted": posted, "skipped": skipped}
        if act is None or act.at_us != at_us or any(act.detail.get(name) != is_ for name, is_ in wanted.items()):
            looking.find("chunk_without_act", f"chunk {kept.id} {first}", at=first, campaign=kept.id)
    for first, act in sorted(told.items()):
        looking.find("chunk_lost", f"chunk {kept.id} {first}", at=first, campaign=kept.id, row=act.number)


def _lines(looking: Looking, kept: Kept, placed: str) -> None:
    numbers = {hash: number for number, hash in bases.hashes(looking.book).items()}
    own = [replace(one, campaign=kept.id) for one in kept.bases]
    known = ", ".join(f"({at}, {numbers.get(one.hash, -1)})" for at, one in enumerate(own)) or "(-1, -1)"
    sql = (
        f"SELECT f.number, f.place, f.what FROM (SELECT d.number, d.place, {_COMPARED} AS what FROM ({placed}) AS d "
        f"LEFT JOIN posting AS p ON p.position = d.place LEFT JOIN (VALUES {known}) AS b ON b.column1 = d.basis) AS f "
        "WHERE f.what IS NOT NULL ORDER BY f.number"
    )
    for number, place, what in looking.rows(sql, (kept.id, kept.id, kept.id)):
        facts = {"at": number, "campaign": kept.id}
        if what == "missing":
            looking.find("line_posting_missing", f"line {kept.id} {number}", **facts, position=place)
        elif what == "group":
            looking.find("line_holdout", f"line {kept.id} {number}", **facts)
        else:
            looking.find("line_posting_differs", f"posting {place}", **facts, position=place, what=what)


def _skips(looking: Looking, kept: Kept) -> None:
    no_award = (
        "SELECT s.number, s.position FROM skip AS s LEFT JOIN line AS l ON l.campaign = s.campaign "
        "AND l.number = s.number LEFT JOIN posting AS p ON p.position = s.position AND p.kind = 'award' "
        "AND p.account = l.account AND p.cause = l.cause WHERE s.campaign = %s AND p.position IS NULL ORDER BY s.number"
    )
    for number, position in looking.rows(no_award, (kept.id,)):
        where = f"skip {kept.id} {number}"
        looking.find("skip_no_award", where, at=number, campaign=kept.id, position=position)
    stray = (
        "SELECT s.number FROM skip AS s WHERE s.campaign = %s AND NOT EXISTS (SELECT 1 FROM chunk AS c "
        'WHERE c.campaign = s.campaign AND c.first <= s.number AND c."end" > s.number) ORDER BY s.number'
    )
    for (number,) in looking.rows(stray, (kept.id,)):
        looking.find("skip_stray", f"skip {kept.id} {number}", at=number, campaign=kept.id)


def audit_strays(looking: Looking) -> None:
    """Postings that say they are of a campaign and are in no part of one; looked for where the sums do not agree."""
    posted = int(looking.book.one("SELECT COALESCE(SUM(posted), 0) FROM chunk")[0])
    keyed = looking.book.one("SELECT COUNT(*) FROM posting WHERE key LIKE 'campaign/%%'")[0]
    if posted == keyed and not any(kind.startswith(("line_posting", "chunk")) for kind in looking.found):
        return
    sql = (
        "SELECT position, key FROM posting WHERE key LIKE 'campaign/%%' AND position >= %s AND position < %s "
        "ORDER BY position"
    )
    for first, end in _outside(looking):
        for at, key in looking.rows(sql, (first, end)):
            looking.find("posting_no_line", f"posting {at}", at=at, key=key)


def _outside(looking: Looking) -> Iterator[tuple[int, int]]:
    """The stretches of the log that are in no part."""
    before = 0
    for first, end in looking.rows("SELECT position, position + posted FROM chunk ORDER BY position"):
        if first > before:
            yield before, first
        before = max(before, end)
    yield before, 2**62
