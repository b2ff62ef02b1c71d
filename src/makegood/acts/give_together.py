"""Act: give single awards together; callers on many threads hand in one each, and what waits is kept in one commit."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Condition, Thread
from types import TracebackType

from makegood.errors import BadState, StoreAway
from makegood.store import journal
from makegood.store.book import Book
from makegood.store.gifts import Asked, Gift, Given, asked, give_all, give_one
from makegood.store.journal import DONE, Actor
from makegood.store.policy import Shares

MOST = 500
_LINGER = timedelta(milliseconds=2).total_seconds()
_APART = timedelta(seconds=5)  # one commit has one moment, so that what is further apart is not put into the same


@dataclass(frozen=True)
class _Slip:
    """One gift as it waits, and where its answer goes."""

    asked: Asked
    now: datetime
    answer: Future[Given] = field(default_factory=Future)


class Till:
    """Gives awards as give_award does, for callers on many threads at once; a `with` block closes it at its end.

    One thread of its own takes what waits, at most `most` at a time, and keeps it in one transaction under the book's
    lock, each with its own row in the journal. Nobody is answered before the commit that holds their gift, so that a
    crash loses what was not acknowledged and nothing else. What cannot be given with the others is tried once more
    alone, which says why and spoils nothing.
    """

    def __init__(self, book: Book, most: int = MOST) -> None:
        self._book, self._most, self._shares = book, most, Shares()
        self._waiting: deque[_Slip] = deque()
        self._changed, self._closed, self._usual = Condition(), False, 1
        self._thread = Thread(target=self._serve, name="till", daemon=True)
        self._thread.start()

    def give(self, actor: Actor, gift: Gift, now: datetime) -> Given:
        """Give an award and return when it is durable; raise as give_award does, BadState where the till is closed."""
        slip = _Slip(asked(actor, gift), now)
        with self._changed:
            if self._closed:
                raise BadState("the till is closed and takes nothing in any more; open another.")
            self._waiting.append(slip)
            if len(self._waiting) in (1, self._usual):
                self._changed.notify()
        return slip.answer.result()

    def close(self) -> None:
        """Finish what was handed in, and take nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def __enter__(self) -> Till:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _serve(self) -> None:
        while slips := self._next():
            if not self._together(slips):
                self._each(slips)
        self._book.close()

    def _next(self) -> list[_Slip]:
        """What is given together: the oldest that waits and what follows it closely; nothing when all is done."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._usual > 1:  # those who were answered at once come again at once
                self._changed.wait_for(lambda: len(self._waiting) >= self._usual or self._closed, _LINGER)
            found: list[_Slip] = []
            while self._waiting and len(found) < self._most:
                if found and abs(self._waiting[0].now - found[0].now) > _APART:
                    break
                found.append(self._waiting.popleft())
            self._usual = len(found)
        return found

    def _together(self, slips: Sequence[_Slip]) -> bool:
        """Give them in one transaction and answer those that could be given; False where nothing was kept."""
        now = max(one.now for one in slips)
        try:
            with self._book.writing():
                self._shares.hold_at(journal.last(self._book)[1], now)
                answers = give_all(self._book, [one.asked for one in slips], now, self._shares)
                fresh = [
                    slip.asked.doing(self._book, now).record(DONE, {})
                    for slip, answer in zip(slips, answers, strict=True)
                    if isinstance(answer, Given) and not answer.repeat
                ]
                hash = journal.append_all(self._book, fresh, now)[1]
        except Exception:  # whose fault it is shows when each is tried alone
            self._shares.forget()
            return False
        self._shares.note(hash, now)
        left = []
        for slip, answer in zip(slips, answers, strict=True):
            if isinstance(answer, Given):
                slip.answer.set_result(answer)
            else:
                left.append(slip)
        self._each(left)
        return True

    def _each(self, slips: Sequence[_Slip]) -> None:
        """Give each in a transaction of its own; where the book is away twice in a row, the others are told so too."""
        away: list[StoreAway] = []
        for slip in slips:
            if len(away) > 1:
                slip.answer.set_exception(away[-1])
                continue
            try:
                slip.answer.set_result(give_one(self._book, slip.asked, slip.now, Shares()))
                away = []
            except StoreAway as fault:
                away.append(fault)
                self._book.close()  # the next try begins with a connection of its own
                slip.answer.set_exception(fault)
            except BaseException as fault:
                away = []
                slip.answer.set_exception(fault)
