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

# provider, service, model, region, time, attempts, of which by status or by (status, error)
Traffic = tuple[str, str, str, str, datetime, int, dict[Any, int]]
_SCOPE = "provider VARCHAR, service VARCHAR, model VARCHAR, region VARCHAR, minute BIGINT"
_CALL = "time_us BIGINT, row_id BIGINT, account VARCHAR, call_id VARCHAR, fingerprint VARCHAR"


class SmallWarehouse:
    """The tables `minutes` and `faulty`, made from rows of traffic; `fail` adds one failing attempt of a call."""

    def __init__(self, rows: Iterable[Traffic] = ()) -> None:
        self.sql = duckdb.connect()
        self.sql.execute(f"CREATE TABLE minutes ({_SCOPE}, attempts BIGINT, faults BIGINT)")
        self.sql.execute(f"CREATE TABLE faulty ({_SCOPE}, status INT, error VARCHAR, {_CALL})")
        self.rows = 0
        minutes: list[list[Any]] = []
        faulty: list[list[Any]] = []
        for *names, time, attempts, faults in rows:
            at = [*names, to_us(time) // 60_000_000]
            minutes.append([*at, attempts, sum(faults.values())])
            for outcome, count in faults.items():
                status_error = outcome if isinstance(outcome, tuple) else (outcome, "")
                faulty.extend(self._failed(at, status_error, time, (None, None)) for _ in range(count))
        self._put("minutes", minutes)
        self._put("faulty", faulty)

    def fail(self, names: Iterable[str], time: datetime, status: int = 503, **call: str) -> None:
        """One attempt that failed, in a minute of its own row; `call_id` or `fingerprint` say of which call."""
        at = [*names, to_us(time) // 60_000_000]
        called = (call.get("call_id"), call.get("fingerprint"))
        self._put("minutes", [[*at, 1, 1]])
        self._put("faulty", [self._failed(at, (status, call.get("error", "")), time, called)])

    def _failed(
        self, at: list[Any], outcome: tuple[int, str], time: datetime, call: tuple[str | None, ...]
    ) -> list[Any]:
        self.rows += 1
        return [*at, *outcome, to_us(time), self.rows, "acct", *call]

    def _put(self, table: str, rows: list[list[Any]]) -> None:
        """All rows in one statement, column by column: a statement for each row took most of the room's time."""
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            self.sql.execute(f"INSERT INTO {table} SELECT {', '.join(['unnest(?)'] * len(columns))}", columns)

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
