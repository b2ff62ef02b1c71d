"""The made month: the same every time, canonical, and holding exactly what it says was planted."""

import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import date as Day
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from makegood.campaigns.customer_file import read_customers
from makegood.cli.demo.month import make_month
from makegood.cli.demo.planted import Planted, Sums
from makegood.records.attempt import NAMES
from makegood.records.small_files import read_small
from makegood.records.take import Intake, take
from makegood.records.warehouse import Warehouse
from makegood.spans import from_us, moment
from tests.losses.auditing import audited

TYPES = {
    "time": "TIMESTAMP WITH TIME ZONE",
    **dict.fromkeys(("retry", "status"), "SMALLINT"),
    "duration_ms": "INTEGER",
    **dict.fromkeys(("input_tokens", "cached_tokens", "output_tokens"), "BIGINT"),
    "usable": "BOOLEAN",
    "charged": "DECIMAL(18,9)",
}
# What the SQL below takes for a provider's fault, written out for this log's own outcomes.
FAULT = "(status = 0 OR status >= 500 OR error = 'engine_overloaded' OR (status = 200 AND usable = false))"
KIND = "CASE WHEN status = 200 THEN 'unusable' ELSE 'failed' END"
BOX = "CASE WHEN charged IS NULL THEN 'unknown' WHEN charged = 0 THEN 'not_charged' ELSE 'charged' END"


@pytest.fixture(scope="module")
def log(made: tuple[Path, Planted], tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Tables `weeks` (as written), `once` (every attempt once, the late ones too)."""
    folder, _ = made
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        engine.execute(f"CREATE VIEW weeks AS SELECT * FROM read_parquet('{folder}/attempts-*.parquet')")
        sound = tmp_path_factory.mktemp("sound") / "sound.jsonl"
        sound.write_text("".join(f"{json.dumps(row)}\n" for row in _late(folder)))
        columns = {name: kind for name, kind, *_ in engine.execute("DESCRIBE weeks").fetchall()}
        listed = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
        engine.execute(
            f"CREATE TABLE once AS SELECT * FROM weeks UNION SELECT * FROM read_json('{sound}', columns = {{{listed}}})"
        )
        yield engine


def _late(folder: Path) -> list[dict[str, Any]]:
    """The rows of late.jsonl that carry all canonical columns."""
    rows = []
    for line in (folder / "late.jsonl").read_text().splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if tuple(row) == NAMES:
            rows.append(row)
    return rows


def _one(log: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    return log.execute(sql).fetchall()[0]


def _digest(folder: Path) -> str:
    listed = (path.name.encode() + path.read_bytes() for path in sorted(folder.iterdir()))
    return hashlib.sha256(b"".join(listed)).hexdigest()


def test_one_seed_gives_the_same_bytes_and_another_seed_others(made: tuple[Path, Planted], tmp_path: Path) -> None:
    again, other = tmp_path / "again", tmp_path / "other"
    assert make_month(again) == made[1]
    assert make_month(other, seed=7).waste != made[1].waste
    assert _digest(again) == _digest(made[0]) != _digest(other)


def test_the_weeks_are_canonical_attempts_of_september(log: duckdb.DuckDBPyConnection) -> None:
    columns = [(name, kind) for name, kind, *_ in log.execute("DESCRIBE weeks").fetchall()]
    assert columns == [(name, TYPES.get(name, "VARCHAR")) for name in NAMES]
    first, last, rows = _one(log, "SELECT CAST(MIN(time) AS VARCHAR), CAST(MAX(time) AS VARCHAR), COUNT(*) FROM once")
    assert moment("2026-09-01") <= moment(first) < moment(last) < moment("2026-10-01")
    assert 300_000 <= rows <= 500_000


def test_every_row_is_accounted_for_as_planted(made: tuple[Path, Planted], tmp_path: Path) -> None:
    folder, planted = made
    warehouse = Warehouse(tmp_path)
    taken = take(warehouse, Intake(tuple(folder / name for name in planted.files["attempts"])))
    warehouse.close()
    assert vars(taken.tally) == planted.rows
    assert planted.rows["duplicate"] > 20
    assert planted.rows["quarantined"] == 6


@pytest.mark.parametrize("box", ["charged", "not_charged", "unknown"])
@pytest.mark.parametrize("kind", ["failed", "unusable"])
def test_plain_sql_adds_up_what_failed(
    log: duckdb.DuckDBPyConnection, made: tuple[Path, Planted], box: str, kind: str
) -> None:
    found = _one(
        log,
        "SELECT COUNT(*), CAST(COALESCE(SUM(input_tokens + output_tokens), 0) AS BIGINT), COALESCE(SUM(charged), 0) "
        f"FROM once WHERE {FAULT} AND {KIND} = '{kind}' AND {BOX} = '{box}'",
    )
    _same(found, made[1].waste[box].kinds[kind])


@pytest.mark.parametrize(("box", "faulty"), [("charged", "> 0"), ("caller", "= 0")])
def test_plain_sql_adds_up_what_was_paid_twice(
    log: duckdb.DuckDBPyConnection, made: tuple[Path, Planted], box: str, faulty: str
) -> None:
    found = _one(
        log,
        f"""
        WITH answered AS (
          SELECT *, ROW_NUMBER() OVER (PARTITION BY account, call_id ORDER BY time) AS place
          FROM once WHERE call_id IS NOT NULL AND status = 200 AND usable IS DISTINCT FROM false
        )
        SELECT COUNT(*), CAST(SUM(input_tokens + output_tokens) AS BIGINT), SUM(charged) FROM answered AS a
        WHERE place > 1 AND (
          SELECT COUNT(*) FROM once AS b
          WHERE b.account = a.account AND b.call_id = a.call_id AND b.time < a.time AND {FAULT}
        ) {faulty}""",
    )
    box_ = made[1].waste[box]
    _same(found, box_.whole if box == "caller" else box_.kinds["duplicate"])


def _same(found: tuple[Any, ...], planted: Sums) -> None:
    assert found[:2] == (planted.attempts, planted.tokens)
    assert planted.amount is None or found[2] == Decimal(planted.amount)


def test_the_boxes_are_the_sums_of_their_kinds(made: tuple[Path, Planted]) -> None:
    for name in ("charged", "not_charged", "unknown"):
        box = made[1].waste[name]
        assert box.whole.attempts == sum(kind.attempts for kind in box.kinds.values()) > 50
    assert made[1].waste["unknown"].whole.amount is None
    assert made[1].waste["caller"].whole.attempts > 100


@pytest.mark.parametrize(("place", "low", "high"), [(0, 0.23, 0.27), (1, 1, 1), (2, 0.46, 0.54)])
def test_planted_failures_fail_as_they_should(
    log: duckdb.DuckDBPyConnection, made: tuple[Path, Planted], place: int, low: float, high: float
) -> None:
    one = made[1].incidents[place]
    where = f"provider = '{one.provider}'" + (f" AND model = '{one.model}'" if one.model else "")
    rate = (
        f"SELECT AVG(CASE WHEN {FAULT} THEN 1 ELSE 0 END) FROM once WHERE {where} AND time >= '{{}}' AND time < '{{}}'"
    )
    assert low <= _one(log, rate.format(one.start, one.end))[0] <= high
    assert 0.0005 < _one(log, rate.format("2026-09-02", "2026-09-09"))[0] < 0.01


def test_the_unacknowledged_failure_breaks_the_terms_of_google(log: duckdb.DuckDBPyConnection) -> None:
    """Over 5 % server errors in runs of at least five minutes for more than 216 minutes, 0.5 % of September."""
    minutes = log.execute(
        "SELECT epoch_us(time) // 60000000 AS minute FROM once WHERE provider = 'gcp.vertex_ai' GROUP BY ALL "
        "HAVING SUM(CASE WHEN status >= 500 THEN 1 ELSE 0 END) * 20 > COUNT(*) ORDER BY minute"
    ).fetchall()
    runs: list[list[int]] = []
    for (minute,) in minutes:
        if runs and runs[-1][-1] == minute - 1:
            runs[-1].append(minute)
        else:
            runs.append([minute])
    assert 216 < sum(len(run) for run in runs if len(run) >= 5) < 432


def test_retries_follow_failures_and_stay_within_the_month(log: duckdb.DuckDBPyConnection) -> None:
    tries = dict(log.execute("SELECT retry, COUNT(*) FROM once GROUP BY retry").fetchall())
    assert sorted(tries) == [0, 1, 2, 3]
    stormy = "time >= '2026-09-10T06:36:00Z' AND time < '2026-09-10T19:30:00Z' AND provider = 'openai'"
    inside = _one(log, f"SELECT AVG(CASE WHEN retry > 0 THEN 1 ELSE 0 END) FROM once WHERE {stormy}")[0]
    assert inside > 0.15
    bare = _one(log, "SELECT COUNT(*), COUNT(DISTINCT account) FROM once WHERE call_id IS NULL AND fingerprint IS NULL")
    assert bare[0] > 1_000
    assert bare[1] == 1


def test_the_cost_export_is_what_openai_charged_a_day(
    log: duckdb.DuckDBPyConnection, made: tuple[Path, Planted]
) -> None:
    folder, planted = made
    charged = dict(
        log.execute(
            "SELECT epoch_us(time) // 86400000000 * 86400, SUM(charged) FROM once WHERE provider = 'openai' GROUP BY 1"
        ).fetchall()
    )
    with (folder / "costs.tsv").open(newline="") as file:
        told = {int(row["start_time"]): Decimal(row["amount_value"]) for row in csv.DictReader(file, delimiter="\t")}
    assert told == charged
    assert len(told) == 30
    assert sum(told.values()) == Decimal(planted.bills["openai"])


def test_pages_and_costs_are_read_by_their_shapes(made: tuple[Path, Planted]) -> None:
    folder, planted = made
    kinds = {}
    for name in planted.files["bulletins"]:
        for one in read_small(folder / name).bulletins:
            if one.start >= moment("2026-09-01"):
                kinds[one.scope.provider, one.start.day] = one.kind
    assert kinds == {
        ("openai", 10): "downtime",
        ("openai", 19): "downtime",
        ("openai", 24): "login",
        ("anthropic", 3): "login",
        ("anthropic", 17): "downtime",
        ("google", 4): "billing",
    }
    amounts = [one.amount for one in read_small(folder / "costs.tsv").charges if one.amount]
    assert sum(amounts) == Decimal(planted.bills["openai"])


def test_planted_json_reads_back_as_it_was(made: tuple[Path, Planted]) -> None:
    folder, planted = made
    assert Planted.from_json(json.loads((folder / "planted.json").read_text())) == planted


def test_customers_are_read_whole_and_hold_every_account(made: tuple[Path, Planted], log: Any) -> None:
    path = made[0] / made[1].files["customers"][0]
    found = read_customers(path.read_bytes(), path.name)
    assert (found.quarantined, found.notes) == ((), ())
    accounts = {name for (name,) in log.execute("SELECT DISTINCT account FROM once").fetchall()}
    assert {one.account for one in found.customers} == accounts
    kinds = {(one.plan, one.lang) for one in found.customers}
    assert kinds == {(plan, lang) for plan in ("api", "pro", "free") for lang in ("en", "ko")}
    assert [one.account for one in found.customers if one.status == "closed"] == ["acct-0030"]
    assert sum(not one.email for one in found.customers) == 3
    assert all(one.email.endswith("@example.com") for one in found.customers if one.email)
    assert len({one.billing for one in found.customers}) == len(accounts)


def test_the_outage_of_june_2025_on_the_month_is_what_a_naive_reading_counts(made: tuple[Path, Planted]) -> None:
    rows = _september_29(made[0])
    found = audited(made[0] / "attempts-2026-09-29.parquet", days=(Day(2025, 6, 10),))
    ((replay, paid),) = found.replays
    assert replay.laid is not None
    assert (replay.laid.rule, replay.laid.days % 7, replay.on) == ("weeks", 0, ("openai",))
    api, peak = replay.readings
    asked = ((api, ((6, 36), (19, 30)), Fraction(1, 4)), (peak, ((9, 0), (15, 0)), Fraction(7, 20)))
    for reading, hours, share in asked:
        start, end = (datetime(2026, 9, 29, *at, tzinfo=UTC) for at in hours)
        inside = [row for row in rows if start <= row["time"] < end]
        calls = sum(row["opens"] for row in inside)
        spend = sum((row["charged"] for row in inside if row["charged"] is not None), Decimal(0))
        assert (reading.span.start, reading.span.end, reading.span.minutes) == (
            start,
            end,
            reading.telling.span.minutes,
        )
        assert (reading.whole.calls, reading.whole.attempts) == (calls, len(inside))
        assert reading.whole.spend.amounts == {"USD": spend}
        assert reading.failed == sum(row["fault"] for row in inside)
        assert [toll.calls for toll in reading.tolls] == [share * calls, calls]
        assert [toll.left for toll in reading.tolls] == [
            share * calls,
            calls,
        ]  # no other provider answers the same work
    assert (api.span.minutes, peak.span.minutes) == (774, 360)
    assert api.whole.calls > 5_000
    assert {one.played[0].leading.verdict for one in paid} == {"goodwill"}


def _september_29(folder: Path) -> list[dict[str, Any]]:
    """The attempts at openai of two days, each once, with whether it was a fault and whether it opened a call."""
    names = ("account", "model", "request_id", "call_id", "fingerprint", "status", "error", "usable", "charged")
    file = folder / "attempts-2026-09-29.parquet"
    read = f"SELECT DISTINCT {', '.join(names)}, epoch_us(time) AS us FROM '{file}' WHERE provider = 'openai'"
    rows = [dict(zip((*names, "us"), row, strict=True)) for row in duckdb.sql(f"{read} ORDER BY us").fetchall()]
    last: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        row["time"] = from_us(row["us"])
        failed = row["status"] == 0 or row["status"] >= 500 or row["error"] == "engine_overloaded"
        row["fault"] = failed or (row["status"] == 200 and row["usable"] is False)
        key = (row["account"], row["call_id"]) if row["call_id"] else (row["account"], row["model"], row["fingerprint"])
        before = last.get(key) if row["call_id"] or row["fingerprint"] else None
        soon = before is not None and row["time"] - before["time"] <= timedelta(minutes=10)
        row["opens"] = not (before and (row["call_id"] or (before["fault"] and soon)))
        last[key] = row
    return rows
