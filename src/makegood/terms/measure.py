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
from makegood.terms.intervals import IntervalCounts, columns
from makegood.terms.pack import GoodTime, Pack, PackVersion, Promise

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
    """Counts of one scope the terms measure apart; `counts` is None where the terms promise nothing."""

    scope: Scope
    counts: IntervalCounts | None


def measured(
    warehouse: Queries, terms: PackVersion, period: Span, by: Sequence[str] | None = None
) -> tuple[Measured, ...]:
    """Counts over one whole window, one entry a scope that the terms measure apart, most attempts first.

    `by` asks for another split ("service", "model", "region") than the terms' own. When no attempt is in scope one
    entry without requests comes back. Rows just outside the period, where there are any, tell how long a run is.
    """
    promise = terms.version.promise
    if promise is None:
        return (Measured(Scope(provider=terms.pack.providers[0]), None),)
    first, after = to_us(period.start) // _MINUTE_US, to_us(period.end) // _MINUTE_US
    scopes = warehouse.query(statement(_PACKAGE, "measure_scopes"), first=first, after=after)
    split = tuple(promise.coverage.split if by is None else by)
    found = []
    for names in _covered(terms.pack, promise, scopes):
        found += _apart(_Asked(warehouse, promise, period, names, split))
    if not found:
        nothing = IntervalCounts(period, promise.measure.bucket_minutes, (), (), (), 0, 0)
        return (Measured(Scope(provider=terms.pack.providers[0]), nothing),)
    return tuple(found)


@dataclass(frozen=True)
class _Names:
    """How a log names what is in scope; `provider` is the one name that stands for all of `providers`."""

    provider: str
    providers: tuple[str, ...]
    services: tuple[str, ...]
    models: tuple[str, ...]


@dataclass(frozen=True)
class _Asked:
    """One question to the warehouse: whose attempts, when, split by what."""

    warehouse: Queries
    promise: Promise
    period: Span
    names: _Names
    by: tuple[str, ...]

    def rows(self, name: str, margin: int) -> list[tuple[Any, ...]]:
        """The rows of one of the statements beside this file; the period is widened by `margin` minutes."""
        sql = statement(_PACKAGE, name)
        params = {f"by_{column}": int(column in self.by) for column in ("service", "model", "region")}
        params |= {
            "step": self.promise.measure.bucket_minutes,
            "first": to_us(self.period.start) // _MINUTE_US - margin,
            "after": to_us(self.period.end) // _MINUTE_US + margin,
        }
        names = {"provider": self.names.providers, "service": self.names.services, "model": self.names.models}
        for name, values in names.items():
            sql, spread = _spread(sql, name, values)
            params |= spread
        return self.warehouse.query(sql, **params)


def _spread(sql: str, name: str, values: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """Write `IN ($name)` out as one parameter a value."""
    params = {f"{name}_{index}": value for index, value in enumerate(values)}
    listed = ", ".join(f"${one}" for one in params)
    return re.sub(rf"\(\${name}\)", f"({listed})", sql), params


def _covered(pack: Pack, promise: Promise, scopes: list[tuple[Any, ...]]) -> list[_Names]:
    """The names in the log that the promise is about; those that leave it open come apart from the others."""
    rule, found = promise.coverage, []
    rows = [row for row in scopes if pack.applies_to(row[0]) and rule.serves(row[1]) and rule.runs(row[2])]
    for open_ in (False, True):
        part = [row for row in rows if rule.doubts(row[0]) == open_]
        providers, services, models = (tuple(sorted({row[column] for row in part})) for column in range(3))
        if part:
            standing = next(name for name in pack.providers if rule.doubts(name) == open_)
            found.append(_Names(providers[0] if len(providers) == 1 else standing, providers, services, models))
    return found


def _apart(asked: _Asked) -> list[Measured]:
    """One entry a scope that is measured apart, most attempts first."""
    promise, found = asked.promise, []
    listed = _buckets(promise, asked.rows("measure_faults", _margin(promise)))
    traffic = asked.rows("measure_traffic", 0)
    for service, model, region, filled, attempts in sorted(traffic, key=lambda row: (-row[4], row[:3])):
        counts = _counts(promise, asked.period, listed[service, model, region], (filled, attempts))
        scope = Scope(asked.names.provider, service or None, model or None, region or None)
        found.append(Measured(scope, counts))
    return found


def _buckets(promise: Promise, rows: list[tuple[Any, ...]]) -> dict[_Key, list[tuple[int, int, int]]]:
    """(start minute, valid, errors) of each bucket that holds a failure, by scope."""
    statuses: dict[_Key, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    attempts: dict[tuple[_Key, int], int] = {}
    for service, model, region, bucket, tried, status, count in rows:
        key = (service, model, region)
        statuses[key][bucket][status] = count
        attempts[key, bucket] = tried
    found: dict[_Key, list[tuple[int, int, int]]] = defaultdict(list)
    step = promise.measure.bucket_minutes
    for key, buckets in statuses.items():
        for bucket, by_status in buckets.items():
            healthy = attempts[key, bucket] - sum(by_status.values())
            valid, errors = promise.population.split({**by_status, _HEALTHY: healthy})
            found[key].append((bucket * step, valid, errors))
    return found


def _counts(
    promise: Promise, period: Span, buckets: list[tuple[int, int, int]], seen: tuple[int, int]
) -> IntervalCounts:
    filled, attempts = seen
    first, after = to_us(period.start) // _MINUTE_US, to_us(period.end) // _MINUTE_US
    not_clean = sum(first <= start < after and (errors > 0 or valid == 0) for start, valid, errors in buckets)
    listed = columns(row for row in buckets if row[2])
    return IntervalCounts(period, promise.measure.bucket_minutes, *listed, filled - not_clean, attempts)


def _margin(promise: Promise) -> int:
    rule = promise.measure.aggregation
    return rule.run.at_least_minutes if isinstance(rule, GoodTime) and rule.run else 0
