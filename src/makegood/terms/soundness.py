"""Verb: check what the model of a pack cannot say field by field; each fault with its path and its mend."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from makegood.errors import BadMoney, BadPeriod
from makegood.money import check_currency
from makegood.spans import zone
from makegood.terms.conditions import Condition, FactRule
from makegood.terms.due import Calendar, Within, unsound_steps
from makegood.terms.gauge import FROM_BUCKETS, BucketMean, BucketShare, DownRules, DownTime, Measure, Weight
from makegood.terms.lines import Path
from makegood.terms.pack import Commitment, Effective, Exclusion, Pack, Promise, SeveralPeriods, Version, clauses_in
from makegood.terms.parts import Bounds
from makegood.terms.population import Statuses
from makegood.terms.remedies import Cap, PerPart, PerUnit, Reduction, Remedy, Row, Tiers
from makegood.terms.window import Window
from makegood.terms.workdays import unsound_calendar

Fault = tuple[Path, str]
_TIME_UNITS = ("seconds", "minutes", "hours", "days")


def unsound(pack: Pack) -> list[Fault]:
    """All faults of a pack that reads well but cannot be right, in the order of the file."""
    faults = list(_versions(pack))
    if not pack.providers and not pack.on_request:
        faults.append((("providers",), "no name of a provider is given; add one, or say 'on_request: true'"))
    for index, version in enumerate(pack.versions):
        faults += ((("versions", index, *path), reason) for path, reason in _version(version))
    return faults


def _versions(pack: Pack) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, version in enumerate(pack.versions):
        for name in (version.version, *version.also):
            if name in seen:
                yield ("versions", index, "version"), f"version '{name}' is given twice; give each its own name"
            seen.add(name)
    order = sorted(range(len(pack.versions)), key=lambda at: pack.versions[at].effective.start)
    for one, two in pairwise(order):
        end = pack.versions[one].effective.end
        if end is None or end > pack.versions[two].effective.start:
            yield (
                ("versions", one, "effective"),
                f"it overlaps version '{pack.versions[two].version}'; end it on or before the day that one begins",
            )


def _version(version: Version) -> Iterator[Fault]:
    for path, clause in clauses_in(version):
        if clause not in version.clauses:
            yield path, f"clause '{clause}' is not listed under 'clauses'; add it there with source and status"
    yield from _twice("readings", version.readings)
    yield from _twice("promises", version.promises)
    yield from _twice("facts", version.facts, "name")
    yield from _names(version)
    yield from _order(version)
    if not version.promises and version.goodwill is None and version.prepaid is None:
        yield (), "neither 'promises' nor 'goodwill' is given; add the one that the text supports"
    if len(version.promises) > 1 and version.stacking is None:
        yield ("promises",), "several promises need a 'stacking' rule; say whether each stands by itself"
    yield from _parts(version, (), {rule.name: rule for rule in version.facts})
    for index, promise in enumerate(version.promises):
        yield from ((("promises", index, *path), reason) for path, reason in _promise(promise))


def _names(version: Version) -> Iterator[Fault]:
    seen = {rule.name for rule in version.facts}
    for index, rule in enumerate(version.facts):
        for at, other in enumerate(rule.also):
            if other in seen:
                yield ("facts", index, "also", at), f"'{other}' names another fact already; remove it"
            seen.add(other)


def _order(version: Version) -> Iterator[Fault]:
    order, among = (version.stacking.order, version.stacking.among) if version.stacking else ((), ())
    named = [promise.id for promise in version.promises]
    for index, name in enumerate(among):
        if name not in named:
            yield ("stacking", "among", index), f"'{name}' is no promise of this version; correct it"
    if order and sorted(order) != sorted(named):
        yield ("stacking", "order"), "the order must list each promise once; correct its names"


def _twice(section: str, items: tuple[Any, ...], key: str = "id") -> Iterator[Fault]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        name = getattr(item, key)
        if name in seen:
            yield (section, index, key), f"'{name}' is given twice; give each its own {key}"
        seen.add(name)


def _parts(part: Any, path: Path, facts: dict[str, FactRule]) -> Iterator[Fault]:
    """Every part inside, each by the checks of its kind."""
    if isinstance(part, tuple):
        for index, item in enumerate(part):
            yield from _parts(item, (*path, index), facts)
    if not isinstance(part, BaseModel):
        return
    for kind, check in _CHECKS.items():
        if isinstance(part, kind) and not (kind is Within and "deadlines" in path):
            yield from (((*path, *inside), reason) for inside, reason in check(part, facts))
    for name, field in type(part).model_fields.items():
        if name != "worked":
            yield from _parts(getattr(part, name), (*path, field.alias or name), facts)


def _bounds(part: Bounds, _facts: dict[str, FactRule]) -> Iterator[Fault]:
    lower = [end for end in (part.at_least, part.above) if end is not None]
    upper = [end for end in (part.at_most, part.below) if end is not None]
    if not lower and not upper:
        yield (), "the range has no end; give at_least, above, at_most or below"
    elif len(lower) > 1 or len(upper) > 1:
        yield (), "the range has two lower or two upper ends; keep the one the text states"
    elif lower and upper and (lower[0] > upper[0] or (lower == upper and None in (part.at_least, part.at_most))):
        yield (), "the range holds no value; its lower end must lie under its upper end"


def _effective(part: Any, _facts: dict[str, FactRule]) -> Iterator[Fault]:
    if part.end is not None and part.end <= part.start:
        yield (), "'to' is not after 'from'; 'to' is the first day no longer in force"


def _condition(part: Condition, facts: dict[str, FactRule]) -> Iterator[Fault]:
    rule = facts.get(part.fact)
    if rule is None:
        yield ("fact",), f"fact '{part.fact}' is not declared under 'facts'; add it there with its kind"
    tests = [part.range is not None, part.is_ is not None, bool(part.one_of), bool(part.none_of)]
    if sum(tests) != 1:
        yield (), "a condition makes one test; give one of 'range', 'is', 'one_of' and 'none_of'"
    elif rule is not None and not _fits(part, rule):
        yield (), f"the test does not fit the fact '{rule.name}', which is a {rule.kind}; use another test"


def _fits(part: Condition, rule: FactRule) -> bool:
    if part.range is not None:
        return rule.kind in ("number", "money")
    if part.is_ is not None:
        return rule.kind == "flag"
    known = not rule.one_of or {*part.one_of, *part.none_of} <= set(rule.one_of)
    return rule.kind == "word" and known


def _window(part: Window, _facts: dict[str, FactRule]) -> Iterator[Fault]:
    try:
        zone(part.zone)
    except BadPeriod as fault:
        yield ("zone",), str(fault).rstrip(".")
    if (part.kind == "fixed_days") != (part.days is not None):
        yield (), "'days' and the kind 'fixed_days' go together; give both or neither"
    if part.first_month != 1 and part.kind != "fiscal_quarter":
        yield ("first_month",), "only fiscal quarters have a first month; remove it or say 'kind: fiscal_quarter'"


def _statuses(part: Statuses, _facts: dict[str, FactRule]) -> Iterator[Fault]:
    if not part.statuses and not part.error_types:
        yield (), "the set is empty; give 'statuses' or 'error_types'"


def _measure(part: Measure, facts: dict[str, FactRule]) -> Iterator[Fault]:
    rule, minutes = part.aggregation, part.bucket_minutes
    if minutes is not None and 1440 % minutes:
        yield ("bucket_minutes",), "buckets of that length do not fill a day; use a divisor of 1440"
    if minutes is None and isinstance(rule, BucketMean | BucketShare):
        yield (), "a figure over buckets needs 'bucket_minutes'; add it"
    if minutes is not None and part.empty is None and isinstance(rule, FROM_BUCKETS):
        yield (), "what an empty bucket is worth is not said; add 'empty' with perfect, left_out or undefined"
    if isinstance(rule, DownTime) and part.unit not in _TIME_UNITS:
        yield ("unit",), f"down time is measured in {', '.join(_TIME_UNITS)}; use one of them"
    run = rule.run if isinstance(rule, DownRules) else None
    if run is not None:
        if (run.at_least_seconds is None) == (run.at_least_minutes is None):
            yield ("aggregation", "run"), "a run has one shortest length; give 'at_least_minutes' or 'at_least_seconds'"
        elif minutes is not None and (60 * (run.at_least_minutes or 0) + (run.at_least_seconds or 0)) % (60 * minutes):
            path: Path = ("aggregation", "run", "at_least_minutes")
            yield path, f"a run is counted in buckets of {minutes} minutes; use a multiple of that"
    for name in ("fact", "start", "end", "moment", "whole", "less", "and_less", "planned", "excluded", "counts_from"):
        fact = getattr(rule, name, None)
        if isinstance(fact, str) and fact not in facts:
            yield ("aggregation", name), f"fact '{fact}' is not declared under 'facts'; add it there with its kind"


def _weight(part: Weight, facts: dict[str, FactRule]) -> Iterator[Fault]:
    if part.fact not in facts:
        yield ("fact",), f"fact '{part.fact}' is not declared under 'facts'; add it there with its kind"


def _commitment(part: Commitment, facts: dict[str, FactRule]) -> Iterator[Fault]:
    if (part.range is None) == (not part.missed_when):
        yield (), "a commitment is tested one way; give either 'range' or 'missed_when'"
    if part.range is None and (part.level or part.unread):
        yield (), "'level' and 'unread' go with 'range', the figures that surely keep the level; add it"
    if part.level is not None and part.level not in facts:
        yield ("level",), f"fact '{part.level}' is not declared under 'facts'; add it there with its kind"


def _several(part: SeveralPeriods, _facts: dict[str, FactRule]) -> Iterator[Fault]:
    if (part.consecutive is None) == (part.missed is None):
        yield (), "several windows are counted one way; give 'consecutive', or 'missed' with 'of_last'"
    if part.missed is not None and (part.of_last is None or part.of_last < part.missed):
        yield (), "'of_last' must be at least as many windows as 'missed'; correct it"


def _row(part: Row | PerUnit, _facts: dict[str, FactRule]) -> Iterator[Fault]:
    if part.given() != 1:
        yield (), "it gives nothing or two things; give one of percent, sum, quantity, times, fee_of and unread"
    edges = (part.threshold, part.threshold_percent) if isinstance(part, PerUnit) else ()
    if isinstance(part, PerUnit) and sum(edge is not None for edge in edges) != (part.of != "value"):
        yield (), "'threshold' goes with 'of: excess' or 'of: shortfall'; give both or neither"
    if part.fee_of is not None and len(part.fee_of.named()) != 1:
        yield ("fee_of",), "the fee is that of one length of time; give one of 'hours', 'days' and 'months'"
    if part.sum is not None:
        yield from _currency(part.sum.currency, ("sum", "currency"))


def _per_part(part: PerPart, _facts: dict[str, FactRule]) -> Iterator[Fault]:
    if (part.percent is None) == (part.times is None):
        yield (), "each part gives one thing; give 'percent' or 'times'"
    if part.threshold is not None and part.times is None:
        yield ("threshold",), "only 'times' counts what lies over a threshold; remove it"


def _currency(code: str, path: Path) -> Iterator[Fault]:
    try:
        check_currency(code)
    except BadMoney as fault:
        yield path, str(fault).rstrip(".")


def _cap(part: Cap, facts: dict[str, FactRule]) -> Iterator[Fault]:
    if sum(one is not None for one in (part.percent, part.days, part.sum, part.quantity)) != 1:
        yield (), "a cap is stated one way; give one of 'percent', 'days', 'sum' and 'quantity'"
    for name in ("of", "less"):
        fact = getattr(part, name)
        if fact is not None and fact != "bill" and fact not in facts:
            yield (name,), f"fact '{fact}' is not declared under 'facts'; add it there with its kind"


def _remedy(part: Remedy, facts: dict[str, FactRule]) -> Iterator[Fault]:
    if part.minimum is not None:
        yield from _currency(part.minimum.currency, ("minimum", "currency"))
    for index, fact in enumerate(part.base.facts if part.base and part.base.kind != "down_time" else ()):
        if fact != "bill" and fact not in facts:
            yield ("base", "facts", index), f"fact '{fact}' is not declared under 'facts'; add it there with its kind"
    for index, fact in enumerate(part.base.plus if part.base else ()):
        if fact not in facts:
            yield ("base", "plus", index), f"fact '{fact}' is not declared under 'facts'; add it there with its kind"
    for name in ("shared_by", "shares"):
        fact = getattr(part.base, name, None)
        if fact is not None and fact not in facts:
            yield ("base", name), f"fact '{fact}' is not declared under 'facts'; add it there with its kind"
    rows = part.grant.tiers if isinstance(part.grant, Tiers) else ()
    needs = any(row.percent is not None or row.times is not None for row in rows)
    if part.base is None and (needs or part.grant.kind in ("linear", "remainder", "per_part")):
        yield (), "a share needs something to be a share of; add 'base'"


def _exclusion(part: Exclusion, facts: dict[str, FactRule]) -> Iterator[Fault]:
    if part.budget_used is not None and part.budget_used not in facts:
        fault = f"fact '{part.budget_used}' is not declared under 'facts'; add it there with its kind"
        yield ("budget_used",), fault
    if (part.budget_minutes is None) != (part.budget_per is None):
        yield (), "'budget_minutes' and 'budget_per' go together; give both or neither"


def _within(part: Within, _facts: dict[str, FactRule]) -> Iterator[Fault]:
    yield from part.unsound()


def _promise(promise: Promise) -> Iterator[Fault]:
    yield from ((("deadlines", *path), reason) for path, reason in unsound_steps(promise.deadlines))
    if promise.coverage is not None and not (promise.population and promise.measure.bucket_minutes):
        yield ("coverage",), "a log is covered but not counted; add 'population' and 'bucket_minutes', or remove it"
    if promise.claim is None and promise.automatic is None and promise.remedy.grant.kind != "no_money":
        yield (), "it is not said how the remedy is come by; add 'claim', or 'automatic' with its clause"


def _calendar(part: Calendar, _facts: dict[str, FactRule]) -> Iterator[Fault]:
    yield from unsound_calendar(part)


def _reduction(part: Reduction, _facts: dict[str, FactRule]) -> Iterator[Fault]:
    if part.to_percent == 100:
        yield ("to_percent",), "a reduction to 100 % changes nothing; give what is left of the amount"


_CHECKS: dict[type[BaseModel], Any] = {
    Bounds: _bounds,
    Effective: _effective,
    Condition: _condition,
    Window: _window,
    Statuses: _statuses,
    Measure: _measure,
    Weight: _weight,
    Commitment: _commitment,
    SeveralPeriods: _several,
    Row: _row,
    PerUnit: _row,
    PerPart: _per_part,
    Cap: _cap,
    Remedy: _remedy,
    Exclusion: _exclusion,
    Within: _within,
    Calendar: _calendar,
    Reduction: _reduction,
}
