"""Verb: grow the log over postings and prove what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from makegood.ledger.merkle import BLOCK, Frontier
from makegood.store.book import Book


@dataclass(frozen=True)
class Head:
    """The log after a commit; `at_us` is the latest moment of posting in it."""

    frontier: Frontier
    root: bytes
    at_us: int

    @property
    def size(self) -> int:
        """How many postings the log holds."""
        return self.frontier.size


EMPTY = Head(Frontier(), Frontier().root(), 0)


def head_of(book: Book) -> Head:
    """The newest head."""
    found = book.rows("SELECT root, frontier, at_us FROM head ORDER BY size DESC LIMIT 1")
    return Head(Frontier.from_bytes(bytes(found[0][1])), bytes(found[0][0]), found[0][2]) if found else EMPTY


def grow(book: Book, head: Head, leaves: Sequence[bytes], at_us: int) -> Head:
    """Append leaves to the log within the caller's transaction, which holds the lock; the new head."""
    frontier, first_block, roots = head.frontier.extend(leaves)
    grown = Head(frontier, frontier.root(), at_us)
    book.add("head", ("size", "root", "frontier", "at_us"), [(grown.size, grown.root, frontier.as_bytes(), at_us)])
    book.add("block", ("number", "root"), [(first_block + step, root) for step, root in enumerate(roots)])
    return grown


def root_at(book: Book, size: int) -> bytes | None:
    """The root of the head of exactly this size, None where no commit ended there."""
    if size == 0:
        return EMPTY.root
    found = book.rows("SELECT root FROM head WHERE size = %s", (size,))
    return bytes(found[0][0]) if found else None


class StoredBlocks:
    """The leaves and block roots of a book, as proofs are made from them."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def leaves(self, first: int, end: int) -> list[bytes]:
        """Leaf hashes from the postings themselves."""
        sql = "SELECT leaf FROM posting WHERE position >= %s AND position < %s ORDER BY position"
        return [bytes(leaf) for (leaf,) in self._book.rows(sql, (first, end))]

    def roots(self, first_block: int, end_block: int) -> list[bytes]:
        """Roots of whole blocks from the projection."""
        sql = "SELECT root FROM block WHERE number >= %s AND number < %s ORDER BY number"
        return [bytes(root) for (root,) in self._book.rows(sql, (first_block, end_block))]


def rebuild_blocks(book: Book) -> int:
    """Make the projection of block roots again from the postings; how many there are."""
    with book.writing():
        book.run("DELETE FROM block")
        frontier, made = Frontier(), 0
        for first in range(0, head_of(book).size, BLOCK * 64):
            extended = frontier.extend(StoredBlocks(book).leaves(first, first + BLOCK * 64))
            rows = [(extended.first_block + step, root) for step, root in enumerate(extended.block_roots)]
            book.add("block", ("number", "root"), rows)
            frontier, made = extended.frontier, made + len(rows)
    return made
