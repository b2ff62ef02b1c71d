"""Desk: open the book that the environment names, know who acts, and hold the book against what was noted of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from makegood.acts.check_witness import Witnessed, as_it_stands, check_witness
from makegood.campaigns.published import MOST_BYTES
from makegood.cli.book.witness import append_note, last_note
from makegood.errors import Refused, Unreadable
from makegood.reads.words import Words
from makegood.records.config.secret import secret_of
from makegood.store import people
from makegood.store.acting import Doing, noted
from makegood.store.book import Book, open_book
from makegood.store.journal import Actor

DEFAULT_URL = "sqlite:///makegood.sqlite3"
DEFAULT_WITNESS = "makegood.heads.jsonl"
_NOBODY = Actor("nobody")


@dataclass(frozen=True)
class Desk:
    """An open book, who acts, the moment of acting, and the language; `environment` is the caller's."""

    book: Book
    actor: Actor
    now: datetime
    words: Words
    environment: Mapping[str, str]
    witness: Path
    noted: Witnessed | None = None

    def note(self) -> None:
        """Note outside of the book how it stands now; raise Refused where an older copy came into its place."""
        self.check()
        now = as_it_stands(self.book)
        if now != last_note(self.witness, self.book.id):
            append_note(self.witness, now)

    def check(self) -> None:
        """Raise Refused where the book does not go on from what was noted of it."""
        before = last_note(self.witness, self.book.id)
        if before is not None:
            check_witness(self.book, self.actor, before, datetime.now(UTC))

    def say(self, message: str, /, **params: object) -> None:
        """Print one sentence in the desk's language."""
        sys.stdout.write(self.words.say(message, **params) + "\n")


@contextmanager
def desk(lang: str = "en", make: bool = False, reading: bool = False, auditing: bool = False) -> Iterator[Desk]:
    """The book of DATABASE_URL, opened for the holder of MAKEGOOD_KEY; with `reading`, for anyone.

    `make` lets an empty database become a book. What it holds is compared with what this place noted of it before, and
    noted again afterwards; `auditing` leaves both to the caller, who looks at a book that may be wrong.
    Raise Refused without a key, or where an older copy stands in the book's place.
    """
    environment, now = os.environ, datetime.now(UTC)
    words = Words(lang)
    book = open_book(environment.get("DATABASE_URL") or DEFAULT_URL, now, make)
    try:
        actor = _NOBODY if reading else _journaled_actor(book, environment, now)
        witness = Path(environment.get("MAKEGOOD_WITNESS") or DEFAULT_WITNESS)
        before = last_note(witness, book.id)
        open_desk = Desk(book, actor, now, words, environment, witness, before)
        if auditing:
            yield open_desk
            return
        open_desk.check()
        try:
            yield open_desk
        finally:
            open_desk.note()
    finally:
        book.close()


def who_acts(at: Desk) -> Actor:
    """The holder of MAKEGOOD_KEY; raise Refused without a key, or where nobody holds it."""
    return _actor(at.book, at.environment)


def _journaled_actor(book: Book, environment: Mapping[str, str], now: datetime) -> Actor:
    """The holder of the key; a key that opens nothing is in the journal."""
    with noted(Doing(book, _NOBODY, "open_desk", now)):
        return _actor(book, environment)


def _actor(book: Book, environment: Mapping[str, str]) -> Actor:
    secret = environment.get("MAKEGOOD_KEY") or secret_of("MAKEGOOD_KEY", environment).strip()
    if not secret:
        raise Refused("who acts? Set MAKEGOOD_KEY or MAKEGOOD_KEY_FILE; `makegood people add` gives the first key.")
    return people.actor_of(book, secret)


def read_file(path: Path) -> bytes:
    """The content of a file, as far as whoever parses it needs in order to see that it is too large; raise Unreadable
    where it is none."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)  # a device such as /dev/zero has no end
    except OSError as fault:
        raise Unreadable(f"{path}: cannot be read ({fault.strerror}); check the path.") from fault
