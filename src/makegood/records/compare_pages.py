"""Compare: what differs between two versions of one status page, told apart as growth or edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from makegood.records.bulletin import Bulletin, Update
from makegood.records.page_change import PageChange
from makegood.spans import iso

# A page stands in caches for a while: what it dates this much before the last look is not yet held against it.
TOLERANCE = timedelta(minutes=5)
_RANK = {"none": 0, "unknown": 0, "maintenance": 0, "degraded": 1, "partial": 2, "major": 3}
_LONGEST_TEXT = 400
Incidents = Mapping[str, Mapping[str, Bulletin]]  # incident: component: its bulletin


@dataclass(frozen=True)
class Looks:
    """When the two versions were looked at: the earlier one stood there until `unseen`, the later one at `seen`."""

    unseen: datetime
    seen: datetime

    @property
    def provable(self) -> datetime:
        """What the later version dates before this was not on the page then."""
        return self.unseen - TOLERANCE


def compare_pages(before: Sequence[Bulletin], after: Sequence[Bulletin], looks: Looks) -> tuple[PageChange, ...]:
    """The changes, incident by incident in the order of the later version; what is gone comes last.

    An incident that stood in the earlier version and is older than all in the later one was `dropped` from the end of
    the list; of a page that shows only what is open, an incident that is gone was closed. Anything else that is gone
    was `removed`.
    """
    old, new = _by_incident(before), _by_incident(after)
    found: list[PageChange] = []
    for name, parts in new.items():
        found += _of_incident(old[name], parts, looks) if name in old else _posted(parts, looks)
    found += [_gone(parts, after, before) for name, parts in old.items() if name not in new]
    return tuple(found)


def _by_incident(bulletins: Iterable[Bulletin]) -> Incidents:
    found: dict[str, dict[str, Bulletin]] = {}
    for one in bulletins:
        found.setdefault(one.incident, {})[one.id] = one
    return found


def _posted(parts: Mapping[str, Bulletin], looks: Looks) -> Iterator[PageChange]:
    one = next(iter(parts.values()))
    yield PageChange("posted", one.incident, one.title, after=iso(one.start))
    for update in one.updates:
        if update.time < looks.provable and update.status != "scheduled":
            yield _about("backdated", one, update, None)
    if not one.updates and one.start < looks.provable and one.severity != "maintenance":
        yield PageChange("backdated", one.incident, one.title, after=iso(one.start), stated=iso(one.start))


def _gone(parts: Mapping[str, Bulletin], after: Sequence[Bulletin], before: Sequence[Bulletin]) -> PageChange:
    one = next(iter(parts.values()))
    only_open = all(each.end is None or each.severity == "maintenance" for each in (*before, *after))
    if one.end is None and only_open:
        return PageChange("closed", one.incident, one.title, before=iso(one.start))
    oldest = min((each.start for each in after), default=None)
    what = "dropped" if oldest is not None and one.start < oldest else "removed"
    return PageChange(what, one.incident, one.title, before=iso(one.start))


def _of_incident(old: Mapping[str, Bulletin], new: Mapping[str, Bulletin], looks: Looks) -> Iterator[PageChange]:
    """Times, title and updates are the incident's own and told once; severities are those of its components."""
    was, now = next(iter(old.values())), next(iter(new.values()))
    planned = now.severity == "maintenance"
    if was.start != now.start:
        yield PageChange(
            "rescheduled" if planned else "start_moved", now.incident, now.title, "", iso(was.start), iso(now.start)
        )
    yield from _ends(was, now)
    if was.title != now.title:
        yield PageChange("title_edited", now.incident, now.title, "", _cut(was.title), _cut(now.title))
    yield from _updates(was, now, looks)
    yield from _windows(was, now)
    for name in sorted(old.keys() | new.keys()):
        yield from _component(old.get(name), new.get(name))


def _ends(was: Bulletin, now: Bulletin) -> Iterator[PageChange]:
    if was.end == now.end:
        return
    before, after = (iso(one.end) if one.end else None for one in (was, now))
    if was.end is None:
        yield PageChange("closed", now.incident, now.title, after=after)
    elif now.end is None:
        yield PageChange("reopened", now.incident, now.title, before=before)
    elif not (_shows_latest_only(was, now) and now.end == now.updates[-1].time):  # the end of such a page is its update
        planned = now.severity == "maintenance"
        yield PageChange("rescheduled" if planned else "end_moved", now.incident, now.title, "", before, after)


def _windows(was: Bulletin, now: Bulletin) -> Iterator[PageChange]:
    """The window that the text states; one that is told for the first time rewrites nothing."""
    if was.impact == now.impact or now.impact is None:
        return
    before, after = (f"{iso(one.start)}/{iso(one.end)}" if one else None for one in (was.impact, now.impact))
    what = "window_changed" if before else "window_stated"
    yield PageChange(what, now.incident, now.title, "", before, after)


def _component(was: Bulletin | None, now: Bulletin | None) -> Iterator[PageChange]:
    if was is None and now is not None:
        yield PageChange("component_added", now.incident, now.title, now.component, after=now.severity)
    elif now is None and was is not None:
        yield PageChange("component_removed", was.incident, was.title, was.component, before=was.severity)
    elif was is not None and now is not None and was.severity != now.severity and _both_told(was, now):
        lowered = _RANK[now.severity] < _RANK[was.severity]
        what = "severity_lowered" if lowered else "severity_raised"
        yield PageChange(what, now.incident, now.title, now.component, was.severity, now.severity)


def _both_told(was: Bulletin, now: Bulletin) -> bool:
    """Is a severity stated both times? Some pages tell none of what is closed, which lowers nothing."""
    return "unknown" not in (was.severity, now.severity)


def _shows_latest_only(was: Bulletin, now: Bulletin) -> bool:
    """Does the page keep nothing but the last update, so that an earlier one is always gone?"""
    return len(was.updates) == len(now.updates) == 1 and now.updates[0].time > was.updates[0].time


def _updates(was: Bulletin, now: Bulletin, looks: Looks) -> Iterator[PageChange]:
    if _shows_latest_only(was, now):
        yield _about("update_added", now, now.updates[0], None)
        return
    gone = [one for one in was.updates if one not in now.updates]
    fresh = [one for one in now.updates if one not in was.updates]
    for update in list(fresh):
        twin = next((one for one in gone if _same_text(one, update) or _same_place(one, update)), None)
        if twin is not None:
            gone.remove(twin)
            fresh.remove(update)
            what = "text_edited" if twin.time == update.time else "update_retimed"
            yield _about(what, now, update, twin)
    last = max((one.time for one in was.updates), default=None)
    for update in fresh:
        yield from _fresh(now, update, last, looks)
    for update in gone:
        yield PageChange("update_removed", now.incident, now.title, before=_told(update), stated=iso(update.time))


def _fresh(now: Bulletin, update: Update, last: datetime | None, looks: Looks) -> Iterator[PageChange]:
    inserted = last is not None and update.time < last
    yield _about("update_inserted" if inserted else "update_added", now, update, None)
    if update.time < looks.provable:
        yield _about("backdated", now, update, None)


def _same_text(one: Update, other: Update) -> bool:
    return (one.status, one.text) == (other.status, other.text) and bool(one.text)


def _same_place(one: Update, other: Update) -> bool:
    return (one.time, one.status) == (other.time, other.status) or (one.time == other.time and one.text == other.text)


def _about(what: str, one: Bulletin, update: Update, before: Update | None) -> PageChange:
    """A change that is about one update; a new time is told as times, anything else as text."""
    if what == "update_retimed" and before is not None:
        told: tuple[str | None, str] = iso(before.time), iso(update.time)
    else:
        told = _told(before) if before else None, _told(update)
    return PageChange(what, one.incident, one.title, "", *told, stated=iso(update.time))


def _told(update: Update) -> str:
    return _cut(f"{update.status}: {update.text}" if update.text else update.status)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
