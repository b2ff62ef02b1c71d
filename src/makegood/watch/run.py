"""Verb: run the watch; pages are asked beside the rounds, so that no slow page holds up an alert."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import aiohttp

from makegood.errors import MakegoodError
from makegood.reads.legible import counted
from makegood.watch.config import Page
from makegood.watch.fetch import Fetched, fetch, new_session, user_agent
from makegood.watch.round import Round, Rounds
from makegood.watch.task import Task

_AT_ONCE = 8  # hosts asked at a time; never two requests to one
_LEAST = timedelta(seconds=1)


@dataclass
class Runner:
    """Rounds with their sessions and what is under way; `tell` says what happened to the keeper, a line each."""

    rounds: Rounds
    tell: Callable[[str], None]
    tasks: Sequence[Task] = ()
    _sessions: dict[str, aiohttp.ClientSession] = field(default_factory=dict)
    _under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def once(self) -> Round:
        """Ask every page that is due, wait for all, do what tasks have due, then one round."""
        try:
            await self._ask_due()
            await asyncio.gather(*self._under_way.values())
            return await asyncio.to_thread(self.rounds.round)
        finally:
            await self._close()

    async def until(self, stop: asyncio.Event) -> None:
        """Rounds until `stop` is set; the round under way is finished, a request under way is not waited for."""
        every = timedelta(seconds=self.rounds.config.said.watch.every_seconds)
        try:
            while not stop.is_set():
                began = asyncio.get_running_loop().time()
                await self._ask_due()
                try:
                    self._say(await asyncio.to_thread(self.rounds.round, stop.is_set))
                except MakegoodError as fault:  # such as a full disk: what was not written is decided anew
                    self.tell(str(fault))
                spent = timedelta(seconds=asyncio.get_running_loop().time() - began)
                await self._rest(stop, max(every - spent, _LEAST))
        finally:
            await self._close()

    async def _rest(self, stop: asyncio.Event, most: timedelta) -> None:
        """Until the next round is due, a page or a task has brought something, or it is to stop."""
        waits = [asyncio.create_task(one.wait()) for one in (stop, self._news)]
        await asyncio.wait(waits, timeout=most.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
        for one in waits:
            one.cancel()
        self._news.clear()

    async def _ask_due(self) -> None:
        """Start a chain of requests for each host with a page that is due, and a thread for each task that is."""
        self._under_way = {name: one for name, one in self._under_way.items() if not one.done()}
        now = self.rounds.clock()
        for pages in self.rounds.polls.due(self.rounds.config.pages, now):
            name = f"host {host_of(pages[0])}"
            if name not in self._under_way:
                self._under_way[name] = asyncio.create_task(self._ask(pages))
        for task in self.tasks:
            due, name = task.due(), f"task {task.name}"
            if due is not None and due <= now and name not in self._under_way:
                self._under_way[name] = asyncio.create_task(self._do(task))

    async def _ask(self, pages: Sequence[Page]) -> None:
        """The pages of one host, one behind the other."""
        for page in pages:
            async with self._places:
                self.rounds.polls.asked(page, self.rounds.clock())
                self.rounds.took(page, await self._fetched(page))
                self._news.set()

    async def _fetched(self, page: Page) -> Fetched:
        host = host_of(page)
        if host not in self._sessions:
            self._sessions[host] = new_session(page.url)
        marks = self.rounds.polls.of(page.url).marks
        return await fetch(self._sessions[host], page.url, marks, user_agent(self.rounds.config.said.watch.contact))

    async def _do(self, task: Task) -> None:
        try:
            self.rounds.found(await asyncio.to_thread(task.run, self.rounds.clock()))
            self._news.set()
        except Exception as fault:  # what is beside the watch must not end it
            self.tell(f"{task.name}: failed ({type(fault).__name__}: {str(fault)[:200]})")

    async def _close(self) -> None:
        for one in self._under_way.values():
            one.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    def _say(self, done: Round) -> None:
        if done.kept or done.due or done.held:
            kept, due = counted(done.kept, "page version"), counted(done.due, "alert")
            self.tell(f"{kept} kept, {due}, {done.held} held back, {done.unsent} unsent")


def host_of(page: Page) -> str:
    """Whom a page is asked of."""
    return urlsplit(page.url).netloc.lower()


def run_once(rounds: Rounds, tell: Callable[[str], None], tasks: Sequence[Task] = ()) -> Round:
    """One round, with the pages that are due."""
    return asyncio.run(Runner(rounds, tell, tasks).once())


def run(rounds: Rounds, tell: Callable[[str], None], tasks: Sequence[Task] = ()) -> None:
    """Rounds until SIGTERM or Ctrl-C; the round under way is finished."""
    asyncio.run(_until_stopped(Runner(rounds, tell, tasks)))


async def _until_stopped(runner: Runner) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    await runner.until(stop)
