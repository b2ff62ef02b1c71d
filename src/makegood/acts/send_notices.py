"""Act: send notices and reminders of what was posted; each once, linked to its posting, with what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from makegood.awards.backoff import given_up, next_try
from makegood.awards.parcel import Sent
from makegood.campaigns.notice import Channel, Letter, Notice
from makegood.errors import BadState
from makegood.store import effects, parcels
from makegood.store.acting import Doing, acting
from makegood.store.book import Book
from makegood.store.effects import NOTICE, REMINDER, Became, Taken
from makegood.store.journal import WORKER
from makegood.store.parcels import Sender
from makegood.store.points import reach
from makegood.store.proven import CHANGED, unproven
from makegood.store.states import NEEDLESS

MADE = 10_000
PART = 50  # a worker that dies leaves doubt about so many at most
NOBODY = Sender()
_Leaving = tuple[Notice, Taken, Became | None]  # the last where it does not leave at all


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
    if not effects.notices_lack(book):  # nobody waits for a look
        return 0
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
    changed = unproven(book, sorted(taken))
    found = _read(book, table, sorted(taken.keys() - changed), post.sender, now)
    became = [Became(at, "refused", said=CHANGED) for at in sorted(changed)]
    work = _leaving(book, table, post, [(one, taken[one.position]) for one in found], now)
    try:
        for notice, one, end in work:
            became.append(end or _tried(post, notice, one, now))
    except BaseException:  # a signal, or a letter that cannot be written: what was not begun has not left
        _note(book, table, post, [*became, *_broken_off(work[len(became) - len(changed) :], now)], now)
        raise
    reach(f"{table}.sent")
    return _note(book, table, post, became, now)


def _read(book: Book, table: str, positions: Sequence[int], sender: Sender, now: datetime) -> list[Notice]:
    if not positions:
        return []
    if table == REMINDER:
        return parcels.reminders(book, positions, sender, now)
    return parcels.notices(book, positions, sender)


def _note(book: Book, table: str, post: Post, became: Sequence[Became], now: datetime) -> Counter[str]:
    counts = Counter(one.state for one in became)
    with acting(Doing(book, WORKER, f"send_{table}s", now, "", dict(counts))):
        effects.note(book, table, post.worker, became, now)
    reach(f"{table}.noted")
    return counts


def _broken_off(left: Sequence[_Leaving], now: datetime) -> list[Became]:
    """What became of those that were left when the worker was ended: the first may have left, the others have not."""
    found = [end or Became(one.position, "waiting", due=now) for _, one, end in left]
    if left and left[0][2] is None:
        found[0] = Became(left[0][1].position, "doubt", said="a worker was ended while sending this")
    return found


def _leaving(book: Book, table: str, post: Post, work: Sequence[tuple[Notice, Taken]], now: datetime) -> list[_Leaving]:
    """Those that are still this worker's, or have ended; they are noted as leaving first, so that what was only taken
    is sent by another."""
    ended = [_ended(post, notice, one, now) for notice, one in work]
    leaving = [one.position for (_, one), end in zip(work, ended, strict=True) if end is None]
    with book.writing():
        mine = effects.hand_over(book, table, post.worker, leaving)
    reach(f"{table}.handed")
    return [(notice, one, end) for (notice, one), end in zip(work, ended, strict=True) if end or one.position in mine]


def _ended(post: Post, notice: Notice, taken: Taken, now: datetime) -> Became | None:
    """Why it does not leave at all, None where it does."""
    channel = _channel(post, notice)
    if channel is None:
        return Became(taken.position, "unreachable", said="no channel reaches this customer")
    if taken.held_before:
        return Became(taken.position, "doubt", said="a worker died while sending this", channel=channel.name)
    if notice.needless(now):
        return Became(taken.position, NEEDLESS, said="nothing of it was left, or its time was over")
    return None


def _channel(post: Post, notice: Notice) -> Channel | None:
    return next((one for one in post.channels if one.reaches(notice)), None)


def _tried(post: Post, notice: Notice, taken: Taken, now: datetime) -> Became:
    channel = _channel(post, notice)
    if channel is None:
        raise BadState(f"no channel reaches {notice.account[:60]} any more; look at the settings of the worker.")
    return _became(taken, notice, channel.send(post.letter(notice)), now, channel.name)


def _became(taken: Taken, notice: Notice, sent: Sent, now: datetime, channel: str) -> Became:
    if sent.outcome in ("done", "refused", "doubt"):
        return Became(taken.position, sent.outcome, sent.remote, sent.said, channel=channel)
    if given_up(taken.tries):
        said = f"given up after {taken.tries} tries: {sent.said}"
        return Became(taken.position, "refused", sent.remote, said, channel=channel)
    due = next_try(taken.tries, now, notice.id, sent.after)
    return Became(taken.position, "waiting", sent.remote, sent.said, due, channel)
