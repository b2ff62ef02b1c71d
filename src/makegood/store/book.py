"""Noun: a book; one database of state, opened by its URL, with the one lock that all writers share."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from django.db import DatabaseError, IntegrityError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from makegood.errors import BadUse, StoreAway
from makegood.ledger.unit import SCALES
from makegood.spans import to_us
from makegood.store.setup import alias_of

SCHEMA = "makegood/book/1"
_LOCK = 0x6D616B65  # any number will do, as long as every writer takes the same one
_AT_ONCE = 50  # rows of one statement where there is no COPY; a row by itself takes a third longer
_TAKEN = ("23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
_PASSWORD = re.compile(r"//([^:/@]*):.*@")
_QUERY = re.compile(r"([?&](?:ssl)?password=)[^&]*", re.IGNORECASE)


@dataclass(frozen=True)
class Book:
    """Opened by `open_book`; every read and write of the store takes one. `url` is shown without its password."""

    alias: str
    url: str

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """This thread's connection."""
        return connections[self.alias]

    @property
    def vendor(self) -> str:
        """sqlite or postgresql."""
        return self.connection.vendor

    @cached_property
    def id(self) -> str:
        """The book's own name, drawn when it was made; part of every posting's outward id."""
        return str(self.one("SELECT id FROM book")[0])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction that holds the book's lock: everything inside is kept together, or not at all."""
        with self._told(), transaction.atomic(using=self.alias):
            if self.vendor == "postgresql":
                self.run("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One transaction in which every read sees the same moment."""
        if self.vendor == "postgresql":
            with self._told(), transaction.atomic(using=self.alias):
                self.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                yield
            return
        self.run("BEGIN DEFERRED")  # Django's own begin would take the lock that writers wait for
        try:
            yield
        finally:
            self.run("ROLLBACK")

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._told(), self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())

    def stream(self, sql: str, params: Sequence[Any] = (), size: int = 20_000) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a query, in batches."""
        with self._told(), self.connection.chunked_cursor() as cursor:
            cursor.execute(sql, params)
            while batch := cursor.fetchmany(size):
                yield batch

    def one(self, sql: str, params: Sequence[Any] = ()) -> tuple[Any, ...]:
        """The one row of a query."""
        (row,) = self.rows(sql, params)
        return row

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run a statement; the number of rows that it touched."""
        with self._told(), self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return int(cursor.rowcount)

    def add(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert many rows; by COPY where the database has it."""
        with self._told():
            self._insert(table, columns, rows)

    def add_new(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bool:
        """Insert all of the rows within the caller's transaction; nothing and False where a unique key is taken."""
        with self._told():
            try:
                with transaction.atomic(using=self.alias):
                    # within a savepoint SQLite keeps what a statement of many rows could have to undo
                    self._insert(table, columns, rows, at_once=1)
            except IntegrityError as fault:
                if not _taken(fault):
                    raise
                return False
        return True

    def _insert(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], at_once: int = _AT_ONCE
    ) -> None:
        if not rows:
            return
        names = ", ".join(f'"{name}"' for name in columns)
        with self.connection.cursor() as cursor:
            if self.vendor == "postgresql" and len(rows) > 1:
                told = self.connection.wrap_database_errors  # COPY goes past Django's own cursor
                with told, cursor.connection.cursor().copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                row = f"({', '.join(['%s'] * len(columns))})"
                whole = len(rows) - len(rows) % at_once if at_once > 1 else 0
                if whole:
                    parts = [list(chain.from_iterable(rows[at : at + at_once])) for at in range(0, whole, at_once)]
                    many = ", ".join([row] * at_once)
                    cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES {many}', parts)
                if whole < len(rows):
                    cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES {row}', rows[whole:])

    def run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """Run a statement for each row; the number of rows that were touched in all."""
        with self._told(), self.connection.cursor() as cursor:
            cursor.executemany(sql, rows)
            return int(cursor.rowcount)

    def close(self) -> None:
        """Close this thread's connection."""
        connections[self.alias].close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as fault:
            self.connection.close_if_unusable_or_obsolete()  # the next try begins with a connection of its own
            raise StoreAway(f"the book at {self.url} could not do this: {_first(fault)}.") from fault
        except OverflowError as fault:  # of SQLite's driver
            raise BadUse("a number is larger than any that stands in a book; check the positions.") from fault


def open_book(url: str, now: datetime, make: bool = True) -> Book:
    """The book of a database URL; with `make` an empty database becomes one, an older book is brought up to date.

    Raise StoreAway where the database cannot be reached, holds something else, or is of a newer version.
    """
    book = Book(alias_of(url), _shown(url))
    if book.vendor == "sqlite" and not make and not Path(book.connection.settings_dict["NAME"]).exists():
        raise _no_book(book)  # connecting would leave an empty file behind
    if book.vendor == "sqlite":
        _made_private(book.connection.settings_dict["NAME"])
    try:
        book.connection.ensure_connection()
    except DatabaseError as fault:
        raise StoreAway(f"no database answers at {book.url}: {_first(fault)}; see that it runs.") from fault
    with book._told():
        _bring_up(book, now, make)
    return book


def _made_private(name: str) -> None:
    """Make the file of a new book for its owner alone, as it names customers; those beside it follow its rights."""
    if name.startswith((":", "file:")):
        return
    with suppress(OSError):  # it exists, or SQLite will say why it cannot be
        os.close(os.open(name, os.O_CREAT | os.O_EXCL, 0o600))


def _bring_up(book: Book, now: datetime, make: bool) -> None:
    tables = set(book.connection.introspection.table_names()) - {"django_migrations"}
    loader = MigrationExecutor(book.connection).loader
    applied = {name for app, name in loader.applied_migrations if app == "store"}
    here = {name for app, name in loader.graph.nodes if app == "store"}
    if applied - here:
        newest = max(applied - here)
        raise StoreAway(f"the book at {book.url} was made by a newer makegood ({newest}); install that one.")
    if not applied and tables:
        raise StoreAway(
            f"the database at {book.url} holds something else (such as {min(tables)}); give the book one of its own."
        )
    if not applied and not make:
        raise _no_book(book)
    if applied == here and book.rows("SELECT 1 FROM book"):
        return
    with _one_at_a_time(book):
        _migrate(book, tries=2 * len(here) + 2)
        with book.writing():
            if not book.rows("SELECT 1 FROM book"):
                book.add("book", ("id", "made_us", "schema"), [(uuid.uuid4().hex, to_us(now), SCHEMA)])
                book.add("unit", ("code", "scale"), list(SCALES.items()))


def _migrate(book: Book, tries: int) -> None:
    """Migrate; where another process made the same table meanwhile, go on behind it."""
    executor = MigrationExecutor(book.connection)
    try:
        executor.migrate(executor.loader.graph.leaf_nodes("store"))
    except DatabaseError:
        if tries <= 1:
            raise
        _migrate(book, tries - 1)


def _shown(url: str) -> str:
    """The URL without its password, wherever it stands in it."""
    return _QUERY.sub(r"\1***", _PASSWORD.sub(r"//\1:***@", url))


def _no_book(book: Book) -> StoreAway:
    return StoreAway(f"there is no book at {book.url} yet; `makegood people add` makes one, with its owner.")


@contextmanager
def _one_at_a_time(book: Book) -> Iterator[None]:
    if book.vendor != "postgresql":
        yield
        return
    book.run("SELECT pg_advisory_lock(%s)", (_LOCK + 1,))
    try:
        yield
    finally:
        book.run("SELECT pg_advisory_unlock(%s)", (_LOCK + 1,))


def _taken(fault: IntegrityError) -> bool:
    """Is it a unique key that refused, and no other rule of the table?"""
    code = getattr(fault.__cause__, "sqlstate", None) or getattr(fault.__cause__, "sqlite_errorname", "")
    return code in _TAKEN


def _first(fault: Exception) -> str:
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0][:300]
