"""Verb: read what a customer holds; postings of an account with their bases, folded into lots."""

from __future__ import annotations

from makegood.ledger.basis import Basis
from makegood.ledger.posting import Posted
from makegood.store import bases, postings
from makegood.store.book import Book


def of_account(book: Book, account: str) -> tuple[list[Posted], dict[str, Basis]]:
    """All postings of an account by position, and every basis by its hash."""
    found = postings.read(book, "account = %s", (account,))
    known = bases.bases(book)
    return found, {one.posting.basis: known[one.posting.basis] for one in found if one.posting.basis in known}
