"""The journal: every act and every refusal in one chain that anyone can reckon again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from makegood.errors import BadState, KeyReused
from makegood.store import journal
from makegood.store.acting import Doing, acting, noted
from makegood.store.book import Book
from makegood.store.journal import COLUMNS, EMPTY, Actor, chained
from tests.acts.office import Office, office
from tests.books import NOW, behind

_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
ADA = Actor("P-9", "K-9")


def rows(book: Book) -> list[tuple[Any, ...]]:
    """The journal."""
    return book.rows(f"SELECT {_NAMES} FROM journal ORDER BY number")


def broken(book: Book) -> list[int]:
    """The numbers of rows whose hash does not follow from the row before."""

    def wrong() -> Iterator[int]:
        for (*_, before), row in pairwise([(EMPTY,), *rows(book)]):
            if row[-1] != chained(before, row[:-1]):
                yield row[0]

    return list(wrong())


@pytest.fixture
def at(swept: Book) -> Office:
    """A month of acts and refusals."""
    made = office(swept)
    made.posted()
    made.gives("a/1", 100, reason="said\tto be\n'sorry' \\N 서울")
    with pytest.raises(KeyReused):
        made.gives("a/1", 101)
    return made


def test_every_row_follows_from_the_one_before(at: Office):
    found = rows(at.book)
    assert [row[0] for row in found] == list(range(len(found)))
    assert {row[6] for row in found} == {"done", "refused"}
    assert broken(at.book) == []
    assert journal.last(at.book) == (len(found), found[-1][-1])
    assert journal.hash_at(at.book, 0) == EMPTY
    assert journal.hash_at(at.book, len(found)) == found[-1][-1]
    assert journal.hash_at(at.book, len(found) + 1) is None


CHANGES = {
    "who": "UPDATE journal SET person = 'P-7' WHERE number = 3",
    "when": "UPDATE journal SET at_us = at_us + 1 WHERE number = 3",
    "what": "UPDATE journal SET act = 'none' WHERE number = 3",
    "how it ended": "UPDATE journal SET outcome = 'done' WHERE number = (SELECT MAX(number) FROM journal)",
    "details": "UPDATE journal SET detail = '{}' WHERE number = 3",
    "a row less": "DELETE FROM journal WHERE number = 3",
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_is_changed_breaks_the_chain(at: Office, what: str):
    behind(at.book, "journal", CHANGES[what])
    assert broken(at.book)


def test_an_act_and_its_row_stand_or_fall_together(swept: Book):
    with acting(Doing(swept, ADA, "set", NOW, "x")) as doing:
        _policy(swept, 0)
        doing.detail["amount"] = 5
    with pytest.raises(BadState, match="no"), acting(Doing(swept, ADA, "set", NOW, "y", {"amount": 6})):
        _fail(swept, BadState("no"))
    with pytest.raises(ZeroDivisionError), acting(Doing(swept, ADA, "set", NOW, "z")):
        _fail(swept, ZeroDivisionError())
    with acting(Doing(swept, ADA, "look", NOW)) as doing:
        doing.silent = True
    with pytest.raises(BadState, match="bad file"), noted(Doing(swept, ADA, "read", NOW, "file.csv")):
        raise BadState("bad file")
    assert [row[2:8] for row in rows(swept)] == [
        ("P-9", "K-9", "set", "x", "done", '{"amount":5}'),
        ("P-9", "K-9", "set", "y", "refused", '{"amount":6,"says":"no","why":"BadState"}'),
        ("P-9", "K-9", "read", "file.csv", "refused", '{"says":"bad file","why":"BadState"}'),
    ]
    assert swept.one("SELECT COUNT(*) FROM policy")[0] == 1
    assert broken(swept) == []


def _policy(book: Book, number: int) -> None:
    book.add("policy", ("number", "name", "value", "by", "at_us"), [(number, "n", "v", "P-9", 0)])


def _fail(book: Book, fault: Exception) -> None:
    _policy(book, 1)
    raise fault
