"""Act: approve a campaign; another human signs the hash of what was drawn."""

from __future__ import annotations

from datetime import datetime

from makegood.campaigns.state import Event, after, fold
from makegood.errors import BadState, BadUse
from makegood.store import campaigns, people
from makegood.store.acting import Doing, acting, noted
from makegood.store.book import Book
from makegood.store.campaigns import Kept
from makegood.store.journal import Actor

_SHORTEST = 8


def approve_campaign(book: Book, actor: Actor, campaign: str, hash: str, now: datetime) -> str:
    """Sign the hash, given whole or by its first 8 or more characters; the whole hash.

    Raise Refused where the actor drew it or was let in by whoever did, BadState where it is not waiting for approval
    or is no longer what was drawn, BadUse where the hash is another.
    """
    doing = Doing(book, actor, "approve_campaign", now, campaign, {"hash": hash})
    with noted(doing), book.reading():  # a million lines take seconds, for which no writer should wait
        kept, _ = _signing(doing, campaign, hash)
        campaigns.check_whole(book, kept)
    with acting(doing):
        again, event = _signing(doing, campaign, hash)
        campaigns.check_figures(book, again, kept)
        campaigns.add_event(book, campaign, event)
        doing.detail["hash"] = kept.hash
    return kept.hash


def _signing(doing: Doing, campaign: str, hash: str) -> tuple[Kept, Event]:
    """The campaign, and its approval by this actor, where nothing but its content can forbid it."""
    book, actor = doing.book, doing.actor
    people.require(book, actor, "approve")
    kept = campaigns.campaign_of(book, campaign)
    people.independent(book, actor, kept.by)
    if len(hash) < _SHORTEST or not kept.hash.startswith(hash.casefold()):
        raise BadUse(
            f"{campaign} has the hash {kept.hash[:12]}..., not {hash[:64]}; look at `makegood campaign preview "
            f"{campaign}` again and sign what it shows."
        )
    if not kept.granted:
        raise BadState(f"{campaign} grants nothing to anybody, so there is nothing to approve; draw another.")
    event = Event("approved", doing.now, actor.person, {"hash": kept.hash})
    after(fold(campaigns.events(book, campaign)), event)
    return kept, event
