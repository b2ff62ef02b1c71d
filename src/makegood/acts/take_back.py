"""Act: take back what is left of an award, by a reversal that names it; a correction is always a new posting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from makegood.errors import BadState, BadUse, Refused
from makegood.keys import canonical, content_hash
from makegood.ledger.posting import Posted, Posting
from makegood.ledger.unit import text
from makegood.spans import to_us
from makegood.store import bases, people, policy, postings, reversals
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.gifts import PROPOSAL, Given
from makegood.store.journal import Actor
from makegood.store.policy import Shares
from makegood.store.repeats import reused


@dataclass(frozen=True)
class _Wish:
    """The award at a position is to be taken back; with `propose` it may wait for another human."""

    position: int
    because: str
    propose: bool


def take_back(book: Book, actor: Actor, position: int, because: str, now: datetime) -> Posted:
    """Reverse the award at a position as far as it is not used; the same reversal again gives the first answer.

    Raise BadUse where no award stands there or no reason is given, BadState where nothing is left of it, KeyReused
    where it was taken back for another reason, Refused where the sum that the actor gave and took back alone passes
    the limit, or where it waits for another human already.
    """
    given = _take(book, actor, _Wish(position, because[:500], propose=False), now)
    if given.posted is None:  # what would wait was refused
        raise BadState(f"{given.key} waits for another human.")
    return given.posted


def propose_back(book: Book, actor: Actor, position: int, because: str, now: datetime) -> Given:
    """Take back as take_back() does, but let it wait for another human where the actor may not do it alone.

    It is signed as awards are, by sign_award(). What waits already for the same reason is told again.
    """
    return _take(book, actor, _Wish(position, because[:500], propose=True), now)


def _take(book: Book, actor: Actor, wish: _Wish, now: datetime) -> Given:
    with acting(Doing(book, actor, "take_back", now, str(wish.position), {"because": wish.because})) as doing:
        people.require(book, actor, "post")
        if not wish.because.strip():
            raise BadUse("a reversal needs its reason; the customer is told it.")
        found = postings.read(book, "position = %s", (wish.position,))
        if not found or found[0].posting.kind != "award":
            raise BadUse(
                f"no award stands at {wish.position} in this book; `makegood ledger statement` shows positions."
            )
        before = postings.read(book, "reverses = %s", (wish.position,))
        if before:
            doing.silent = True
            _same_reason(book, before[0], wish.because)
            return _given(before[0].posting, replace(before[0], repeat=True), repeat=True)
        reversal, basis = reversals.wanted(book, found[0], wish.because)
        if reversals.proposed(book, reversal.key):
            if not wish.propose:
                raise Refused(_waits(reversal))
            doing.silent = True
            return _given(reversal, None, repeat=True)
        alone = Shares().take(book, actor.person, reversal, now)
        if not (alone or wish.propose):
            raise Refused(_above(book, actor, reversal))
        bases.keep(book, [basis])
        data = reversal.as_data()
        row = (reversal.key, content_hash(data), canonical(data), *_figures(reversal), actor.person, to_us(now))
        book.add("proposal", PROPOSAL, [row])
        if not alone:
            return _given(reversal, None)
        postings.put(book, [reversal], now)
        return _given(reversal, postings.by_keys(book, [reversal.key])[0])


def _given(posting: Posting, posted: Posted | None, repeat: bool = False) -> Given:
    return Given(posting.key, content_hash(posting.as_data()), posted, repeat)


def _figures(posting: Posting) -> tuple[str, str, int]:
    return posting.account, posting.unit, posting.amount


def _waits(reversal: Posting) -> str:
    hash = content_hash(reversal.as_data())[:16]
    return f"this waits for another human already: `makegood award sign {reversal.key} --hash {hash}`."


def _above(book: Book, actor: Actor, reversal: Posting) -> str:
    return (
        f"{actor.person} may not take this back alone: with what was given and taken back before it passes the limit "
        f"of {text(policy.limit(book, reversal.unit), reversal.unit)}. Propose it, and let another human sign."
    )


def _same_reason(book: Book, before: Posted, because: str) -> None:
    basis = bases.with_hash(book, before.posting.basis)
    if basis is not None and basis.reason != because:
        raise reused(before.posting.key, "because", basis.reason, because)
