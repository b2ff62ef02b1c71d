"""Verb: count for a promise what the warehouse holds, in the promise's own buckets; only failures come out of SQL."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from makegood.records.scope import Scope
from makegood.records.statements import statement
from makegood.spans import Span, to_us
from makegood.terms.case import Totals
from makegood.terms.gauge import FROM_DOWN_TIME, Pooled
from makegood.terms.intervals import IntervalCounts, columns
from makegood.terms.pack import Coverage, Pack, Promise
from makegood.terms.population import Population, Statuses
from makegood.terms.uptime import shortest_run

_MINUTE_US = 60_000_000
_HEALTHY = 200
_DAY_MINUTES = 1440  # a row of repeats that began before the period is seen from that far back
_PACKAGE = "makegood.terms"
_NO_STATUS, _NO_ERROR = (-1,), ("",)  # where a list of the statement would be empty
_Key = tuple[str, str, str]
_Row = tuple[Any, ...]


class Queries(Protocol):
    """Whatever runs SQL with named parameters over the tables `minutes` and `faulty`."""

    def query(self, sql: str, **params: Any) -> list[_Row]:
        """All rows of one statement."""


@dataclass(frozen=True)
class Measured:
    """Counts of one scope that a promise measures apart; `totals` where it pools the whole window."""

    scope: Scope
    counts: IntervalCounts
    totals: Totals | None = None


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
    def offset(self) -> int:
        """By how many minutes the buckets of the period begin later than those counted from 1970."""
        return self.first % self.step

    @property
    def repeat_minutes(self) -> int:
        """How long after the first error a failing request is a repeat."""
        return self.population.repeats.within_minutes if self.population.repeats else 0

    @property
    def margin(self) -> int:
        """Minutes around the period that tell how long a run is that crosses its edge; whole buckets."""
        rule = self.promise.measure.aggregation
        run = shortest_run(rule.run) if isinstance(rule, FROM_DOWN_TIME) else 0
        return -(-run // (60 * self.step)) * self.step


def measured(warehouse: Queries, asked: Counting) -> tuple[Measured, ...]:
    """Counts over one whole window, one entry a scope that the promise measures apart, most attempts first.

    When no attempt is in scope one entry without requests comes back. Rows just outside the period, where there are
    any, tell how long a run is. What the statuses count as for a kind of use (`recounts`) no log shows: left as it is.
    """
    scopes = warehouse.query(statement(_PACKAGE, "measure_scopes"), first=asked.first, after=asked.after)
    found: list[Measured] = []
    for names in _covered(asked, scopes):
        found += _Question(warehouse, asked, names).apart()
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


def _covered(asked: Counting, scopes: list[_Row]) -> list[_Names]:
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


@dataclass(frozen=True)
class _Bucket:
    """One bucket with something other than plain answers; `repeats` of the errors are the same request again."""

    start: int
    valid: int
    errors: int
    left_out: int
    repeats: int = 0
    unnamed: int = 0

    def without_repeats(self) -> _Bucket:
        """The bucket as it counts: repeats count neither way."""
        again = self.repeats
        return _Bucket(self.start, self.valid - again, self.errors - again, self.left_out + again)


@dataclass(frozen=True)
class _Question:
    """What is counted, of whom, and who is asked."""

    warehouse: Queries
    asked: Counting
    names: _Names

    def apart(self) -> list[Measured]:
        """One entry a scope that is measured apart, most attempts first."""
        asked, population = self.asked, self.asked.population
        types = {name for part in (population.errors, population.left_out) if part for name in part.error_types}
        window = {"first": asked.first - asked.margin, "after": asked.after + asked.margin}
        rows = self._rows(
            "measure_buckets",
            window | {"opens": asked.first, "closes": asked.after},
            {"error": tuple(sorted(types)) or _NO_ERROR},
        )
        buckets = _buckets(asked, rows)
        if population.repeats is not None:
            self._mark_repeats(window, {row[5] for row in rows}, buckets)
        whole = sorted((row for row in rows if row[3] == -1), key=lambda row: (-row[4], row[:3]))
        return [self._measured(row[:3], (row[7], row[4]), list(buckets[row[:3]].values())) for row in whole]

    def _mark_repeats(self, window: Mapping[str, int], seen: set[int], buckets: dict[_Key, dict[int, _Bucket]]) -> None:
        """Say in each bucket how many of its errors are repeats, and how many name no call."""
        population, minutes = self.asked.population, self.asked.repeat_minutes
        params = {"since": window["first"] - _DAY_MINUTES, "within_us": minutes * _MINUTE_US}
        rows = self._rows(
            "measure_repeats",
            {**window, **params},
            {
                "error_status": _held(population.errors, seen),
                "error_type": population.errors.error_types or _NO_ERROR,
                "spared_status": _held(population.left_out, seen),
                "spared_type": (population.left_out.error_types if population.left_out else ()) or _NO_ERROR,
            },
        )
        for *key, at, repeats, unnamed in rows:
            of_scope = buckets[key[0], key[1], key[2]]
            of_scope[at] = replace(of_scope[at], repeats=repeats, unnamed=unnamed)

    def _rows(self, name: str, numbers: Mapping[str, int], lists: Mapping[str, tuple[Any, ...]]) -> list[_Row]:
        """The rows of one of the statements beside this file."""
        asked, names, sql = self.asked, self.names, statement(_PACKAGE, name)
        params: dict[str, Any] = {f"by_{one}": int(one in asked.split) for one in ("service", "model", "region")}
        params |= {"step": asked.step, "offset": asked.offset, **numbers}
        scope = {"provider": names.providers, "service": names.services, "model": names.models}
        for column, values in {**scope, **lists}.items():
            sql, spread = _spread(sql, column, values)
            params |= spread
        return self.warehouse.query(sql, **params)

    def _measured(self, key: _Key, seen: tuple[int, int], buckets: list[_Bucket]) -> Measured:
        """Counts of one scope from its filled buckets and attempts, and its buckets with failures."""
        (filled, attempts), asked = seen, self.asked
        inside = [one for one in buckets if asked.first <= one.start < asked.after]
        counted = [one.without_repeats() for one in buckets]
        within = [one.without_repeats() for one in inside]
        not_clean = sum(one.errors > 0 or one.valid == 0 for one in within)
        counts = IntervalCounts(
            asked.period,
            asked.step,
            *columns((one.start, one.valid, one.errors) for one in counted if one.errors),
            clean=filled - not_clean,
            requests=attempts,
            left_out=sum(one.left_out for one in within),
        )
        scope = Scope(self.names.provider, *(name or None for name in key))
        pooled = isinstance(asked.promise.measure.aggregation, Pooled)
        return Measured(scope, counts, _totals(asked, attempts, inside) if pooled else None)


def _spread(sql: str, name: str, values: Iterable[Any]) -> tuple[str, dict[str, Any]]:
    """Write `IN ($name)` out as one parameter a value."""
    params = {f"{name}_{index}": value for index, value in enumerate(values)}
    listed = ", ".join(f"${one}" for one in params)
    return re.sub(rf"\(\${name}\)", f"({listed})", sql), params


def _held(rule: Statuses | None, seen: Iterable[int]) -> tuple[int, ...]:
    """Which of the statuses seen, plain answers aside, are in the set."""
    failing = (status for status in sorted(seen) if not 200 <= status <= 299)
    return tuple(status for status in failing if rule is not None and rule.hold(status)) or _NO_STATUS


def _buckets(asked: Counting, rows: list[_Row]) -> dict[_Key, dict[int, _Bucket]]:
    """By scope and bucket number, each bucket that holds anything but plain answers."""
    kinds: dict[tuple[_Key, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for service, model, region, bucket, attempts, status, error, count in rows:
        if bucket == -1:
            continue
        told = kinds[(service, model, region), bucket]
        told["attempts"] = attempts
        told["others"] += count
        told[asked.population.kind(status, error or None)] += count
    found: dict[_Key, dict[int, _Bucket]] = defaultdict(dict)
    for (key, bucket), told in kinds.items():
        told[asked.population.kind(_HEALTHY)] += told["attempts"] - told["others"]
        valid = told["attempts"] - told["left_out"]
        found[key][bucket] = _Bucket(bucket * asked.step + asked.offset, valid, told["error"], told["left_out"])
    return found


def _totals(asked: Counting, attempts: int, buckets: list[_Bucket]) -> Totals:
    """Requests, errors and repeats of the window; where an error names no call, the rest is not known."""
    requests = attempts - sum(one.left_out for one in buckets)
    errors, repeats = sum(one.errors for one in buckets), sum(one.repeats for one in buckets)
    if asked.population.repeats is not None and any(one.unnamed for one in buckets):
        return Totals(requests - repeats, errors - repeats, None)
    return Totals(requests, errors, repeats)
