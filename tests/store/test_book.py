"""A book: opened by its URL or told why not, one moment for who reads, and whatever text or number comes back as is."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
from django.db import connections

from makegood.acts.take_back import take_back
from makegood.errors import BadUse, StoreAway
from makegood.ledger.unit import SCALES
from makegood.store.book import Book, open_book
from tests.books import NOW, Makers, behind, cast

_OPENS = """
import sys
from datetime import UTC, datetime
from makegood.store.book import open_book
from makegood.store.setup import configure
configure()
print("ready", flush=True)
sys.stdin.readline()
book = open_book(sys.argv[1], datetime(2026, 11, 22, tzinfo=UTC))
print(book.id, book.one("SELECT COUNT(*) FROM unit")[0], book.one("SELECT COUNT(*) FROM book")[0])
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, makers: Makers, tmp_path: Path) -> str:
    """The URL of a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    name = f"empty_{abs(hash(str(tmp_path)))}"
    with psycopg.connect(makers.postgres(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return makers.of_server(name)


def run(url: str, sql: str) -> None:
    """Run SQL in a database that is no book."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
            connection.execute(sql)
        return
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)


def test_four_processes_open_an_empty_database_at_once_and_make_one_book(empty: str):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _OPENS, empty],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in range(4)
    ]
    assert [process.stdout.readline() for process in started] == ["ready\n"] * 4
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate() for process in started]
    assert [err for _, err in said] == [""] * 4
    assert len({out for out, _ in said}) == 1
    assert said[0][0].split()[1:] == [str(len(SCALES)), "1"]


def test_a_database_of_something_else_is_left_alone(empty: str):
    run(empty, "CREATE TABLE customer (name TEXT)")
    with pytest.raises(StoreAway, match=r"holds something else \(such as customer\); give the book one of its own\.$"):
        open_book(empty, NOW)
    run(empty, "INSERT INTO customer VALUES ('ours')")


def test_a_file_that_is_no_database_is_told(tmp_path: Path):
    path = tmp_path / "notes.txt"
    path.write_text("To whom it may concern:\n" * 100)
    with pytest.raises(StoreAway, match="not a database") as caught:
        open_book(f"sqlite:///{path}", NOW)
    assert "\n" not in str(caught.value)
    assert path.read_text().startswith("To whom")


def test_an_empty_database_stays_empty_where_none_is_to_be_made(empty: str):
    with pytest.raises(StoreAway, match="there is no book at"):
        open_book(empty, NOW, make=False)
    book = open_book(empty, NOW)
    assert open_book(empty, NOW, make=False).id == book.id
    book.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_book_of_a_newer_version_is_not_touched(makers: Makers, engine: str):
    url = makers.url(engine)
    run(url, "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '9999_later', '2027-01-01')")
    with pytest.raises(StoreAway, match=r"made by a newer makegood \(9999_later\); install that one\.$"):
        open_book(url, NOW)


def test_a_book_that_was_begun_and_not_finished_is_finished(empty: str):
    book = open_book(empty, NOW)
    first = book.id
    for table in ("book", "unit"):  # the tables stand, and whoever made them died before the next commit
        behind(book, table, f"DELETE FROM {table}")
    book.close()
    again = open_book(empty, NOW)
    assert again.id != first
    assert again.one("SELECT COUNT(*) FROM unit")[0] == len(SCALES)
    again.close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:hunter2@127.0.0.1:1/book",
        "postgresql://ada:hun@ter2@127.0.0.1:1/book",
        "postgresql://127.0.0.1:1/book?user=ada&password=hunter2",
        "postgresql://ada@127.0.0.1:1/book?sslpassword=hunter2&connect_timeout=1",
    ],
)
def test_where_nothing_answers_one_sentence_says_so_without_the_password(url: str):
    with pytest.raises(StoreAway, match=r"^no database answers at postgresql://.*; see that it runs\.$") as caught:
        open_book(url, NOW)
    assert "\n" not in str(caught.value)
    assert "ter2" not in str(caught.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(StoreAway, match="unable to open database file"):
        open_book(f"sqlite:///{tmp_path / 'nowhere' / 'book.sqlite3'}", NOW)


@pytest.mark.parametrize("url", ["mysql://host/book", "nonsense", "", "book.sqlite3"])
def test_an_address_of_another_kind_is_bad_use(url: str):
    with pytest.raises(BadUse, match=r"(?i)postgresql"):
        open_book(url, NOW)


def test_a_fault_of_the_database_is_one_sentence_and_the_book_goes_on(swept: Book):
    with pytest.raises(StoreAway, match=r"could not do this: .*nowhere.*\.$") as caught:
        swept.rows("SELECT * FROM nowhere")
    assert "\n" not in str(caught.value)
    assert swept.one("SELECT 1") == (1,)


def test_who_reads_sees_one_moment_while_another_writes(swept: Book):
    began, written = Event(), Event()

    def write() -> None:
        began.wait(10)
        with swept.writing():
            add(swept, 1)
        written.set()
        connections[swept.alias].close()

    writer = Thread(target=write)
    writer.start()
    with swept.writing():
        add(swept, 0)
    with swept.reading():
        assert count(swept) == 1
        began.set()
        assert written.wait(10), "a reader keeps no writer waiting"
        assert count(swept) == 1
    assert count(swept) == 2
    writer.join()


def test_what_a_writer_began_and_broke_off_is_not_there(swept: Book):
    class Broken(Exception):
        pass

    def breaks() -> None:
        with swept.writing():
            add(swept, 0)
            raise Broken

    with pytest.raises(Broken):
        breaks()
    assert count(swept) == 0


def test_one_writes_at_a_time(swept: Book):
    order: list[str] = []
    inside = Event()

    def second() -> None:
        inside.wait(10)
        with swept.writing():
            order.append("second")
        connections[swept.alias].close()

    waiting = Thread(target=second)
    waiting.start()
    with swept.writing():
        inside.set()
        waiting.join(0.3)
        order.append("first")
    waiting.join(10)
    assert order == ["first", "second"]


TEXTS = (
    *("tab\there", "back\\slash", "\\N", "\\.", "line\nbreak", "carriage\rreturn", '"quoted", with comma', "'; DROP--"),
    *("", " ", "\u200b", "서울-결제팀", "Zo\u00eb", "Zoe\u0308", "🧾" * 63, "x" * 255, "\x01\x7f", "%s %(name)s {0}"),
)


def test_texts_come_back_as_they_were_whether_one_or_many_are_added(swept: Book):
    rows = [(number, text, "v", "P-1", 0) for number, text in enumerate(TEXTS)]
    columns = ("number", "name", "value", "by", "at_us")
    swept.add("policy", columns, rows)  # by COPY where there is one
    for number, text, *rest in rows:
        swept.add("policy", columns, [(number + len(rows), text, *rest)])
    swept.add("policy", columns, [])
    assert [name for (name,) in swept.rows("SELECT name FROM policy ORDER BY number")] == [*TEXTS, *TEXTS]


def test_numbers_and_bytes_and_nothing_come_back_as_they_were(swept: Book):
    most = 2**63 - 1
    rows = [(most, bytes(range(256)), b"", -most), (0, b"\\N\t\n", b"\0", most)]
    swept.add("head", ("size", "root", "frontier", "at_us"), rows)
    found = swept.rows("SELECT size, root, frontier, at_us FROM head ORDER BY size DESC")
    assert [(size, bytes(root), bytes(edge), at) for size, root, edge, at in found] == rows
    columns = ("hash", "number", "source", "start_us", "end_us", "by", "at_us")
    swept.add("assessment", columns, [(f"{n}", n, "\\N", None, None, "P-1", 0) for n in range(2)])
    assert swept.rows("SELECT start_us, source FROM assessment") == [(None, "\\N")] * 2


def test_a_stream_gives_all_rows_in_batches(swept: Book):
    swept.add("policy", ("number", "name", "value", "by", "at_us"), [(n, "n", "v", "P", 0) for n in range(250)])
    batches = list(swept.stream("SELECT number FROM policy ORDER BY number", size=100))
    assert [len(one) for one in batches] == [100, 100, 50]
    assert [number for one in batches for (number,) in one] == list(range(250))


def add(book: Book, number: int) -> None:
    """One row more."""
    book.add("policy", ("number", "name", "value", "by", "at_us"), [(number, "name", "1", "P-1", 0)])


def count(book: Book) -> int:
    """How many rows there are."""
    return int(book.one("SELECT COUNT(*) FROM policy")[0])


def test_a_new_sqlite_book_and_what_lies_beside_it_are_for_their_owner_alone(tmp_path: Path):
    before = os.umask(0)
    try:
        book = open_book(f"sqlite:///{tmp_path / 'own.sqlite3'}", NOW)
        book.run("INSERT INTO unit VALUES ('beans', 0)")
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        book.close()
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}
    assert "own.sqlite3-wal" in modes


def test_a_number_that_no_database_holds_is_bad_use_or_not_found(swept: Book):
    with pytest.raises(BadUse, match=r"larger than any|no award stands at"):
        take_back(swept, cast(swept).dana, 10**20, "a slip", NOW)


def test_a_connection_that_the_server_ended_is_replaced(makers: Makers):
    book = makers.book("postgresql")
    ended = book.one("SELECT pg_backend_pid()")[0]
    with psycopg.connect(makers.postgres(), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 10000)", (ended,))
    with pytest.raises(StoreAway):
        book.rows("SELECT 1")
    assert book.rows("SELECT 1") == [(1,)]


@pytest.mark.parametrize("secret", ["s3@cr/et", "12/s3cret", "?s3cret=1", "#s3cret", "s3cret/"])
def test_a_password_with_signs_as_they_are_is_refused_without_a_part_of_it(secret: str):
    with pytest.raises(BadUse, match="address") as fault:
        open_book(f"postgresql://ada:{secret}@db.invalid/book", NOW)
    assert not any(part in str(fault.value) for part in ("s3", "cr", "et@"))
