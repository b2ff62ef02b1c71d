"""Verb: a round of the watch; keep what pages showed, look at own traffic, decide what is an alert, write and send."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from makegood.acts.append_line import append_line
from makegood.acts.keep_page import Before, Kept, Look, Shown, keep_page
from makegood.acts.keep_polls import keep_polls
from makegood.errors import BadUse, MakegoodError, Refused, Unreadable
from makegood.keys import canonical
from makegood.losses.faults import read_rules
from makegood.reads.alert import BEGAN, CHANGED, ENDED, SILENT, Alert
from makegood.reads.alert_facts import Facts, PageSeen, TrafficSeen
from makegood.reads.alert_state import Told, due_entry, held_entry, told_of
from makegood.reads.alerts import decide
from makegood.reads.calendar import Entry
from makegood.reads.fault_place import fault_place
from makegood.records.bulletin import Bulletin
from makegood.records.page_version import PageVersion, Unkept
from makegood.records.tally import Quarantined
from makegood.records.watch_folder import WatchFolder, bulletins_in, read_log, read_versions
from makegood.watch.claims import Claims
from makegood.watch.config import Config, Page
from makegood.watch.fetch import Fetched, Marks
from makegood.watch.lost import lost_so_far
from makegood.watch.polls import Polls, read_polls
from makegood.watch.send import Sender, send_waiting
from makegood.watch.traffic import Traffic

Looker = Callable[[datetime, datetime | None], TrafficSeen]
_Item = TypeVar("_Item")
_NEWS = timedelta(days=30)  # older versions are kept, but nothing is told of them
_ASIDE_TOLD = 5
_WITH_LOSS = (BEGAN, SILENT, CHANGED, ENDED)


@dataclass(frozen=True)
class Round:
    """What one round did: page versions kept, alerts that became due, held back, and arrived; what is still unsent."""

    kept: int = 0
    due: int = 0
    held: int = 0
    arrived: int = 0
    unsent: int = 0


class Rounds:
    """The state of one watch; everything in it stands on disk or can be read again. One watch a folder at a time."""

    def __init__(
        self, config: Config, clock: Callable[[], datetime], tell: Callable[[str], None], look: Looker | None = None
    ) -> None:
        self.config, self.clock, self._tell = config, clock, tell
        self.folder = WatchFolder(config.folder)
        self._lock = _locked(self.folder)
        self.polls = read_polls(self.folder) or Polls(since=clock(), seed=secrets.token_hex(8))
        self._versions, refused = read_versions(self.folder)
        self._said: dict[str, tuple[Bulletin, ...]] = {}
        self._shown: dict[str, Shown | None] = {}
        self._full: set[str] = set()
        self._last = self._kept_whole({one.url: one for one in self._versions})
        self.told = self._read_told(len(refused))
        self._look = look or _looker(config)
        self._claims = Claims(config.assessments)
        self._unjudged: frozenset[str] = frozenset()
        self._unseen = ""
        # filled by the loop while a round runs in a thread of its own
        self._found: deque[Alert] = deque()
        self._fetched: deque[tuple[Page, Fetched, datetime]] = deque()

    def close(self) -> None:
        """Let another watch have the folder."""
        os.close(self._lock)

    def took(self, page: Page, fetched: Fetched) -> None:
        """Note what a request for a page brought; the next round keeps it."""
        self._fetched.append((page, fetched, self.clock()))

    def found(self, alerts: Iterable[Alert]) -> None:
        """Note what a task found; the next round tells it."""
        self._found.extend(alerts)

    def round(self, stop: Callable[[], bool] = lambda: False) -> Round:
        """One round, in an order in which a crash at any point loses nothing: a version is on disk before it is told,
        an alert before it is sent. Raise Unreadable where the folder cannot be written; the next round goes on.
        """
        try:
            return self._round(stop)
        except OSError as fault:
            said = f"{self.folder.root}: cannot be written ({fault.strerror or type(fault).__name__}); make room there."
            raise Unreadable(said) from fault

    def _round(self, stop: Callable[[], bool]) -> Round:
        kept = sum(self._keep(*one) for one in _drained(self._fetched))
        now = self.clock()
        facts = self._facts(now)
        decided = decide(facts, self.told, self.config.policy)
        self.polls.missing = decided.missing
        self._tell_unjudged(decided.faults)
        for alert in decided.due:
            full = self._with_loss(alert, now)
            self._note(due_entry(full, [way.name for way in self.config.ways if way.takes(full)]))
        for alert in decided.held:
            self._note(held_entry(alert))
        for _ in facts.found:  # written now, or known before
            self._found.popleft()
        if facts.traffic is not None and not facts.traffic.failing:
            self.polls.look(now)
        self._bookmark()
        sender = Sender(self.config.ways, self.config.words, self.clock, self._note, self._tell)
        arrived = send_waiting(self.told, sender, stop)
        return Round(kept, len(decided.due), len(decided.held), arrived, self.told.unsent())

    def _keep(self, page: Page, fetched: Fetched, at: datetime) -> int:
        """Keep what a page showed where it is new; how many versions that makes."""
        before = self.polls.of(page.url)
        if fetched.stands and page.url not in self._last:
            fetched = replace(fetched, fault="it says that nothing has changed, and nothing was kept of it")
        if fetched.fault or fetched.body is None:
            (self.polls.failed if fetched.fault else self.polls.read)(page, fetched, at)
            self._tell_fault(page, before.fault)
            return 0
        look = Look(page.provider, page.url, fetched.body, at, before.read_at, fetched.marks.modified)
        mine = tuple(one for one in self._versions if one.url == page.url and page.url in self._last)
        known = Before(mine, self.polls.unkept.get(page.url, Unkept()), self._shown.get(page.url), self.config.sparing)
        try:
            kept = keep_page(self.folder, look, known)
        except OSError:
            raise
        except Exception as fault:  # what a stranger's page is made of must not end the watch
            self.polls.failed(page, replace(fetched, fault=_short(fault, page)), at)
            self._tell_fault(page, before.fault)
            return 0
        self.polls.read(page, fetched, at)
        self._tell_fault(page, before.fault)
        self._take(page, kept)
        return len(kept.versions)

    def _take(self, page: Page, kept: Kept) -> None:
        """Note what a look led to; a line for the keeper where the limit of a day holds versions back."""
        self._versions = (*self._versions, *kept.versions)
        if kept.versions:
            self._last[page.url] = kept.versions[-1]
        if kept.told is not None:
            self._said[page.url] = kept.told
        self.polls.unkept[page.url], self._shown[page.url] = kept.unkept, kept.shown
        if kept.full and page.url not in self._full:
            self._tell(
                f"{page.url}: more of it than page_megabytes would be kept within a day; "
                f"one version in {self.config.said.watch.repeat_hours} hours is kept, the others are counted"
            )
            self._full.add(page.url)

    def _tell_fault(self, page: Page, before: str) -> None:
        """A line for the keeper where a page's fault is new, or over."""
        fault = self.polls.of(page.url).fault
        if fault != before:
            self._tell(f"{page.url}: {fault}" if fault else f"{page.url}: can be read again")

    def _tell_aside(self, rows: Sequence[Quarantined]) -> None:
        """Lines for the keeper where recorded attempts could not be used, each with its place."""
        for one in rows[:_ASIDE_TOLD]:
            self._tell(f"set aside: {one}")
        if len(rows) > _ASIDE_TOLD:
            self._tell(f"set aside: {len(rows) - _ASIDE_TOLD} more; makegood assess names them all")

    def _tell_unseen(self, traffic: TrafficSeen) -> None:
        """A line for the keeper where the attempts folder cannot be read, or can be again; an alert comes later."""
        if traffic.failing != self._unseen:
            self._tell(f"{traffic.folder}: {traffic.failing or 'can be read again'}")
        self._unseen = traffic.failing

    def _tell_unjudged(self, faults: Sequence[str]) -> None:
        """A line for the keeper for each thing that cannot be judged and could be at the round before."""
        for one in faults:
            if one not in self._unjudged:
                self._tell(one)
        self._unjudged = frozenset(faults)

    def _facts(self, now: datetime) -> Facts:
        traffic = self._look(now, self.polls.looked) if self._look else None
        if traffic is not None:
            traffic = replace(traffic, away=self.polls.away_at(now))
            self._tell_aside(traffic.quarantined)
            self._tell_unseen(traffic)
        return Facts(
            now=now,
            since=self.polls.since,
            one_name=read_rules().one_name,
            pages=tuple(self._seen(page) for page in self.config.pages),
            versions=tuple(one for one in self._versions if one.seen > now - _NEWS),
            traffic=traffic,
            claims=self._claim_steps(now),
            found=tuple(self._found.copy()),
            missing=self.polls.missing,
        )

    def _claim_steps(self, now: datetime) -> tuple[tuple[str, Entry], ...]:
        """The steps of the assessments, and a line for the keeper where one can no longer be read, or can again."""
        before = dict(self._claims.faults)
        steps, faults = self._claims.steps(now), self._claims.faults
        for path in sorted(before.keys() | faults.keys()):
            if faults.get(path) != before.get(path):
                self._tell(f"{path}: {faults.get(path, 'can be read again')}")
        return steps

    def _seen(self, page: Page) -> PageSeen:
        poll, last = self.polls.of(page.url), self._last.get(page.url)
        if last is None:
            return PageSeen(page.provider, page.url, None, (), poll.fault or "it was not read yet")
        return PageSeen(
            page.provider, page.url, poll.read_at or last.seen, self._said[page.url], poll.fault, last.refused
        )

    def _kept_whole(self, last: dict[str, PageVersion]) -> dict[str, PageVersion]:
        """The last versions of the pages of the config whose bytes can be read; any other page is asked for anew, as
        one of which nothing is known: what it says must not be taken for silence.
        """
        for page in self.config.pages:
            with suppress(MakegoodError, KeyError):
                self._said[page.url] = bulletins_in(self.folder, last[page.url])
                continue
            self.polls.pages[page.url] = replace(self.polls.of(page.url), read_at=None, marks=Marks())
        return {url: one for url, one in last.items() if url in self._said}

    def _with_loss(self, alert: Alert, now: datetime) -> Alert:
        over = alert.facts.get("withdrawn") or alert.facts.get("lapsed")  # nothing is known to be lost by it
        if alert.kind not in _WITH_LOSS or self.config.attempts is None or over:
            return alert
        try:
            lost = lost_so_far(self.config.attempts, alert.facts, now)
        except Exception as fault:  # the alert matters more than its sum
            self._tell(f"what is lost by {alert.facts['incident']} cannot be worked out ({fault_place(fault)})")
            lost = None
        return replace(alert, facts={**alert.facts, "lost": lost})

    def _note(self, entry: Mapping[str, Any]) -> None:
        append_line(self.folder.alerts, canonical(dict(entry)))
        self.told.add(entry)

    def _bookmark(self) -> None:
        keep_polls(self.folder, self.polls.as_data())

    def _read_told(self, refused: int) -> Told:
        rows, bad = read_log(self.folder.alerts)
        told = told_of(row for _, row in rows)
        left_out = refused + len(bad) + told.unread
        if left_out:
            lines = "1 line of its logs" if left_out == 1 else f"{left_out:,} lines of its logs"
            be = "is" if left_out == 1 else "are"
            self._tell(f"{self.folder.root}: {lines} cannot be read and {be} left out")
        return told


def _looker(config: Config) -> Looker | None:
    """How own traffic is looked at, where the config names a folder of attempts."""
    if config.said.traffic is None or config.attempts is None:
        return None
    return Traffic(config.attempts, config.said.traffic.days, read_rules()).look


def _drained(queue: deque[_Item]) -> Iterator[_Item]:
    """What stands in the queue, taken out one by one."""
    with suppress(IndexError):
        while True:
            yield queue.popleft()


def _locked(folder: WatchFolder) -> int:
    """Hold the folder; raise Refused where another watch does, BadUse where it cannot be written."""
    try:
        folder.root.mkdir(parents=True, exist_ok=True)
        file = os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise BadUse(f"{folder.root}: cannot be written ({fault.strerror}); name another folder.") from fault
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        os.close(file)
        raise Refused(f"{folder.root}: another watch is at work in it; end that, or name another folder.") from fault
    return file


def _short(fault: Exception, page: Page) -> str:
    """Why bytes are no status page, without the path that they were read from."""
    if not isinstance(fault, MakegoodError):
        return f"what it answers cannot be read as a status page ({fault_place(fault)})"
    return str(fault).replace(f"{page.url}: ", "").split("/pages/")[-1][:300] or type(fault).__name__
