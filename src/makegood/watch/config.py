"""Verb: read a watch's config; a TOML file and the secrets that it names by the variables that hold them."""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from pydantic import ValidationError

from makegood.errors import BadPeriod, BadUse
from makegood.losses.faults import read_rules
from makegood.reads.alert_facts import AlertPolicy
from makegood.reads.words import Words
from makegood.spans import zone
from makegood.watch.config_shape import File, PageTable
from makegood.watch.known_pages import known_pages
from makegood.watch.way import Way
from makegood.watch.ways import ways_of

_LARGEST = 1_000_000  # bytes
_MEND = "see docs/watch.md"
LineOf = Callable[[str, Sequence[str | int]], int | None]


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


def read_config(path: Path, environ: Mapping[str, str], line_of: LineOf = lambda *_: None) -> Config:
    """Read and check a config; raise BadUse with one sentence that names file, line, field, reason and mend.

    `line_of` finds the line of a field in the text of the file.
    """
    text = _text(path)
    try:
        said = File.model_validate(_loaded(path, text))
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        raise BadUse(_sentence(path, line_of(text, first["loc"]), first["loc"], _reason(dict(first)))) from None

    def fail(place: Sequence[str | int], reason: str) -> NoReturn:
        raise BadUse(_sentence(path, line_of(text, place), place, reason))

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
    return Config(path, said, pages, ways_of(said.channels, environ, fail), Words(said.watch.lang, clock))


def _text(path: Path) -> str:
    try:
        if path.exists() and not (path.is_file() and path.stat().st_size <= _LARGEST):
            raise BadUse(f"{path}: is no file, or is larger than a megabyte; give a small TOML file.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise BadUse(f"{path}: cannot be read ({fault.strerror}); check the name and the rights.") from fault
    except UnicodeDecodeError as fault:
        raise BadUse(f"{path}: is not UTF-8 text; save it as UTF-8.") from fault


def _loaded(path: Path, text: str) -> dict[str, object]:
    try:
        return {key: _tuples(value) for key, value in tomllib.loads(text).items()}
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise BadUse(f"{path}: is not TOML: {fault}; {_MEND} for an example.") from fault


def _tuples(value: object) -> object:
    """Lists as tuples, which is what a shape that nobody alters holds."""
    if isinstance(value, dict):
        return {key: _tuples(one) for key, one in value.items()}
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def _reason(fault: Mapping[str, object]) -> str:
    kind = str(fault["type"])
    if kind == "missing":
        return "is needed and missing"
    if kind == "extra_forbidden":
        return "is no field of a watch's config"
    if kind == "string_pattern_mismatch":
        return "is not written as such a value is (a name of a variable, or of a channel)"
    return str(fault["msg"]).removeprefix("Value error, ").replace("Input should", "should")


def _sentence(path: Path, line: int | None, place: Sequence[str | int], reason: str) -> str:
    named = ".".join(str(part)[:60] for part in place)
    at = f"{path}: line {line}: " if line else f"{path}: "
    return f"{at}{named + ' ' if named else ''}{reason}; {_MEND}."


def _page(number: int, one: PageTable, fail: Callable[[Sequence[str | int], str], NoReturn]) -> Page:
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


def _shipped(
    place: tuple[str | int, ...], one: PageTable, every: timedelta, fail: Callable[[Sequence[str | int], str], NoReturn]
) -> Page:
    known, name = known_pages(), read_rules().one_name(one.provider)
    found = next((page for page in known.pages if read_rules().one_name(page.provider) == name), None)
    if found is not None:
        return Page(one.provider, found.url, every)
    why = next((why for provider, why in known.without if read_rules().one_name(provider) == name), None)
    reason = f"has no page that ships with makegood ({why})" if why else "has no page that ships with makegood"
    return fail((*place, "provider"), f"{reason.rstrip('.')}; name its address as url")


def is_loopback(host: str) -> bool:
    """Is it this machine itself?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
