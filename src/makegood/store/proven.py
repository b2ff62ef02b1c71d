"""Verb: prove postings before anything leaves; which of them the log holds as they stand in the tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from makegood.ledger.merkle import BLOCK, Prover, leaf_hash, verify_inclusion
from makegood.ledger.posting import Posted, content_text, leaf_data
from makegood.store import bases, parcels
from makegood.store.book import Book
from makegood.store.log import Head, StoredBlocks, head_of

CHANGED = "the log does not hold this posting as it stands; nothing was sent, run `makegood ledger audit`"


def unproven(book: Book, positions: Sequence[int]) -> set[int]:
    """Those of the positions where no posting stands, or another one than the log holds, or one with other reasons."""
    head = head_of(book)  # first, so that nothing which was committed before is behind it
    entries = parcels.at(book, positions)
    kept = bases.bases(book, {one.posting.basis for one in entries})
    known = {hash for hash, basis in kept.items() if basis.hash == hash}
    held = _held(book, head, entries)
    return set(positions) - {
        one.position
        for one in entries
        if one.position // BLOCK in held
        and one.position < head.size
        and one.posting.basis in known
        and one.leaf == leaf_hash(leaf_data(content_text(one.posting), one.at_us))
    }


def _held(book: Book, head: Head, entries: Iterable[Posted]) -> set[int]:
    """The blocks whose leaves are those under the head; the path of one leaf goes by all others of its block."""
    tried: set[int] = set()
    held: set[int] = set()
    try:
        prover = Prover(head.size, StoredBlocks(book))
    except ValueError:  # roots are missing
        return held
    for one in entries:
        block = one.position // BLOCK
        if block in tried or one.position >= head.size:
            continue
        tried.add(block)
        if _stands(prover, one, head):
            held.add(block)
    return held


def _stands(prover: Prover, one: Posted, head: Head) -> bool:
    try:
        path = prover.inclusion(one.position)
    except ValueError:  # leaves are missing
        return False
    return verify_inclusion(one.leaf, one.position, head.size, path, head.root)
