"""Awards given together from many threads: each once, each with an answer of its own, none spoilt by another."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from makegood.acts import give_together
from makegood.acts.give_award import Gift, Given, give_award
from makegood.acts.give_together import Till
from makegood.acts.set_limit import set_limit
from makegood.errors import BadState, KeyReused, Refused, StoreAway
from makegood.store import gifts, journal, log, postings
from makegood.store.book import Book, open_book
from makegood.store.journal import Actor
from tests.acts.office import gift
from tests.books import NOW, Cast, Makers, cast, hit_world

CALLERS, EACH = 8, 12
LIMIT = 10_000  # US cents
SCRIPT = """
import os, sys, threading
from makegood.acts.give_together import Till
from makegood.store.book import open_book
from makegood.store.journal import Actor
from tests.acts.office import gift
from tests.books import NOW

url, person, key = sys.argv[1:]
till = Till(open_book(url, NOW))

def call(caller):
    for number in range(10_000):
        name = f"{caller}/{number}"
        till.give(Actor(person, key), gift(name, 1), NOW)
        os.write(1, f"{name}\\n".encode())

for caller in range(8):
    threading.Thread(target=call, args=(caller,)).start()
"""


@pytest.fixture
def team(book: Book) -> Cast:
    """Dana may give."""
    return cast(book)


@pytest.fixture
def till(book: Book) -> Iterator[Till]:
    """Open until the test ends."""
    with Till(book) as made:
        yield made


def at_once(till: Till, wanted: list[tuple[Actor, Gift]]) -> list[Given | Exception]:
    """Hand all of them in, in this order, while the book's lock is held elsewhere; so that they meet in one commit."""
    with ThreadPoolExecutor(len(wanted) + 1) as pool:
        with till._book.writing():
            opener = pool.submit(till.give, wanted[0][0], gift(f"opener/{wanted[0][1].key}", 1, "opener"), NOW)
            _until(lambda: not till._waiting)
            handed: list[Future[Given]] = []
            for actor, one in wanted:
                handed.append(pool.submit(till.give, actor, one, NOW))
                _until(lambda: len(till._waiting) == len(handed))
        opener.exception()
        return [one.exception() or one.result() for one in handed]


def _until(true: object) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def kinds(answers: list[Given | Exception]) -> list[str]:
    """Posted, repeat, waits, or the name of the error."""
    return [
        ("repeat" if one.repeat else "waits" if one.waits else "posted")
        if isinstance(one, Given)
        else type(one).__name__
        for one in answers
    ]


def test_many_threads_give_each_award_once_and_in_their_own_order(book: Book, team: Cast, till: Till):
    set_limit(book, team.olga, "USD", 10**6, NOW)

    def call(caller: int) -> list[int]:
        found = [till.give(team.dana, gift(f"{caller}/{number}", 1 + number), NOW) for number in range(EACH)]
        again = till.give(team.dana, gift(f"{caller}/0", 1), NOW)
        assert again.repeat
        assert again.posted == replace(found[0].posted, repeat=True)
        return [one.posted.position for one in found]

    with ThreadPoolExecutor(CALLERS) as pool:
        positions = list(pool.map(call, range(CALLERS)))
    assert all(first < second for own in positions for first, second in pairwise(own))
    assert sorted(one for own in positions for one in own) == list(range(CALLERS * EACH))
    assert book.one("SELECT COUNT(*), SUM(amount) FROM posting") == (CALLERS * EACH, CALLERS * EACH * (EACH + 1) // 2)
    assert book.one("SELECT COUNT(*) FROM outbox") == book.one("SELECT COUNT(*) FROM proposal") == (CALLERS * EACH,)
    acts = book.rows("SELECT subject, person, key FROM journal WHERE act = 'give_award' AND outcome = 'done'")
    assert Counter(subject for subject, _, _ in acts) == Counter(
        f"{caller}/{number}" for caller in range(CALLERS) for number in range(EACH)
    )
    assert {one[1:] for one in acts} == {(team.dana.person, team.dana.key)}
    assert log.head_of(book).size == CALLERS * EACH
    before = journal.EMPTY
    for *row, hash in book.rows(f"SELECT {', '.join(journal.COLUMNS)} FROM journal ORDER BY number"):
        assert journal.chained(before, tuple(row)) == hash
        before = hash


def test_each_of_one_commit_gets_its_own_answer(book: Book, team: Cast, till: Till):
    cause = hit_world(book, team.dana, 5)
    before = give_award(book, team.dana, gift("before", 7), NOW)
    dana = team.dana
    answers = at_once(
        till,
        [
            (dana, gift("a", 100)),
            (dana, gift("a", 100)),  # the same again
            (dana, gift("a", 101)),  # the same key, another amount
            (dana, gift("a", 100, reason="another")),
            (dana, gift("before", 7)),
            (team.eve, gift("b", 100)),  # may not
            (dana, gift("c", 100, "acct-000002", cause)),
            (dana, gift("d", 100, "acct-000002", cause)),  # the same loss
            (dana, gift("e", 100, "acct-000002", "C-99")),  # no such cause
            (dana, gift("campaign/CMP-1/x/y", 100)),  # not theirs to name
            (dana, gift("f", LIMIT, "acct-000003")),
            (dana, gift("g", 1, "acct-000003")),  # passes the limit
            (dana, gift("h", 1, "acct-000003", propose=True)),
            (dana, gift("h", 1, "acct-000003", propose=True)),
            (dana, gift("i", 100, "acct-000004")),
        ],
    )
    assert kinds(answers) == [
        *(
            "posted",
            "repeat",
            "KeyReused",
            "KeyReused",
            "repeat",
            "Refused",
            "posted",
            "Compensated",
            "BadUse",
            "BadUse",
        ),
        *("posted", "Refused", "waits", "repeat", "posted"),
    ]
    assert [one.field for one in answers if isinstance(one, KeyReused)] == ["amount", "basis.reason"]
    assert answers[1].posted == replace(answers[0].posted, repeat=True)
    assert answers[4].posted == replace(before.posted, repeat=True)
    assert f"made good by posting {answers[6].posted.position};" in str(answers[7])
    posted = [one.posted for one in answers if isinstance(one, Given) and one.posted and not one.repeat]
    assert len({one.at_us for one in posted}) == 1
    assert [one.position for one in posted] == list(range(2, 6))
    refused = "SELECT subject, detail FROM journal WHERE act = 'give_award' AND outcome = 'refused' ORDER BY number"
    assert [(subject, json.loads(detail)["why"]) for subject, detail in book.rows(refused)] == [
        ("a", "KeyReused"),
        ("a", "KeyReused"),
        ("b", "Refused"),
        ("d", "Compensated"),
        ("e", "BadUse"),
        ("campaign/CMP-1/x/y", "BadUse"),
        ("g", "Refused"),
    ]
    kept = {key for (key,) in book.rows("SELECT key FROM proposal")}
    assert kept == {"opener/a", "before", "a", "c", "f", "h", "i"}
    assert [one.posting.key for one in postings.read(book, "position > 1")] == ["a", "c", "f", "i"]


def test_limits_hold_within_a_commit_and_after_somebody_else_used_of_them(book: Book, team: Cast, till: Till):
    fifth = LIMIT // 5
    assert kinds(at_once(till, [(team.dana, gift(f"x/{number}", fifth)) for number in range(3)])) == ["posted"] * 3
    give_award(book, team.dana, gift("y", fifth), NOW)
    found = at_once(till, [(team.dana, gift(f"z/{number}", fifth)) for number in range(3)])
    assert kinds(found) == ["posted", "Refused", "Refused"]
    set_limit(book, team.olga, "USD", LIMIT + fifth, NOW)
    found = at_once(till, [(team.dana, gift(f"z/{number}", fifth)) for number in range(3)])
    assert kinds(found) == ["repeat", "posted", "Refused"]


def test_a_collision_does_not_use_of_the_limit(book: Book, team: Cast, till: Till):
    cause = hit_world(book, team.dana, 2)
    give_award(book, team.dana, gift("first", 1, "acct-000001", cause), NOW)
    found = at_once(
        till, [(team.dana, gift("again", LIMIT - 1, "acct-000001", cause)), (team.dana, gift("other", LIMIT - 1))]
    )
    assert kinds(found) == ["Compensated", "posted"]


def test_what_breaks_the_commit_is_told_to_its_own_caller_alone(
    team: Cast, till: Till, monkeypatch: pytest.MonkeyPatch
):
    give_all = gifts.give_all

    def broken(book: Book, wanted: list[gifts.Asked], *more: object) -> object:
        found = give_all(book, wanted, *more)
        if any(one.posting.key == "broken" for one in wanted):
            raise RuntimeError("after it was written")
        return found

    for module in (gifts, give_together):
        monkeypatch.setattr(module, "give_all", broken)
    found = at_once(till, [(team.dana, gift(key, 1)) for key in ("a", "broken", "b")])
    assert kinds(found) == ["posted", "RuntimeError", "posted"]
    assert [one.posting.key for one in postings.read(till._book, "position > 0")] == ["a", "b"]


def test_moments_far_apart_are_not_put_into_one(team: Cast, till: Till):
    first = till.give(team.dana, gift("a", 1), NOW)
    later = till.give(team.dana, gift("b", 1), NOW + timedelta(hours=1))
    assert later.posted.at_us - first.posted.at_us == 3_600_000_000
    with pytest.raises(Refused, match="into the past"):
        till.give(team.dana, gift("c", 1), NOW)


def test_a_till_that_closes_finishes_what_was_handed_in_and_takes_nothing_more(book: Book, team: Cast):
    till = Till(book, most=2)
    with ThreadPoolExecutor(6) as pool:
        with book.writing():
            handed = [pool.submit(till.give, team.dana, gift(f"{number}", 1), NOW) for number in range(5)]
            _until(lambda: len(till._waiting) in (3, 4))
            closing = pool.submit(till.close)
            _until(lambda: till._closed)
        closing.result()
        assert kinds([one.result() for one in handed]) == ["posted"] * 5
    with pytest.raises(BadState, match="closed"):
        till.give(team.dana, gift("late", 1), NOW)


def test_where_the_book_is_away_everyone_is_told(team: Cast, till: Till, monkeypatch: pytest.MonkeyPatch):
    def away(*_: object) -> None:
        raise StoreAway("the book is away.")

    monkeypatch.setattr(give_together, "give_all", away)
    monkeypatch.setattr(give_together, "give_one", away)
    assert set(kinds(at_once(till, [(team.dana, gift(f"{number}", 1)) for number in range(5)]))) == {"StoreAway"}
    monkeypatch.undo()
    assert not till.give(team.dana, gift("1", 1), NOW).repeat


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_who_is_killed_loses_only_what_was_not_acknowledged(makers: Makers, engine: str):
    url = makers.url(engine)
    book = open_book(url, NOW)
    makers.opened.append(book)
    team = cast(book)
    set_limit(book, team.olga, "USD", 10**6, NOW)
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SCRIPT, url, team.dana.person, team.dana.key]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=paths) as child:
        told = [child.stdout.readline() for _ in range(100)]
        child.kill()
        told += child.stdout.readlines()
    assert child.returncode == -signal.SIGKILL
    acknowledged = {one.strip() for one in told}
    with book.writing():  # behind whatever the database was still about to commit
        kept = {key for (key,) in book.rows("SELECT key FROM posting")}
        assert len(acknowledged) >= 100
        assert acknowledged <= kept
        size = log.head_of(book).size
    counted = [book.one(f"SELECT COUNT(*) FROM {table}")[0] for table in ("posting", "proposal", "outbox")]
    acts = book.one("SELECT COUNT(*) FROM journal WHERE act = 'give_award'")[0]
    assert {*counted, acts, size} == {len(kept)}
    with Till(book) as till:
        assert all(till.give(team.dana, gift(key, 1), NOW).repeat for key in sorted(acknowledged)[:20])
