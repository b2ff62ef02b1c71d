"""Verb: plant a fault; each breaks one promise of the store, so that a harness which finds nothing is shown up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from makegood.acts import post_wave, send_parcels
from makegood.awards.parcel import Outlet, Parcel, Sent
from makegood.store import campaigns
from makegood.store.book import _LOCK, Book
from makegood.store.campaigns import Kept, PostedChunk
from makegood.store.log import head_of


def chunk_first() -> None:
    """The chunk, which says where to go on, is committed in a transaction of its own before the postings."""
    lines, add = post_wave._post_lines, campaigns.add_chunk

    def planted(book: Book, kept: Kept, first: int, end: int, now: datetime) -> PostedChunk:
        cost = sum(one.cost for one in campaigns.lines(book, kept.id, first, end))
        add(book, kept.id, PostedChunk(first, end, now, head_of(book).size, end - first, 0, cost))
        _cut(book)
        return lines(book, kept, first, end, now)

    post_wave._post_lines = planted
    campaigns.add_chunk = lambda *_: None


def chunk_last() -> None:
    """The chunk is committed in a transaction of its own after the postings."""
    add = campaigns.add_chunk

    def planted(book: Book, campaign: str, chunk: PostedChunk) -> None:
        _cut(book)
        add(book, campaign, chunk)

    campaigns.add_chunk = planted


def outbox_last() -> None:
    """The rows of the outbox are written in a transaction of their own after that of the postings."""
    run, post = Book.run, post_wave.post_wave
    later: list[tuple[str, Sequence[Any]]] = []

    def planted_run(book: Book, sql: str, params: Sequence[Any] = ()) -> int:
        if sql.startswith("INSERT INTO outbox"):
            later.append((sql.replace("FROM posting WHERE", "FROM posting WHERE position < %s AND"), params))
            return 0
        return run(book, sql, params)

    def planted_post(book: Book, campaign: str, now: datetime, size: int) -> Any:
        later.clear()
        part = post(book, campaign, now, size)
        with book.writing():
            for sql, params in later:
                run(book, sql, (params[0] + part.posted, *params))
        return part

    Book.run = planted_run
    post_wave.post_wave = planted_post


def no_look() -> None:
    """A parcel that another worker may have sent is sent without looking for it."""

    def planted(outlet: Outlet, parcel: Parcel, fresh: bool) -> Sent:  # noqa: ARG001
        return outlet.send(parcel)

    send_parcels.deliver = planted


PLANTS: dict[str, Callable[[], None]] = {
    "chunk_first": chunk_first,
    "chunk_last": chunk_last,
    "outbox_last": outbox_last,
    "no_look": no_look,
}


def _cut(book: Book) -> None:
    """End the transaction and begin another, as two transactions would."""
    with book.connection.cursor() as cursor:
        cursor.execute("COMMIT")
        if book.vendor == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        else:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
