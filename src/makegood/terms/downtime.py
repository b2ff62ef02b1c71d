"""Verb: one figure from outages; what is excluded leaves, short runs fall away, the rest is weighed and added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from makegood.spans import Span, iso, merged, zone
from makegood.terms.case import Case
from makegood.terms.downtime_days import by_day, counted_days, off_seconds, on_working_days, ways
from makegood.terms.found import Found
from makegood.terms.gauge import UNIT_SECONDS, BadDays, DownRules, DownShare, DownTime, GoodTime
from makegood.terms.intervals import IntervalCounts
from makegood.terms.outages import Outage, Outages, by_hour, cut, lasting
from makegood.terms.pack import Exclusion, Promise
from makegood.terms.uptime import bad_runs, shortest_run
from makegood.terms.verdict import exact_text
from makegood.terms.workdays import place_of

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Down:
    """Outages that count, inside the period; what was left out of them and of the window, in seconds."""

    items: tuple[Outage, ...]
    excluded: Fraction
    window: Fraction


def down_figure(promise: Promise, case: Case, outages: Outages) -> Found | str:
    """The figure of a measure of down time, by each way to read it; the reason where a fact it needs is not given."""
    rule = promise.measure.aggregation
    assert isinstance(rule, GoodTime | DownTime | DownShare | BadDays)
    missing = _weight_missing(rule, case, outages)
    if missing:
        return f"fact_not_given:{missing}"
    read = [(way, _figure(promise, way.rule, case, outages)) for way in ways(rule)]
    first = read[0][1]
    others = tuple((way.id, way.says, found.value) for way, found in read[1:] if found.value is not None)
    return replace(first, others=others) if others else first


def _figure(promise: Promise, rule: DownRules, case: Case, outages: Outages) -> Found:
    if isinstance(rule, BadDays):
        return _bad_days(rule, promise, case, outages)
    down = _down(promise, rule, case, outages)
    if isinstance(rule, DownTime):
        return _down_time(rule, promise, case, down)
    seconds = sum((_weighed(rule, one, case) for one in down.items), Fraction(0))
    if isinstance(rule, GoodTime):
        spared = 60 * (case.number(rule.excluded) or Fraction(0)) if rule.excluded else Fraction(0)
        left = max(Fraction(0), seconds - spared)
        return _good_time(replace(down, excluded=down.excluded + seconds - left), left)
    assert isinstance(rule, DownShare)
    planned = 60 * (case.number(rule.planned) or Fraction(0)) if rule.planned else Fraction(0)
    whole = down.window - planned
    link = (
        (("down_minutes", exact_text(seconds / 60)), ("planned_minutes", exact_text(planned / 60))),
        f"{exact_text(seconds / 60)} / {exact_text(whole / 60)}",
        f"down_minutes:{exact_text(seconds / 60)}",
    )
    return Found(seconds / whole if whole > 0 else None, link, down=seconds, window=down.window)


def from_counts(rule: DownRules, counts: IntervalCounts) -> Outages:
    """The runs of bad buckets inside the period as outages; a run is as long as it is, also over the edge."""
    step, found = counts.bucket_minutes, []
    if isinstance(rule, BadDays):  # its shorter runs still add to the down time of their day
        rule = rule.model_copy(update={"run": None})
    for run in bad_runs(rule, counts):
        start = counts.period.start + (run[0] - counts.first) * _MINUTE
        found.append(lasting(Span(start, start + (run[-1] + step - run[0]) * _MINUTE)))
    return Outages(tuple(found), "attempts")


def _weight_missing(rule: DownRules, case: Case, outages: Outages) -> str | None:
    weight = rule.weight
    if weight is None or weight.if_not_given == "all" or case.number(weight.fact) is not None:
        return None
    return weight.fact if any(one.affected is None and not one.reckoned for one in outages.items) else None


def _weighed(rule: DownRules, outage: Outage, case: Case) -> Fraction:
    if rule.weight is None:
        return outage.seconds
    share = outage.affected if outage.affected is not None else case.number(rule.weight.fact)
    return outage.seconds * (Fraction(1) if share is None else share)


def _down(promise: Promise, rule: DownRules, case: Case, outages: Outages) -> Down:
    bad = [one for one in outages.items if _is_bad(rule, one)]
    kept, excluded = _apart(promise, bad, case)
    shortest, spared = shortest_run(rule.run), Fraction(0)
    if rule.run and rule.run.counts == "excess":
        spared = shortest
    items, since = [], case.moment(rule.counts_from) if rule.counts_from else None
    whole, off = _working(promise, rule, case, _joined(kept if since is None else _after(since, kept)))
    for one in whole:
        rest = _beyond(one, spared)
        inside = cut(rest, case.period) if promise.window.kind != "event" else rest
        if one.seconds >= shortest and inside is not None:
            items.append(inside)
    window = case.period.seconds
    return Down(tuple(items), excluded[0], window - excluded[1] - off)


def _working(promise: Promise, rule: DownRules, case: Case, outages: list[Outage]) -> tuple[list[Outage], Fraction]:
    """The outages on days that count, and how many seconds of the window lie on others."""
    days, where = rule.working_days, zone(promise.window.named_zone(case.zone))
    place = place_of(days.calendar, case.facts) if days else None
    if place is None:
        return outages, Fraction(0)
    return on_working_days(outages, where, place), off_seconds(case.period, where, place)


def _beyond(outage: Outage, spared: Fraction) -> Outage:
    """What of the outage exceeds its first so many seconds."""
    if outage.span is None or not spared:
        return replace(outage, seconds=max(Fraction(0), outage.seconds - spared))
    start = min(outage.span.end, outage.span.start + timedelta(microseconds=int(spared * 1_000_000)))
    return replace(outage, span=Span(start, outage.span.end), seconds=max(Fraction(0), outage.seconds - spared))


def _after(moment: datetime, outages: Iterable[Outage]) -> list[Outage]:
    """What of them lies after the moment; outages without times are taken to."""
    found = []
    for one in outages:
        part = one if one.span is None else cut(one, Span(moment, max(moment, one.span.end)))
        if part is not None:
            found.append(part)
    return found


def _is_bad(rule: DownRules, outage: Outage) -> bool:
    if rule.bad_when is not None and rule.bad_when.whose == "customer" and outage.own_requests == 0:
        return False
    if rule.bad_when is None or outage.error_rate is None:
        return True
    return rule.bad_when.error_rate.holds(100 * outage.error_rate)


def _joined(outages: Iterable[Outage]) -> list[Outage]:
    """Plain outages that overlap or touch are one; those with a weight of their own stay apart."""
    plain = [one for one in outages if one.span is not None and one.affected is None]
    rest = [one for one in outages if one.span is None or one.affected is not None]
    return [*(lasting(span) for span in merged(one.span for one in plain if one.span)), *rest]


def _apart(promise: Promise, outages: list[Outage], case: Case) -> tuple[list[Outage], tuple[Fraction, Fraction]]:
    """The outages that no exclusion takes, and the seconds taken: (of down time, of the window as well)."""
    kept, taken, both = [], Fraction(0), Fraction(0)
    used = {rule.id: 60 * (case.number(rule.budget_used or "") or Fraction(0)) for rule in promise.exclusions}
    for given in outages:
        rule = _excludes(promise.exclusions, given)
        if rule is None:
            kept.append(given)
            continue
        one = cut(given, case.period) if promise.window.kind != "event" else given
        if one is None:  # what lies outside the window is neither down time nor time of it
            continue
        left = one.seconds
        if rule.budget_minutes is not None:
            left = min(left, max(Fraction(0), 60 * Fraction(rule.budget_minutes) - used[rule.id]))
        used[rule.id] += left
        taken += left
        both += left if rule.takes == "both" else 0
        if left < one.seconds:
            kept.append(replace(one, seconds=one.seconds - left, span=None))
    return kept, (taken, both)


def _excludes(exclusions: tuple[Exclusion, ...], outage: Outage) -> Exclusion | None:
    """The first exclusion of that cause, where what was done was announced long enough before."""
    rule = next((one for one in exclusions if outage.cause is not None and outage.cause in one.causes), None)
    short = rule is not None and rule.notice_hours is not None and (outage.notice_hours or 0) < rule.notice_hours
    return None if short else rule


def _good_time(down: Down, seconds: Fraction) -> Found:
    minutes, lost = down.window / 60, seconds / 60
    link = (
        (("minutes", exact_text(minutes)), ("outages", str(len(down.items))), ("excluded", exact_text(down.excluded))),
        f"({exact_text(minutes)} - {exact_text(lost)}) / {exact_text(minutes)}",
        f"counted_minutes:{exact_text(lost)}",
    )
    value = 100 * (1 - seconds / down.window) if down.window > 0 else None
    whole = int(lost) if lost.denominator == 1 else None
    return Found(value, link, whole, seconds, down.window)


def _down_time(rule: DownTime, promise: Promise, case: Case, down: Down) -> Found:
    unit = UNIT_SECONDS[promise.measure.unit]
    parts: tuple[tuple[str, Fraction], ...] = ()
    if rule.take == "total":
        seconds = sum((_weighed(rule, one, case) for one in down.items), Fraction(0))
    elif rule.take == "longest":
        parts = tuple((_called(one, at), one.seconds / unit) for at, one in enumerate(down.items))
        seconds = max((one.seconds for one in down.items), default=Fraction(0))
    else:
        by = _by_day(down.items, promise.window.named_zone(case.zone)) if rule.take == "worst_day" else _by_hour(down)
        parts = tuple((name, value / unit) for name, value in sorted(by.items()))
        seconds = max(by.values(), default=Fraction(0))
    link = (
        (("outages", str(len(down.items))), ("taken", rule.take)),
        f"{rule.take} of {' + '.join(exact_text(one.seconds / unit) for one in down.items[:20]) or '0'}",
        f"{promise.measure.unit}:{exact_text(seconds / unit)}",
    )
    return Found(seconds / unit, link, down=seconds, window=down.window, parts=parts)


def _called(outage: Outage, at: int) -> str:
    return f"outage {at + 1}" if outage.span is None else iso(outage.span.start)


def _by_day(items: Iterable[Outage], zone_name: str) -> dict[str, Fraction]:
    """Seconds of each calendar day of the zone; an outage without times is a day of its own."""
    where = zone(zone_name)
    found: dict[str, Fraction] = defaultdict(Fraction)
    for index, one in enumerate(items):
        if one.span is None:
            found[f"outage {index + 1}"] += one.seconds
            continue
        for day, part in by_day(one.span, where):
            found[day.isoformat()] += part.seconds
    return found


def _bad_days(rule: BadDays, promise: Promise, case: Case, outages: Outages) -> Found:
    down = _down(promise, rule.model_copy(update={"run": None}), case, outages)
    days = counted_days(rule, down.items, promise.window.named_zone(case.zone))
    seconds = sum((one.seconds for one in down.items), Fraction(0))
    link = (
        (("outages", str(len(down.items))), ("down_minutes", exact_text(seconds / 60))),
        f"days that count: {' '.join(days[:31]) or 'none'}",
        f"days:{len(days)}",
    )
    return Found(Fraction(len(days)), link, down=seconds, window=down.window)


def _by_hour(down: Down) -> dict[str, Fraction]:
    """The longest outage inside each clock hour; an outage without times counts as one hour of its own."""
    found: dict[str, Fraction] = {}
    for index, one in enumerate(down.items):
        if one.span is None:
            found[f"outage {index + 1}"] = min(one.seconds, Fraction(3600))
            continue
        for start, part in by_hour(one.span):
            name = iso(start)
            found[name] = max(found.get(name, Fraction(0)), part.seconds)
    return found
