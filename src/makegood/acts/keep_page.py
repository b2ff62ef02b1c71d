"""Act: keep a version of a status page; its bytes under their own hash, and one line that says when it was seen."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from makegood.acts.append_line import append_line, flush_folder
from makegood.errors import UnknownFormat, Unreadable
from makegood.keys import canonical, content_hash
from makegood.records.bulletin import Bulletin
from makegood.records.compare_pages import Looks, compare_pages
from makegood.records.page_change import PageChange
from makegood.records.page_version import PageVersion, Unkept
from makegood.records.restless import kept_lately, places, restless
from makegood.records.small_files import open_document
from makegood.records.sources.small import Reading
from makegood.records.sources.small_formats import recognise
from makegood.records.watch_folder import WatchFolder, bulletins_in, named
from makegood.spans import iso


@dataclass(frozen=True)
class Look:
    """One look at a page: its bytes, when they were read, when the page was last read before that, what the server
    said of their age.
    """

    provider: str
    url: str
    body: bytes
    at: datetime
    before: datetime | None = None
    modified: str = ""


@dataclass(frozen=True)
class Sparing:
    """How little is kept of a restless page: one version in so long, and no more than so many bytes a day."""

    again: timedelta = timedelta(hours=6)
    most: int = 256 * 1024 * 1024


@dataclass(frozen=True)
class Shown:
    """A look whose bytes could be read: their SHA-256, what they say and its hash, the format, and how many of their
    records could not be used.
    """

    look: Look
    sha: str
    told: tuple[Bulletin, ...]
    says: str
    form: str
    refused: int


@dataclass(frozen=True)
class Before:
    """What is known of a page before a look: its versions in the order in which they were seen, what was not kept since
    the last of them, and of that what was `shown` last; it is kept after all where something else changes behind it.
    """

    versions: Sequence[PageVersion] = ()
    unkept: Unkept = field(default_factory=Unkept)
    shown: Shown | None = None
    sparing: Sparing = Sparing()


@dataclass(frozen=True)
class Kept:
    """What a look led to: the versions that are kept with it, what the page says by it (None: as at the look before),
    and what is not kept. `full` says that the limit of a day held it back.
    """

    versions: tuple[PageVersion, ...] = ()
    told: tuple[Bulletin, ...] | None = None
    unkept: Unkept = field(default_factory=Unkept)
    shown: Shown | None = None
    full: bool = False


def keep_page(folder: WatchFolder, look: Look, before: Before = Before()) -> Kept:
    """Keep what a look showed where it says something else than the last version. Of bytes that say the same, and of
    what a restless page changes at nearly every look, one is kept in a while, and the others are counted.

    The bytes are on disk before the line that names them. Raise UnknownFormat or Unreadable, and keep nothing, where
    the bytes are no status page that can be read.
    """
    sha, last = hashlib.sha256(look.body).hexdigest(), before.versions[-1] if before.versions else None
    if last is not None and sha == last.sha and before.shown is None:
        return Kept(unkept=replace(before.unkept, stood=None))
    page = _shown(folder, look, sha)
    if last is None:
        return Kept((_write(folder, page, None, before.unkept),), page.told)
    if page.says == last.says:
        return _alike(folder, page, last, before)
    return _other(folder, page, last, before)


def _alike(folder: WatchFolder, page: Shown, last: PageVersion, before: Before) -> Kept:
    """A look that says what the last version says, in the same bytes or in others."""
    unkept = replace(before.unkept, stood=None)
    if page.sha == last.sha:
        return Kept((), page.told, unkept)
    if page.look.at - last.seen < before.sparing.again:
        return Kept((), page.told, replace(unkept, alike=unkept.alike + 1))
    return Kept((_write(folder, page, last, unkept),), page.told)


def _other(folder: WatchFolder, page: Shown, last: PageVersion, before: Before) -> Kept:
    """A look that says something else than the last version."""
    at, shown, unkept = page.look.at, before.shown, before.unkept
    known = unkept.stood is not None and unkept.stood >= last.seen  # else it is of the version before that
    unkept = replace(unkept, stood=unkept.stood if known else _look_before(page, last))
    due = at - last.seen >= before.sparing.again
    stands = shown is not None and shown.says == page.says
    if stands and not due:
        return Kept((), page.told, unkept, shown)
    usual = _usual(folder, page, last, before)
    full = kept_lately(before.versions, at) + len(page.look.body) > before.sparing.most
    if not due and (usual or full):
        return Kept((), page.told, replace(unkept, passed=unkept.passed + 1), page, full and not usual)
    found: list[PageVersion] = []
    if shown is not None and (stands or not (usual or full)):
        passed = replace(unkept, passed=max(0, unkept.passed - 1))
        found.append(_write(folder, shown, last, passed, _usual(folder, shown, last, before)))
    if not stands:
        found.append(_write(folder, page, found[0] if found else last, Unkept() if found else unkept, usual))
    return Kept(tuple(found), page.told)


def _usual(folder: WatchFolder, page: Shown, last: PageVersion, before: Before) -> bool:
    """Does it differ only in places that change at nearly every look?"""
    noise = restless(before.versions)
    return bool(noise) and places(_changes(folder, last, page, Looks(last.seen, page.look.at))) <= noise


def _look_before(page: Shown, last: PageVersion) -> datetime:
    """The look before; a bookmark that was lost or set back makes it no earlier than the version before."""
    return max(page.look.before or last.seen, last.seen)


def _write(
    folder: WatchFolder, page: Shown, last: PageVersion | None, unkept: Unkept, sample: bool = False
) -> PageVersion:
    """The bytes, then the line of a version."""
    look = page.look
    _settle(folder, page.sha, look.body)
    size, modified, counts = len(look.body), look.modified[:80], (unkept.alike, unkept.passed, sample)
    version = PageVersion(
        look.provider,
        look.url,
        page.sha,
        page.says,
        look.at,
        None,
        size,
        page.form,
        modified,
        (),
        page.refused,
        *counts,
    )
    if last is not None:
        looks = Looks(unkept.stood or _look_before(page, last), look.at)
        version = replace(version, unseen=looks.unseen, changes=_changes(folder, last, page, looks))
    append_line(folder.versions, canonical(version.as_data()))
    return version


def _changes(folder: WatchFolder, last: PageVersion, page: Shown, looks: Looks) -> tuple[PageChange, ...]:
    """What differs; nothing can be said where the bytes of the version before are gone."""
    try:
        return compare_pages(bulletins_in(folder, last), page.told, looks)
    except Unreadable:
        return ()


def _shown(folder: WatchFolder, look: Look, sha: str) -> Shown:
    """What the bytes say; what the page is called stands in place of the file's own name."""
    aside = folder.root / f".{sha}.partial"
    try:
        aside.write_bytes(look.body)
        document = replace(open_document(aside), file=look.url)
    finally:
        aside.unlink(missing_ok=True)
    form = recognise(document)
    if form is None or form.kind != "bulletins":
        raise UnknownFormat(f"{look.url}: what it answers is no status page in a format known here.")
    reading = form.read(document)
    told = named(reading.bulletins, look.provider, look.url)
    return Shown(look, sha, told, says_hash(told, reading), form.name, len(reading.quarantined))


def says_hash(told: Sequence[Bulletin], reading: Reading) -> str:
    """A hash of what can be read in a page, without when it was taken: times, titles, severities, texts, bad rows."""
    return content_hash([[_facts(one) for one in told], [[one.line, one.reason] for one in reading.quarantined]])


def _facts(one: Bulletin) -> list[object]:
    times = [iso(at) if at else None for at in (one.start, one.end)]
    window = [iso(one.impact.start), iso(one.impact.end)] if one.impact else None
    updates = [[iso(update.time), update.status, update.text] for update in one.updates]
    return [one.id, one.incident, list(one.scope.key()), one.component, one.title, one.severity, times, window, updates]


def _settle(folder: WatchFolder, sha: str, body: bytes) -> None:
    """Into place and on disk; the same bytes may stand there already."""
    aside, place = folder.root / f".{sha}.partial", folder.body(sha)
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with aside.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(aside, place)
    finally:
        aside.unlink(missing_ok=True)
    flush_folder(place.parent)
