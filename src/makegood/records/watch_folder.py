"""Noun: a watch folder; where the versions of pages, what was alerted and the bookmarks of polls stand.

pages/ab/abcd...    the bytes of one version, named by their SHA-256
pages.jsonl         a line a version, append-only
alerts.jsonl        a line for each alert, try and outcome, append-only
polls.json          when each page was last read, written anew each round; without it only that is lost
watch.lock          held by the one who writes
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from makegood.errors import Unreadable
from makegood.records.bulletin import Bulletin
from makegood.records.bulletin_words import provider_of
from makegood.records.page_version import PageVersion, version_of
from makegood.records.small_files import read_small
from makegood.records.tally import Quarantined


@dataclass(frozen=True)
class WatchFolder:
    """The paths of one watch folder."""

    root: Path

    @property
    def versions(self) -> Path:
        """The log of versions."""
        return self.root / "pages.jsonl"

    @property
    def alerts(self) -> Path:
        """The log of alerts."""
        return self.root / "alerts.jsonl"

    @property
    def polls(self) -> Path:
        """The bookmarks of polls."""
        return self.root / "polls.json"

    @property
    def lock(self) -> Path:
        """Held by the one who writes."""
        return self.root / "watch.lock"

    def body(self, sha: str) -> Path:
        """Where the bytes of a version stand."""
        return self.root / "pages" / sha[:2] / sha


def read_versions(folder: WatchFolder) -> tuple[tuple[PageVersion, ...], tuple[Quarantined, ...]]:
    """The versions in the order in which they were seen, and the lines that are none; raise Unreadable."""
    found: list[PageVersion] = []
    rows, refused = read_log(folder.versions)
    for line, row in rows:
        try:
            found.append(version_of(row))
        except ValueError as fault:
            refused.append(Quarantined(str(folder.versions), line, f"{fault}; it is left out"))
    return tuple(found), tuple(refused)


def read_log(path: Path) -> tuple[list[tuple[int, dict[str, Any]]], list[Quarantined]]:
    """Each line that is a JSON object with its number, and those that are not; a log that is not there is empty.

    What stands behind the last line break was being written when its writer was stopped: it counts as not written.
    Raise Unreadable where the log cannot be read.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return [], []
    except OSError as fault:
        raise Unreadable(f"{path}: cannot be read ({fault.strerror}); mend that and start again.") from fault
    rows: list[tuple[int, dict[str, Any]]] = []
    refused = []
    for number, line in enumerate(raw.split(b"\n")[:-1], 1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, dict):
            rows.append((number, row))
        else:
            refused.append(Quarantined(str(path), number, "is no line of this log; it is left out"))
    return rows, refused


def bulletins_in(folder: WatchFolder, version: PageVersion) -> tuple[Bulletin, ...]:
    """What a version says; raise Unreadable where its bytes are gone or cannot be read."""
    return named(read_small(folder.body(version.sha)).bulletins, version.provider, version.url)


def named(bulletins: Iterable[Bulletin], provider: str, url: str) -> tuple[Bulletin, ...]:
    """The bulletins under the provider that the watch knows the page by, whatever it calls itself; `url` their source.

    The page's own name is kept where it is another word for the same one, as what is about models is told by it, and
    where the page holds bulletins of several.
    """
    told = list(bulletins)
    several, same = len({one.scope.provider for one in told}) > 1, provider_of(provider)
    return tuple(
        replace(
            one,
            source=url,
            scope=one.scope if several or one.scope.provider == same else replace(one.scope, provider=provider),
        )
        for one in told
    )
