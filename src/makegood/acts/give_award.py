"""Act: give a single award, by a claim's line or by hand; alone up to the owner's limit, above it with a signature."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from makegood.errors import BadState, BadUse
from makegood.keys import content_hash
from makegood.ledger.posting import Posting
from makegood.spans import to_us
from makegood.store import people, postings, reversals
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.gifts import Gift, Given, asked, compensated, give_one
from makegood.store.journal import Actor
from makegood.store.policy import Shares

__all__ = ["Gift", "Given", "give_award", "sign_award"]


def give_award(book: Book, actor: Actor, gift: Gift, now: datetime) -> Given:
    """Give an award; the same key and content again gives the first answer.

    Raise Refused where the sum that the actor gave alone passes the limit and the gift is no proposal, Compensated
    where the loss is made good, KeyReused for another content under the same key, BadUse for a cause that the book does
    not know and for a key of those that the book makes.
    """
    return give_one(book, asked(actor, gift), now, Shares())


def sign_award(book: Book, actor: Actor, key: str, hash: str, now: datetime) -> Given:
    """Sign the hash of an award or a reversal that was proposed, and post it.

    Raise Refused where the actor proposed it, or was let in by whoever did, BadState where the hash is another, or
    where less is left of the award by now than was to be taken back.
    """
    with acting(Doing(book, actor, "sign_award", now, key, {"hash": hash})) as doing:
        people.require(book, actor, "approve")
        found = book.rows("SELECT hash, data, by FROM proposal WHERE key = %s", (key,))
        if not found:
            raise BadUse(f"nothing was proposed under {key[:80]}; `makegood award list` names what waits.")
        kept, data, by = found[0]
        people.independent(book, actor, by)
        posting = Posting(**json.loads(data))
        if len(hash) < 8 or not kept.startswith(hash.casefold()) or content_hash(posting.as_data()) != kept:
            raise BadState(f"{key[:80]} has the hash {kept[:12]}..., not {hash[:64]}; look at it again and sign that.")
        if book.rows("SELECT 1 FROM signature WHERE key = %s", (key,)):
            doing.silent = True
            return Given(key, kept, replace(postings.by_keys(book, [key])[0], repeat=True), repeat=True)
        if posting.kind == "reversal":
            reversals.check_left(book, posting)
        book.add("signature", ("key", "hash", "by", "at_us"), [(key, kept, actor.person, to_us(now))])
        put = postings.put(book, [posting], now)
        if put.collisions:
            raise compensated(posting, put.collisions[0][1])
        return Given(key, kept, put.repeats[0] if put.repeats else postings.by_keys(book, [key])[0])
