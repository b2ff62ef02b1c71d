"""Verb: read the time buckets of a provider's report; what each holds, and which spans the report covers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from makegood.records.charge import Charge
from makegood.records.scope import Scope
from makegood.records.sources.located_json import repeated_key
from makegood.records.sources.small import Reading, Unusable, gather
from makegood.spans import Span, merged

When = Callable[[dict[str, Any]], Span]
Made = Callable[[Any, Span], Charge]


def read_time_buckets(file: str, provider: str, buckets: Iterable[tuple[Any, Any]], when: When, made: Made) -> Reading:
    """Make a charge of each result of each (bucket, its results); the buckets whose rows can be used are covered.

    `when` tells a bucket's span, `made` the charge of one result in it; either raises Unusable.
    """
    covered: list[Span] = []

    def rows() -> Iterator[tuple[int, Any]]:
        for bucket, results in buckets:
            found = results if isinstance(results, list) else []
            # A bucket without results is a row too: it says that the span is covered and nothing was used.
            yield from ((getattr(one, "line", bucket.line), (bucket, one)) for one in found or [None])

    def one(row: tuple[dict[str, Any], Any]) -> Iterator[Charge]:
        bucket, result = row
        where = when(bucket)
        if twice := repeated_key(result):
            raise Unusable(twice)
        if result is not None:
            yield made(result, where)
        covered.append(where)

    return replace(gather(file, rows(), one), coverage=covering(provider, covered))


def covering(provider: str, spans: Iterable[Span]) -> tuple[tuple[Scope, Span], ...]:
    """That the provider's charges in these spans are known, neighbouring ones joined."""
    return tuple((Scope(provider), one) for one in merged(spans))
