"""Act: keep a version of a status page; its bytes under their own hash, and one line that says when it was seen."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from makegood.acts.append_line import append_line, flush_folder
from makegood.errors import UnknownFormat, Unreadable
from makegood.keys import canonical, content_hash
from makegood.records.bulletin import Bulletin
from makegood.records.compare_pages import Looks, compare_pages
from makegood.records.page_change import PageChange
from makegood.records.page_version import PageVersion
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


def keep_page(
    folder: WatchFolder, look: Look, last: PageVersion | None
) -> tuple[PageVersion, tuple[Bulletin, ...]] | None:
    """Keep what a look showed where it says something else than `last`, the version before; None where it does not.

    The bytes are on disk before the line that names them. Raise UnknownFormat or Unreadable, and keep nothing, where
    the bytes are no status page that can be read.
    """
    sha = hashlib.sha256(look.body).hexdigest()
    if last is not None and sha == last.sha:
        return None
    aside = folder.root / f".{sha}.partial"
    try:
        aside.write_bytes(look.body)
        reading, form = _read(aside, look.url)
        told = named(reading.bulletins, look.provider, look.url)
        says = says_hash(told, reading)
        if last is not None and says == last.says:
            return None
        _settle(aside, folder.body(sha))
    finally:
        aside.unlink(missing_ok=True)
    version = PageVersion(look.provider, look.url, sha, says, look.at, None, len(look.body), form, look.modified[:80])
    version = replace(version, refused=len(reading.quarantined))
    if last is not None:
        looks = Looks(max(look.before or last.seen, last.seen), look.at)
        version = replace(version, unseen=looks.unseen, changes=_changes(folder, last, told, looks))
    append_line(folder.versions, canonical(version.as_data()))
    return version, told


def _changes(folder: WatchFolder, last: PageVersion, told: Sequence[Bulletin], looks: Looks) -> tuple[PageChange, ...]:
    """What differs; nothing can be said where the bytes of the version before are gone."""
    try:
        return compare_pages(bulletins_in(folder, last), told, looks)
    except Unreadable:
        return ()


def _read(path: Path, url: str) -> tuple[Reading, str]:
    """The reading and the name of its format; what the page is called stands in place of the file's own name."""
    document = replace(open_document(path), file=url)
    form = recognise(document)
    if form is None or form.kind != "bulletins":
        raise UnknownFormat(f"{url}: what it answers is no status page in a format known here.")
    return form.read(document), form.name


def says_hash(told: Sequence[Bulletin], reading: Reading) -> str:
    """A hash of what can be read in a page, without when it was taken: times, titles, severities, texts, bad rows."""
    return content_hash([[_facts(one) for one in told], [[one.line, one.reason] for one in reading.quarantined]])


def _facts(one: Bulletin) -> list[object]:
    times = [iso(at) if at else None for at in (one.start, one.end)]
    window = [iso(one.impact.start), iso(one.impact.end)] if one.impact else None
    updates = [[iso(update.time), update.status, update.text] for update in one.updates]
    return [one.id, one.incident, list(one.scope.key()), one.component, one.title, one.severity, times, window, updates]


def _settle(aside: Path, place: Path) -> None:
    """Into place and on disk; the same bytes may stand there already."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with aside.open("rb") as stream:
        os.fsync(stream.fileno())
    os.replace(aside, place)
    flush_folder(place.parent)
