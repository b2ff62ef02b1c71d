"""Verb: read a watch's config; a TOML file and the secrets that it names by the variables that hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from makegood.acts.keep_page import Sparing
from makegood.errors import BadPeriod
from makegood.losses.faults import read_rules
from makegood.reads.alert_facts import AlertPolicy
from makegood.reads.words import Words
from makegood.records.config.loopback import is_loopback
from makegood.records.config.toml_file import Place, read_toml
from makegood.spans import zone
from makegood.watch.config_shape import File, PageTable
from makegood.watch.known_pages import known_pages
from makegood.watch.way import Way
from makegood.watch.ways import ways_of

Fail = Callable[[Place, str], NoReturn]


@dataclass(frozen=True)
class Page:
    """A page to read: whose it is, where it stands, and how often it is asked for."""

    provider: str
    url: str
    every: timedelta


@dataclass(frozen=True)
class Config:
    """A config that holds together; relative paths in it lie beside the file."""

    path: Path
    said: File
    pages: tuple[Page, ...]
    ways: tuple[Way, ...] = field(repr=False)
    words: Words

    @property
    def folder(self) -> Path:
        """Where the watch keeps what it saw."""
        return self.path.parent / self.said.watch.folder

    @property
    def attempts(self) -> Path | None:
        """The attempts folder, where one is watched."""
        return self.path.parent / self.said.traffic.attempts if self.said.traffic else None

    @property
    def assessments(self) -> tuple[Path, ...]:
        """The assessments whose deadlines are watched."""
        return tuple(self.path.parent / one for one in self.said.claims.assessments)

    @property
    def canaries(self) -> Path | None:
        """The config of canaries, where they are asked."""
        return self.path.parent / self.said.watch.canaries if self.said.watch.canaries else None

    @property
    def sparing(self) -> Sparing:
        """How little is kept of a restless page."""
        return Sparing(timedelta(hours=self.said.watch.repeat_hours), self.said.watch.page_megabytes * 1024 * 1024)

    @property
    def policy(self) -> AlertPolicy:
        """When something is an alert."""
        alerts, stale = self.said.alerts, self.said.traffic.stale_minutes if self.said.traffic else 0
        return AlertPolicy(
            silent=timedelta(minutes=alerts.silent_minutes),
            blind=timedelta(minutes=alerts.blind_minutes),
            stale=timedelta(minutes=stale),
            days=self.said.claims.days,
            most_per_hour=alerts.most_per_hour,
        )


def read_config(path: Path, environ: Mapping[str, str] | None) -> Config:
    """Read and check a config; raise BadUse with one sentence that names file, line, field, reason and mend.

    Without `environ` no secret is looked for, and nothing can be sent: the config has no ways.
    """
    file = read_toml(path, "a watch's config", "docs/watch.md")
    said = file.shaped(File)

    def fail(place: Place, reason: str) -> NoReturn:
        file.fail(place, reason)

    try:
        clock = zone(said.watch.zone).key
    except BadPeriod:
        fail(("watch", "zone"), "is no time zone; use an IANA name such as Asia/Seoul")
    if not (said.pages or said.traffic or said.claims.assessments or said.watch.canaries):
        fail((), "names nothing to watch; add [[pages]], [traffic] or [claims]")
    pages = tuple(_page(number, one, fail) for number, one in enumerate(said.pages))
    twice = next((number for number, one in enumerate(pages) if one.url in [each.url for each in pages[:number]]), None)
    if twice is not None:
        fail(("pages", twice, "url"), "stands twice; leave one of them out")
    ways = () if environ is None else ways_of(said.channels, environ, fail)
    return Config(path, said, pages, ways, Words(said.watch.lang, clock))


def _page(number: int, one: PageTable, fail: Fail) -> Page:
    place = ("pages", number)
    every = timedelta(seconds=one.every_seconds)
    if one.url is None:
        return _shipped(place, one, every, fail)
    try:
        parts = urlsplit(one.url)
        wrong = not parts.hostname or parts.username is not None or parts.password is not None or parts.port == 0
    except ValueError:
        parts, wrong = urlsplit(""), True
    if wrong or not one.url.isascii() or any(character.isspace() for character in one.url):
        fail((*place, "url"), "is no address of a page; write it like https://status.example.com/api/v2/incidents.json")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        fail((*place, "url"), "begins with https://; http:// is for this machine itself")
    return Page(one.provider, one.url, every)


def _shipped(place: tuple[str | int, ...], one: PageTable, every: timedelta, fail: Fail) -> Page:
    known, name = known_pages(), read_rules().one_name(one.provider)
    found = next((page for page in known.pages if read_rules().one_name(page.provider) == name), None)
    if found is not None:
        return Page(one.provider, found.url, every)
    why = next((why for provider, why in known.without if read_rules().one_name(provider) == name), None)
    reason = f"has no page that ships with makegood ({why})" if why else "has no page that ships with makegood"
    return fail((*place, "provider"), f"{reason.rstrip('.')}; name its address as url")
