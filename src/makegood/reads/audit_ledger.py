"""Verb: audit the ledger; keys and losses once, units and bases as declared, and no lot drawn beyond what it held."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from makegood.errors import BadMoney, BadPeriod
from makegood.keys import canonical, content_hash
from makegood.ledger.basis import Basis
from makegood.ledger.lots import held
from makegood.ledger.posting import BREAKAGE, EXPENSE, USED
from makegood.ledger.unit import SCALES, unit_of
from makegood.reads.audit_findings import Looking
from makegood.reads.audit_met import Met
from makegood.store import bases, lots, moved
from makegood.store.postings import TAKEN_WHOLE

_SHAPES = (
    f"(kind = 'award' AND debit LIKE '{EXPENSE}/%%' AND credit = 'customer/' || account "
    "AND lot IS NULL AND reverses IS NULL) OR "
    f"(kind = 'use' AND debit = 'customer/' || account AND credit LIKE '{USED}/%%' AND lot IS NOT NULL) OR "
    f"(kind = 'expiry' AND debit = 'customer/' || account AND credit = '{BREAKAGE}' AND lot IS NOT NULL) OR "
    "(kind = 'reversal' AND reverses IS NOT NULL AND "
    "(debit = 'customer/' || account OR credit = 'customer/' || account))"
)


_SOME = 500
# What of a fold's faults nothing else here tells of.
_MISFITS = {"early": "lot_early", "overdrawn": "lot_overdrawn", "nothing": "lot_nothing", "other": "lot_other"}


def audit_ledger(looking: Looking, met: Met) -> None:
    """Everything about postings that one posting, or a few together, can show; `met` is what the log held."""
    _once(looking, met)
    _shapes(looking)
    _units(looking, met.units)
    _bases(looking, met.bases)
    if met.kinds != {"award"}:
        _reversals(looking)
    _lots(looking, anything=met.kinds != {"award"})


def _once(looking: Looking, met: Met) -> None:
    first: dict[Any, int] = {}
    for at, key, *_ in _at(looking, met.keys.alike()):
        if first.setdefault(key, at) != at:
            looking.find("key_twice", f"posting {at}", at=at, key=key, first=first[key])
    for at, _, account, cause, turn in _at(looking, met.losses.alike()):
        before = first.setdefault((account, cause, turn), at)
        if before != at:
            looking.find("loss_twice", f"posting {at}", at=at, account=account, cause=cause, first=before)
    if met.turns == {0}:
        return
    early = (
        "SELECT p.position FROM posting AS p LEFT JOIN posting AS a ON a.account = p.account AND a.cause = p.cause "
        f"AND a.turn = p.turn - 1 {TAKEN_WHOLE} AND r.position < p.position "
        "WHERE p.turn <> 0 AND r.position IS NULL ORDER BY p.position"
    )
    for (at,) in looking.rows(early):
        looking.find("turn_early", f"posting {at}", at=at)


def _at(looking: Looking, positions: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(positions), _SOME):
        part = positions[start : start + _SOME]
        marks = ", ".join(["%s"] * len(part))
        sql = f"SELECT position, key, account, cause, turn FROM posting WHERE position IN ({marks}) ORDER BY position"
        yield from looking.book.rows(sql, part)


def _shapes(looking: Looking) -> None:
    sql = f"SELECT position, kind FROM posting WHERE NOT ({_SHAPES}) OR amount <= 0 ORDER BY position"
    for at, kind in looking.rows(sql):
        looking.find("posting_shape", f"posting {at}", at=at, what=kind)


def _units(looking: Looking, met: set[str]) -> None:
    kept = dict(looking.book.rows("SELECT code, scale FROM unit"))
    looking.looked_at["unit"] = len(kept)
    for code in sorted(SCALES.keys() - kept.keys()):
        looking.find("unit_missing", f"unit {code}", unit=code)
    for code, scale in sorted(kept.items()):
        wanted = _scale(code)
        if wanted != scale:
            looking.find("unit_scale", f"unit {code}", unit=code, scale=scale, wanted="?" if wanted is None else wanted)
    for code in sorted(str(one) for one in met if _scale(one) is None):
        for (at,) in looking.rows("SELECT position FROM posting WHERE unit = %s ORDER BY position", (code,)):
            looking.find("posting_unit", f"posting {at}", at=at, unit=code)


def _scale(code: object) -> int | None:
    try:
        return unit_of(code).scale if isinstance(code, str) else None
    except BadMoney:
        return None


def _bases(looking: Looking, met: set[int]) -> None:
    rows = looking.book.rows("SELECT number, hash, data, form, expires_us FROM basis ORDER BY number")
    looking.looked_at["basis"] = len(rows)
    there = {number for number, *_ in rows}
    for number in range(max(there, default=-1)):
        if number not in there:
            looking.find("basis_missing", f"basis {number}", at=number)
    for number, hash, data, *told in rows:
        if not _stands(hash, data):
            looking.find("basis_changed", f"basis {number}", at=number)
        elif tuple(told) != _told(data):
            looking.find("basis_told", f"basis {number}", at=number)
    for strange in sorted(met - there, key=str):
        for (at,) in looking.rows("SELECT position FROM posting WHERE basis = %s ORDER BY position", (strange,)):
            looking.find("posting_basis", f"posting {at}", at=at, basis=strange)


def _stands(hash: str, data: str) -> bool:
    try:
        found = json.loads(data)
        return content_hash(found) == hash and canonical(found) == data and Basis(**found).hash == hash
    except (ValueError, TypeError):
        return False


def _told(data: str) -> tuple[str, int | None] | None:
    try:
        return bases.told(Basis(**json.loads(data)))
    except BadPeriod:
        return None


def _reversals(looking: Looking) -> None:
    nothing = (
        "SELECT r.position, r.reverses FROM posting AS r LEFT JOIN posting AS a ON a.position = r.reverses "
        "AND a.position < r.position AND a.kind = 'award' WHERE r.kind = 'reversal' AND a.position IS NULL "
        "ORDER BY r.position"
    )
    for at, lot in looking.rows(nothing):
        looking.find("reversal_of_nothing", f"posting {at}", at=at, lot=lot)
    twice = (
        "SELECT r.position, r.reverses, d.first FROM posting AS r JOIN (SELECT reverses, MIN(position) AS first "
        "FROM posting WHERE reverses IS NOT NULL GROUP BY reverses HAVING COUNT(*) > 1) AS d "
        "ON d.reverses = r.reverses WHERE r.position > d.first ORDER BY r.position"
    )
    for at, lot, first in looking.rows(twice):
        looking.find("reversal_twice", f"posting {at}", at=at, lot=lot, first=first)


def _lots(looking: Looking, anything: bool) -> None:
    """Fold the lots of every account of which something was drawn, and hold the projection of them against that."""
    known, kept = _readable(looking), _projected(looking)
    for entries in lots.drawn(looking.book) if anything else ():
        by_position = {one.position: one.posting for one in entries}
        fold = held(entries, known)
        for at, code in fold.wrong:
            if code in _MISFITS:
                lot = by_position[at].lot if by_position[at].lot is not None else by_position[at].reverses
                looking.find(_MISFITS[code], f"posting {at}", at=at, lot=lot)
        for one in fold.lots:
            row, wanted = kept.pop(one.lot.position, None), lots.row_of(one)
            if row != wanted and (wanted or row is None or any(row[2:]) or row[1] != one.lot.account):
                _misfits_row(looking, one.lot.position)
    for at in sorted(kept):
        _misfits_row(looking, at)


def _misfits_row(looking: Looking, at: int) -> None:
    looking.find("lot_projection", f"lot {at}", at=at)


def _projected(looking: Looking) -> dict[int, tuple[Any, ...]]:
    return {row[0]: row for row in looking.rows(f"SELECT {', '.join(moved.COLUMNS)} FROM lot")}


def _readable(looking: Looking) -> dict[str, Basis]:
    found: dict[str, Basis] = {}
    for hash, data in looking.book.rows("SELECT hash, data FROM basis"):
        with suppress(ValueError, TypeError):
            found[hash] = Basis(**json.loads(data))
    return found
