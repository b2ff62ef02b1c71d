"""Postings are put once: fresh ones, repeats and losses made good before are told apart, for one and for many."""

from __future__ import annotations

from dataclasses import replace

import pytest

from makegood.awards.post import reversal_of
from makegood.errors import KeyReused, StoreAway
from makegood.ledger.basis import Basis
from makegood.ledger.posting import Posting, holder
from makegood.store import bases, log, postings
from makegood.store.book import Book
from tests.books import NOW

BASIS = Basis("credit", reason="a test")
MANY = 1_200  # more than are asked for at once


def award(number: int, **more: object) -> Posting:
    """An award for a loss of its own."""
    account = f"acct-{number}"
    plain = Posting(f"k/{number}", "award", "expense/x", holder(account), "USD", 5, account, "C-1", 0, BASIS.hash)
    return replace(plain, **more)


def put(book: Book, wanted: list[Posting]) -> postings.Put:
    """Put in a transaction of its own."""
    with book.writing():
        bases.keep(book, [BASIS])
        return postings.put(book, wanted, NOW)


def test_many_are_put_once_and_told_apart_when_they_come_again_among_others(book: Book):
    first = put(book, [award(number) for number in range(MANY)])
    assert (first.first, len(first.fresh)) == (0, MANY)
    again = put(
        book,
        [
            *(award(number) for number in range(MANY)),
            award(MANY),
            award(3, key="other"),
            award(MANY, key="the same loss again"),
        ],
    )
    assert (again.first, [one.key for one in again.fresh]) == (MANY, [f"k/{MANY}"])
    assert [one.position for one in again.repeats] == list(range(MANY))
    assert [(one.key, position) for one, position in again.collisions] == [("other", 3), ("the same loss again", MANY)]
    assert log.head_of(book).size == book.one("SELECT COUNT(*) FROM posting")[0] == MANY + 1
    assert book.one("SELECT COUNT(*) FROM outbox")[0] == MANY + 1


def test_a_loss_is_made_good_again_after_it_was_taken_back(book: Book):
    put(book, [award(number) for number in range(3)])
    (stood,) = postings.by_keys(book, ["k/1"])
    put(book, [reversal_of(stood, "reversal/1", BASIS)])
    found = put(book, [award(number, key=f"again/{number}") for number in range(3)])
    assert [(one.key, one.turn) for one in found.fresh] == [("again/1", 1)]
    assert [position for _, position in found.collisions] == [0, 2]


@pytest.mark.parametrize("many", [1, MANY])
def test_the_same_key_with_another_amount_is_refused_and_nothing_is_put(book: Book, many: int):
    put(book, [award(0)])
    with pytest.raises(KeyReused, match="amount"):
        put(book, [*(award(number) for number in range(1, many)), award(0, amount=6)])
    assert book.one("SELECT COUNT(*) FROM posting")[0] == 1


@pytest.mark.parametrize("many", [1, 3])
def test_what_the_table_refuses_is_told_as_such_and_not_taken_for_a_repeat(book: Book, many: int):
    with pytest.raises(StoreAway, match="posting_amount"):
        put(book, [award(number, amount=0) for number in range(many)])
