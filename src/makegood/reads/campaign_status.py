"""Read: how a campaign stands; its state, what is posted, what is due next, and what waits or is in trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from makegood.campaigns.state import Event, Standing, fold
from makegood.campaigns.waves import remaining, waves
from makegood.store import campaigns, effects
from makegood.store.book import Book
from makegood.store.campaigns import Kept


@dataclass(frozen=True)
class Status:
    """Money in minor units of the draft's unit; `outbox` and `notices` count rows by state."""

    kept: Kept
    standing: Standing
    events: tuple[Event, ...]
    posted: int
    skipped: int
    spent: int
    next_due: datetime | None
    outbox: dict[str, int]
    notices: dict[str, int]
    complaints: int


def status(book: Book, campaign: str, now: datetime) -> Status:
    """The campaign as of one moment; raise BadUse where there is none of that id."""
    with book.reading():
        kept = campaigns.campaign_of(book, campaign)
        events = campaigns.events(book, campaign)
        standing = fold(events)
        posted = campaigns.chunks(book, campaign)
        due = None
        if standing.state == "running" and standing.started is not None:
            left = remaining(waves(kept.granted, kept.draft, standing.started), posted, standing.shift(now))
            due = min((one.due for one in left), default=None)
        return Status(
            kept,
            standing,
            tuple(events),
            sum(one.posted for one in posted),
            sum(one.skipped for one in posted),
            sum(one.spent for one in posted),
            due,
            effects.counts(book, effects.OUTBOX, campaign),
            effects.counts(book, effects.NOTICE, campaign),
            campaigns.complaints(book, campaign),
        )
