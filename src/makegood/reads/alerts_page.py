"""Alerts on status pages: what a page says while own traffic is fine, that it says worse or is over, and its edits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from makegood.reads.alert import EDITED, PAGE_CHANGED, PAGE_ENDED, PAGE_ONLY, PAGE_SAYS, Alert, key_of
from makegood.reads.alert_facts import Facts, PageSeen
from makegood.reads.alert_state import Told
from makegood.reads.alerts_own import page_beside, posted_between
from makegood.reads.alerts_past import mates, past_alarms
from makegood.records.bulletin import Bulletin
from makegood.records.bulletin_words import may_be_about_models, worst
from makegood.records.page_version import PageVersion
from makegood.spans import iso

_LATELY = timedelta(days=7)  # older edits are history, not news
_OWN_WINDOW = timedelta(minutes=30)
_LEAST = 20  # attempts below which own traffic shows nothing
_FINE = 50  # at most one fault in so many attempts
EDITS_TOLD = 12
_RANK = ("none", "unknown", "maintenance", "degraded", "partial", "major")


def page_alerts(page: PageSeen, facts: Facts, told: Told, beside: Collection[tuple[str, str]]) -> Iterator[Alert]:
    """What is to be told of a page by itself; `beside` are the bulletins that are told with own traffic."""
    stories = _open(page)
    for incident, parts in stories.items():
        story = _story(page.url, incident, told)
        if story in told.stories:
            yield from _worse(told.stories[story], _facts(page, parts, facts) | {"story": story}, facts.now)
        elif (page.url, incident) not in beside and not told.knows(story):
            said = _facts(page, parts, facts) | {"story": story}
            yield Alert(story, PAGE_ONLY if said["own"]["state"] == "fine" else PAGE_SAYS, facts.now, said)
    yield from _ended(page, stories, told, facts)


def _story(url: str, incident: str, told: Told) -> str:
    """The key of what a page says of an incident, until it says that it is over; opened again, it is told anew."""
    endings = told.endings[url, incident]
    return key_of("page", url, incident, *([str(endings)] if endings else []))


def beside_own(facts: Facts, told: Told, own: Sequence[Alert]) -> frozenset[tuple[str, str]]:
    """The bulletins, as (address, incident), that speak of what own traffic shows now, or were told with it; `own` is
    told of own traffic at this look.
    """
    alarms = facts.traffic.alarms if facts.traffic else ()
    faint = [one for one in past_alarms(facts) if one.open and mates(one, told, facts)]
    said = [page_beside(one, facts) for one in (*alarms, *faint)] + [one.facts["page"] for one in own]
    beside = {(str(page["url"]), str(name)) for page in said if page["state"] == "says" for name in page["incidents"]}
    return frozenset(told.met | beside)


def _open(page: PageSeen) -> dict[str, list[Bulletin]]:
    """What a page shows as open and as a failure of the models, by its incidents."""
    found: dict[str, list[Bulletin]] = {}
    for one in page.bulletins:
        failing = one.kind == "downtime" and one.severity not in ("none", "maintenance") and one.minutes is None
        if one.end is None and failing and may_be_about_models(one.scope.provider, one.component):
            found.setdefault(one.incident, []).append(one)
    return found


def _facts(page: PageSeen, parts: list[Bulletin], facts: Facts) -> dict[str, Any]:
    one = parts[0]
    unseen, seen = posted_between(facts, page.url, one.incident)
    last = max(one.updates, key=lambda update: update.time, default=None)
    return {
        "provider": page.provider,
        "url": page.url,
        "bulletin": one.incident,
        "title": one.title,
        "severity": worst([each.severity for each in parts]),
        "components": sorted({each.component for each in parts})[:8],
        "start": iso(one.start),
        "link": one.url,
        "text": last.text[:400] if last else "",
        "posted": [iso(unseen), iso(seen)] if unseen and seen else None,
        "own": _own(page, one.start, facts),
        "folder": facts.traffic.folder if facts.traffic else "",
    }


def _own(page: PageSeen, start: datetime, facts: Facts) -> dict[str, Any]:
    """Own traffic since the page's start, the last half hour of it at most: fine, some (fail), thin, none, unread."""
    if facts.traffic is None or facts.traffic.failing:
        return {"state": "unread", "attempts": 0, "faults": 0}
    since = max(start, facts.now - _OWN_WINDOW)
    attempts, faults = facts.own(facts.one_name(page.provider), since)
    if not attempts:
        state = "none"
    elif attempts < _LEAST:
        state = "thin"
    else:
        state = "fine" if _FINE * faults <= attempts else "some"
    return {"state": state, "attempts": attempts, "faults": faults, "since": iso(since)}


def _worse(before: Alert, said: dict[str, Any], now: datetime) -> Iterator[Alert]:
    graver = _RANK.index(said["severity"]) > _RANK.index(before.facts["severity"])
    if graver or set(said["components"]) - set(before.facts["components"]):
        key = key_of(PAGE_CHANGED, said["story"], said["severity"], *said["components"])
        told = {"severity": before.facts["severity"], "components": list(before.facts["components"])}
        yield Alert(key, PAGE_CHANGED, now, said | {"before": told})


def _ended(page: PageSeen, stories: dict[str, list[Bulletin]], told: Told, facts: Facts) -> Iterator[Alert]:
    if page.failing or page.read_at is None:
        return
    for story, alert in told.stories.items():
        if alert.facts["url"] != page.url or alert.facts["bulletin"] in stories:
            continue
        closed = [one for one in page.bulletins if one.incident == alert.facts["bulletin"]]
        ends = [one.end for one in closed if one.end]
        end = iso(max(ends)) if ends else None
        more = {"end": end, "gone": not closed, "own": _own(page, closed[0].start if closed else facts.now, facts)}
        yield Alert(key_of(PAGE_ENDED, story, end), PAGE_ENDED, facts.now, {**alert.facts, **more})


def edit_alerts(version: PageVersion, facts: Facts) -> Iterator[Alert]:
    """One alert for a version of a page that rewrites what it said before, but where it does so at every look."""
    if version.sample or not version.edits or version.seen < facts.now - _LATELY or version.unseen is None:
        return
    said = {
        "provider": version.provider,
        "url": version.url,
        "version": version.sha,
        "posted": [iso(version.unseen), iso(version.seen)],
        "edits": [one.as_data() for one in version.edits[:EDITS_TOLD]],
        "more": max(0, len(version.edits) - EDITS_TOLD),
    }
    yield Alert(key_of(EDITED, version.url, version.sha, iso(version.seen)), EDITED, facts.now, said)
