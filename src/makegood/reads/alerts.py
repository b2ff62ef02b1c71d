"""Alerts: what is to be told now; facts and what was told before in, alerts out, and no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from makegood.reads.alert import BLIND, DEADLINE, KINDS, SEES_AGAIN, SUMMARY, URGENT, Alert, key_of
from makegood.reads.alert_facts import AlertPolicy, Facts
from makegood.reads.alert_state import Told
from makegood.reads.alerts_own import OwnAlerts, own_alerts
from makegood.reads.alerts_page import beside_own, edit_alerts, page_alerts
from makegood.reads.calendar import Entry
from makegood.reads.fault_place import fault_place
from makegood.spans import iso

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_SUMMARY_AFTER = timedelta(minutes=15)
_Judged = TypeVar("_Judged")
SUMMED = 20  # of the alerts held back, so many are named in a summary, the most urgent first


@dataclass(frozen=True)
class Decided:
    """`due` is to be sent, the most urgent first; `held` is over the limit and waits for a summary.

    `missing` are the told incidents of own traffic that nothing shows at this look, by id, since when. `faults` are
    sentences on what could not be judged; everything else was.
    """

    due: tuple[Alert, ...]
    held: tuple[Alert, ...] = ()
    missing: Mapping[str, datetime] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


def decide(facts: Facts, told: Told, policy: AlertPolicy = AlertPolicy()) -> Decided:
    """What is to be told now and was not told before, within the limit.

    The same facts give nothing once they were told: each alert has a key, and a key that was written as due or held is
    never told again. Of the limit for an hour the last quarter is for URGENT kinds alone.
    """
    sieve = _Sieve()
    own = sieve.judged("own traffic", lambda: own_alerts(facts, told, policy))
    own = own or OwnAlerts(missing=frozenset(facts.missing))
    others = _others(facts, told, policy, own.alerts, sieve)
    fresh = {one.key: one for one in (*own.alerts, *others) if not told.knows(one.key)}
    ordered = sorted(fresh.values(), key=lambda one: KINDS.index(one.kind))
    due, held = [], []
    used = told.lately(facts.now)
    for one in ordered:
        most = policy.most_per_hour if one.kind in URGENT else max(1, policy.most_per_hour * 3 // 4)
        if used < most:
            due.append(one)
            used += 1
        else:
            held.append(one)
    summary = _summary(told, facts.now)
    missing = {name: facts.missing.get(name, facts.now) for name in sorted(own.missing)}
    return Decided((*due, *([summary] if summary else [])), tuple(held), missing, tuple(sieve.faults))


@dataclass
class _Sieve:
    """What cannot be judged, as pages and files are made by others, must not keep the rest from being told."""

    faults: list[str] = field(default_factory=list)

    def judged(self, what: str, judge: Callable[[], _Judged]) -> _Judged | None:
        """What is judged of it, None and a sentence where that breaks."""
        try:
            return judge()
        except Exception as fault:
            self.faults.append(f"{what}: cannot be judged ({fault_place(fault)}); no alert tells of it")
            return None

    def alerts(self, what: str, judge: Callable[[], Iterable[Alert]]) -> list[Alert]:
        """The alerts of it, none where that breaks."""
        return self.judged(what, lambda: list(judge())) or []


def _others(facts: Facts, told: Told, policy: AlertPolicy, own: Sequence[Alert], sieve: _Sieve) -> Iterator[Alert]:
    beside = sieve.judged("pages beside own traffic", lambda: beside_own(facts, told, own)) or frozenset()
    for page in facts.pages:
        yield from sieve.alerts(page.url, partial(page_alerts, page, facts, told, beside))
    for version in facts.versions:
        yield from sieve.alerts(f"{version.url}, {version.sha[:12]}", partial(edit_alerts, version, facts))
    for path, entry in facts.claims:
        yield from sieve.alerts(f"{path}, {entry.verdict.terms}", partial(_deadline, path, entry, facts, told, policy))
    yield from sieve.alerts("what the watch sees", lambda: [*_blind(facts, told, policy), *_sees_again(facts, told)])
    yield from facts.found


def _summary(told: Told, now: datetime) -> Alert | None:
    """What was held back, a quarter of an hour after the first of it."""
    held = sorted(told.held.values(), key=lambda one: (one.at, one.key))
    if not held or now - held[0].at < _SUMMARY_AFTER:
        return None
    named = sorted(held, key=lambda one: KINDS.index(one.kind))
    counts = {kind: sum(1 for one in held if one.kind == kind) for kind in KINDS}
    facts = {
        "counts": {kind: count for kind, count in counts.items() if count},
        "held": [{"key": one.key, "kind": one.kind} for one in held],
        "named": [{"kind": one.kind, "at": iso(one.at), "facts": dict(one.facts)} for one in named[:SUMMED]],
    }
    return Alert(key_of(SUMMARY, held[0].key, iso(held[0].at)), SUMMARY, now, facts)


def _deadline(path: str, entry: Entry, facts: Facts, told: Told, policy: AlertPolicy) -> Iterator[Alert]:
    """The nearest mark that a claim has come to; one that is first seen late is told once, not for each mark."""
    if entry.safe is None or not entry.open(facts.now):
        return
    left = entry.safe.last + _SECOND - facts.now
    reached = [days for days in sorted(policy.days) if left <= days * _DAY]
    keys = [key_of(DEADLINE, entry.uid, iso(entry.safe.last), str(days)) for days in reached]
    if keys and not told.knows(keys[0]):
        yield Alert(keys[0], DEADLINE, facts.now, _claim(path, entry, facts.now))


def _claim(path: str, entry: Entry, now: datetime) -> dict[str, object]:
    """A claim as facts; texts of the terms as they stand there."""
    one = entry.verdict
    assert entry.safe is not None
    return {
        "path": path,
        "step": entry.step,
        "terms": one.terms,
        "version": one.version,
        "scope": dict(one.scope),
        "period": {"start": iso(one.period.start), "end": iso(one.period.end)},
        "verdict": one.verdict,
        "amount": one.amount.model_dump() if one.amount else None,
        "says": one.clause_says,
        "source": one.source,
        "reckoned": entry.safe.says,
        "last": iso(entry.safe.last),
        "days": entry.days_left(now) or 0,
        "missing": list(one.missing),
    }


def _blind(facts: Facts, told: Told, policy: AlertPolicy) -> Iterator[Alert]:
    for page in facts.pages:
        since = page.read_at or facts.since
        if page.failing and facts.now - since >= policy.blind and page.url not in told.blind:
            yield _cannot_see(page.url, "page", page.read_at, facts, page.failing, page.provider)
    seen = facts.traffic
    if seen is None or seen.folder in told.blind:
        return
    dark, most = facts.now - (seen.newest or facts.since), policy.blind if seen.failing else policy.stale
    if most and dark >= most:
        yield _cannot_see(seen.folder, "folder", seen.newest, facts, seen.failing)


def _cannot_see(what: str, sort: str, last: datetime | None, facts: Facts, *why: str) -> Alert:
    """The key holds the last moment that was seen, so that a second blindness is told anew."""
    said = {
        "what": what,
        "sort": sort,
        "last": iso(last) if last else None,
        "why": why[0],
        "provider": why[1] if len(why) > 1 else None,
    }
    return Alert(key_of(BLIND, what, iso(last) if last else None), BLIND, facts.now, said)


def _sees_again(facts: Facts, told: Told) -> Iterator[Alert]:
    seen: dict[str, datetime | None] = {one.url: None if one.failing else one.read_at for one in facts.pages}
    if facts.traffic is not None:
        seen[facts.traffic.folder] = None if facts.traffic.failing else facts.traffic.newest
    for what, alert in told.blind.items():
        at = seen.get(what)
        if at is not None and at > alert.at:
            said = {"what": what, "sort": alert.facts["sort"], "last": alert.facts["last"], "at": iso(at)}
            yield Alert(key_of(SEES_AGAIN, alert.key), SEES_AGAIN, facts.now, said)
