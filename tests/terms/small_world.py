"""A warehouse of ten lines and cases in a line, for the tests of this room."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import duckdb

from makegood.spans import Span, from_us, month, to_us
from makegood.terms.case import Case
from makegood.terms.intervals import IntervalCounts, columns
from makegood.terms.pack import PackVersion
from makegood.terms.read import find, pick

JULY = month("2026-07")
AUGUST = datetime(2026, 8, 5, tzinfo=UTC)
GOOGLE = pick(find("google-gemini"), JULY.start)
BEDROCK = pick(find("amazon-bedrock"), JULY.start)
ANTHROPIC = pick(find("anthropic"), JULY.start)

# provider, service, model, region, time, attempts, of which by status
Traffic = tuple[str, str, str, str, datetime, int, dict[int, int]]


class SmallWarehouse:
    """The tables `minutes` and `faulty`, made from rows of traffic."""

    def __init__(self, rows: Iterable[Traffic]) -> None:
        self.sql = duckdb.connect()
        scope = "provider VARCHAR, service VARCHAR, model VARCHAR, region VARCHAR, minute BIGINT"
        self.sql.execute(f"CREATE TABLE minutes ({scope}, attempts BIGINT, faults BIGINT)")
        self.sql.execute(f"CREATE TABLE faulty ({scope}, status INT)")
        for *names, time, attempts, faults in rows:
            at = [*names, to_us(time) // 60_000_000]
            self.sql.execute("INSERT INTO minutes VALUES (?, ?, ?, ?, ?, ?, ?)", [*at, attempts, sum(faults.values())])
            for status, count in faults.items():
                self.sql.executemany("INSERT INTO faulty VALUES (?, ?, ?, ?, ?, ?)", [[*at, status]] * count)

    def query(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """All rows of one statement."""
        return self.sql.execute(sql, params or None).fetchall()


def at(terms: PackVersion, period: Span, *rows: tuple[datetime, int, int, int], **case: Any) -> Case:
    """A case whose counts are given as (start, buckets in a row, valid, errors); every other bucket is clean."""
    step = terms.version.promises[0].measure.bucket_minutes if terms.version.promises else 1
    listed = [
        (to_us(start) // 60_000_000 + index * step, valid, errors)
        for start, buckets, valid, errors in rows
        for index in range(buckets)
    ]
    inside = sum(period.holds(from_us(row[0] * 60_000_000)) for row in listed)
    clean = int(period.minutes) // step - inside
    counts = IntervalCounts(period, step, *columns(listed), clean, 1_000_000, "given")
    return Case(period, counts, **{"now": period.end, **case})
