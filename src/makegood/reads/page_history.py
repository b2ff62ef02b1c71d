"""Page history: what a status page said of each incident from version to version, and when it came to say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from makegood.records.bulletin import Bulletin
from makegood.records.bulletin_words import worst
from makegood.records.page_change import PageChange
from makegood.records.page_version import PageVersion, Unkept
from makegood.spans import Span


@dataclass(frozen=True)
class Telling:
    """What one version said of an incident; `start` is None where it said nothing of it any more.

    It came to say so between `unseen` and `seen`; `unseen` is None where it was there at the first look.
    """

    url: str
    sha: str
    unseen: datetime | None
    seen: datetime
    changes: tuple[PageChange, ...] = ()
    title: str = ""
    start: datetime | None = None
    end: datetime | None = None
    severity: str = "unknown"
    components: tuple[str, ...] = ()
    updates: int = 0

    @property
    def edits(self) -> tuple[PageChange, ...]:
        """The changes that rewrite the past."""
        return tuple(one for one in self.changes if one.is_edit)


@dataclass(frozen=True)
class PageStory:
    """One incident of a page, through its versions."""

    url: str
    incident: str
    tellings: tuple[Telling, ...]

    @property
    def title(self) -> str:
        """As it was last told."""
        return next((one.title for one in reversed(self.tellings) if one.title), self.incident)

    @property
    def start(self) -> datetime:
        """The earliest start that any version gave it."""
        return min(one.start or one.seen for one in self.tellings)

    @property
    def edited(self) -> bool:
        """Was anything of it rewritten?"""
        return any(one.edits for one in self.tellings)

    def span(self, now: datetime) -> Span:
        """From its earliest start to its latest end by any version; to `now` while the last one shows it open."""
        last = self.tellings[-1]
        ends = [one.end for one in self.tellings if one.end]
        end = now if last.start is not None and last.end is None else max(ends, default=last.seen)
        return Span(self.start, max(self.start, end))


@dataclass(frozen=True)
class PageHistory:
    """The stories that changed while they were watched, the latest first; `still` counts those that never did.

    `alike` looks showed other bytes that said the same, `passed` others what changes at nearly every look, or was too
    much for a day; neither is kept but for one in a while.
    """

    provider: str
    urls: tuple[str, ...]
    versions: int
    first: datetime | None
    last: datetime | None
    stories: tuple[PageStory, ...]
    still: int = 0
    alike: int = 0
    passed: int = 0


def page_history(
    provider: str,
    versions: Sequence[PageVersion],
    read: Callable[[PageVersion], Iterable[Bulletin]],
    incident: str | None = None,
    unkept: Sequence[Unkept] = (),
) -> PageHistory:
    """The history of these versions of one provider's pages, in the order in which they were seen; `unkept` is what was
    shown since the last of each.

    `read` gives what a version says. A bulletin that stood on the first version and never changed is only counted,
    unless it is the `incident` asked for.
    """
    tellings: dict[tuple[str, str], list[Telling]] = {}
    for version in versions:
        told = _by_incident(read(version))
        changed: dict[str, list[PageChange]] = {}
        for one in version.changes:
            changed.setdefault(one.incident, []).append(one)
        for name in told.keys() if version.unseen is None else changed.keys():
            telling = _telling(version, told.get(name, ()), tuple(changed.get(name, ())))
            tellings.setdefault((version.url, name), []).append(telling)
    stories = [PageStory(url, name, tuple(many)) for (url, name), many in tellings.items()]
    wanted = [one for one in stories if incident is None or one.incident == incident]
    told_of = [one for one in wanted if incident or len(one.tellings) > 1 or one.tellings[0].unseen is not None]
    return PageHistory(
        provider,
        tuple(dict.fromkeys(one.url for one in versions)),
        len(versions),
        versions[0].seen if versions else None,
        versions[-1].seen if versions else None,
        tuple(sorted(told_of, key=lambda one: (one.start, one.incident), reverse=True)),
        len(wanted) - len(told_of),
        sum(one.alike for one in versions) + sum(one.alike for one in unkept),
        sum(one.passed for one in versions) + sum(one.passed for one in unkept),
    )


def _by_incident(bulletins: Iterable[Bulletin]) -> dict[str, list[Bulletin]]:
    found: dict[str, list[Bulletin]] = {}
    for one in bulletins:
        found.setdefault(one.incident, []).append(one)
    return found


def _telling(version: PageVersion, parts: Sequence[Bulletin], changes: tuple[PageChange, ...]) -> Telling:
    where = (version.url, version.sha, version.unseen, version.seen, changes)
    if not parts:
        return Telling(*where)
    one = parts[0]
    return Telling(
        *where,
        title=one.title,
        start=min(each.start for each in parts),
        end=None if any(each.end is None for each in parts) else max(each.end for each in parts if each.end),
        severity=worst([each.severity for each in parts]),
        components=tuple(dict.fromkeys(each.component for each in parts)),
        updates=max(len(each.updates) for each in parts),
    )
