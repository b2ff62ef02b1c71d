"""Act: take a customer's objection to a campaign, once an account."""

from __future__ import annotations

from datetime import datetime

from makegood.errors import BadUse
from makegood.spans import to_us
from makegood.store import campaigns, people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor

_LONGEST = 2000


def take_complaint(book: Book, actor: Actor, about: tuple[str, str], says: str, now: datetime) -> bool:
    """Note that an account objects to a campaign, `about` being (campaign, account); False where it did before.

    The text is kept as given, at most 2,000 characters; it counts toward the campaign's stop rule.
    """
    campaign, account = about
    with acting(Doing(book, actor, "take_complaint", now, campaign, {"account": account})) as doing:
        people.require(book, actor, "operate")
        kept = campaigns.campaign_of(book, campaign)
        if not book.rows("SELECT 1 FROM line WHERE campaign = %s AND account = %s LIMIT 1", (kept.id, account)):
            raise BadUse(
                f"{account[:60]} is not in {kept.id}; see `makegood campaign lines {kept.id} --account {account[:60]}`."
            )
        if book.rows("SELECT 1 FROM complaint WHERE campaign = %s AND account = %s", (kept.id, account)):
            doing.silent = True
            return False
        number = book.one("SELECT COUNT(*) FROM complaint")[0]
        row = (number, kept.id, account, says[:_LONGEST], actor.person, to_us(now))
        book.add("complaint", ("number", "campaign", "account", "says", "by", "at_us"), [row])
    return True
