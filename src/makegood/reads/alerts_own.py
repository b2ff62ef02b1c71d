"""Alerts on own traffic: it began to fail, fails wider or worse, passes again; and what the page says beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from makegood.incidents.alarm import FAILING, Alarm
from makegood.incidents.alarm import SILENT as TRAFFIC_STOPPED
from makegood.incidents.incident import Found
from makegood.incidents.meet import Meeting, meet
from makegood.reads.alert import ACKNOWLEDGED, BEGAN, CHANGED, ENDED, SILENT, Alert, key_of, scope_data, scope_of
from makegood.reads.alert_facts import AlertPolicy, Facts, PageSeen
from makegood.reads.alert_state import Episode, Told
from makegood.reads.alerts_past import MISSED, SAME, end_of, near_in, past_alarms, unseen
from makegood.records.bulletin import Bulletin
from makegood.records.scope import Scope
from makegood.spans import Span, iso, moment

_RANK = {"degraded": 0, "partial": 1, "major": 2}


def own_alerts(facts: Facts, told: Told, policy: AlertPolicy) -> Iterator[Alert]:
    """What is to be told of own traffic; nothing while the folder cannot be read."""
    if facts.traffic is None or facts.traffic.failing:
        return
    alarms = sorted(facts.traffic.alarms, key=lambda one: (one.began, one.number))
    taken: set[str] = set()
    for alarm in (one for one in alarms if one.open):
        mates = [one for one in _mates(alarm, told, facts) if one.id not in taken]
        taken |= {one.id for one in mates}
        yield from _going_on(_Case(alarm, mates, facts, policy))
    for alarm in (one for one in alarms if not one.open):
        mates = [one for one in _mates(alarm, told, facts) if one.id not in taken]
        taken |= {one.id for one in mates}
        if mates or _missed(alarm, facts):
            yield _over(_Case(alarm, mates, facts, policy))
    for alarm in past_alarms(facts):
        mates = [one for one in _left(told, taken) if _ends_with(one, alarm, facts)]
        taken |= {one.id for one in mates}
        if not alarm.open and (mates or unseen(alarm, told, facts)):
            yield _over(_Case(alarm, mates, facts, policy))
    yield from (_withdrawn(one, facts) for one in _left(told, taken) if end_of(one, facts) is None)


@dataclass(frozen=True)
class _Case:
    """An alarm and the told incidents that it is about, the earliest first."""

    alarm: Alarm
    mates: list[Episode]
    facts: Facts
    policy: AlertPolicy

    @property
    def name(self) -> str:
        """The incident's id: when it began, and four digits that tell two of the same minute apart."""
        if self.mates:
            return self.mates[0].id
        return f"{self.alarm.began:%Y-%m-%dT%H:%M}-{key_of('own', *self.alarm.scope.key(), iso(self.alarm.began))[-4:]}"

    def told(self, kind: str, *parts: str, **more: Any) -> Alert:
        """An alert of that kind with all that is known of the incident."""
        alarm, before = self.alarm, self.mates[0].facts if self.mates else {}
        since = min(alarm.began, moment(before["since"])) if before else alarm.began
        facts = {
            "incident": self.name,
            "scope": scope_data(alarm.scope),
            "since": iso(since),
            "until": None if alarm.open else iso(alarm.last),
            "state": alarm.state,
            "attempts": alarm.attempts,
            "faults": alarm.faults,
            "severity": max(severity(alarm), before.get("severity", "degraded"), key=lambda one: _RANK[one]),
            "page": page_beside(alarm, self.facts),
            "folder": self.facts.traffic.folder if self.facts.traffic else "",
            **more,
        }
        return Alert(key_of(kind, self.name, *parts), kind, self.facts.now, facts)


def severity(alarm: Alarm) -> str:
    """How bad it is by the share of attempts that fail: major from a half on, partial from a tenth."""
    if 2 * alarm.faults >= alarm.attempts:
        return "major"
    return "partial" if 10 * alarm.faults >= alarm.attempts else "degraded"


def _mates(alarm: Alarm, told: Told, facts: Facts) -> list[Episode]:
    """The told incidents of a scope that holds this one's or lies in it, and that it can be in time."""
    found = [
        one
        for one in told.episodes.values()
        if _related(scope_of(one.facts["scope"]), alarm)
        and alarm.last >= moment(one.facts["since"]) - SAME
        and ((whole := end_of(one, facts)) is None or alarm.began <= whole.end + SAME)
    ]
    return sorted(found, key=lambda one: (one.facts["since"], one.id))


def _left(told: Told, taken: set[str]) -> list[Episode]:
    left = [one for one in told.episodes.values() if one.id not in taken]
    return sorted(left, key=lambda one: (one.facts["since"], one.id))


def _ends_with(one: Episode, alarm: Alarm, facts: Facts) -> bool:
    return _related(scope_of(one.facts["scope"]), alarm) and end_of(one, facts) == Span(alarm.began, alarm.last)


def _related(scope: Scope, alarm: Alarm) -> bool:
    return near_in(scope, alarm.scope) or any(scope.covers(one) for one in alarm.leaves)


def _going_on(case: _Case) -> Iterator[Alert]:
    page = page_beside(case.alarm, case.facts)
    silent = page["state"] == "silent" and case.alarm.state == FAILING and _so_long(page, case.policy)
    if not case.mates:
        yield case.told(SILENT if silent else BEGAN, **({"minutes": page["minutes"]} if silent else {}))
        return
    first = case.mates[0]
    if _grew(case.alarm, first):
        before = {"scope": dict(first.facts["scope"]), "severity": first.facts["severity"]}
        yield case.told(CHANGED, *case.alarm.scope.key(), severity(case.alarm), before=before)
    if silent and not first.silent and not first.page_said:
        yield case.told(SILENT, minutes=page["minutes"])
    if page["state"] == "says" and not first.page_said:
        yield case.told(ACKNOWLEDGED, was_silent=first.silent)


def _so_long(page: Mapping[str, Any], policy: AlertPolicy) -> bool:
    return timedelta(minutes=page["minutes"]) >= policy.silent


def _grew(alarm: Alarm, before: Episode) -> bool:
    """Does it reach farther, or fail worse, than was told? A narrower scope or a better share is no alert."""
    scope = scope_of(before.facts["scope"])
    wider = alarm.scope != scope and alarm.scope.covers(scope)
    return wider or _RANK[severity(alarm)] > _RANK[before.facts["severity"]]


def _missed(alarm: Alarm, facts: Facts) -> bool:
    """Did it begin and end between two looks, and its alarm was heard all the same?"""
    looked = facts.traffic.looked if facts.traffic else None
    return looked is not None and alarm.last > looked and alarm.last > facts.now - MISSED


def _over(case: _Case) -> Alert:
    more = {"with": [one.id for one in case.mates[1:]], "missed": not case.mates, "withdrawn": False}
    return case.told(ENDED, **more, stopped=case.alarm.state == TRAFFIC_STOPPED)


def _withdrawn(episode: Episode, facts: Facts) -> Alert:
    """An incident that no attempt shows any more: later ones have made it nothing out of the usual."""
    more = {"until": iso(facts.now), "with": [], "missed": False, "withdrawn": True, "stopped": False}
    return Alert(key_of(ENDED, episode.id), ENDED, facts.now, {**episode.facts, **more})


def page_beside(alarm: Alarm, facts: Facts) -> dict[str, Any]:
    """What the pages of the providers that fail say of it: `says`, `silent`, `unread` or `none` (no page is watched).

    `minutes` is how long the page was silent when it was last read, whole minutes; `posted` between which looks the
    bulletin came to stand there, where both are known.
    """
    names = frozenset(facts.one_name(one.provider) for one in (alarm.scope, *alarm.leaves) if one.provider)
    pages = facts.pages_of(names)
    if not pages:
        return {"state": "none"}
    for page in pages:
        near = _about(alarm, page, facts)
        if near:
            return _says(near, page, facts)
    oldest = min(pages, key=lambda one: one.read_at or facts.since)
    read = iso(oldest.read_at) if oldest.read_at else None
    if oldest.read_at is None or oldest.read_at < alarm.began:
        return {"state": "unread", "url": oldest.url, "read_at": read, "why": oldest.failing}
    minutes = (oldest.read_at - alarm.began) // timedelta(minutes=1)
    refused = sum(one.refused for one in pages)
    return {"state": "silent", "url": oldest.url, "read_at": read, "minutes": minutes, "refused": refused}


def _about(alarm: Alarm, page: PageSeen, facts: Facts) -> tuple[Bulletin, ...]:
    """The bulletins of a page that speak of it, by the rule that assessments use."""
    end = facts.now if alarm.open else alarm.last
    span = Span(alarm.began, max(end, alarm.began + timedelta(seconds=1)))
    edge = Span(alarm.began, alarm.began)
    scopes = {Scope(one.provider, region=one.region) for one in alarm.leaves or (alarm.scope,)}
    found = [Found(one, span, edge, edge, 1, 1) for one in scopes]
    meeting = Meeting(found, page.bulletins, facts.now, span, facts.one_name)
    near = {one.id: one for each in meet(meeting) if each.basis == "both" for one in each.bulletins}
    return tuple(near.values())


def _says(near: tuple[Bulletin, ...], page: PageSeen, facts: Facts) -> dict[str, Any]:
    one = min(near, key=lambda each: (each.start, each.id))
    unseen, seen = posted_between(facts, page.url, one.incident)
    return {
        "state": "says",
        "url": page.url,
        "read_at": iso(page.read_at) if page.read_at else None,
        "title": one.title,
        "severity": one.severity,
        "start": iso(one.start),
        "end": iso(one.end) if one.end else None,
        "link": one.url,
        "incidents": sorted({each.incident for each in near}),
        "posted": [iso(unseen), iso(seen)] if unseen and seen else None,
    }


def posted_between(facts: Facts, url: str, incident: str) -> tuple[datetime | None, datetime | None]:
    """The two looks between which an incident came to stand on a page; None where it stood there from the first."""
    for version in facts.versions:
        if version.url == url and any(one.what == "posted" and one.incident == incident for one in version.changes):
            return version.unseen, version.seen
    return None, None
