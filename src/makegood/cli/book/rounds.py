"""Rounds: what the worker does, until nothing is due; waves, notices, reminders, outbox, expiry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from makegood.acts.expire_credits import expire_credits
from makegood.acts.make_reminders import make_reminders
from makegood.acts.post_wave import post_wave
from makegood.acts.send_notices import Post, make_notices, send_notices, send_reminders
from makegood.acts.send_parcels import Batch, send_parcels
from makegood.awards.parcel import Outlet
from makegood.campaigns.state import fold
from makegood.cli.book.desk import Desk
from makegood.errors import BadState
from makegood.store import campaigns
from makegood.store.book import Book

LOOK_EVERY = timedelta(hours=1)  # for what expires soon: each look goes over the whole ledger
Tell = Callable[[str, int], None]


@dataclass(frozen=True)
class Means:
    """What a worker works with: the way out to billing, how notices go out, how long ahead reminders do, if at all."""

    outlet: Outlet
    batch: Batch
    post: Post
    remind: timedelta


@dataclass
class Done:
    """What rounds did: awards posted, lines skipped, credits expired, and what left the book by state."""

    posted: int = 0
    skipped: int = 0
    expired: int = 0
    outbox: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    reminders: Counter[str] = field(default_factory=Counter)
    look_at: datetime | None = None
    expire_at: datetime | None = None
    wrong: dict[str, BadState] = field(default_factory=dict)  # campaigns that cannot go on, and why

    @property
    def anything(self) -> bool:
        """Was there anything to do?"""
        return any(self.so_far())

    def so_far(self) -> tuple[int, ...]:
        """How many of each were done."""
        left = (self.outbox.total(), self.notices.total(), self.reminders.total())
        return (self.posted, self.skipped, self.expired, *left)


def clock() -> datetime:
    """The moment now, in UTC."""
    return datetime.now(UTC)


def post_due(at: Desk, campaign: str, tell: Tell = lambda *_: None) -> int:
    """Post all lines of a campaign that are due; how many awards."""
    posted = 0
    while True:
        part = post_wave(at.book, campaign, clock())
        posted += part.posted
        tell(campaign, posted)
        if not part.more:
            return posted


def running(book: Book) -> list[str]:
    """The campaigns that run, oldest first."""
    return [one for one in campaigns.ids(book) if fold(campaigns.events(book, one)).state == "running"]


def round_once(book: Book, means: Means, done: Done, tell: Tell = lambda *_: None) -> bool:
    """One part of each kind of due work; False where nothing was due.

    A campaign that is not what was signed keeps nothing else from being done; when nothing else is left, its BadState
    is raised.
    """
    before = done.so_far()
    _post(book, done)
    tell("posting", done.posted)
    done.expired += _expire(book, done)
    made = make_notices(book, clock()) + _remind(book, means, done)
    done.notices += send_notices(book, means.post, clock())
    tell("telling", done.notices.total())
    done.outbox += send_parcels(book, means.outlet, means.batch, clock())
    tell("sending", done.outbox.total())
    busy = made > 0 or done.so_far() != before
    if done.wrong and not busy:
        raise next(iter(done.wrong.values()))
    return busy


def _post(book: Book, done: Done) -> None:
    for campaign in running(book):
        if campaign in done.wrong:
            continue
        try:
            part = post_wave(book, campaign, clock())
        except BadState as fault:
            done.wrong[campaign] = fault
            continue
        done.posted += part.posted
        done.skipped += part.skipped


def _expire(book: Book, done: Done) -> int:
    """Let credits expire; who found nothing looks again after LOOK_EVERY, as a look goes over every award."""
    now = clock()
    if done.expire_at is not None and now < done.expire_at:
        return 0
    expired = expire_credits(book, now)
    done.expire_at = None if expired else now + LOOK_EVERY
    return expired


def _remind(book: Book, means: Means, done: Done) -> int:
    """Send a part of the reminders and make the next ones; how many were made."""
    now = clock()
    if not means.remind:
        return 0
    made = 0
    if done.look_at is None or now >= done.look_at:
        made = make_reminders(book, means.remind, now)
        done.look_at = None if made else now + LOOK_EVERY
    done.reminders += send_reminders(book, means.post, now)
    return made
