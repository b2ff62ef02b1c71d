"""Noun: polls; when each page was read, what its server said then, and when it may be asked again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from makegood.errors import BadPeriod
from makegood.records.page_version import Unkept
from makegood.records.watch_folder import WatchFolder
from makegood.spans import Span, iso, moment
from makegood.watch.config import Page
from makegood.watch.fetch import Fetched, Marks

_LONGEST_WAIT = timedelta(hours=1)
_LONGEST_ASKED = timedelta(days=1)
_DOUBLINGS = 12
_FARTHEST = timedelta(days=2)  # beyond the longest wait that is ever noted
_AWAY = timedelta(minutes=1)  # between two looks: longer than this, and nobody was there


@dataclass(frozen=True)
class Poll:
    """What is known of one page: `read_at` is the last time that it could be read, changed or not.

    `faults` counts the looks since then that failed, `fault` says why the last one did.
    """

    read_at: datetime | None = None
    marks: Marks = field(default_factory=Marks)
    faults: int = 0
    fault: str = ""
    not_before: datetime | None = None

    def due(self, now: datetime) -> bool:
        """May it be asked now? Nobody waits as long as some bookmarks say after a clock was set back."""
        return self.not_before is None or not now < self.not_before <= now + _FARTHEST


@dataclass
class Polls:
    """The bookmarks of a watch. `since` is its first start, `looked` the last look at own traffic, `away` the last span
    without one: the watch was down or asleep, or a timer had not run it. `missing` are the told incidents of own
    traffic that nothing shows any more, by id, since when; `unkept` is what each page showed since its last version.

    `seed` is chance drawn once, so that many watches do not ask a page at the same moments.
    """

    since: datetime
    seed: str
    looked: datetime | None = None
    pages: dict[str, Poll] = field(default_factory=dict)
    away: Span | None = None
    missing: Mapping[str, datetime] = field(default_factory=dict)
    unkept: dict[str, Unkept] = field(default_factory=dict)

    def of(self, url: str) -> Poll:
        """What is known of a page."""
        return self.pages.get(url, Poll())

    def due(self, pages: Iterable[Page], now: datetime) -> list[list[Page]]:
        """The pages to ask now, those of one host behind each other in one list."""
        hosts: dict[str, list[Page]] = {}
        for page in pages:
            if self.of(page.url).due(now):
                hosts.setdefault(urlsplit(page.url).netloc.lower(), []).append(page)
        return list(hosts.values())

    def away_at(self, now: datetime) -> Span | None:
        """The last span up to now in which nobody looked."""
        if self.looked is None or now - self.looked < _AWAY:
            return self.away
        return Span(self.looked, now)

    def look(self, now: datetime) -> None:
        """Note a look at own traffic."""
        self.away, self.looked = self.away_at(now), now

    def asked(self, page: Page, at: datetime) -> None:
        """A look that begins; until its end is known the page is not asked again."""
        self.pages[page.url] = replace(self.of(page.url), not_before=at + page.every)

    def read(self, page: Page, got: Fetched, at: datetime) -> None:
        """A look that showed the page, changed or as before; the next one comes up to a tenth later than asked for."""
        marks = got.marks if got.marks != Marks() else Marks() if got.body is not None else self.of(page.url).marks
        wait = page.every + self._spread(page, at, page.every / 10)
        self.pages[page.url] = Poll(at, marks, not_before=at + max(wait, _believed(got.after)))

    def failed(self, page: Page, got: Fetched, at: datetime) -> None:
        """A look that failed: each time twice as long until the next, up to an hour, a quarter of it by chance."""
        before = self.of(page.url)
        whole = min(page.every * 2 ** min(before.faults + 1, _DOUBLINGS), max(_LONGEST_WAIT, page.every))
        wait = max(whole - self._spread(page, at, whole / 4), _believed(got.after))
        self.pages[page.url] = replace(before, faults=before.faults + 1, fault=got.fault[:300], not_before=at + wait)

    def _spread(self, page: Page, at: datetime, most: timedelta) -> timedelta:
        """Up to `most`, by the hash of seed, page and moment."""
        digest = hashlib.sha256(f"{self.seed}|{page.url}|{iso(at)}".encode()).digest()
        return most * int.from_bytes(digest[:4], "big") // 2**32

    def as_data(self) -> dict[str, Any]:
        """The bookmarks as JSON."""
        return {
            "since": iso(self.since),
            "seed": self.seed,
            "looked": iso(self.looked) if self.looked else None,
            "away": [iso(self.away.start), iso(self.away.end)] if self.away else None,
            "missing": {name: iso(at) for name, at in self.missing.items()},
            "unkept": {url: _unkept_data(one) for url, one in self.unkept.items() if one != Unkept()},
            # while a round writes this, the loop that asks for pages may note a new one
            "pages": {url: _poll_data(one) for url, one in self.pages.copy().items()},
        }


def _believed(after: timedelta | None) -> timedelta:
    return min(after or timedelta(), _LONGEST_ASKED)


def _poll_data(one: Poll) -> dict[str, Any]:
    return {
        "read_at": iso(one.read_at) if one.read_at else None,
        "etag": one.marks.etag,
        "modified": one.marks.modified,
        "faults": one.faults,
        "fault": one.fault,
        "not_before": iso(one.not_before) if one.not_before else None,
    }


def _unkept_data(one: Unkept) -> dict[str, Any]:
    return {"alike": one.alike, "passed": one.passed, "stood": iso(one.stood) if one.stood else None}


def _unkept_of(data: Mapping[str, Any]) -> Unkept:
    return Unkept(int(data["alike"]), int(data["passed"]), moment(data["stood"]) if data["stood"] else None)


def polls_of(text: str) -> Polls | None:
    """The bookmarks from their text; None where it is none, and the watch begins without."""
    try:
        data = json.loads(text)
        pages = {url: _poll_of(one) for url, one in data["pages"].items()}
        looked = moment(data["looked"]) if data["looked"] else None
        away = Span(*(moment(one) for one in data["away"])) if data.get("away") else None
        missing = {name: moment(at) for name, at in data.get("missing", {}).items()}
        unkept = {url: _unkept_of(one) for url, one in data.get("unkept", {}).items()}
        return Polls(moment(data["since"]), str(data["seed"]), looked, pages, away, missing, unkept)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, BadPeriod):
        return None


def read_polls(folder: WatchFolder) -> Polls | None:
    """The bookmarks of a watch folder; None where there are none that can be read."""
    try:
        return polls_of(folder.polls.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def read_unkept(folder: WatchFolder, urls: Collection[str]) -> tuple[Unkept, ...]:
    """What these pages showed since their last versions, as far as bookmarks tell."""
    polls = read_polls(folder)
    return tuple(one for url, one in polls.unkept.items() if url in urls) if polls else ()


def _poll_of(data: Mapping[str, Any]) -> Poll:
    read_at, not_before = (moment(data[name]) if data[name] else None for name in ("read_at", "not_before"))
    marks = Marks(str(data["etag"]), str(data["modified"]))
    return Poll(read_at, marks, int(data["faults"]), str(data["fault"]), not_before)
