"""Verb: review how a contract measures: dates, scope, window, observer, requests, intervals, figure, exclusions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Day
from itertools import pairwise

from pydantic import BaseModel

from makegood.terms.findings import Finding, finding
from makegood.terms.gauge import (
    FROM_BUCKETS,
    FROM_DOWN_TIME,
    BucketShare,
    DownRules,
    ErrorRate,
    Given,
    Pooled,
    Unpublished,
)
from makegood.terms.pack import Exclusion, PackVersion, Promise
from makegood.terms.population import Population
from makegood.terms.uptime import shortest_run

STALE_DAYS = 180
_LONG_RUN_SECONDS = 30 * 60
_SERVER_ERRORS = (500, 502, 503, 504, 529)
_NO_ANSWER, _TOO_MANY, _BAD_REQUEST = 0, 429, 400
_BACK_OFF = ("back_off", "back-off", "backoff", "retr", "ramp")
_TIER = ("tier", "served")
_MAINTENANCE = ("maintenance", "scheduled")


@dataclass(frozen=True)
class Subject:
    """What is reviewed, and the day on which; without the day nothing is said about the age of the text."""

    terms: PackVersion
    today: Day | None = None

    @property
    def promises(self) -> tuple[Promise, ...]:
        """All promises of the version."""
        return self.terms.version.promises


def identity(subject: Subject) -> Iterator[Finding]:
    """1: last day, days between versions, age of the text, promises outside their version."""
    pack, version = subject.terms.pack, subject.terms.version
    if version.effective.end is None:
        yield finding("no_last_day", "effective")
    ordered = sorted(pack.versions, key=lambda one: one.effective.start)
    for one, two in pairwise(ordered):
        end, start = one.effective.end, two.effective.start
        if end is not None and end < start and version in (one, two):
            yield finding("versions_gap", "effective", start=end.isoformat(), end=start.isoformat())
    seen = version.last_seen
    if seen is None:
        yield finding("never_looked_up", "checked")
    elif subject.today is not None and (subject.today - seen).days > STALE_DAYS:
        yield finding("stale", "checked", day=seen.isoformat())
    for promise in subject.promises:
        held, of = promise.effective, version.effective
        if held and (held.start < of.start or (of.end is not None and (held.end is None or held.end > of.end))):
            yield finding("promise_outside", "effective", promise)


def scope(subject: Subject) -> Iterator[Finding]:
    """2: what is covered, what is measured apart, names that leave it open, conditions that nobody answers."""
    for promise in subject.promises:
        rule = promise.coverage
        if rule is None and promise.measure.counted:
            yield finding("coverage_unsaid", "coverage", promise)
        if rule is not None and not rule.split:
            yield finding("taken_together", "coverage.split", promise, rule.clause)
        if rule is not None and rule.doubt is not None:
            names = ", ".join(rule.doubt.providers)
            yield finding("names_in_doubt", "coverage.doubt", promise, rule.doubt.clause, names=names)
        for condition in promise.applies:
            if condition.if_not_given == "unknown":
                yield finding("condition_unanswered", "applies", promise, condition.clause, fact=condition.fact)


def window(subject: Subject) -> Iterator[Finding]:
    """3: zone, windows cut short, the day on which cycles or fixed days begin."""
    for promise in subject.promises:
        rule = promise.window
        if rule.kind == "event":
            continue
        if not rule.stated:
            yield finding("zone_unstated", "window.zone", promise, rule.clause)
        if rule.part is None:
            yield finding("part_window_unsaid", "window.part", promise, rule.clause)
        if rule.kind == "billing_cycle":
            yield finding("cycle_day_unsaid", "window.kind", promise, rule.clause)
        if rule.kind == "fixed_days":
            yield finding("days_from_unsaid", "window.days", promise, rule.clause, days=rule.days)


def observer(subject: Subject) -> Iterator[Finding]:
    """4: whose records decide, and what holds where they differ."""
    for promise in subject.promises:
        rule = promise.observer
        if rule is None:
            yield finding("observer_unsaid", "observer", promise)
        elif rule.by in ("provider", "both"):
            code = "provider_alone" if rule.by == "provider" else "both_and_no_rule"
            yield finding(code, "observer", promise, rule.clause)


def requests(subject: Subject) -> Iterator[Finding]:
    """5: which statuses are errors, 429, no answer, the caller's own mistakes, repeats, back-off, tier served."""
    for promise in subject.promises:
        rule = promise.population
        counting = promise.measure.counted or isinstance(promise.measure.aggregation, Pooled)
        if rule is None and counting:
            yield finding("population_unsaid", "population", promise)
        elif rule is not None:
            yield from _statuses(promise, rule)
            if rule.repeats is None:
                yield finding("repeats_unsaid", "population.repeats", promise)
            if not _spoken_of(promise, _BACK_OFF):
                yield finding("back_off_unsaid", "duties", promise)
            if not rule.recounts and not _spoken_of(promise, _TIER):
                yield finding("tier_served_unsaid", "population.recounts", promise)


def _statuses(promise: Promise, rule: Population) -> Iterator[Finding]:
    clause = rule.errors.clause
    missing = [str(status) for status in _SERVER_ERRORS if rule.kind(status) == "valid"]
    if missing:
        yield finding("server_errors_missing", "population.errors", promise, clause, statuses=", ".join(missing))
    if not _named(rule, _NO_ANSWER):
        yield finding("no_answer_unsaid", "population.errors", promise, clause)
    if not _named(rule, _TOO_MANY):
        yield finding("too_many_unsaid", "population", promise, clause)
    if rule.kind(_BAD_REQUEST) == "valid":
        yield finding("own_mistakes_count", "population.left_out", promise, clause)


def _named(rule: Population, status: int) -> bool:
    """Is the status spoken of, as an error, as left out, or for a kind of use?"""
    sets = (rule.errors, *((rule.left_out,) if rule.left_out else ()))
    recounted = (span for one in rule.recounts for span in one.statuses)
    return any(one.hold(status) for one in sets) or any(low <= status <= high for low, high in recounted)


def _spoken_of(promise: Promise, parts: tuple[str, ...]) -> bool:
    """Does a duty, an exclusion or a kind of use carry one of these parts in its name?"""
    names = [duty.item for duty in (*promise.duties, *promise.remedy.duties)]
    names += [name for one in promise.exclusions for name in (one.id, *one.features, *one.causes)]
    names += [use for one in promise.population.recounts for use in one.use] if promise.population else []
    return any(part in name for name in names for part in parts)


def intervals(subject: Subject) -> Iterator[Finding]:
    """6: the worth of an empty interval, and the length of one."""
    for promise in subject.promises:
        measure = promise.measure
        rule, empty = measure.aggregation, measure.empty
        silent = empty is None and (isinstance(rule, Pooled) or measure.counted)
        if silent or (empty is not None and empty.value in ("undefined", "unstated")):
            yield finding("empty_unsaid", "measure.empty", promise, empty.clause if empty else None)
        bad = getattr(rule, "bad_when", None)
        if isinstance(bad, ErrorRate) and measure.bucket_minutes is None:
            yield finding("interval_unsaid", "measure.bucket_minutes", promise, bad.clause)
        if measure.bucket_minutes is not None and measure.bucket_clause is None:
            yield finding("interval_without_clause", "measure.bucket_clause", promise)


def bad_interval(subject: Subject) -> Iterator[Finding]:
    """7: from which error rate on an interval is bad."""
    for promise in subject.promises:
        rule = promise.measure.aggregation
        if isinstance(rule, DownRules) and rule.bad_when is None:
            yield finding("down_undefined", "measure.aggregation.bad_when", promise, _clause_of(rule))
        bad = getattr(rule, "bad_when", None)
        low = bad.error_rate.lower if isinstance(rule, DownRules | BucketShare) and bad else None
        if bad is not None and low is not None and low >= 99:
            where = "measure.aggregation.bad_when"
            yield finding("only_total_failure", where, promise, bad.clause, rate=f"{low.normalize():f} %")


def _clause_of(rule: object) -> str | None:
    clause = getattr(rule, "clause", None)
    return clause if isinstance(clause, str) else None


def shortest_failure(subject: Subject) -> Iterator[Finding]:
    """8: from which length on a failure counts, whole or in excess."""
    for promise in subject.promises:
        rule = promise.measure.aggregation
        if not isinstance(rule, DownRules):
            continue
        run, where = rule.run, "measure.aggregation.run"
        if run is None:
            yield finding("run_unsaid", where, promise, _clause_of(rule))
            continue
        if "counts" not in run.model_fields_set:
            yield finding("run_excess_unsaid", f"{where}.counts", promise, run.clause)
        length = shortest_run(run)
        if length >= _LONG_RUN_SECONDS:
            yield finding("run_long", where, promise, run.clause, minutes=int(length // 60))


def weighting(subject: Subject) -> Iterator[Finding]:
    """9: failures of a part of the customers or features."""
    for promise in subject.promises:
        rule = promise.measure.aggregation
        if not isinstance(rule, DownRules):
            continue
        where = "measure.aggregation.weight"
        if rule.weight is not None and rule.weight.if_not_given == "unknown":
            yield finding("share_hidden", where, promise, rule.weight.clause, fact=rule.weight.fact)
        elif rule.weight is None and rule.bad_when is None:
            yield finding("partial_unsaid", where, promise)


def figure(subject: Subject) -> Iterator[Finding]:
    """10: whether the figure can be reckoned, and in one way only."""
    for promise in subject.promises:
        rule, where = promise.measure.aggregation, "measure.aggregation"
        if isinstance(rule, Unpublished):
            yield finding("figure_unpublished", where, promise, rule.clause)
        if isinstance(rule, Given):
            yield finding("figure_reported", where, promise, rule.clause)
        for path, clause in unstated(rule):
            yield finding("figure_has_readings", f"{where}.{path}", promise, clause, what=path.replace("_", " "))
        if isinstance(rule, DownRules) and rule.working_days is not None and rule.working_days.or_else:
            days, what = rule.working_days, "working days"
            yield finding("figure_has_readings", f"{where}.working_days", promise, days.clause, what=what)


def unstated(part: object, clause: str | None = None, path: str = "") -> Iterator[tuple[str, str | None]]:
    """Every field inside that says that the text does not say: its path, and the clause nearest to it."""
    if isinstance(part, BaseModel):
        clause = getattr(part, "clause", clause)
        for name in type(part).model_fields:
            yield from unstated(getattr(part, name), clause, f"{path}.{name}" if path else name)
    elif isinstance(part, tuple):
        for index, item in enumerate(part):
            yield from unstated(item, clause, f"{path}.{index}")
    elif part == "unstated":
        yield path, clause


def exclusions(subject: Subject) -> Iterator[Finding]:
    """11: proof of exclusions, maintenance, what excluded time leaves, exemptions that nobody answers."""
    for promise in subject.promises:
        rules = promise.exclusions
        unproven = [one for one in rules if one.evidence is None]
        if unproven:
            ids = ", ".join(one.id for one in unproven)
            yield finding("exclusions_unproven", "exclusions", promise, unproven[0].clause, ids=ids)
        if isinstance(promise.measure.aggregation, FROM_BUCKETS):
            yield from _maintenance(promise)
        if isinstance(promise.measure.aggregation, FROM_DOWN_TIME):
            unsaid = [one for one in rules if one.causes and "takes" not in one.model_fields_set]
            if unsaid:
                ids = ", ".join(one.id for one in unsaid)
                yield finding("denominator_unsaid", "exclusions", promise, unsaid[0].clause, ids=ids)
        for exemption in promise.exemptions:
            for one in exemption.when:
                if one.if_not_given == "unknown":
                    told = {"id": exemption.id, "fact": one.fact}
                    yield finding("exemption_unanswered", "exemptions", promise, exemption.clause, **told)


def _maintenance(promise: Promise) -> Iterator[Finding]:
    planned = [one for one in promise.exclusions if _is_maintenance(one)]
    if not planned:
        yield finding("maintenance_unsaid", "exclusions", promise)
    for one in planned:
        if one.notice_hours is None:
            yield finding("maintenance_notice", f"exclusions.{one.id}", promise, one.clause)
        if one.budget_minutes is None:
            yield finding("maintenance_budget", f"exclusions.{one.id}", promise, one.clause)


def _is_maintenance(rule: Exclusion) -> bool:
    return any(part in name for name in (rule.id, *rule.causes) for part in _MAINTENANCE)
