"""Verb: give single awards; each key once, and alone only as far as the giver's limit goes; one or many at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from makegood.awards.award import Award
from makegood.awards.post import posting_of
from makegood.errors import BadUse, Compensated, Refused
from makegood.keys import canonical, content_hash
from makegood.ledger.posting import Posted, Posting, hashed
from makegood.ledger.unit import text
from makegood.spans import to_us
from makegood.store import bases, causes, people, policy, postings, reversals
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor
from makegood.store.policy import Shares
from makegood.store.repeats import same

OWN_KEYS = ("campaign/", "use/", "expiry/", reversals.KEY)  # under these the book posts by itself
PROPOSAL = ("key", "hash", "data", "account", "unit", "amount", "by", "at_us")


@dataclass(frozen=True)
class Gift:
    """A single award under a business key that is unique for ever, such as claim/17/1.

    With `propose` it waits for another human where the giver may not give it alone.
    """

    award: Award
    key: str
    propose: bool = False


@dataclass(frozen=True)
class Given:
    """What became of it: posted, or waiting for another human to sign `hash`.

    A repeat is the first answer to a key that was used before.
    """

    key: str
    hash: str
    posted: Posted | None
    repeat: bool = False

    @property
    def waits(self) -> bool:
        """Does it wait for another human?"""
        return self.posted is None


@dataclass(frozen=True)
class Asked:
    """A gift as somebody asks for it, and the posting that it is to be."""

    actor: Actor
    gift: Gift
    posting: Posting
    text: str  # the canonical text of the posting, whose hash is what another human signs

    def doing(self, book: Book, now: datetime) -> Doing:
        """The act that it is."""
        posting = self.posting
        detail = {"account": posting.account, "unit": posting.unit, "amount": str(posting.amount)}
        return Doing(book, self.actor, "give_award", now, posting.key, detail)


def asked(actor: Actor, gift: Gift) -> Asked:
    """What is asked; raise BadUse where no posting can be made of it."""
    posting = posting_of(gift.award, gift.key, 0)
    return Asked(actor, gift, posting, canonical(posting.as_data()))


def give_one(book: Book, one: Asked, now: datetime, shares: Shares) -> Given:
    """Give it in a transaction of its own, with its row in the journal; raise what give_all() answers."""
    with acting(one.doing(book, now)) as doing:
        (answer,) = give_all(book, [one], now, shares)
        if isinstance(answer, BadUse):
            raise answer
        doing.silent = answer.repeat
    return answer


def give_all(book: Book, wanted: Sequence[Asked], now: datetime, shares: Shares) -> list[Given | BadUse]:
    """Give them within the caller's transaction, in their order, and answer each: what became of it, or why nothing.

    A repeat gets the first answer. Of what is answered by a BadUse no more is kept than its basis: Refused where the
    giver may not, or not alone and the gift is no proposal; Compensated where the loss is made good; KeyReused for
    another content under the same key; BadUse for a cause that the book does not know and for a key of those that the
    book makes.
    """
    batch = _Batch(book, now, shares)
    batch.recall([one.posting.key for one in wanted])
    repeats: list[bool | BadUse] = []
    for one in wanted:
        try:
            batch.check(one)
            repeats.append(batch.take(one))
        except BadUse as fault:
            repeats.append(fault)
    batch.keep()
    return [
        repeat if isinstance(repeat, BadUse) else batch.answer(one.posting.key, repeat)
        for one, repeat in zip(wanted, repeats, strict=True)
    ]


class _Batch:
    """Gifts of one transaction: what stands under their keys, what their givers may, and what of them is new."""

    def __init__(self, book: Book, now: datetime, shares: Shares) -> None:
        self._book, self._now, self._shares = book, now, shares
        self._rights: dict[Actor, BadUse | None] = {}
        self._causes: dict[str, bool] = {"": True}
        self._first: dict[str, Posting] = {}  # by key, as are all that follow
        self._hash: dict[str, str] = {}
        self._posted: dict[str, Posted] = {}
        self._fresh: dict[str, Asked] = {}
        self._alone: list[Posting] = []
        self._collided: dict[str, int] = {}

    def recall(self, keys: Sequence[str]) -> None:
        """What was posted and proposed under these keys before."""
        self._posted = {one.posting.key: one for one in postings.by_keys(self._book, keys)}
        for key, one in self._posted.items():
            self._first[key], self._hash[key] = one.posting, content_hash(one.posting.as_data())
        sql = f"SELECT key, hash, data FROM proposal WHERE key IN ({', '.join(['%s'] * len(keys))})"
        for key, hash, data in self._book.rows(sql, keys):
            self._first[key], self._hash[key] = Posting(**json.loads(data)), hash

    def check(self, one: Asked) -> None:
        """Raise Refused where the actor may not give, BadUse where key or cause are not such as may be named."""
        if one.actor not in self._rights:
            self._rights[one.actor] = self._right(one.actor)
        fault = self._rights[one.actor]
        if fault:
            raise fault
        key, cause = one.posting.key, one.posting.cause
        if key.startswith(OWN_KEYS):
            raise BadUse(f"the key {key[:80]} is one that the book makes; name your own, such as claim/17/1.")
        if cause not in self._causes:
            self._causes[cause] = causes.is_known(self._book, cause)
        if not self._causes[cause]:
            # under another spelling of its cause a loss would be made good a second time
            raise BadUse(f"no cause {cause[:60]} is in this book; name one that is, or none.")

    def _right(self, actor: Actor) -> BadUse | None:
        try:
            people.require(self._book, actor, "post")
        except BadUse as fault:
            return fault
        return None

    def take(self, one: Asked) -> bool:
        """Take it in and say whether it is a repeat; raise KeyReused, or Refused where it may not be given."""
        key, posting = one.posting.key, one.posting
        if key in self._first:
            others = [one, self._fresh[key]] if key in self._fresh else [one]
            same(self._book, self._first[key], posting, {each.posting.basis: each.gift.award.basis for each in others})
            return True
        if self._shares.take(self._book, one.actor.person, posting, self._now):
            self._alone.append(posting)
        elif not one.gift.propose:
            raise Refused(
                f"{one.actor.person} may not give this alone: with what was given before it passes the limit of "
                f"{text(policy.limit(self._book, posting.unit), posting.unit)}. Propose it, and let another human sign."
            )
        self._first[key], self._hash[key] = posting, hashed(one.text).hex()
        self._fresh[key] = one
        return False

    def keep(self) -> None:
        """Post what is given alone, and keep as proposals what was asked, but for losses that are made good."""
        book = self._book
        bases.keep(book, [one.gift.award.basis for one in self._fresh.values()])
        if self._alone:
            put = postings.put(book, self._alone, self._now)
            self._collided = {one.key: position for one, position in put.collisions}
            self._posted |= {one.posting.key: one for one in postings.by_keys(book, [one.key for one in put.fresh])}
        if self._collided:
            self._shares.forget()
        at_us = to_us(self._now)
        rows = [
            (key, self._hash[key], one.text, *_figures(one.posting), one.actor.person, at_us)
            for key, one in self._fresh.items()
            if key not in self._collided
        ]
        book.add("proposal", PROPOSAL, rows)

    def answer(self, key: str, repeat: bool) -> Given | BadUse:
        """What is told of the key."""
        if key in self._collided:
            return compensated(self._first[key], self._collided[key])
        posted = self._posted.get(key)
        return Given(key, self._hash[key], replace(posted, repeat=repeat) if posted else None, repeat)


def compensated(posting: Posting, position: int) -> Compensated:
    """The refusal of an award for a loss that the posting at a position made good."""
    return Compensated(
        f"the loss of {posting.account} by {posting.cause} was made good by posting {position}; take all of that "
        "back first, or name another cause."
    )


def _figures(posting: Posting) -> tuple[str, str, int]:
    return posting.account, posting.unit, posting.amount
