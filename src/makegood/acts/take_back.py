"""Act: take back what is left of an award, by a reversal that names it; a correction is always a new posting."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from makegood.awards.post import reversal_of
from makegood.errors import BadState, BadUse, Refused
from makegood.keys import content_hash
from makegood.ledger.basis import Basis
from makegood.ledger.posting import Posted
from makegood.ledger.unit import text
from makegood.store import bases, lots, people, policy, postings
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor
from makegood.store.repeats import reused


def take_back(book: Book, actor: Actor, position: int, because: str, now: datetime) -> Posted:
    """Reverse the award at a position as far as it is not used; the same reversal again gives the first answer.

    Raise BadUse where no award stands there or no reason is given, BadState where nothing is left of it, KeyReused
    where it was taken back for another reason, Refused where it is more than the actor may move alone and the actor is
    not an approver.
    """
    with acting(Doing(book, actor, "take_back", now, str(position), {"because": because[:500]})) as doing:
        people.require(book, actor, "post")
        if not because.strip():
            raise BadUse("a reversal needs its reason; the customer is told it.")
        found = postings.read(book, "position = %s", (position,))
        if not found or found[0].posting.kind != "award":
            raise BadUse(f"no award stands at {position} in this book; `makegood ledger statement` shows positions.")
        award = found[0]
        before = postings.read(book, "reverses = %s", (position,))
        if before:
            doing.silent = True
            _same_reason(book, before[0], because[:500])
            return replace(before[0], repeat=True)
        posting = award.posting
        may_alone = posting.amount <= policy.limit(book, posting.unit)
        if not may_alone and "approve" not in people.person_of(book, actor.person).rights:
            raise Refused(f"{text(posting.amount, posting.unit)} is above the limit of one person; an approver has to.")
        rest = lots.rests(book, [position])[position]
        if rest <= 0:
            raise BadState(f"nothing is left of the award at {position}; what is used or expired cannot be taken back.")
        basis = replace(bases.with_hash(book, posting.basis) or Basis("credit"), reason=because[:500])
        bases.keep(book, [basis])
        key = f"reversal/{content_hash([posting.key])[:40]}"  # of the award's key, which outlives its place in the log
        reversal = replace(reversal_of(award, key, basis), amount=rest)
        put = postings.put(book, [reversal], now)
        return postings.by_keys(book, [put.fresh[0].key])[0]


def _same_reason(book: Book, before: Posted, because: str) -> None:
    basis = bases.with_hash(book, before.posting.basis)
    if basis is not None and basis.reason != because:
        raise reused(before.posting.key, "because", basis.reason, because)
