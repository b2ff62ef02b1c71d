"""Act: steer a campaign; start, pause, resume or cancel it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from makegood.campaigns.state import Event, Standing, after, fold
from makegood.errors import BadUse
from makegood.store import campaigns, counts, people
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.journal import Actor

MOVES = {"start": "started", "pause": "paused", "resume": "resumed", "cancel": "cancelled"}
_LONGEST = 500


class Move(NamedTuple):
    """One of MOVES, and why."""

    kind: str
    because: str = ""


def steer_campaign(book: Book, actor: Actor, campaign: str, asked: Move | str, now: datetime) -> Standing:
    """Do a move, or one of MOVES without a reason; how the campaign stands then.

    What is posted stays posted: a cancelled campaign posts nothing more. Raise BadState where the move does not fit,
    Refused where the actor may not, BadUse for another move.
    """
    move, because = Move(asked) if isinstance(asked, str) else asked
    with acting(Doing(book, actor, f"{move}_campaign", now, campaign, {"because": because[:_LONGEST]})):
        if move not in MOVES:
            raise BadUse(f"'{move[:20]}' is not a move; use {', '.join(MOVES)}.")
        people.require(book, actor, "operate")
        kept = campaigns.campaign_of(book, campaign)
        before = fold(campaigns.events(book, campaign))
        data = {"because": because[:_LONGEST]}
        if move == "resume":  # what a human has looked at does not stop the campaign again
            data |= counts.as_baseline(counts.counts_of(book, kept))
        event = Event(MOVES[move], now, actor.person, data)
        standing = after(before, event)
        if move == "start":
            campaigns.check_seal(kept, campaigns.signed(book, campaign))
        campaigns.add_event(book, campaign, event)
    return standing
