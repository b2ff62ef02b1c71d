"""The watch over a real server: politeness on the wire, rounds beside slow pages, tasks, and a clean end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from makegood.reads.alert import TASK, Alert
from makegood.watch.round import Rounds
from makegood.watch.run import Runner, run, run_once
from tests.reads.alert_world import alarm, traffic
from tests.watch.conftest import Clock
from tests.watch.page_server import PageServer
from tests.watch.rooms import Room, config_of, rounds_of
from tests.watch.status_pages import OLD, edited, incident, iso, page

OPEN = incident("inc1", iso("09:50"), (iso("09:55"), "investigating", "We look into errors."))


def toml(server: PageServer, *paths: str) -> str:
    pages = "".join(f'[[pages]]\nprovider = "p{n}"\nurl = "{server.base}{path}"\n' for n, path in enumerate(paths))
    return f'[watch]\nfolder = "kept"\nevery_seconds = 5\n{pages}'


def test_a_day_of_one_page_on_the_wire(tmp_path: Path, clock: Clock, server: PageServer) -> None:
    """Read, unchanged, refused with a time to come back, edited: and each round asks only what it may."""
    room = Room()
    config = config_of(tmp_path, toml(server, "/p"), room=room)
    server.pages["/p"] = page(OPEN, OLD)

    def once(**later: int) -> int:
        clock.on(**later)
        rounds, before = rounds_of(config, clock), len(server.asked)
        run_once(rounds, lambda _: None)
        rounds.close()
        return len(server.asked) - before

    assert once() == 1
    assert once(seconds=30) == 0  # not before its time, also not by a new process
    assert once(minutes=1) == 1
    assert server.asked[-1][1]["if-none-match"]
    server.plan = [(429, {"Retry-After": "600"}, b"slow down")]
    assert once(minutes=2) == 1
    assert once(minutes=9) == 0
    server.pages["/p"] = page(edited(OPEN, started_at=iso("09:10")), OLD)
    assert once(minutes=2) == 1
    assert room.got == ["p0: the status page reports a failure", "p0: the status page rewrote what it said before"]
    line = json.loads((tmp_path / "kept" / "pages.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    # between the last look that read it, ten minutes and a refusal ago, and this one
    assert (line["unseen"], line["seen"]) == (iso("10:01:30"), iso("10:14:30"))


def test_one_request_at_a_time_to_a_host(tmp_path: Path, clock: Clock, server: PageServer) -> None:
    paths = [f"/{n}" for n in range(5)]
    server.pages = dict.fromkeys(paths, page(OLD))
    server.slow_s = 0.01
    rounds = rounds_of(config_of(tmp_path, toml(server, *paths)), clock)
    assert run_once(rounds, lambda _: None).kept == 5
    assert (len(server.asked), server.most_at_once) == (5, 1)
    rounds.close()


def test_a_slow_page_holds_up_no_alert(tmp_path: Path, clock: Clock, server: PageServer) -> None:
    server.pages["/p"] = page(OLD)
    server.slow_s = 0.4
    room = Room()
    rounds = rounds_of(config_of(tmp_path, toml(server, "/p"), room=room), clock, traffic(alarm()))

    async def until_told() -> float:
        stop = asyncio.Event()
        going = asyncio.create_task(Runner(rounds, lambda _: None).until(stop))
        began = time.monotonic()
        while not room.got and time.monotonic() - began < 3:
            await asyncio.sleep(0.01)
        spent = time.monotonic() - began
        stop.set()
        await going
        return spent

    assert asyncio.run(until_told()) < 0.35
    rounds.close()


class Canary:
    """A task that is due once and finds one thing, or breaks."""

    name = "canary"

    def __init__(self, clock: Clock, breaks: bool = False) -> None:
        self._next: datetime | None = clock()
        self._breaks = breaks

    def due(self) -> datetime | None:
        return self._next

    def run(self, now: datetime) -> list[Alert]:
        self._next = now + timedelta(days=1)
        if self._breaks:
            raise RuntimeError("no answer")
        return [Alert("canary:1", TASK, now, {"subject": {"en": "Behaviour changed"}, "lines": [{"en": "It did."}]})]


def test_what_a_task_finds_is_told_and_one_that_breaks_breaks_nothing_else(tmp_path: Path, clock: Clock) -> None:
    room, lines = Room(), []
    config = config_of(tmp_path, '[watch]\nfolder = "kept"\n[traffic]\nattempts = "none"\n', room=room)
    rounds = rounds_of(config, clock, traffic())
    run_once(rounds, lines.append, (Canary(clock), Canary(clock, breaks=True)))
    run_once(rounds, lines.append, ())
    assert room.got == ["Behaviour changed"]
    assert lines == []  # the second has the name of the first and waits for it
    run_once(rounds, lines.append, (Canary(clock, breaks=True),))
    assert lines == ["canary: failed (RuntimeError: no answer)"]
    rounds.close()


def test_sigterm_ends_it_after_the_round_and_the_next_goes_on(tmp_path: Path, server: PageServer) -> None:
    server.pages["/p"] = page(OLD)
    config = config_of(tmp_path, toml(server, "/p"), room=Room())
    pid = os.fork()
    if not pid:
        try:
            rounds = Rounds(config, lambda: datetime.now(UTC), lambda _: None)
            run(rounds, lambda _: None)
            rounds.close()
            os._exit(7)
        finally:
            os._exit(1)
    until = time.monotonic() + 5
    while not (tmp_path / "kept" / "pages.jsonl").exists() and time.monotonic() < until:
        time.sleep(0.05)
    os.kill(pid, signal.SIGTERM)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    rounds = rounds_of(config, lambda: datetime.now(UTC))
    assert len(rounds.polls.pages) == 1
    rounds.close()
