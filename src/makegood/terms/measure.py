"""Verb: count for a promise what the warehouse holds, in the promise's own buckets; only failures come out of SQL."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from makegood.records.scope import Scope
from makegood.records.statements import statement
from makegood.spans import Span, to_us
from makegood.terms.gauge import FROM_DOWN_TIME
from makegood.terms.intervals import IntervalCounts, columns
from makegood.terms.pack import Coverage, Pack, Promise
from makegood.terms.population import Population
from makegood.terms.uptime import shortest_run

_MINUTE_US = 60_000_000
_HEALTHY = 200
_PACKAGE = "makegood.terms"
_Key = tuple[str, str, str]


class Queries(Protocol):
    """Whatever runs SQL with named parameters over the tables `minutes` and `faulty`."""

    def query(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """All rows of one statement."""


@dataclass(frozen=True)
class Measured:
    """Counts of one scope that a promise measures apart."""

    scope: Scope
    counts: IntervalCounts


@dataclass(frozen=True)
class Counting:
    """What is counted: a promise of a pack that can be counted from attempts, over one whole window of it.

    `by` asks for another split ("service", "model", "region") than the promise's own.
    """

    pack: Pack
    promise: Promise
    period: Span
    by: tuple[str, ...] | None = None

    @property
    def step(self) -> int:
        """Minutes of a bucket."""
        return self.promise.measure.bucket_minutes or 1

    @property
    def split(self) -> tuple[str, ...]:
        """What is measured apart."""
        return self.coverage.split if self.by is None else self.by

    @property
    def coverage(self) -> Coverage:
        """Which attempts it is about."""
        assert self.promise.coverage is not None
        return self.promise.coverage

    @property
    def population(self) -> Population:
        """Which requests count."""
        assert self.promise.population is not None
        return self.promise.population

    @property
    def first(self) -> int:
        """The first minute of the period, counted from 1970."""
        return to_us(self.period.start) // _MINUTE_US

    @property
    def after(self) -> int:
        """The first minute after the period."""
        return to_us(self.period.end) // _MINUTE_US

    @property
    def margin(self) -> int:
        """Minutes around the period that tell how long a run is that crosses its edge; whole buckets."""
        rule = self.promise.measure.aggregation
        run = shortest_run(rule.run) if isinstance(rule, FROM_DOWN_TIME) else 0
        return -(-run // (60 * self.step)) * self.step


def measured(warehouse: Queries, asked: Counting) -> tuple[Measured, ...]:
    """Counts over one whole window, one entry a scope that the promise measures apart, most attempts first.

    When no attempt is in scope one entry without requests comes back. Rows just outside the period, where there are
    any, tell how long a run is.
    """
    scopes = warehouse.query(statement(_PACKAGE, "measure_scopes"), first=asked.first, after=asked.after)
    found = []
    for names in _covered(asked, scopes):
        found += _apart(warehouse, asked, names)
    if not found:
        nothing = IntervalCounts(asked.period, asked.step, (), (), (), 0, 0)
        return (Measured(Scope(provider=next(iter(asked.pack.providers), None)), nothing),)
    return tuple(found)


@dataclass(frozen=True)
class _Names:
    """How a log names what is in scope; `provider` is the one name that stands for all of `providers`."""

    provider: str
    providers: tuple[str, ...]
    services: tuple[str, ...]
    models: tuple[str, ...]


def _covered(asked: Counting, scopes: list[tuple[Any, ...]]) -> list[_Names]:
    """The names in the log that the promise is about; those that leave it open come apart from the others."""
    rule, found = asked.coverage, []
    rows = [row for row in scopes if asked.pack.applies_to(row[0]) and rule.serves(row[1]) and rule.runs(row[2])]
    for open_ in (False, True):
        part = [row for row in rows if rule.doubts(row[0]) == open_]
        providers, services, models = (tuple(sorted({row[column] for row in part})) for column in range(3))
        if part:
            standing = next(name for name in asked.pack.providers if rule.doubts(name) == open_)
            found.append(_Names(providers[0] if len(providers) == 1 else standing, providers, services, models))
    return found


def _rows(warehouse: Queries, asked: Counting, names: _Names, question: tuple[str, int]) -> list[tuple[Any, ...]]:
    """The rows of one of the statements beside this file; the period is widened by so many minutes."""
    name, margin = question
    sql = statement(_PACKAGE, name)
    params: dict[str, Any] = {f"by_{column}": int(column in asked.split) for column in ("service", "model", "region")}
    params |= {"step": asked.step, "first": asked.first - margin, "after": asked.after + margin}
    listed = {"provider": names.providers, "service": names.services, "model": names.models}
    for column, values in listed.items():
        sql, spread = _spread(sql, column, values)
        params |= spread
    return warehouse.query(sql, **params)


def _spread(sql: str, name: str, values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """Write `IN ($name)` out as one parameter a value."""
    params = {f"{name}_{index}": value for index, value in enumerate(values)}
    listed = ", ".join(f"${one}" for one in params)
    return re.sub(rf"\(\${name}\)", f"({listed})", sql), params


def _apart(warehouse: Queries, asked: Counting, names: _Names) -> list[Measured]:
    """One entry a scope that is measured apart, most attempts first."""
    found = []
    listed = _buckets(asked, _rows(warehouse, asked, names, ("measure_faults", asked.margin)))
    traffic = _rows(warehouse, asked, names, ("measure_traffic", 0))
    for service, model, region, filled, attempts in sorted(traffic, key=lambda row: (-row[4], row[:3])):
        counts = _counts(asked, listed[service, model, region], (filled, attempts))
        found.append(Measured(Scope(names.provider, service or None, model or None, region or None), counts))
    return found


def _buckets(asked: Counting, rows: list[tuple[Any, ...]]) -> dict[_Key, list[tuple[int, int, int]]]:
    """(start minute, valid, errors) of each bucket that holds a failure, by scope."""
    statuses: dict[_Key, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    attempts: dict[tuple[_Key, int], int] = {}
    for service, model, region, bucket, tried, status, count in rows:
        key = (service, model, region)
        statuses[key][bucket][status] = count
        attempts[key, bucket] = tried
    found: dict[_Key, list[tuple[int, int, int]]] = defaultdict(list)
    for key, buckets in statuses.items():
        for bucket, by_status in buckets.items():
            healthy = attempts[key, bucket] - sum(by_status.values())
            valid, errors = asked.population.split({**by_status, _HEALTHY: healthy})
            found[key].append((bucket * asked.step, valid, errors))
    return found


def _counts(asked: Counting, buckets: list[tuple[int, int, int]], seen: tuple[int, int]) -> IntervalCounts:
    filled, attempts = seen
    not_clean = sum(
        asked.first <= start < asked.after and (errors > 0 or valid == 0) for start, valid, errors in buckets
    )
    listed = columns(row for row in buckets if row[2])
    return IntervalCounts(asked.period, asked.step, *listed, filled - not_clean, attempts)
