"""Verb: audit the lines of a campaign; every block and the exclusions hashed again, and counted."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from makegood.campaigns.allocation import BLOCK_LINES, GRANT, rows_digest
from makegood.keys import canonical_rows
from makegood.reads.audit_findings import Looking
from makegood.reads.audit_tree import span
from makegood.store.campaigns import Kept

_LINES = (
    'SELECT number, account, cause, unit, amount, cost, basis, "group", wish FROM line WHERE campaign = %s '
    "ORDER BY number"
)
_EXCLUDED = "SELECT number, account, cause, reason, detail FROM excluded WHERE campaign = %s ORDER BY number"
_BATCH = 20_000
_WIDEST = 1_000_000
_COST, _GROUP = 5, 7

Row = tuple[Any, ...]


def audit_lines(looking: Looking, kept: Kept, progress: Callable[[], None]) -> array[int]:
    """Hold lines and exclusions against the seal; each line's cost by number. `progress` is called at times."""
    count = granted = total = 0
    costs = array("q")
    blocks = iter(range(-(-max(kept.lines, 0) // BLOCK_LINES)))
    for number, rows in groupby(_rows(looking, kept.id, progress), key=lambda row: row[0] // BLOCK_LINES):
        block = list(rows)
        for missing in blocks:
            if missing >= number:
                break
            _block(looking, kept, missing, [])
        _block(looking, kept, number, block)
        count += len(block)
        _price(costs, block)
        shares = [row[_COST] for row in block if row[_GROUP] == GRANT]
        granted += len(shares)
        total += sum(one for one in shares if isinstance(one, int))
    for missing in blocks:
        _block(looking, kept, missing, [])
    for what, is_, wanted in (
        ("lines", kept.lines, count),
        ("granted", kept.granted, granted),
        ("total", kept.total, total),
    ):
        if is_ != wanted:
            where = f"campaign {kept.id}"
            looking.find("campaign_counts", where, campaign=kept.id, what=what, is_=is_, wanted=wanted)
    _excluded(looking, kept)
    return costs


def _price(costs: array[int], block: Sequence[Row]) -> None:
    """Costs by number; what is missing or no number costs nothing."""
    first, last = block[0][0], block[-1][0]
    if first < len(costs) or last - len(costs) > _WIDEST:
        return
    costs.extend([0] * (last + 1 - len(costs)))
    for row in block:
        costs[row[0]] = row[_COST] if isinstance(row[_COST], int) and abs(row[_COST]) < 2**62 else 0


def _rows(looking: Looking, campaign: str, progress: Callable[[], None]) -> Iterator[Row]:
    for batch in looking.book.stream(_LINES, (campaign,), _BATCH):
        looking.looked_at["line"] += len(batch)
        yield from batch
        progress()


def _block(looking: Looking, kept: Kept, number: int, rows: Sequence[Row]) -> None:
    first, end = number * BLOCK_LINES, min((number + 1) * BLOCK_LINES, kept.lines)
    for row in rows:
        if not 0 <= row[0] < kept.lines:
            looking.find("line_extra", f"line {kept.id} {row[0]}", at=row[0], campaign=kept.id)
    drawn = [row for row in rows if 0 <= row[0] < kept.lines]
    there = {row[0] for row in drawn}
    gaps = sorted(set(range(first, end)) - there)
    for start, last in stretches(gaps):
        where = span(start, last)
        looking.find("line_missing", f"line {kept.id} {where}", at=where, campaign=kept.id)
    if not gaps and drawn and not _same(drawn, kept.seal.blocks[number : number + 1]):
        where = span(first, end - 1)
        looking.find("line_changed", f"line {kept.id} {where}", at=where, campaign=kept.id)


def _same(rows: Sequence[Row], sealed: Sequence[str]) -> bool:
    try:
        return [rows_digest(rows)] == list(sealed)
    except TypeError:
        return False


def stretches(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Sorted numbers as (first, last) of each stretch without a gap."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _excluded(looking: Looking, kept: Kept) -> None:
    digest, expected, whole = hashlib.sha256(), 0, True
    for batch in looking.book.stream(_EXCLUDED, (kept.id,), _BATCH):
        looking.looked_at["excluded"] += len(batch)
        for row in batch:
            for missing in range(expected, min(row[0], expected + 100)):
                looking.find("excluded_missing", f"excluded {kept.id} {missing}", at=missing, campaign=kept.id)
                whole = False
            expected = row[0] + 1
        try:
            digest.update(canonical_rows([row[1:] for row in batch]).encode())
        except TypeError:
            digest.update(b"?")
    if whole and digest.hexdigest() != kept.seal.excluded:
        looking.find("excluded_changed", f"campaign {kept.id}", campaign=kept.id)
