"""Act: send notices and reminders of what was posted; each once, linked to its posting, with what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from makegood.awards.backoff import given_up, next_try
from makegood.awards.parcel import Sent
from makegood.campaigns.notice import Channel, Letter, Notice
from makegood.store import effects, parcels
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.effects import NOTICE, REMINDER, Became, Taken
from makegood.store.journal import WORKER
from makegood.store.parcels import Sender
from makegood.store.points import reach
from makegood.store.states import NEEDLESS

MADE, PART = 10_000, 200
NOBODY = Sender()


@dataclass(frozen=True)
class Post:
    """How notices go out: the channels in the order of preference, how they are written, what each says of the desk."""

    worker: str
    channels: tuple[Channel, ...]
    letter: Callable[[Notice], Letter]
    sender: Sender = NOBODY
    many: int = PART


def make_notices(book: Book, now: datetime, many: int = MADE) -> int:
    """Make the notices of the next postings; how many, 0 when every posting has its own."""
    with book.writing():
        made = effects.add_notices(book, many, now)
        reach("notice.made")
    return made


def send_notices(book: Book, post: Post, now: datetime) -> Counter[str]:
    """Send at most a batch of what is due; how many went to which state, nothing where nothing was due.

    A notice that a worker held when it died is in doubt: it may have arrived, so it is not sent again by itself.
    """
    return _send(book, NOTICE, post, now)


def send_reminders(book: Book, post: Post, now: datetime) -> Counter[str]:
    """Send reminders as notices are sent; one whose award is used up, taken back or expired by now is needless."""
    return _send(book, REMINDER, post, now)


def _send(book: Book, table: str, post: Post, now: datetime) -> Counter[str]:
    with book.writing():
        taken = {one.position: one for one in effects.take(book, table, post.worker, post.many, now)}
    reach(f"{table}.taken")
    if not taken:
        return Counter()
    positions = sorted(taken)
    if table == REMINDER:
        found = parcels.reminders(book, positions, post.sender, now)
    else:
        found = parcels.notices(book, positions, post.sender)
    became = [_one(post, one, taken[one.position], now) for one in found]
    reach(f"{table}.sent")
    counts = Counter(one.state for one in became)
    with acting(Doing(book, WORKER, f"send_{table}s", now, "", dict(counts))):
        effects.note(book, table, post.worker, became, now)
    reach(f"{table}.noted")
    return counts


def _one(post: Post, notice: Notice, taken: Taken, now: datetime) -> Became:
    channel = next((one for one in post.channels if one.reaches(notice)), None)
    if channel is None:
        return Became(taken.position, "unreachable", said="no channel reaches this customer")
    if taken.held_before:
        return Became(taken.position, "doubt", said="a worker died while sending this", channel=channel.name)
    if notice.needless(now):
        return Became(taken.position, NEEDLESS, said="nothing of it was left, or its time was over")
    sent = channel.send(post.letter(notice))
    return _became(taken, notice, sent, now, channel.name)


def _became(taken: Taken, notice: Notice, sent: Sent, now: datetime, channel: str) -> Became:
    if sent.outcome in ("done", "refused", "doubt"):
        return Became(taken.position, sent.outcome, sent.remote, sent.said, channel=channel)
    if given_up(taken.tries):
        said = f"given up after {taken.tries} tries: {sent.said}"
        return Became(taken.position, "refused", sent.remote, said, channel=channel)
    due = next_try(taken.tries, now, notice.id, sent.after)
    return Became(taken.position, "waiting", sent.remote, sent.said, due, channel)
