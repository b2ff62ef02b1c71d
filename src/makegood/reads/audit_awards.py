"""Verb: audit single awards and what took awards back; each was asked for, signed and posted as asked."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from makegood.ledger.posting import FIELDS
from makegood.reads.audit_findings import Looking
from makegood.reads.audit_rights import Rights
from makegood.store import bases

_SQL = (
    "SELECT q.key, q.hash, q.data, q.account, q.unit, q.amount, q.by, q.at_us, s.hash, s.by, s.at_us, "
    "p.position, p.kind, p.debit, p.credit, p.unit, p.amount, p.account, COALESCE(p.cause, ''), p.basis, p.lot, "
    "p.reverses FROM proposal AS q LEFT JOIN signature AS s ON s.key = q.key LEFT JOIN posting AS p ON p.key = q.key "
    "ORDER BY q.key"
)
_COMPARED = ("kind", "debit", "credit", "unit", "amount", "account", "cause", "basis", "lot", "reverses")


def audit_awards(looking: Looking, rights: Rights, kinds: set[str]) -> None:
    """Proposals with their signatures and postings, and postings of these kinds that nothing stands behind."""
    known = bases.hashes(looking.book)
    for row in looking.rows(_SQL):
        looking.looked_at["proposal"] += 1
        asked, signed, posted = row[:8], row[8:11], row[11:]
        _asked(looking, asked)
        if signed[0] is not None:
            looking.looked_at["signature"] += 1
            _signed(looking, asked, signed, rights)
        if posted[0] is not None:
            _posted(looking, asked, posted, known)
            if signed[0] is None and _above(asked, rights):
                looking.find("proposal_alone", f"proposal {asked[0]}", key=asked[0], person=asked[6])
        elif signed[0] is not None:
            looking.find("proposal_unposted", f"proposal {asked[0]}", key=asked[0])
    _strays(looking)
    _unasked(looking, kinds)


def _asked(looking: Looking, asked: tuple[Any, ...]) -> None:
    key, hash, data, account, unit, amount = asked[:6]
    same = hashlib.sha256(str(data).encode()).hexdigest() == hash
    found = _read(data)
    if not same or tuple(found.get(name) for name in ("key", "account", "unit", "amount")) != (
        key,
        account,
        unit,
        amount,
    ):
        looking.find("proposal_changed", f"proposal {key}", key=key)


def _signed(looking: Looking, asked: tuple[Any, ...], signed: tuple[Any, ...], rights: Rights) -> None:
    key, hash, by = asked[0], asked[1], asked[6]
    signed_hash, signer, at_us = signed
    where = f"signature {key}"
    if signed_hash != hash:
        looking.find("signature_other", where, key=key)
    if not rights.independent(signer, by, at_us):
        looking.find("signature_self", where, key=key, person=signer)
    if not rights.held(signer, "approve", at_us):
        looking.find("signature_right", where, key=key, person=signer)


def _posted(looking: Looking, asked: tuple[Any, ...], posted: tuple[Any, ...], known: dict[int, str]) -> None:
    found = _read(asked[2])
    position, *fields = posted
    there = dict(zip(_COMPARED, fields, strict=True))
    there["basis"] = known.get(there["basis"], "")
    if any(found.get(name) != value for name, value in there.items()):
        looking.find("proposal_differs", f"posting {position}", at=position, key=asked[0])


def _above(asked: tuple[Any, ...], rights: Rights) -> bool:
    unit, amount, at_us = asked[4], asked[5], asked[7]
    return not isinstance(amount, int) or amount > rights.limit(unit, at_us)


def _read(data: object) -> dict[str, Any]:
    try:
        found = json.loads(str(data))
    except ValueError:
        return {}
    return found if isinstance(found, dict) and found.keys() == set(FIELDS) else {}


def _strays(looking: Looking) -> None:
    sql = "SELECT s.key FROM signature AS s LEFT JOIN proposal AS q ON q.key = s.key WHERE q.key IS NULL ORDER BY s.key"
    for (key,) in looking.rows(sql):
        looking.find("signature_stray", f"signature {key}", key=key)


def _unasked(looking: Looking, kinds: set[str]) -> None:
    singles = (
        "SELECT p.position, p.key FROM posting AS p LEFT JOIN proposal AS q ON q.key = p.key "
        "WHERE (p.kind = 'award' AND p.key NOT LIKE 'campaign/%%' OR p.kind = 'reversal') AND q.key IS NULL "
        "ORDER BY p.position"
    )
    for at, key in looking.rows(singles):
        looking.find("posting_unasked", f"posting {at}", at=at, key=key)
    done = "LEFT JOIN journal AS j ON j.outcome = 'done' AND"
    reversals = (
        f"SELECT p.position, p.key FROM posting AS p {done} j.act = 'take_back' "
        "AND j.subject = CAST(p.reverses AS TEXT) "
        "WHERE p.kind = 'reversal' AND j.number IS NULL ORDER BY p.position"
    )
    uses = (
        f"SELECT p.position, p.key FROM posting AS p {done} j.act = 'use_credit' "
        "AND j.subject = SUBSTR(p.key, 5, LENGTH(p.key) - 6) "
        "WHERE p.kind = 'use' AND p.key LIKE 'use/%%/_' AND j.number IS NULL ORDER BY p.position"
    )
    for sql in [sql for kind, sql in (("reversal", reversals), ("use", uses)) if kind in kinds]:
        for at, key in looking.rows(sql):
            looking.find("posting_without_act", f"posting {at}", at=at, key=key)
