"""Alerts on own traffic that nobody saw happen: what its rows show of a time when the watch was down or asleep."""

from __future__ import annotations

from datetime import timedelta

from makegood.incidents.alarm import FAILING, OVER, SLACK, Alarm
from makegood.incidents.alarm import SILENT as TRAFFIC_STOPPED
from makegood.incidents.incident import Found
from makegood.reads.alert import ACKNOWLEDGED, BEGAN, CHANGED, ENDED, SILENT, Alert, scope_of
from makegood.reads.alert_facts import Facts
from makegood.reads.alert_state import Episode, Told
from makegood.records.scope import Scope
from makegood.spans import Span, moment

SAME = timedelta(minutes=30)  # failing anew within this is the same incident, as the detector has it
MISSED = timedelta(days=1)  # an incident that began and ended unseen is told for so long
_OWN = frozenset({BEGAN, SILENT, CHANGED, ACKNOWLEDGED, ENDED})


def past_alarms(facts: Facts) -> list[Alarm]:
    """The incidents that rows show and no alarm speaks of, as alarms; open while they may still go on."""
    if facts.traffic is None:
        return []
    alarms = facts.traffic.alarms
    past = [one for one in facts.traffic.incidents if not any(alarm.speaks_of(one) for alarm in alarms)]
    return [_alarm(one, facts) for one in past]


def _alarm(one: Found, facts: Facts) -> Alarm:
    state = FAILING
    if facts.now - one.span.end >= SAME:
        state = TRAFFIC_STOPPED if _stopped(one, facts) else OVER
    return Alarm(0, one.scope, (one.scope,), state, one.span.start, facts.now, one.span.end, one.attempts, one.faults)


def _stopped(one: Found, facts: Facts) -> bool:
    """Was there no attempt of the provider after the minute of its end, as far as minutes are kept?"""
    after = one.span.end + timedelta(minutes=1)
    known = facts.traffic is not None and facts.traffic.minutes is not None and facts.now - one.span.end < MISSED
    return known and not facts.own(facts.one_name(one.scope.provider), after)[0]


def end_of(episode: Episode, facts: Facts) -> Span | None:
    """The span of the incident in the rows that is the told one, the longest lasting of several; None where none is."""
    scope, since = scope_of(episode.facts["scope"]), moment(episode.facts["since"])
    rows = facts.traffic.incidents if facts.traffic else ()
    near = [
        one.span for one in rows if near_in(scope, one.scope) and one.span.start - SAME <= since <= one.span.end + SLACK
    ]
    return max(near, key=lambda span: (span.end, span.start), default=None)


def near_in(scope: Scope, other: Scope) -> bool:
    """Does one of the scopes hold the other?"""
    return scope.covers(other) or other.covers(scope)


def unseen(alarm: Alarm, told: Told, facts: Facts) -> bool:
    """Did it happen while nobody looked, at most a day ago, and was no word said of it?"""
    away = facts.traffic.away if facts.traffic else None
    if away is None or alarm.last <= facts.now - MISSED:
        return False
    in_it = alarm.began < away.end and alarm.last + SAME > away.start
    return in_it and not any(_speaks_of(one, alarm, told, facts) for one in told.alerts.values() if one.kind in _OWN)


def _speaks_of(one: Alert, alarm: Alarm, told: Told, facts: Facts) -> bool:
    end = moment(one.facts["until"]) if one.facts["until"] else one.at
    episode = told.episodes.get(one.facts["incident"])
    if episode is not None:
        whole = end_of(episode, facts)
        end = whole.end if whole else facts.now
    near = moment(one.facts["since"]) <= alarm.last + SLACK and alarm.began <= end + SLACK
    return near and near_in(scope_of(one.facts["scope"]), alarm.scope)
