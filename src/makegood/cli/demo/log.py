"""Log: the made month written as a log would bring it: weeks of canonical Parquet, and a file of what came late."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from makegood.cli.demo.dice import Dice, Ints
from makegood.cli.demo.rows import Rows
from makegood.cli.demo.world import ACCOUNT_LIST, DAY_US, DAYS, MODELS, OUTCOMES, START, START_US, VERTEX
from makegood.records.attempt import NAMES
from makegood.spans import from_us, iso

LATE = "late.jsonl"
_IN_WEEK, _LATE, _TWICE, _TWICE_LATE = 0, 1, 2, 3  # where a row is written: once or twice, with its week or late
_PREFIXES = {"openai": "req_", "anthropic": "req_011", VERTEX: ""}
# Each is a row that no attempt can be: cut off, without a time, without a status, and figures that cannot be.
_MALFORMED = (
    '{"time": "2026-09-12T09:14:07.118203Z", "account": "acct-0004", "provider": "openai", "service": "chat.comp',
    '{"time": null, "account": "acct-0004", "provider": "openai", "model": "gpt-5.6-terra", "status": 200}',
    '{"time": "2026-09-12T09:14:09Z", "account": "acct-0004", "provider": "openai", "model": "gpt-5.6-sol", '
    '"status": null}',
    '{"time": "2026-09-12T09:14:11Z", "account": "acct-0004", "provider": "openai", "model": "gpt-5.6-sol", '
    '"status": 200, "input_tokens": -512, "output_tokens": 40}',
    '{"time": "2026-09-12T09:14:12Z", "account": "acct-0004", "provider": "openai", "model": "gpt-5.6-sol", '
    '"status": 200, "input_tokens": 512, "output_tokens": 40, "charged": "NaN", "currency": "USD"}',
    '{"time": "0000-00-00T00:00:00Z", "account": "acct-0004", "provider": "openai", "model": "gpt-5.6-sol", '
    '"status": 200, "input_tokens": 512, "output_tokens": 40}',
)
# Canonical columns from codes; ids are digests of numbers: they look like ids and are the same on every machine.
_CANONICAL = """
SELECT
  m.number, m.part, m.sent,
  make_timestamptz(m.time_us) AS "time",
  a.name AS account, d.provider, d.service, d.model, d.region,
  CASE WHEN o.status <> 0 THEN d.prefix || LEFT(md5('request ' || m.seed || ' ' || m.number), 24) END AS request_id,
  CASE WHEN a.call_ids THEN 'call-' || LEFT(md5('call ' || m.seed || ' ' || m.call), 20) END AS call_id,
  CASE WHEN a.prints THEN LEFT(md5('body ' || m.seed || ' ' || m.call), 32) END AS fingerprint,
  CAST(m.retry AS SMALLINT) AS retry,
  CAST(o.status AS SMALLINT) AS status,
  o.error AS error,
  CAST(m.duration_ms AS INTEGER) AS duration_ms,
  m.input_tokens, m.cached_tokens, m.output_tokens,
  CASE WHEN o.status = 200 AND a.streams THEN NOT o.cut END AS usable,
  CASE WHEN m.charged >= 0 THEN CAST(CAST(m.charged AS DECIMAL(18, 0)) * CAST('0.000000001' AS DECIMAL(10, 9))
    AS DECIMAL(18, 9)) END AS charged,
  CASE WHEN m.charged >= 0 THEN 'USD' END AS currency
FROM made AS m
JOIN accounts AS a ON a.code = m.account
JOIN models AS d ON d.code = m.model
JOIN outcomes AS o ON o.code = m.outcome
"""


@dataclass(frozen=True)
class Delivery:
    """The files written, and how many of their rows there are: read, used, duplicate, quarantined, out_of_scope."""

    files: tuple[str, ...]
    rows: dict[str, int]


def write_attempts(folder: Path, rows: Rows, seed: int) -> Delivery:
    """Write attempts-<first day>.parquet a week and late.jsonl; one thread, so that the bytes are always the same."""
    sent = _sent(len(rows), seed)
    with duckdb.connect(config={"threads": 1, "preserve_insertion_order": "true"}) as engine:
        engine.execute("SET TimeZone = 'UTC'")
        _lists(engine)
        made = {name: column for name, column in vars(rows).items() if name != "label"}
        part = (rows.time_us - START_US) // DAY_US // 7
        numbers = np.arange(len(rows))
        given = {**made, "part": part, "sent": sent, "number": numbers, "seed": np.full(len(rows), seed)}
        engine.register("made", given)
        engine.execute(f"CREATE TABLE month AS {_CANONICAL}")
        names = [_week(engine, folder, number) for number in range((DAYS + 6) // 7)]
        _late(engine, folder / LATE)
    return Delivery((*names, LATE), _tally(sent))


def _sent(size: int, seed: int) -> Ints:
    """How each row reaches the log: nearly all once with their week, a few late or twice."""
    luck = Dice(seed).below("sent", np.arange(size), 20_000)
    way: Ints = np.select([luck < 3, luck < 4, luck < 6], [_LATE, _TWICE, _TWICE_LATE], _IN_WEEK).astype(np.int64)
    return way


def _tally(sent: Ints) -> dict[str, int]:
    twice = int(np.count_nonzero(sent >= _TWICE))
    read = len(sent) + twice + len(_MALFORMED)
    return {"read": read, "used": len(sent), "duplicate": twice, "quarantined": len(_MALFORMED), "out_of_scope": 0}


def _lists(engine: duckdb.DuckDBPyConnection) -> None:
    """The lists that codes point to."""
    engine.execute(
        "CREATE TABLE accounts (code BIGINT, name VARCHAR, call_ids BOOLEAN, prints BOOLEAN, streams BOOLEAN)"
    )
    accounts = [(code, one.name, one.call_ids, one.prints, one.streams) for code, one in enumerate(ACCOUNT_LIST)]
    engine.executemany("INSERT INTO accounts VALUES (?, ?, ?, ?, ?)", accounts)
    columns = "provider VARCHAR, service VARCHAR, model VARCHAR, region VARCHAR, prefix VARCHAR"
    engine.execute(f"CREATE TABLE models (code BIGINT, {columns})")
    models = [
        (code, one.provider, one.service, one.name, one.region, _PREFIXES[one.provider])
        for code, one in enumerate(MODELS)
    ]
    engine.executemany("INSERT INTO models VALUES (?, ?, ?, ?, ?, ?)", models)
    engine.execute("CREATE TABLE outcomes (code BIGINT, status INTEGER, error VARCHAR, cut BOOLEAN)")
    outcomes = [(code, one.status, one.error, one.cut) for code, one in enumerate(OUTCOMES)]
    engine.executemany("INSERT INTO outcomes VALUES (?, ?, ?, ?)", outcomes)


def _columns() -> str:
    return ", ".join(f'"{name}"' for name in NAMES)


def _week(engine: duckdb.DuckDBPyConnection, folder: Path, number: int) -> str:
    """Write one week; a row that is sent twice stands in it twice."""
    name = f"attempts-{START + timedelta(days=7 * number):%Y-%m-%d}.parquet"
    wanted = f"part = {number} AND sent <> {_LATE}"
    path = str(folder / name).replace("'", "''")
    engine.execute(
        f"COPY (SELECT {_columns()} FROM (SELECT * FROM month WHERE {wanted} UNION ALL SELECT * FROM month "
        f"WHERE part = {number} AND sent = {_TWICE}) ORDER BY number) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
    )
    return name


def _late(engine: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the rows that came late, with the broken ones strewn among them."""
    wanted = f"sent IN ({_LATE}, {_TWICE_LATE})"
    columns = ", ".join(f'"{name}"' for name in NAMES if name != "time")
    found = engine.execute(f"SELECT epoch_us(time), {columns} FROM month WHERE {wanted} ORDER BY number").fetchall()
    lines = [json.dumps(_record(row)) for row in found]
    for place, broken in enumerate(_MALFORMED, 1):
        lines.insert(7 * place, broken)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _record(row: tuple[Any, ...]) -> dict[str, Any]:
    """A row as JSON has it: its time, microseconds first, as ISO text; amounts as text, for JSON has no decimals."""
    cells = [f"{value:f}" if isinstance(value, Decimal) else value for value in row[1:]]
    return dict(zip(NAMES, [iso(from_us(row[0])), *cells], strict=True))
