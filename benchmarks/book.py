"""The book: a million awards posted by the product's own act, single credits on one hot account, and an audit.

Run as `python -m benchmarks.book [ACCOUNTS]`; the default is 1,000,000, which writes benchmarks/book.md and needs about
8 GB of disk for a while. Every sum is asserted; beside it runs what one would write instead.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any

from benchmarks.book_page import CALLERS, ENGINES, PARTS, Answer, Measured, page
from tests.books import NOW, Makers, cast, hit_world

ACCOUNTS = 1_000_000
PAGE = Path(__file__).with_name("book.md")
LEAN = "campaign TEXT NOT NULL, account TEXT NOT NULL, amount BIGINT NOT NULL, PRIMARY KEY (campaign, account)"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "temp_store=MEMORY", "mmap_size=268435456")
SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "wal_level", "shared_buffers", "max_wal_size")


def drawn(url: str, accounts: int) -> Answer:
    """Import the hits, draw, have another human approve, start; how long the draw itself takes."""
    from makegood.acts.approve_campaign import approve_campaign
    from makegood.acts.draw_campaign import Drawing, draw_campaign
    from makegood.acts.steer_campaign import steer_campaign
    from makegood.awards.programme import Offer, Programme
    from makegood.campaigns.allocation import Draft
    from makegood.campaigns.filters import Filters
    from makegood.store.book import open_book

    book = open_book(url, NOW)
    team = cast(book)
    cause = hit_world(book, team.dana, accounts)
    offer = Offer("credit", "USD", waste_percent=Decimal(150), at_least=Decimal("0.05"), expires_days=90)
    draft = Draft((cause,), "house", "1", "USD", 1000 * 15 * accounts, 0, 0)
    with Timed() as timed:
        made = draw_campaign(book, team.dana, Drawing(draft, Programme("house", "1", (offer,)), Filters()), NOW)
    approve_campaign(book, team.ari, made.campaign, made.allocation.hash, NOW)
    steer_campaign(book, team.dana, made.campaign, "start", NOW)
    _settled(book)
    return timed.told() | {"campaign": made.campaign, "total": made.allocation.total}


def posted(url: str, accounts: int, campaign: str, size: int) -> Answer:
    """Post the whole campaign by post_wave, part by part."""
    from makegood.acts.post_wave import post_wave
    from makegood.store.book import open_book

    book = open_book(url, NOW)
    with Timed() as timed:
        while post_wave(book, campaign, NOW, size).state == "running":
            pass
    return timed.told() | _figures(book, accounts)


def again(url: str, accounts: int, size: int) -> Answer:
    """Put every posting once more, as a worker would who does not know that it was done; nothing may change."""
    from makegood.store import postings
    from makegood.store.book import open_book

    book, timed = open_book(url, NOW), Timed()
    before = _figures(book, accounts)
    for first in range(0, accounts, size):
        found = postings.read(book, "position >= %s AND position < %s", (first, first + size))
        with timed, book.writing():
            put = postings.put(book, [one.posting for one in found], NOW)
        _same(f"repeats from {first} on", (len(put.repeats), len(put.fresh)), (len(found), 0))
    _same("the book after the rerun", _figures(book, accounts), before)
    return timed.told()


def _figures(book: Any, accounts: int) -> Answer:
    """Count, sum and root, having asserted that legs, outbox, log and the campaign's end agree with them."""
    from makegood.campaigns.state import fold
    from makegood.ledger.merkle import Frontier, leaf_hash
    from makegood.ledger.posting import FIELDS, leaf_datas
    from makegood.store import bases, campaigns, log, postings

    count, amount = book.one("SELECT COUNT(*), SUM(amount) FROM posting WHERE kind = 'award' AND unit = 'USD'")
    legs = (
        "SELECT unit, SUM(moved) FROM (SELECT unit, -amount AS moved FROM posting WHERE debit = 'expense/CMP-1' "
        "UNION ALL SELECT unit, amount FROM posting WHERE credit = 'customer/' || account) AS legs GROUP BY unit"
    )
    _same("legs", [(unit, int(moved)) for unit, moved in book.rows(legs)], [("USD", 0)])
    _same("outbox", book.one("SELECT COUNT(*) FROM outbox WHERE state = 'waiting'")[0], count)
    _same("accounts", book.one("SELECT COUNT(DISTINCT account) FROM posting")[0], accounts)
    _same("state", fold(campaigns.events(book, "CMP-1")).state, "finished")
    frontier, known = Frontier(), bases.hashes(book)
    for rows in book.stream(f"SELECT {', '.join(postings.COLUMNS)} FROM posting ORDER BY position"):
        found = [postings.posted(row, known) for row in rows]
        texts = leaf_datas([(one.at_us, *(getattr(one.posting, name) for name in FIELDS)) for one in found])
        frontier = frontier.extend([leaf_hash(text) for text in texts]).frontier
    head = log.head_of(book)
    _same("the log's head", (head.size, head.root), (count, frontier.root()))
    return {"count": count, "amount": int(amount), "root": head.root.hex()}


def plain(url: str, accounts: int, campaign: str, size: int) -> Answer:
    """What one would write instead: a table of (campaign, account, amount) and no more; then the same again."""
    from makegood.store.book import open_book

    book = open_book(url, NOW)
    rows = book.rows("SELECT campaign, account, amount FROM line WHERE campaign = %s ORDER BY number", (campaign,))
    _same("lines", len(rows), accounts)
    put = (_lean_postgresql if book.vendor == "postgresql" else _lean_sqlite)(url, book)
    once, twice = Timed(), Timed()
    for timed in (once, twice):
        with timed:
            for first in range(0, accounts, size):
                put(rows[first : first + size])
    count, amount = book.one("SELECT COUNT(*), SUM(amount) FROM lean")
    return once.told() | {"again": twice.told(), "count": count, "amount": int(amount)}


def _lean_postgresql(url: str, _: Any) -> Callable[[list[Any]], None]:
    import psycopg

    link = psycopg.connect(url)
    link.execute(f"CREATE TABLE lean ({LEAN})")
    link.execute("CREATE TEMP TABLE stage (campaign TEXT, account TEXT, amount BIGINT) ON COMMIT DELETE ROWS")
    link.commit()

    def put(rows: list[Any]) -> None:
        with link.cursor() as cursor:
            with cursor.copy("COPY stage FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute("INSERT INTO lean SELECT * FROM stage ON CONFLICT DO NOTHING")
        link.commit()

    return put


def _lean_sqlite(_: str, book: Any) -> Callable[[list[Any]], None]:
    link = sqlite3.connect(book.connection.settings_dict["NAME"], isolation_level=None)
    for pragma in PRAGMAS:
        link.execute(f"PRAGMA {pragma}")
    link.execute(f"CREATE TABLE lean ({LEAN})")

    def put(rows: list[Any]) -> None:
        link.execute("BEGIN IMMEDIATE")
        link.executemany("INSERT OR IGNORE INTO lean VALUES (?, ?, ?)", rows)
        link.execute("COMMIT")

    return put


def singles(url: str, many: int, callers: int) -> Answer:
    """Single credits of a cent to one account, each durable when it is acknowledged; callers 0: give_award alone."""
    from makegood.acts.give_award import Gift, give_award
    from makegood.acts.give_together import Till
    from makegood.acts.set_limit import set_limit
    from makegood.awards.award import Award
    from makegood.ledger.basis import Basis
    from makegood.store.book import open_book

    book = open_book(url, NOW)
    team = cast(book)
    set_limit(book, team.olga, "USD", 10 * many, NOW)
    basis = Basis("credit", reason="a call that failed")
    took: list[float] = []

    def gift(caller: int, number: int) -> Gift:
        return Gift(Award("hot", "", "credit", "USD", 1, 1, basis), f"claim/{caller}/{number}")

    def call(give: Callable[..., Any], caller: int) -> None:
        own = []
        for number in range(many // max(1, callers)):
            began = time.perf_counter()
            given = give(team.dana, gift(caller, number), datetime.now(UTC))
            own.append(time.perf_counter() - began)
            _same("answer", (given.posted.posting.amount, given.repeat), (1, False))
        took.extend(own)

    with Till(book) as till, Timed() as timed:
        if not callers:
            call(lambda *asked: give_award(book, *asked), 0)
        threads = [Thread(target=call, args=(till.give, caller)) for caller in range(callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    took.sort()
    found = [book.one(f"SELECT COUNT(*) FROM {table}")[0] for table in ("posting", "outbox", "proposal")]
    found += [int(book.one("SELECT SUM(amount) FROM posting WHERE account = 'hot'")[0])]
    found += [book.one("SELECT COUNT(*) FROM journal WHERE act = 'give_award' AND outcome = 'done'")[0]]
    _same("singles", found, [len(took)] * 5)
    commits = book.one("SELECT COUNT(*) FROM head")[0]
    ms = {name: took[len(took) * share // 1000] * 1000 for name, share in (("p50", 500), ("p99", 990))}
    return timed.told() | {"count": len(took), "commits": commits, "most": took[-1] * 1000, **ms}


def audited(url: str) -> Answer:
    """Audit the book that was posted; nothing may be found."""
    from makegood.reads.audit import audit
    from makegood.store.book import open_book

    book = open_book(url, NOW)
    with Timed() as timed:
        found = audit(book, NOW)
    _same("what the audit found", tuple(found.findings), ())
    return timed.told()


STAGES: dict[str, Callable[..., Answer]] = {
    one.__name__: one for one in (drawn, posted, again, plain, singles, audited)
}


def _same(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise AssertionError(f"{what}: {found!r:.200} where {wanted!r:.200} belongs")


class Timed:
    """Time on the wall, on a processor, and waiting for one because others had it; summed over its `with` blocks."""

    def __init__(self) -> None:
        self._sums, self._began = [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]

    def __enter__(self) -> Timed:
        self._began = self._now()
        return self

    def __exit__(self, *_: object) -> None:
        self._sums = [one + now - began for one, now, began in zip(self._sums, self._now(), self._began, strict=True)]

    def _now(self) -> list[float]:
        own = Path("/proc/self/schedstat")  # of the thread that posts
        waited = int(own.read_text().split()[1]) / 1e9 if own.exists() else 0.0
        return [time.perf_counter(), time.process_time(), waited]

    def told(self) -> Answer:
        """As kept, with the peak memory so far in GiB."""
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        return dict(zip(("wall", "processor", "waited"), self._sums, strict=True)) | {"rss": rss}


def _settled(book: Any) -> None:
    """Bring the database to rest, so that nobody pays for what was done before."""
    book.rows("PRAGMA wal_checkpoint(TRUNCATE)") if book.vendor == "sqlite" else book.run("CHECKPOINT")


class Bench:
    """Runs the stages of an engine, each in a process of its own, on books that are copies of the drawn one."""

    def __init__(self, makers: Makers, engine: str, accounts: int) -> None:
        self.makers, self.engine, self.accounts = makers, engine, accounts
        self.runs: dict[str, Answer] = {}

    def run(self, name: str, stage: str, *given: Any) -> Answer:
        """Run a stage; what it answers."""
        os.sync()
        command = [sys.executable, "-m", "benchmarks.book", "--one", json.dumps([stage, *given])]
        made = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        self.runs[name] = json.loads(made.stdout)
        sys.stderr.write(f"{self.engine} {name}: {self.runs[name]}\n")
        return self.runs[name]

    def all(self) -> dict[str, Answer]:
        """Every figure of the engine."""
        origin, accounts = self.makers.url(self.engine), self.accounts
        made = self.run("drawn", "drawn", origin, accounts)
        campaign = made["campaign"]
        for size in PARTS:
            with self.copy(origin) as url:
                self.run(f"posted {size}", "posted", url, accounts, campaign, size)
                if size == PARTS[0]:
                    self.run("again", "again", url, accounts, size)
                    self.run("audited", "audited", url)
        with self.copy(origin) as url:
            self.run("plain", "plain", url, accounts, campaign, PARTS[0])
        self.drop(origin)
        for name, many, callers in self.singles():
            url = self.makers.url(self.engine)
            self.run(name, "singles", url, many, callers)
            self.drop(url)
        totals = {(one["count"], one["amount"]) for one in self.runs.values() if "amount" in one}
        _same("count and sum of every way", totals, {(accounts, made["total"])})
        return self.runs

    def singles(self) -> list[tuple[str, int, int]]:
        """What of single credits is measured: its name, how many, from how many callers."""
        many = max(CALLERS, self.accounts // 50)
        return [("together", many, CALLERS), ("one caller", many // 10, 1), ("give_award", many // 10, 0)]

    @contextmanager
    def copy(self, origin: str) -> Iterator[str]:
        """A copy of a book, dropped after use."""
        if self.engine == "sqlite":
            path = origin.removeprefix("sqlite:///")
            shutil.copy(path, path + ".copy")
            yield f"sqlite:///{path}.copy"
            self.drop(f"sqlite:///{path}.copy")
            return
        self.server(f"CREATE DATABASE copied TEMPLATE {_name(origin)} STRATEGY FILE_COPY")
        self.server("CHECKPOINT")
        yield self.makers.of_server("copied")
        self.server("DROP DATABASE copied")

    def drop(self, url: str) -> None:
        """Give the room back."""
        if self.engine == "postgresql":
            self.server(f"DROP DATABASE {_name(url)}")
            return
        for end in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + end).unlink(missing_ok=True)

    def server(self, sql: str) -> list[Any]:
        """Run something on the PostgreSQL server itself."""
        import psycopg

        with psycopg.connect(self.makers.postgres(), autocommit=True) as link:
            cursor = link.execute(sql)
            return cursor.fetchall() if cursor.description else []


def _name(url: str) -> str:
    return url.rpartition("/")[2] if "?" not in url else url.partition("?")[0].rpartition("/")[2]


def main() -> None:
    """Measure both engines one after the other, compare, and write the page."""
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        stage, *given = json.loads(sys.argv[2])
        sys.stdout.write(json.dumps(STAGES[stage](*given)))
        return
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else ACCOUNTS
    folder = Path(tempfile.mkdtemp(prefix="makegood-book-"))
    folder.chmod(0o755)  # the server runs as another user
    makers = Makers(folder)
    load = os.getloadavg()[0]
    try:
        told = Bench(makers, "postgresql", accounts)
        told.server("ALTER SYSTEM RESET fsync")  # the tests' servers run without
        told.server("SELECT pg_reload_conf()")
        runs = {engine: Bench(makers, engine, accounts).all() for engine in ENGINES}
        server = told.server("SHOW server_version")[0][0]
        settings = {name: told.server(f"SHOW {name}")[0][0] for name in SETTINGS}
        _same("durability", (settings["fsync"], settings["synchronous_commit"]), ("on", "on"))
    finally:
        makers.close()
    roots = {one["root"] for found in runs.values() for one in found.values() if "root" in one}
    _same("how many roots there are over engines and parts", len(roots), 1)
    listed = ", ".join(f"{name} {value}" for name, value in settings.items())
    text = page(Measured(accounts, runs, f"PostgreSQL {server} ({listed})", load))
    if accounts == ACCOUNTS:
        PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
