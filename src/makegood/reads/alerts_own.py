"""Alerts on own traffic: it began to fail, fails wider or worse, passes again; and what the page says beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, count
from typing import Any

from makegood.incidents.alarm import FAILING, Alarm
from makegood.incidents.alarm import SILENT as TRAFFIC_STOPPED
from makegood.incidents.incident import Found
from makegood.incidents.meet import Meeting, meet
from makegood.reads.alert import ACKNOWLEDGED, BEGAN, CHANGED, ENDED, SILENT, Alert, key_of, scope_data, scope_of
from makegood.reads.alert_facts import AlertPolicy, Facts, PageSeen
from makegood.reads.alert_state import Episode, Told
from makegood.reads.alerts_past import (
    MISSED,
    TAKEN_BACK,
    end_of,
    ends_with,
    goes_on,
    in_order,
    lapsed,
    mates,
    near_in,
    of_rows,
    past_alarms,
    spoken_of,
    unseen,
)
from makegood.records.bulletin import Bulletin
from makegood.records.scope import Scope
from makegood.spans import Span, iso, moment

_RANK = {"degraded": 0, "partial": 1, "major": 2}
_LEAST = 20  # attempts below which the last minutes show nothing


@dataclass(frozen=True)
class OwnAlerts:
    """What is to be told, and the ids of the told incidents that neither an alarm nor the rows show at this look."""

    alerts: tuple[Alert, ...] = ()
    missing: frozenset[str] = frozenset()


def own_alerts(facts: Facts, told: Told, policy: AlertPolicy) -> OwnAlerts:
    """What is to be told of own traffic; nothing while the folder cannot be read."""
    if facts.traffic is None or facts.traffic.failing:
        return OwnAlerts((), frozenset(facts.missing))
    look = _Look(facts, told, policy)
    alarms = sorted(facts.traffic.alarms, key=lambda one: (one.began, one.number))
    found = [alert for one in alarms if one.open for alert in _going_on(look.case(one))]
    found += [alert for one in alarms if not one.open for alert in _gone(look.case(one))]
    past = past_alarms(facts)
    found += [alert for one in past if one.open for alert in _faint(one, look)]
    found += [alert for one in past if not one.open for alert in _past(one, look)]
    left = [(one, lapsed(one, facts)) for one in look.left() if end_of(one, facts) is None]
    found += [_ended(one, facts, lapsed=iso(known)) for one, known in left if known]
    missing = frozenset(one.id for one, known in left if not known)
    found += [
        _ended(told.episodes[name], facts, withdrawn=True) for name in sorted(missing) if _taken_back(name, facts)
    ]
    return OwnAlerts(tuple(found), missing)


@dataclass
class _Look:
    """One look: what is known, what was told before, and which told incidents were met so far."""

    facts: Facts
    told: Told
    policy: AlertPolicy
    taken: set[str] = field(default_factory=set)
    begun: list[Scope] = field(default_factory=list)

    def case(self, alarm: Alarm, ending: bool = False) -> _Case:
        """The alarm with the told incidents that it is about and nothing before it was."""
        if ending:
            some = [one for one in self.left() if ends_with(one, alarm, self.facts)]
        else:
            some = [one for one in mates(alarm, self.told, self.facts) if one.id not in self.taken]
        self.taken |= {one.id for one in some}
        return _Case(alarm, some, self)

    def left(self) -> list[Episode]:
        """The told incidents that nothing was about so far."""
        return in_order([one for one in self.told.episodes.values() if one.id not in self.taken])


@dataclass(frozen=True)
class _Case:
    """An alarm and the told incidents that it is about, the earliest first."""

    alarm: Alarm
    mates: list[Episode]
    look: _Look

    @property
    def facts(self) -> Facts:
        """What is known at this look."""
        return self.look.facts

    @property
    def name(self) -> str:
        """The incident's id: when it began, and four digits that tell two of the same minute apart; a number more
        where one of that id was told to be over and this one goes on.
        """
        if self.mates:
            return self.mates[0].id
        name = f"{self.alarm.began:%Y-%m-%dT%H:%M}-{key_of('own', *self.alarm.scope.key(), iso(self.alarm.began))[-4:]}"
        if not self.alarm.open:
            return name
        again = (f"{name}-{number}" for number in count(2))
        return next(one for one in chain([name], again) if not self.look.told.knows(key_of(ENDED, one)))

    @property
    def severity(self) -> str:
        """How bad it is since it began; major too where it is so now, as hours of faint failing hide an outage."""
        attempts, faults = self.facts.traffic.lately_of(self.alarm.scope) if self.facts.traffic else (0, 0)
        major = self.alarm.open and attempts >= _LEAST and severity(attempts, faults) == "major"
        return "major" if major else severity(self.alarm.attempts, self.alarm.faults)

    def told(self, kind: str, *parts: str, **more: Any) -> Alert:
        """An alert of that kind with all that is known of the incident."""
        alarm, before = self.alarm, self.mates[0].facts if self.mates else {}
        since = min(alarm.began, moment(before["since"])) if before else alarm.began
        facts = {
            "incident": self.name,
            "scope": scope_data(alarm.scope),
            "since": iso(since),
            "counted": iso(alarm.began),
            "until": None if alarm.open else iso(alarm.last),
            "state": alarm.state,
            "attempts": alarm.attempts,
            "faults": alarm.faults,
            "severity": max(self.severity, before.get("severity", "degraded"), key=lambda one: _RANK[one]),
            "lately": list(self.facts.traffic.lately_of(alarm.scope)) if self.facts.traffic and alarm.open else None,
            "page": page_beside(alarm, self.facts),
            "folder": self.facts.traffic.folder if self.facts.traffic else "",
            **more,
        }
        return Alert(key_of(kind, self.name, *parts), kind, self.facts.now, facts)


def severity(attempts: int, faults: int) -> str:
    """How bad it is by the share of attempts that fail: major from a half on, partial from a tenth."""
    if 2 * faults >= attempts:
        return "major"
    return "partial" if 10 * faults >= attempts else "degraded"


def _gone(case: _Case) -> Iterator[Alert]:
    """It is over by its alarm, unless the rows show that it goes on; then it ends with them."""
    if not goes_on(case.alarm, case.facts) and (case.mates or _missed(case.alarm, case.facts)):
        yield _over(case)


def _faint(alarm: Alarm, look: _Look) -> Iterator[Alert]:
    """What the rows show to go on and no alarm speaks of; it begins only while it fails."""
    case = look.case(alarm)
    if not case.mates:
        known = spoken_of(alarm, look.told, look.facts) or any(near_in(alarm.scope, one) for one in look.begun)
        if known or alarm.state != FAILING:
            return
        look.begun.append(alarm.scope)
    yield from _going_on(case)


def _past(alarm: Alarm, look: _Look) -> Iterator[Alert]:
    """What the rows show to be over: of a told incident, or of one that nobody was there to see."""
    case = look.case(alarm, ending=True)
    if case.mates or unseen(alarm, look.told, look.facts):
        yield _over(case)


def _going_on(case: _Case) -> Iterator[Alert]:
    page = page_beside(case.alarm, case.facts)
    silent = page["state"] == "silent" and case.alarm.state == FAILING and _so_long(page, case.look.policy)
    if not case.mates:
        more = {"minutes": page["minutes"]} if silent else {}
        yield case.told(SILENT if silent else BEGAN, **more, faint=of_rows(case.alarm))
        return
    first = case.mates[0]
    if _grew(case, first):
        before = {"scope": dict(first.facts["scope"]), "severity": first.facts["severity"]}
        yield case.told(CHANGED, *case.alarm.scope.key(), case.severity, before=before)
    if silent and not first.silent and not first.page_said:
        yield case.told(SILENT, minutes=page["minutes"])
    if page["state"] == "says" and not first.page_said:
        yield case.told(ACKNOWLEDGED, was_silent=first.silent)


def _so_long(page: Mapping[str, Any], policy: AlertPolicy) -> bool:
    return timedelta(minutes=page["minutes"]) >= policy.silent


def _grew(case: _Case, before: Episode) -> bool:
    """Does it reach farther, or fail worse, than was told? A narrower scope or a better share is no alert."""
    scope = scope_of(before.facts["scope"])
    wider = case.alarm.scope != scope and case.alarm.scope.covers(scope)
    return wider or _RANK[case.severity] > _RANK[before.facts["severity"]]


def _missed(alarm: Alarm, facts: Facts) -> bool:
    """Did it begin and end between two looks, and its alarm was heard all the same?"""
    looked = facts.traffic.looked if facts.traffic else None
    return looked is not None and alarm.last > looked and alarm.last > facts.now - MISSED


def _over(case: _Case) -> Alert:
    more = {"with": [one.id for one in case.mates[1:]], "missed": not case.mates, "withdrawn": False}
    return case.told(ENDED, **more, stopped=case.alarm.state == TRAFFIC_STOPPED)


def _ended(episode: Episode, facts: Facts, withdrawn: bool = False, lapsed: str | None = None) -> Alert:
    """An incident that no attempt shows any more: later ones have made it nothing out of the usual, or its attempts
    lie before those that are known.
    """
    more: dict[str, Any] = {"until": None if lapsed else iso(facts.now), "with": [], "missed": False, "stopped": False}
    more |= {"withdrawn": withdrawn, "lapsed": lapsed}
    return Alert(key_of(ENDED, episode.id), ENDED, facts.now, {**episode.facts, **more})


def _taken_back(name: str, facts: Facts) -> bool:
    return name in facts.missing and facts.now - facts.missing[name] >= TAKEN_BACK


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
