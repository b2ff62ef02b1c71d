"""The log of a book: grown commit by commit it proves every posting to an outsider, and nothing that was changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from makegood.keys import canonical
from makegood.ledger.basis import Basis
from makegood.ledger.merkle import BLOCK, Frontier, Prover, verify_consistency
from makegood.ledger.posting import Posting, holder
from makegood.ledger.statement import Proven, statement_of, verify_statement
from makegood.store import bases, lots, postings
from makegood.store.book import Book
from makegood.store.log import StoredBlocks, head_of, rebuild_blocks, root_at
from tests.books import NOW, behind

BASIS = Basis("credit", reason="a test")
SIZES = (1, 2, 253, 1, 300, 60)  # over the edge of blocks, onto it, and within one


@pytest.fixture
def grown(swept: Book) -> Book:
    """A book of several commits; acct-1 has a posting in each."""
    done = 0
    for size in SIZES:
        with swept.writing():
            bases.keep(swept, [BASIS])
            postings.put(swept, [_award(number, number == done) for number in range(done, done + size)], NOW)
        done += size
    return swept


def _award(number: int, ours: bool) -> Posting:
    account = "acct-1" if ours else f"other-{number}"
    key = f"k/{number}"
    return Posting(key, "award", "expense/x", holder(account), "USD", 5, account, "", 0, BASIS.hash)


def statement(book: Book) -> dict[str, Any]:
    """The statement of acct-1 as JSON brings it to an outsider."""
    with book.reading():
        entries, known = lots.of_account(book, "acct-1")
        head = head_of(book)
        prover = Prover(head.size, StoredBlocks(book))
        proven = [Proven(one, known[one.posting.basis], prover.inclusion(one.position)) for one in entries]
        data = statement_of(book.id, "acct-1", NOW, (head.size, head.root), proven)
    return json.loads(canonical(data))


def test_the_head_is_the_tree_over_all_leaves_and_each_commit_continues_the_one_before(grown: Book):
    head, blocks = head_of(grown), StoredBlocks(grown)
    leaves = blocks.leaves(0, head.size)
    assert head.size == len(leaves) == sum(SIZES)
    assert head.root == Frontier().extend(leaves).frontier.root() == Prover(head.size, blocks).root()
    done = 0
    for size in SIZES:
        done += size
        root = root_at(grown, done)
        assert root is not None
        assert verify_consistency(done, head.size, root, head.root, Prover(head.size, blocks).consistency(done))
    assert root_at(grown, done - 1) is None
    assert len(blocks.roots(0, 99)) == sum(SIZES) // BLOCK


def test_a_statement_is_proven_to_who_knows_the_head_alone(grown: Book):
    data, head = statement(grown), head_of(grown)
    assert len(data["entries"]) == len(SIZES)
    assert verify_statement(data, (head.size, head.root.hex())) == ()


NINTH = "(SELECT leaf FROM posting WHERE position = 9)"
CHANGES = {
    "an amount": ("posting", "UPDATE posting SET amount = 6 WHERE position = 256"),
    "a key": ("posting", "UPDATE posting SET key = 'mine' WHERE position = 256"),
    "a moment": ("posting", "UPDATE posting SET at_us = at_us - 1 WHERE position = 256"),
    "a reason": ("basis", "UPDATE basis SET data = replace(data, 'a test', 'a gift')"),
    "a neighbour": (
        "posting",
        f"UPDATE posting SET leaf = {NINTH} WHERE position = 258",
    ),
    "a block's root": ("block", "UPDATE block SET root = (SELECT root FROM head WHERE size = 1) WHERE number = 0"),
    "the head": ("head", f"UPDATE head SET root = {NINTH} WHERE size = 617"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_statement_of_a_book_that_was_changed_is_not(grown: Book, what: str):
    head = head_of(grown)
    behind(grown, *CHANGES[what])
    faults = verify_statement(statement(grown), (head.size, head.root.hex()))
    assert faults
    assert all(one.endswith(".") and "\n" not in one for one in faults)


def test_block_roots_that_were_lost_are_made_again_from_the_leaves(grown: Book):
    before = grown.rows("SELECT number, root FROM block ORDER BY number")
    grown.run("DELETE FROM block")
    with pytest.raises(ValueError, match="build the block roots again"):
        statement(grown)
    assert rebuild_blocks(grown) == len(before) == 2
    assert grown.rows("SELECT number, root FROM block ORDER BY number") == before
    assert verify_statement(statement(grown)) == ()
