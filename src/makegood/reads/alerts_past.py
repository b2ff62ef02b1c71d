"""Alerts on own traffic that no alarm speaks of: what its rows show, faint or of a time when nobody looked."""

from __future__ import annotations

from datetime import datetime, timedelta

from makegood.incidents.alarm import FAILING, OVER, PASSING, SLACK, Alarm
from makegood.incidents.alarm import SILENT as TRAFFIC_STOPPED
from makegood.incidents.incident import Found
from makegood.reads.alert import ACKNOWLEDGED, BEGAN, CHANGED, ENDED, SILENT, Alert, scope_of
from makegood.reads.alert_facts import Facts
from makegood.reads.alert_state import Episode, Told
from makegood.records.scope import Scope
from makegood.spans import Span, moment

SAME = timedelta(minutes=30)  # failing anew within this is the same incident, as the detector has it
FRESH = timedelta(minutes=10)  # it fails now where its last failure is younger
MISSED = timedelta(days=1)  # an incident that began and ended unseen is told for so long
TAKEN_BACK = timedelta(minutes=30)  # what rows have not shown for so long is withdrawn; a faint one comes and goes
_OWN = frozenset({BEGAN, SILENT, CHANGED, ACKNOWLEDGED, ENDED})
_OF_ROWS = 0  # alarms of a stream count from one


def past_alarms(facts: Facts) -> list[Alarm]:
    """The incidents that rows show and no alarm speaks of, as alarms, the longest first; open while they may go on."""
    if facts.traffic is None:
        return []
    alarms = facts.traffic.alarms
    past = [one for one in facts.traffic.incidents if not any(alarm.speaks_of(one) for alarm in alarms)]
    return [_alarm(one, facts) for one in sorted(past, key=lambda one: (one.span.start - one.span.end, one.span))]


def of_rows(alarm: Alarm) -> bool:
    """Is it an incident of the rows of which no alarm speaks: too faint, or not looked at, as it began?"""
    return alarm.number == _OF_ROWS


def _alarm(one: Found, facts: Facts) -> Alarm:
    age = facts.now - one.span.end
    state = FAILING if age < FRESH else PASSING
    if age >= SAME:
        state = TRAFFIC_STOPPED if _stopped(one, facts) else OVER
    edges = (one.span.start, facts.now, one.span.end)
    return Alarm(_OF_ROWS, one.scope, (one.scope,), state, *edges, one.attempts, one.faults)


def _stopped(one: Found, facts: Facts) -> bool:
    """Was there no attempt of the provider after the minute of its end, as far as minutes are kept?"""
    after = one.span.end + timedelta(minutes=1)
    known = facts.traffic is not None and facts.traffic.minutes is not None and facts.now - one.span.end < MISSED
    return known and not facts.own(facts.one_name(one.scope.provider), after)[0]


def goes_on(alarm: Alarm, facts: Facts) -> bool:
    """Do the rows show that what an alarm speaks of goes on, though too faintly for the alarm?"""
    rows = facts.traffic.incidents if facts.traffic else ()
    return any(facts.now - one.span.end < SAME and alarm.speaks_of(one) for one in rows)


def mates(alarm: Alarm, told: Told, facts: Facts) -> list[Episode]:
    """The told incidents of a scope that holds this one's or lies in it, and that it can be in time."""
    found = [
        one
        for one in told.episodes.values()
        if related(scope_of(one.facts["scope"]), alarm)
        and alarm.last >= moment(one.facts["since"]) - SAME
        and alarm.began <= reach(one, facts) + SAME
    ]
    return in_order(found)


def in_order(some: list[Episode]) -> list[Episode]:
    """The earliest first."""
    return sorted(some, key=lambda one: (one.facts["since"], one.id))


def related(scope: Scope, alarm: Alarm) -> bool:
    """Does the scope hold that of the alarm, or one that fails in it, or lie in it?"""
    return near_in(scope, alarm.scope) or any(scope.covers(one) for one in alarm.leaves)


def near_in(scope: Scope, other: Scope) -> bool:
    """Does one of the scopes hold the other?"""
    return scope.covers(other) or other.covers(scope)


def end_of(episode: Episode, facts: Facts) -> Span | None:
    """The span of the incident in the rows that is the told one, the longest lasting of several; None where none is.

    Of one that began before the rows that are known it is what they show from their first day on.
    """
    scope, since = scope_of(episode.facts["scope"]), moment(episode.facts["since"])
    rows, known = (facts.traffic.incidents, facts.traffic.since) if facts.traffic else ((), None)
    since = max(since, known) if known else since
    near = [
        one.span for one in rows if near_in(scope, one.scope) and one.span.start - SAME <= since <= one.span.end + SLACK
    ]
    return max(near, key=lambda span: (span.end, span.start), default=None)


def ends_with(one: Episode, alarm: Alarm, facts: Facts) -> bool:
    """Is the told incident the one that the rows show as this?"""
    return related(scope_of(one.facts["scope"]), alarm) and end_of(one, facts) == Span(alarm.began, alarm.last)


def lapsed(one: Episode, facts: Facts) -> datetime | None:
    """The moment from which rows are known, where the told incident began before it and they show nothing of it."""
    known = facts.traffic.since if facts.traffic else None
    return known if known and moment(one.facts["since"]) < known and end_of(one, facts) is None else None


def reach(one: Episode, facts: Facts) -> datetime:
    """Up to when a told incident can have gone on, as far as the rows that are known show."""
    whole = end_of(one, facts)
    return whole.end if whole else lapsed(one, facts) or facts.now


def spoken_of(alarm: Alarm, told: Told, facts: Facts) -> bool:
    """Is the incident of the rows one that is told and open, or one that was told as over and went on no more?"""
    if any(_open_over(one, alarm, facts) for one in told.episodes.values()):
        return True
    ended = (one for one in told.alerts.values() if one.kind == ENDED and not one.facts["withdrawn"])
    return any(_about(one, alarm, _until(one)) and alarm.last <= _until(one) + SAME for one in ended)


def _open_over(one: Episode, alarm: Alarm, facts: Facts) -> bool:
    near = moment(one.facts["since"]) <= alarm.last + SAME and alarm.began <= reach(one, facts) + SAME
    return near and near_in(scope_of(one.facts["scope"]), alarm.scope)


def unseen(alarm: Alarm, told: Told, facts: Facts) -> bool:
    """Did it happen while nobody looked, at most a day ago, and was no word said of it?"""
    away = facts.traffic.away if facts.traffic else None
    if away is None or alarm.last <= facts.now - MISSED:
        return False
    in_it = alarm.began < away.end and alarm.last + SAME > away.start
    return in_it and not any(_speaks_of(one, alarm, told, facts) for one in told.alerts.values() if one.kind in _OWN)


def _speaks_of(one: Alert, alarm: Alarm, told: Told, facts: Facts) -> bool:
    episode = told.episodes.get(one.facts["incident"])
    return _about(one, alarm, reach(episode, facts) if episode else _until(one))


def _until(one: Alert) -> datetime:
    """Up to when an alert speaks: to the end that it tells, to where the rows begin, or to its own moment."""
    until = one.facts["until"] or one.facts.get("lapsed")
    return moment(until) if until else one.at


def _about(one: Alert, alarm: Alarm, end: datetime) -> bool:
    near = moment(one.facts["since"]) <= alarm.last + SLACK and alarm.began <= end + SLACK
    return near and near_in(scope_of(one.facts["scope"]), alarm.scope)
