"""Read: one account of a book; its statement with proofs, how far each posting has come, what is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from makegood.campaigns.allocation import GRANT
from makegood.campaigns.state import fold
from makegood.campaigns.waves import remaining, waves
from makegood.ledger.merkle import Prover
from makegood.ledger.statement import Proven, statement_of
from makegood.reads.statement_words import Delivery, Expected, Step
from makegood.spans import from_us
from makegood.store import campaigns, lots
from makegood.store.book import Book
from makegood.store.log import StoredBlocks, head_of

_OWN = "mg_"  # how the outward id of a posting begins


@dataclass(frozen=True)
class Account:
    """The statement as data, deliveries by position, and the campaigns' lines that are not posted yet."""

    statement: dict[str, Any]
    deliveries: dict[int, Delivery]
    expected: tuple[Expected, ...]


def account(book: Book, name: str, now: datetime) -> Account:
    """Everything the book holds of an account, as of one moment."""
    with book.reading():
        entries, known = lots.of_account(book, name)
        head = head_of(book)
        prover = Prover(head.size, StoredBlocks(book))
        proven = [Proven(one, known[one.posting.basis], prover.inclusion(one.position)) for one in entries]
        statement = statement_of(book.id, name, now, (head.size, head.root), proven)
        deliveries = _deliveries(book, [one.position for one in entries])
        return Account(statement, deliveries, _expected(book, name, now))


def _deliveries(book: Book, positions: Sequence[int]) -> dict[int, Delivery]:
    if not positions:
        return {}
    marks = ", ".join(["%s"] * len(positions))
    boxed = book.rows(f"SELECT position, state, done_us, remote FROM outbox WHERE position IN ({marks})", positions)
    told = book.rows(f"SELECT position, state, done_us, channel FROM notice WHERE position IN ({marks})", positions)
    again = book.rows(f"SELECT position, state, done_us, channel FROM reminder WHERE position IN ({marks})", positions)
    billing = {position: _step(state, done, _by(remote)) for position, state, done, remote in boxed}
    notice = {position: _step(*row) for position, *row in told}
    reminder = {position: _step(*row) for position, *row in again}
    return {at: Delivery(billing.get(at), None, notice.get(at), reminder.get(at)) for at in positions}


def _by(remote: str) -> str:
    """The billing system's own id; a file or a webhook gives none, and the posting's id says nothing new."""
    return "" if remote.startswith(_OWN) else remote


def _step(state: str, done_us: int | None, by: str) -> Step:
    return Step(state, None if done_us is None else from_us(done_us), by)


def _expected(book: Book, name: str, now: datetime) -> tuple[Expected, ...]:
    found = []
    for campaign, number in book.rows(
        'SELECT campaign, number FROM line WHERE account = %s AND "group" = %s ORDER BY campaign, number', (name, GRANT)
    ):
        kept = campaigns.campaign_of(book, campaign)
        standing = fold(campaigns.events(book, campaign))
        if standing.state not in ("running", "paused", "stopped") or standing.started is None:
            continue
        planned = waves(kept.granted, kept.draft, standing.started)
        left = remaining(planned, campaigns.chunks(book, campaign), standing.shift(now))
        due = next((one.due for one in left if one.first <= number < one.end), None)
        if due is not None:
            found.append(Expected(campaign, due))
    return tuple(found)
