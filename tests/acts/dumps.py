"""Dumps of books: taken with the engine's own tools, restored as a database of its own."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from itertools import count

import psycopg
import pytest

from makegood.store.book import Book, open_book
from tests.books import NOW, Makers

_numbers = count()


def dumped_and_restored(makers: Makers, book: Book) -> Book:
    """A book out of a dump of this one, as it stands now."""
    url = _sqlite(makers, book) if book.vendor == "sqlite" else _postgresql(makers, book)
    restored = open_book(url, NOW)
    makers.opened.append(restored)
    return restored


def _sqlite(makers: Makers, book: Book) -> str:
    path = makers.folder / f"restored-{next(_numbers)}.sqlite3"
    with (
        closing(sqlite3.connect(book.connection.settings_dict["NAME"])) as source,
        closing(sqlite3.connect(path)) as to,
    ):
        source.backup(to)
    return f"sqlite:///{path}"


def _postgresql(makers: Makers, book: Book) -> str:
    name = f"restored_{next(_numbers)}"
    with psycopg.connect(makers.postgres(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = makers.of_server(name)
    tools = makers.server.bin_path
    if not (tools / "pg_dump").exists():
        pytest.skip("pg_dump is not beside this PostgreSQL")
    dump = subprocess.run([tools / "pg_dump", "--no-owner", book.url], check=True, capture_output=True).stdout
    restore = [tools / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", url]
    subprocess.run(restore, input=dump, check=True, capture_output=True)
    return url
