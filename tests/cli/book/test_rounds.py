"""Rounds: the worker makes and sends reminders, looks for more at most once an hour, and does neither for 0 days."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from makegood.acts.send_notices import Post
from makegood.acts.send_parcels import Batch
from makegood.awards.parcel import Parcel, Seen, Sent
from makegood.campaigns.notice import Letter, Notice
from makegood.cli.book import rounds
from makegood.cli.book.rounds import Done, Means, round_once
from makegood.cli.book.work import remind_of
from makegood.errors import BadState, BadUse
from makegood.ledger.basis import Basis
from makegood.ledger.posting import EXPENSE, Posting, holder
from makegood.spans import iso
from makegood.store import bases, postings
from makegood.store.book import Book
from tests.acts.office import office
from tests.books import Makers

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Taking:
    """An outlet and a channel in one; it takes everything."""

    name = "taking"

    def refuses(self, parcel: Parcel) -> str | None:
        """Nothing."""

    def look(self, parcel: Parcel) -> Seen | None:
        """Nothing."""

    def reaches(self, notice: Notice) -> bool:
        """Everybody."""
        return bool(notice.account)

    def send(self, one: object) -> Sent:
        """Taken."""
        return Sent("done", remote=type(one).__name__)


@pytest.fixture
def book(makers: Makers) -> Book:
    return makers.book("sqlite")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moment that rounds take for now; change its only element."""
    now = [NOW]
    monkeypatch.setattr(rounds, "clock", lambda: now[0])
    return now


def means(days: int) -> Means:
    taking = Taking()
    post = Post("w", (taking,), lambda notice: Letter(notice, "", "", "", {}))
    return Means(taking, Batch("w"), post, days * DAY)


def award(book: Book, name: str, now: datetime) -> None:
    basis = Basis("credit", expires=iso(NOW + 60 * DAY))
    posting = Posting(name, "award", EXPENSE, holder(name), "USD", 500, name, "", 0, basis.hash)
    with book.writing():
        bases.keep(book, [basis])
        postings.put(book, [posting], now)


def until_idle(book: Book, by: Means, done: Done) -> Done:
    while round_once(book, by, done):
        pass
    return replace(done)


def test_the_worker_reminds_once_and_looks_once_an_hour(book: Book, clock: list[datetime]):
    award(book, "anna", NOW)
    done = Done()
    assert until_idle(book, means(14), done).reminders == Counter()
    clock[0] = NOW + 45 * DAY
    assert until_idle(book, means(14), done).reminders == Counter()
    clock[0] = NOW + 46 * DAY - timedelta(minutes=30)
    until_idle(book, means(14), done)
    clock[0] = NOW + 46 * DAY
    assert until_idle(book, means(14), done).reminders == Counter()  # it looked half an hour ago
    clock[0] += timedelta(minutes=30)
    assert until_idle(book, means(14), done).reminders == Counter(done=1)
    assert done.anything
    clock[0] += 13 * DAY
    assert until_idle(book, means(14), done).reminders == Counter(done=1)


def test_for_0_days_it_reminds_nobody(book: Book, clock: list[datetime]):
    award(book, "anna", NOW)
    clock[0] = NOW + 59 * DAY
    assert until_idle(book, means(0), Done()).reminders == Counter()
    assert book.rows("SELECT * FROM reminder") == []


@pytest.mark.usefixtures("clock")
def test_a_campaign_that_was_changed_keeps_nothing_else_from_being_done(book: Book):
    at = office(book)
    changed, sound = at.started(), at.started(budget=900_000)
    at.behind("line", "UPDATE line SET amount = amount * 10 WHERE campaign = %s", (changed,))
    at.gives("a/1", 100)
    done = Done()
    with pytest.raises(BadState, match=f"{changed} are not those that were signed"):
        until_idle(book, means(0), done)
    assert done.posted == book.one("SELECT COUNT(*) FROM line WHERE campaign = %s", (sound,))[0] > 0
    assert done.outbox == done.notices == Counter(done=done.posted + 1)
    assert len(at.refusals()) == 1, "it is not tried again and again"


@pytest.mark.parametrize(
    ("text", "days"), [(None, 14), ("", 14), ("0", 0), ("1", 1), ("030", 30), ("366", 366)], ids=str
)
def test_the_days_come_from_the_environment(text: str | None, days: int):
    assert remind_of({} if text is None else {"MAKEGOOD_REMIND_DAYS": text}) == days * DAY


@pytest.mark.parametrize("text", ["-1", "1.5", "two", "367", "９", "1 day", "9" * 5000])
def test_days_that_are_none_are_refused(text: str):
    with pytest.raises(BadUse, match=r"MAKEGOOD_REMIND_DAYS is .* whole days"):
        remind_of({"MAKEGOOD_REMIND_DAYS": text})
