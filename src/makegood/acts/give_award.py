"""Act: give a single award, by a claim's line or by hand; alone up to the owner's limit, above it with a signature."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from fractions import Fraction

from makegood.awards.award import Award
from makegood.awards.post import posting_of
from makegood.errors import BadState, BadUse, Compensated, Refused
from makegood.keys import canonical, content_hash
from makegood.ledger.posting import Posted, Posting
from makegood.spans import to_us
from makegood.store import bases, causes, people, policy, postings
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor
from makegood.store.repeats import same

OWN_KEYS = ("campaign/", "use/", "expiry/", "reversal/")  # under these the book posts by itself
_PROPOSAL = ("key", "hash", "data", "account", "unit", "amount", "by", "at_us")


@dataclass(frozen=True)
class Given:
    """What became of it: posted (perhaps before, then a repeat), or waiting for another human to sign `hash`."""

    key: str
    hash: str
    posted: Posted | None

    @property
    def waits(self) -> bool:
        """Does it wait for another human?"""
        return self.posted is None


@dataclass(frozen=True)
class Gift:
    """A single award under a business key that is unique for ever, such as claim/17/1.

    With `propose` it waits for another human where the giver may not give it alone.
    """

    award: Award
    key: str
    propose: bool = False


def give_award(book: Book, actor: Actor, gift: Gift, now: datetime) -> Given:
    """Give an award; the same key and content again gives the first answer.

    Raise Refused where the sum that the actor gave alone passes the limit and the gift is no proposal, Compensated
    where the loss is made good, KeyReused for another content under the same key, BadUse for a cause that the book does
    not know and for a key of those that the book makes.
    """
    award, key, propose = gift.award, gift.key, gift.propose
    posting = posting_of(award, key, 0)
    with acting(Doing(book, actor, "give_award", now, key)) as doing:
        people.require(book, actor, "post")
        doing.detail = {"account": posting.account, "unit": posting.unit, "amount": str(posting.amount)}
        _check(book, posting)
        bases.keep(book, [award.basis])
        first = _before(book, posting)
        if first is not None:
            doing.silent = True
            return first
        alone = _alone(book, actor, posting, now)
        if not alone and not propose:
            raise Refused(
                f"{actor.person} may not give this alone: with what was given before it passes the limit of "
                f"{policy.limit(book, posting.unit)} in minor units of {posting.unit}. Propose it, and let another "
                "human sign."
            )
        hash = content_hash(asdict(posting))
        row = (key, hash, canonical(asdict(posting)), posting.account, posting.unit, posting.amount)
        book.add("proposal", _PROPOSAL, [(*row, actor.person, to_us(now))])
        return Given(key, hash, _put(book, posting, now) if alone else None)


def sign_award(book: Book, actor: Actor, key: str, hash: str, now: datetime) -> Given:
    """Sign a proposal's hash and post it; raise Refused where the actor proposed it, or was let in by whoever did."""
    with acting(Doing(book, actor, "sign_award", now, key, {"hash": hash})) as doing:
        people.require(book, actor, "approve")
        found = book.rows("SELECT hash, data, by FROM proposal WHERE key = %s", (key,))
        if not found:
            raise BadUse(f"nothing was proposed under {key[:80]}; `makegood award list` names what waits.")
        kept, data, by = found[0]
        people.independent(book, actor, by)
        posting = Posting(**json.loads(data))
        if len(hash) < 8 or not kept.startswith(hash) or content_hash(asdict(posting)) != kept:
            raise BadState(f"{key[:80]} has the hash {kept[:12]}..., not {hash[:64]}; look at it again and sign that.")
        if book.rows("SELECT 1 FROM signature WHERE key = %s", (key,)):
            doing.silent = True
            return Given(key, kept, replace(postings.by_keys(book, [key])[0], repeat=True))
        book.add("signature", ("key", "hash", "by", "at_us"), [(key, kept, actor.person, to_us(now))])
        return Given(key, kept, _put(book, posting, now))


def _check(book: Book, posting: Posting) -> None:
    if posting.key.startswith(OWN_KEYS):
        raise BadUse(f"the key {posting.key[:80]} is one that the book makes; name your own, such as claim/17/1.")
    if posting.cause and not causes.is_known(book, posting.cause):
        # under another spelling of its cause a loss would be made good a second time
        raise BadUse(f"no cause {posting.cause[:60]} is in this book; name one that is, or none.")


def _before(book: Book, posting: Posting) -> Given | None:
    """The first answer where the key was used before; raise KeyReused where the content was another."""
    found = book.rows("SELECT hash, data FROM proposal WHERE key = %s", (posting.key,))
    known = postings.by_keys(book, [posting.key])
    if not found and not known:
        return None
    first = Posting(**json.loads(found[0][1])) if found else known[0].posting
    same(book, first, posting)
    hash = found[0][0] if found else content_hash(asdict(first))
    return Given(posting.key, hash, replace(known[0], repeat=True) if known else None)


def _alone(book: Book, actor: Actor, posting: Posting, now: datetime) -> bool:
    limit = policy.limit(book, posting.unit)
    if not limit:
        return False
    this = Fraction(posting.amount, limit)
    to_one = policy.share(book, actor.person, now, posting.account)
    to_all = policy.share(book, actor.person, now)
    return to_one + this <= 1 and to_all + this <= policy.DAILY_TIMES


def _put(book: Book, posting: Posting, now: datetime) -> Posted:
    put = postings.put(book, [posting], now)
    if put.collisions:
        raise Compensated(
            f"the loss of {posting.account} by {posting.cause} was made good by posting {put.collisions[0][1]}; take "
            "that back first, or name another cause."
        )
    return put.repeats[0] if put.repeats else postings.by_keys(book, [posting.key])[0]
