"""Notices are sent once: what was only taken is sent by another worker, what was leaving is in doubt."""

from __future__ import annotations

from datetime import timedelta

import pytest

from makegood.acts.post_wave import post_wave
from makegood.acts.send_notices import Post, make_notices, send_notices
from makegood.acts.try_again import try_again
from makegood.awards.parcel import Sent
from makegood.campaigns.notice import Letter, Notice
from makegood.reads.notice_words import letter
from makegood.store import effects, points
from makegood.store.book import Book
from makegood.store.journal import Actor
from tests.acts.test_campaign_life import running
from tests.books import NOW

LATER = NOW + timedelta(minutes=6)


class Died(BaseException):
    """The worker is gone."""


class Ended(BaseException):
    """The worker is told to end, as by Ctrl-C."""


class Log:
    """A channel that keeps who was told, and at one of them is ended with its worker."""

    name = "log"

    def __init__(self, ends_at: int = -1) -> None:
        self.told: list[str] = []
        self.ends_at = ends_at

    def reaches(self, notice: Notice) -> bool:
        """Everyone with an account."""
        return bool(notice.account)

    def send(self, letter: Letter) -> Sent:
        """Keep it."""
        if len(self.told) == self.ends_at:
            raise Ended
        self.told.append(letter.notice.account)
        return Sent("done")


def posted(book: Book, accounts: int) -> None:
    """So many awards, each with its notice."""
    campaign = running(book, accounts)
    while post_wave(book, campaign, NOW).more:
        pass
    assert make_notices(book, NOW) == accounts


def test_every_notice_goes_out_once(book: Book):
    posted(book, 120)
    log = Log()
    while send_notices(book, Post("w1", (log,), letter), NOW):
        pass
    assert len(log.told) == len(set(log.told)) == 120


def test_what_was_only_taken_is_sent_by_another(book: Book):
    posted(book, 60)

    def die(point: str) -> None:
        if point == "notice.taken":
            raise Died

    points.watched_by(die)
    try:
        with pytest.raises(Died):
            send_notices(book, Post("w1", (Log(),), letter), NOW)
    finally:
        points.watched_by(None)
    log = Log()
    assert send_notices(book, Post("w2", (log,), letter), NOW) == {"done": 10}  # the others are still w1's
    assert send_notices(book, Post("w2", (log,), letter), LATER) == {"done": 50}
    assert len(set(log.told)) == 60


def test_what_was_leaving_is_in_doubt_and_not_sent_again(book: Book):
    posted(book, 60)

    def die(point: str) -> None:
        if point == "notice.sent":
            raise Died

    log = Log()
    points.watched_by(die)
    try:
        with pytest.raises(Died):
            send_notices(book, Post("w1", (log,), letter), NOW)
    finally:
        points.watched_by(None)
    assert send_notices(book, Post("w2", (log,), letter), LATER) == {"doubt": 50}
    assert send_notices(book, Post("w2", (log,), letter), LATER) == {"done": 10}
    assert len(log.told) == len(set(log.told)) == 60


def test_a_worker_that_is_ended_by_a_signal_leaves_doubt_about_one_notice_alone(book: Book):
    posted(book, 60)
    log = Log(ends_at=13)
    with pytest.raises(Ended):
        send_notices(book, Post("w1", (log,), letter), NOW)
    log.ends_at = -1
    while send_notices(book, Post("w2", (log,), letter), NOW):
        pass
    assert effects.counts(book, effects.NOTICE) == {"doubt": 1, "done": 59}
    assert len(log.told) == len(set(log.told)) == 59


@pytest.mark.parametrize(("where", "doubt"), [("notice.taken", 0), ("notice.handed", 50)])
def test_who_stood_still_past_its_lease_sends_nothing_that_another_took(book: Book, where: str, doubt: int):
    posted(book, 60)
    log = Log()

    def stand_still(point: str) -> None:
        if point == where:
            points.watched_by(None)
            while send_notices(book, Post("w2", (log,), letter), LATER):
                pass

    points.watched_by(stand_still)
    try:
        send_notices(book, Post("w1", (log,), letter), NOW)
    finally:
        points.watched_by(None)
    assert len(log.told) == len(set(log.told)) == 60
    assert effects.counts(book, "notice") == ({"done": 60 - doubt, "doubt": doubt} if doubt else {"done": 60})


@pytest.mark.parametrize(("state", "tried"), [("refused", 24), ("unreachable", 1), ("doubt", 2)])
def test_what_was_given_up_or_reached_nobody_is_tried_from_the_first_again(book: Book, state: str, tried: int):
    posted(book, 1)
    team = [Actor(*row) for row in book.rows("SELECT person, id FROM person_key WHERE person = 'P-2'")]
    with book.writing():
        book.run(f"UPDATE notice SET state = '{state}', tries = {tried}")
        book.run("UPDATE outbox SET state = 'done', remote = 'x'")
    assert try_again(book, team[0], [0], NOW) == 1
    assert book.rows("SELECT state, tries FROM notice") == [("waiting", 1)], "tried before, so that it is never fresh"
    with book.writing():
        assert [one.fresh for one in effects.take(book, effects.NOTICE, "w", 5, NOW)] == [False]
