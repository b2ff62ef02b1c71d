"""Verb: say what a reversal may still take, and keep each as it was asked for."""

from __future__ import annotations

import json
from dataclasses import replace

from makegood.awards.post import reversal_of
from makegood.errors import BadState
from makegood.keys import content_hash
from makegood.ledger.basis import Basis
from makegood.ledger.posting import Posted, Posting
from makegood.ledger.unit import text
from makegood.store import bases, lots, postings
from makegood.store.book import Book

KEY = "reversal/"


def wanted(book: Book, award: Posted, because: str) -> tuple[Posting, Basis]:
    """The posting that takes back what is left of an award now, and its basis; BadState where nothing is left.

    The key is of the award's key, which outlives its place in the log. What was asked before and fits no longer, or was
    asked for another reason, keeps its own key, and this gets the next.
    """
    rest = lots.rests(book, [award.position])[award.position]
    if rest <= 0:
        raise BadState(
            f"nothing is left of the award at {award.position}; what is used or expired cannot be taken back."
        )
    basis = replace(bases.with_hash(book, award.posting.basis) or Basis("credit"), reason=because)
    turn = 0
    while True:
        key = KEY + content_hash([award.posting.key, *([turn] if turn else [])])[:40]
        posting = replace(reversal_of(award, key, basis), amount=rest)
        asked = proposed(book, key)
        if asked in (None, posting):
            return posting, basis
        turn += 1


def proposed(book: Book, key: str) -> Posting | None:
    """The posting that was asked for under the key, None where none was."""
    found = book.rows("SELECT data FROM proposal WHERE key = %s", (key,))
    return Posting(**json.loads(found[0][0])) if found else None


def check_left(book: Book, posting: Posting) -> None:
    """Raise BadState where less is left of the award than a reversal of it that waited is to take back."""
    position = posting.reverses
    done = postings.read(book, "reverses = %s", (position,))
    if done and done[0].posting.key == posting.key:
        return
    if done:
        raise BadState(
            f"the award at {position} was taken back by posting {done[0].position}; there is nothing to sign."
        )
    rest = lots.rests(book, [position])[position] if position is not None else 0
    if rest < posting.amount:
        raise BadState(
            f"{text(posting.amount, posting.unit)} were to be taken back of the award at {position}, but "
            f"{text(rest, posting.unit)} are left of it by now; propose it anew."
        )
