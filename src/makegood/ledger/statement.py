"""Noun: a statement; an account's postings with their proofs, as data that anyone can check without the book.

What it proves: each posting stands in the log of its head, as it is told here and for the reasons told here. What it
cannot prove: that no posting was left out, and that the head is the one others see; for that give a head you trust.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from makegood.errors import BadUse
from makegood.ledger.basis import Basis
from makegood.ledger.merkle import EMPTY_ROOT, leaf_hash, verify_consistency, verify_inclusion
from makegood.ledger.posting import Posted, Posting, content_text, leaf_data
from makegood.ledger.statement_shape import (
    BASIS,
    ENTRY,
    HEAD,
    POSTING,
    STATEMENT,
    VERSION,
    count,
    hash_hex,
    hashes,
    misshapen,
    plain,
    unhexed,
    us_of,
)
from makegood.spans import from_us, iso


@dataclass(frozen=True, slots=True)
class Proven:
    """A posting in the book, the reasons it stands on, and its audit path to the statement's head."""

    posted: Posted
    basis: Basis
    proof: Sequence[bytes]


def statement_of(
    book: str, account: str, at: datetime, head: tuple[int, bytes], entries: Iterable[Proven]
) -> dict[str, Any]:
    """The statement as data for JSON: texts, whole numbers, None, lists and dicts; hashes in hex, moments in UTC.

    `book` names the book, `head` is (size, root) of the log that the proofs lead to.
    """
    size, root = head
    return {
        "version": VERSION,
        "book": book,
        "account": account,
        "at": iso(at),
        "head": {"size": size, "root": root.hex()},
        "entries": [_entry_data(entry) for entry in entries],
    }


def _entry_data(entry: Proven) -> dict[str, Any]:
    return {
        "position": entry.posted.position,
        "at": iso(from_us(entry.posted.at_us)),
        "posting": asdict(entry.posted.posting),
        "basis": entry.basis.as_data(),
        "proof": [one.hex() for one in entry.proof],
    }


def verify_statement(
    data: object, trusted_head: tuple[int, str] | None = None, consistency: Sequence[str] | None = None
) -> tuple[str, ...]:
    """Every fault of a statement from anywhere, as one sentence each; none means that each posting is proven.

    `trusted_head` is (size, root in hex) from elsewhere: an earlier statement, the provider's page, another customer.
    `consistency` is the proof, in hex, that the smaller of both logs is the beginning of the larger.
    """
    faults = misshapen(data, STATEMENT, "the statement")
    if isinstance(data, dict):
        tree = None
        head, entries = data.get("head"), data.get("entries")
        if isinstance(head, dict):
            head_faults = misshapen(head, HEAD, "the statement's head")
            tree = None if head_faults else (head["size"], bytes.fromhex(head["root"]))
            faults += head_faults or _head_faults(head["size"], head["root"], trusted_head, consistency)
        check = _Check(data.get("account"), us_of(data.get("at")), tree)
        for number, entry in enumerate(entries if isinstance(entries, list) else [], 1):
            check.take(entry, number)
        faults += check.faults + check.order()
    return tuple(plain(fault) for fault in faults)


def _head_faults(size: int, root: str, trusted: object, consistency: object) -> list[str]:
    if size == 0 and root != EMPTY_ROOT.hex():
        return ["the statement's head is of an empty log, whose root is always another."]
    if trusted is None:
        return []
    if not (isinstance(trusted, list | tuple) and len(trusted) == 2 and count(trusted[0]) and hash_hex(trusted[1])):
        return ["the trusted head cannot be read; give its size and its root in 64 hex digits."]
    if trusted[0] == size:
        return [] if trusted[1] == root else [f"the statement's head is not the trusted one: of {size}, another root."]
    if consistency is None:
        return [f"the trusted head is of {trusted[0]} postings, this one of {size}; ask for the proof between them."]
    (old, old_root), (new, new_root) = sorted([(trusted[0], trusted[1]), (size, root)])
    proof = unhexed(consistency) if hashes(consistency) else None
    if proof is not None and verify_consistency(old, new, bytes.fromhex(old_root), bytes.fromhex(new_root), proof):
        return []
    return [f"the log of {new} is not shown to continue that of {old}: it was rewritten, or the proof is of others."]


@dataclass
class _Check:
    """Takes the entries of one statement, in any order."""

    account: object
    at_us: int | None
    tree: tuple[int, bytes] | None
    faults: list[str] = field(default_factory=list)
    moments: dict[int, int] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    losses: dict[tuple[str, int], int] = field(default_factory=dict)

    def take(self, entry: object, number: int) -> None:
        """Check one entry by itself and beside those before it."""
        position = entry.get("position") if isinstance(entry, dict) else None
        where = f"posting {position}" if count(position) else f"entry {number} of the statement"
        faults = misshapen(entry, ENTRY, where)
        if not faults and isinstance(entry, dict):
            faults = misshapen(entry["posting"], POSTING, where) + misshapen(entry["basis"], BASIS, f"{where}: basis")
        if not faults and isinstance(entry, dict):
            posting, basis = Posting(**entry["posting"]), Basis(**entry["basis"])
            says = [*_alone(posting, basis), *self._proven(entry, posting), *self._beside(entry, posting)]
            faults = [f"{where}: {one}" for one in says]
        self.faults += faults

    def order(self) -> list[str]:
        """Nothing is posted into the past."""
        faults = []
        latest: tuple[int, int] | None = None
        for position, at in sorted(self.moments.items()):
            if latest and at < latest[0]:
                faults.append(f"posting {position}: it is dated before posting {latest[1]}, which it follows.")
            latest = max(latest or (at, position), (at, position))
        return faults

    def _proven(self, entry: dict[str, Any], posting: Posting) -> list[str]:
        if self.tree is None:
            return []
        size, root = self.tree
        position, at_us = entry["position"], us_of(entry["at"])
        if position >= size:
            return [f"it stands after the head, which is of {size} postings."]
        leaf = leaf_hash(leaf_data(content_text(posting), at_us or 0))
        if verify_inclusion(leaf, position, size, unhexed(entry["proof"]), root):
            return []
        return ["the log does not hold it as it is told here: its fields, its place or its proof were changed."]

    def _beside(self, entry: dict[str, Any], posting: Posting) -> list[str]:
        position, at_us = entry["position"], us_of(entry["at"]) or 0
        faults = []
        if posting.account != self.account:
            faults.append(f"it belongs to {posting.account!r:.80}, not to the account of the statement.")
        if position in self.moments:
            return [*faults, "it is in the statement twice."]
        self.moments[position] = at_us
        if self.at_us is not None and at_us > self.at_us:
            faults.append("it is dated after the statement.")
        first = self.keys.setdefault(posting.key, position)
        if first != position:
            faults.append(f"its key {posting.key!r:.80} was used by posting {first} already; a key is used once.")
        if posting.kind == "award" and posting.cause:
            first = self.losses.setdefault((posting.cause, posting.turn), position)
            if first != position:
                faults.append(f"it makes good the loss from {posting.cause!r:.80} that posting {first} made good.")
        return faults


def _alone(posting: Posting, basis: Basis) -> list[str]:
    faults = []
    try:
        posting.checked()
    except BadUse as fault:
        faults.append(str(fault))
    if basis.hash != posting.basis:
        faults.append("its reasons (basis) are not those that it was posted with.")
    return faults
