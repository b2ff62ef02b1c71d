"""Reminders on both engines: once an award, of what is left, while there is time; never of what is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from makegood.acts.make_reminders import make_reminders
from makegood.acts.send_notices import Post, make_notices, send_notices, send_reminders
from makegood.acts.try_again import try_again
from makegood.acts.use_credit import Spending, use_credit
from makegood.awards.parcel import Sent
from makegood.awards.post import reversal_of
from makegood.campaigns.notice import Letter, Notice
from makegood.errors import StoreAway
from makegood.ledger.basis import Basis
from makegood.ledger.lots import held
from makegood.ledger.posting import EXPENSE, USED, Posting, holder
from makegood.reads.notice_words import letter
from makegood.spans import iso
from makegood.store import bases, effects, lots, points, postings
from makegood.store.book import Book
from tests.books import NOW, cast

DAY = timedelta(days=1)
AHEAD = 14 * DAY
END = NOW + 90 * DAY
DUE = END - AHEAD


class Box:
    """A channel that keeps the letters it is handed, and answers what it is told to."""

    name = "box"

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.answer = "done"

    def reaches(self, notice: Notice) -> bool:
        """Nobody without an account."""
        return bool(notice.account)

    def send(self, letter: Letter) -> Sent:
        """One try."""
        self.letters.append(letter)
        return Sent(self.answer)

    def told(self) -> list[tuple[str, int]]:
        """Who was reminded of how much."""
        return [(one.notice.account, one.notice.rest) for one in self.letters]


class Killed(BaseException):
    """What a worker dies of."""


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def dies() -> Iterator[None]:
    """The worker dies when the letters have left and nothing is noted yet."""

    def watch(point: str) -> None:
        if point == "reminder.sent":
            raise Killed

    points.watched_by(watch)
    yield
    points.watched_by(None)


def post(box: Box, worker: str = "w") -> Post:
    return Post(worker, (box,), letter)


def put(book: Book, posting: Posting, basis: Basis, now: datetime = NOW) -> int:
    with book.writing():
        bases.keep(book, [basis])
        return postings.put(book, [posting.checked()], now).first


def award(book: Book, account: str, expires: datetime | None = END, form: str = "credit", now: datetime = NOW) -> int:
    """An award of 20 dollars; its position."""
    basis = Basis(form, reason="outage", expires=iso(expires) if expires else None)
    key = f"gift/{account}"
    posting = Posting(key, "award", EXPENSE, holder(account), "USD", 2000, account, "", 0, basis.hash)
    return put(book, posting, basis, now)


def take_back(book: Book, position: int, now: datetime = NOW) -> None:
    basis = Basis("credit", reason="mistake")
    put(book, reversal_of(postings.read(book, "position = %s", (position,))[0], f"back/{position}", basis), basis, now)


def give_back(book: Book, use: int, amount: int, lot: int | None = None) -> int:
    """A reversal of a use, as no act makes one yet."""
    basis = Basis("credit", reason="used by mistake")
    given = postings.read(book, "position = %s", (use,))[0].posting
    key, account = f"undo/{use}", given.account
    return put(
        book,
        Posting(key, "reversal", given.credit, given.debit, "USD", amount, account, "", 0, basis.hash, lot, use),
        basis,
    )


def spend(book: Book, lot: int, account: str, amount: int, step: int = 0) -> int:
    basis = Basis("credit", reason="use")
    key = f"use/{lot}/{step}"
    put_ = Posting(key, "use", holder(account), f"{USED}/any", "USD", amount, account, "", 0, basis.hash, lot)
    return put(book, put_, basis)


def states(book: Book) -> dict[str, int]:
    return effects.counts(book, effects.REMINDER)


def test_a_customer_is_reminded_once_of_what_is_left(book: Book, box: Box):
    team = cast(book)
    award(book, "anna")
    use_credit(book, team.dana, Spending("u1", "anna", "USD", 1250), NOW)
    assert make_reminders(book, AHEAD, DUE - timedelta(microseconds=1)) == 0
    assert make_reminders(book, AHEAD, DUE) == 1
    assert send_reminders(book, post(box), DUE) == Counter(done=1)
    assert box.told() == [("anna", 750)]
    notice = box.letters[0].notice
    assert (notice.kind, notice.id, notice.amount) == ("reminder", f"{notice.posting}.reminder", 2000)
    assert (notice.at, notice.date) == (NOW, DUE)
    for later in (timedelta(hours=25), 13 * DAY, 33 * DAY, 400 * DAY):
        assert make_reminders(book, AHEAD, DUE + later) == 0
        assert make_reminders(book, 2 * AHEAD, DUE + later) == 0
        assert send_reminders(book, post(box), DUE + later) == Counter()
    assert len(box.letters) == 1
    acts = [act for (act,) in book.rows("SELECT act FROM journal WHERE act = 'send_reminders'")]
    assert len(acts) == 1


def test_who_is_reminded_and_who_is_not(book: Book, box: Box):
    award(book, "whole")
    spend(book, award(book, "part"), "part", 1999)
    spend(book, award(book, "used"), "used", 2000)
    take_back(book, award(book, "taken"))
    spent = award(book, "given back")
    give_back(book, spend(book, spent, "given back", 2000), 300, spent)
    award(book, "paid out", form="refund")
    award(book, "longer plan", form="extension")
    award(book, "quota", form="quota")
    award(book, "for ever", None)
    award(book, "later", END + timedelta(microseconds=1))
    award(book, "over", DUE)
    award(book, "just in time", now=END - 2 * AHEAD)
    award(book, "too late", now=END - 2 * AHEAD + timedelta(microseconds=1))
    assert make_reminders(book, AHEAD, DUE) == 5
    send_reminders(book, post(box), DUE)
    assert box.told() == [("whole", 2000), ("part", 1), ("given back", 300), ("quota", 2000), ("just in time", 2000)]


def test_no_days_are_no_reminders(book: Book):
    award(book, "anna")
    assert make_reminders(book, timedelta(), DUE) == 0
    assert make_reminders(book, timedelta(), END - timedelta(microseconds=1)) == 0


def test_many_are_made_in_parts_and_no_row_twice(book: Book):
    for number in range(7):
        award(book, f"acct-{number}")
    assert [make_reminders(book, AHEAD, DUE, 3) for _ in range(4)] == [3, 3, 1, 0]
    with book.writing():
        assert effects.add_reminders(book, [0, 3, 6], DUE + DAY) == 0
    assert states(book) == {"waiting": 7}


def test_what_is_gone_when_the_letter_would_leave_is_not_told(book: Book, box: Box):
    used, back = award(book, "used"), award(book, "taken")
    award(book, "left")
    assert make_reminders(book, AHEAD, DUE) == 3
    spend(book, used, "used", 2000)
    take_back(book, back, DUE)
    assert send_reminders(book, post(box), DUE) == Counter(needless=2, done=1)
    assert box.told() == [("left", 2000)]


def test_a_worker_that_was_away_too_long_reminds_nobody(book: Book, box: Box):
    award(book, "anna")
    make_reminders(book, AHEAD, DUE)
    box.answer = "again"
    assert send_reminders(book, post(box), DUE) == Counter(waiting=1)
    assert send_reminders(book, post(box), END) == Counter(needless=1)
    assert send_reminders(book, post(box), END + 400 * DAY) == Counter()
    assert len(box.letters) == 1


@pytest.mark.usefixtures("dies")
def test_a_worker_that_dies_while_sending_leaves_it_in_doubt(book: Book, box: Box):
    team = cast(book)
    position = award(book, "anna")
    make_reminders(book, AHEAD, DUE)
    with pytest.raises(Killed):
        send_reminders(book, post(box, "first"), DUE)
    points.watched_by(None)
    assert send_reminders(book, post(box, "second"), DUE + timedelta(minutes=1)) == Counter()
    assert send_reminders(book, post(box, "second"), DUE + timedelta(minutes=6)) == Counter(doubt=1)
    assert make_reminders(book, AHEAD, DUE + DAY) == 0
    assert send_reminders(book, post(box), DUE + DAY) == Counter()
    assert len(box.letters) == 1
    assert try_again(book, team.dana, [position], DUE + DAY) == 1  # a human looked at it
    assert send_reminders(book, post(box), DUE + DAY) == Counter(done=1)


def test_a_row_stays(book: Book):
    award(book, "anna")
    make_reminders(book, AHEAD, DUE)
    with pytest.raises(StoreAway, match="append-only"), book.writing():
        book.run("DELETE FROM reminder")
    with pytest.raises(StoreAway), book.writing():
        book.run("UPDATE reminder SET state = 'gone'")
    assert states(book) == {"waiting": 1}


def test_what_is_left_by_lot_is_what_the_whole_account_gives(book: Book):
    first, second = award(book, "anna"), put_second(book)
    spend(book, second, "anna", 500)
    use = spend(book, first, "anna", 1500)
    give_back(book, use, 400)  # which names no lot: the fold finds it
    spend(book, first, "anna", 100, 1)
    entries, known = lots.of_account(book, "anna")
    folded = {one.lot.position: one.rest for one in held(entries, known).lots}
    assert lots.rests(book, [first, second]) == folded == {first: 800, second: 1500}
    assert lots.rests(book, [use, first]) == {use: 0, first: 800}
    assert lots.rests(book, []) == {}


def put_second(book: Book) -> int:
    basis = Basis("credit", reason="another outage", expires=iso(END))
    return put(book, Posting("gift/2", "award", EXPENSE, holder("anna"), "USD", 2000, "anna", "", 0, basis.hash), basis)


def test_a_use_that_is_given_back_is_no_notice(book: Book, box: Box):
    lot = award(book, "anna")
    give_back(book, spend(book, lot, "anna", 500), 500, lot)
    back = award(book, "bert")
    take_back(book, back)
    assert make_notices(book, NOW) == 3
    send_notices(book, post(box), NOW)
    assert [(one.notice.account, one.notice.kind) for one in box.letters] == [
        ("anna", "award"),
        ("bert", "award"),
        ("bert", "reversal"),
    ]
