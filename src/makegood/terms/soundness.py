"""Verb: check what the model of a pack cannot say field by field; each fault with its path and its mend."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from makegood.errors import BadMoney, BadPeriod
from makegood.money import check_currency
from makegood.spans import zone
from makegood.terms.lines import Path
from makegood.terms.pack import GoodTime, Pack, Promise, Version, clauses_in
from makegood.terms.parts import Bounds

Fault = tuple[Path, str]


def unsound(pack: Pack) -> list[Fault]:
    """All faults of a pack that reads well but cannot be right, in the order of the file."""
    faults = list(_versions(pack))
    for index, version in enumerate(pack.versions):
        where: Path = ("versions", index)
        faults += _unknown_clauses(version, version, where)
        faults += _readings(version, where)
        if version.promise is None and version.goodwill is None:
            faults.append((where, "neither 'promise' nor 'goodwill' is given; add the one that the text supports"))
        if version.promise is not None:
            faults += _promise(version.promise, (*where, "promise"))
    return faults


def _versions(pack: Pack) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, version in enumerate(pack.versions):
        if version.version in seen:
            yield ("versions", index, "version"), f"version '{version.version}' is given twice; give each its own name"
        seen.add(version.version)
        span = version.effective
        if span.end is not None and span.end <= span.start:
            yield ("versions", index, "effective"), "'to' is not after 'from'; 'to' is the first day no longer in force"
    order = sorted(range(len(pack.versions)), key=lambda at: pack.versions[at].effective.start)
    for one, two in pairwise(order):
        end = pack.versions[one].effective.end
        if end is None or end > pack.versions[two].effective.start:
            yield (
                ("versions", one, "effective"),
                f"it overlaps version '{pack.versions[two].version}'; end it on or before the day that one begins",
            )


def _unknown_clauses(version: Version, part: Any, where: Path) -> Iterator[Fault]:
    for path, clause in clauses_in(part, where):
        if clause not in version.clauses:
            yield path, f"clause '{clause}' is not listed under 'clauses'; add it there with source and status"


def _readings(version: Version, where: Path) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, reading in enumerate(version.readings):
        if reading.id in seen:
            yield (*where, "readings", index, "id"), f"reading '{reading.id}' is given twice; give each its own id"
        seen.add(reading.id)


def _promise(promise: Promise, where: Path) -> Iterator[Fault]:
    yield from _bounds(promise, where)
    yield from _money_and_zone(promise, where)
    measure = promise.measure
    if 1440 % measure.bucket_minutes:
        yield (*where, "measure", "bucket_minutes"), "buckets of that length do not fill a day; use a divisor of 1440"
    run = measure.aggregation.run if isinstance(measure.aggregation, GoodTime) else None
    if run is not None and run.at_least_minutes % measure.bucket_minutes:
        path: Path = (*where, "measure", "aggregation", "run", "at_least_minutes")
        yield path, f"a run is counted in buckets of {measure.bucket_minutes} minutes; use a multiple of that"
    used = [reading.id for reading in promise.deadline.readings if reading.used]
    if len(used) != 1:
        yield (*where, "deadline", "readings"), "exactly one reading of the deadline must say 'used: true'; mark one"
    for index, reading in enumerate(promise.deadline.readings):
        if (reading.days is None) == (reading.months is None):
            yield (*where, "deadline", "readings", index), "give either 'days' or 'months' after the anchor, not both"


def _bounds(part: Any, path: Path) -> Iterator[Fault]:
    if isinstance(part, Bounds):
        lower = [end for end in (part.at_least, part.above) if end is not None]
        upper = [end for end in (part.at_most, part.below) if end is not None]
        if not lower and not upper:
            yield path, "the range has no end; give at_least, above, at_most or below"
        elif len(lower) > 1 or len(upper) > 1:
            yield path, "the range has two lower or two upper ends; keep the one the text states"
        elif lower and upper and (lower[0] > upper[0] or (lower == upper and None in (part.at_least, part.at_most))):
            yield path, "the range holds no value; its lower end must lie under its upper end"
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _bounds(getattr(part, name), (*path, name))
    elif isinstance(part, tuple):
        for index, item in enumerate(part):
            yield from _bounds(item, (*path, index))


def _money_and_zone(promise: Promise, where: Path) -> Iterator[Fault]:
    try:
        zone(promise.window.zone)
    except BadPeriod as fault:
        yield (*where, "window", "zone"), str(fault).rstrip(".")
    if promise.remedy.minimum is not None:
        try:
            check_currency(promise.remedy.minimum.currency)
        except BadMoney as fault:
            yield (*where, "remedy", "minimum", "currency"), str(fault).rstrip(".")
