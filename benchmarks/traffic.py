"""Traffic: a month of attempts of any size, the same for the same size, as canonical Parquet, one file a day."""

from __future__ import annotations

from pathlib import Path

import duckdb

DAYS = 30
START_US = 1_767_225_600_000_000  # 2026-01-01
DAY_US = 86_400_000_000
ACCOUNTS = 100_000
MODELS = 20
# First minute of the month, length in minutes, share failing in percent, model (-1: all of them).
OUTAGES = ((2000, 42, 100, -1), (7300, 780, 25, -1), (12000, 15, 60, 3), (17000, 90, 20, 7), (21000, 8, 100, -1))
OUTAGES += ((26500, 240, 10, 11), (33000, 33, 80, 0), (40100, 61, 40, -1))

# DuckDB's hash of two arguments combines by XOR, so every column salts the number itself.
_ATTEMPTS = """
WITH calls AS (
  SELECT i,
    {day_us} + ((i - {first}) * {day_len}) // {count} + CAST(hash(i*128+1) % 1000000 AS BIGINT) AS t,
    hash(i*128+2) % 1000003 / 1000003.0 AS u,
    CAST(hash(i*128+3) % {models} AS INTEGER) AS m,
    hash(i*128+4) % 10000 AS luck, hash(i*128+5) % 100 AS storm,
    CAST(40 + hash(i*128+6) % 4000 AS BIGINT) AS tin, CAST(1 + hash(i*128+7) % 900 AS BIGINT) AS tout,
    hash(i*128+8) % 10 < 7 AS keyed
  FROM range({first}, {first} + {count}) AS r(i)
),
failing AS (
  SELECT c.*, CASE
    WHEN luck < 35 THEN 503
    WHEN {outage} THEN 500
    WHEN luck BETWEEN 100 AND 109 THEN 400
    WHEN luck BETWEEN 200 AND 214 THEN 429
    ELSE 200 END AS first_status,
    luck BETWEEN 300 AND 303 AS cut, luck BETWEEN 400 AND 403 AS again
  FROM calls AS c
),
tries AS (
  SELECT *, 0 AS k, first_status AS status FROM failing
  UNION ALL
  SELECT *, 1 AS k, CASE WHEN first_status >= 500 AND hash(i*128+9) % 4 = 0 THEN 503 ELSE 200 END AS status
  FROM failing WHERE first_status >= 500 OR cut OR again
  UNION ALL
  SELECT *, 2 AS k, 200 AS status FROM failing WHERE first_status >= 500 AND hash(i*128+9) % 4 = 0
)
SELECT to_timestamp(0) + to_microseconds(t + k * 2000000) AS time,
  'acct_' || lpad(CAST(CAST(floor(u*u*u * {accounts}) AS INTEGER) AS VARCHAR), 6, '0') AS account,
  'openai' AS provider, 'chat.completions' AS service, 'model-' || lpad(CAST(m AS VARCHAR), 2, '0') AS model,
  CAST(NULL AS VARCHAR) AS region,
  'req_' || printf('%016x', hash(i*128+10+k)) AS request_id,
  CASE WHEN keyed THEN 'idem-' || printf('%016x', hash(i*128+20)) END AS call_id,
  printf('%016x', hash(i*128+21)) AS fingerprint,
  CAST(k AS SMALLINT) AS retry, CAST(status AS SMALLINT) AS status,
  CASE status WHEN 500 THEN 'server_error' WHEN 503 THEN 'overloaded' WHEN 400 THEN 'invalid_request_error'
    WHEN 429 THEN 'rate_limit_exceeded' END AS error,
  CAST(200 + hash(i*128+22) % 20000 AS INTEGER) AS duration_ms,
  tin AS input_tokens, tin // 4 AS cached_tokens,
  CASE WHEN status = 200 THEN tout ELSE 0 END AS output_tokens,
  CASE WHEN status = 200 THEN NOT (cut AND k = 0) END AS usable,
  CAST(CASE WHEN status = 200 OR (status = 500 AND luck % 50 = 0) THEN tin * 2500 + tout * 10000 ELSE 0 END
    * CAST(0.000000001 AS DECIMAL(10,9)) AS DECIMAL(18,9)) AS charged,
  'USD' AS currency
FROM tries
"""


def make_traffic(folder: Path, calls: int) -> list[Path]:
    """Write about 1.007 * `calls` attempts over 30 days; return the files. A file that stands is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    per_day = calls // DAYS
    files = []
    with duckdb.connect(config={"memory_limit": "3GB", "preserve_insertion_order": "true"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for day in range(DAYS):
            path = folder / f"attempts-{day + 1:02d}.parquet"
            if not path.exists():
                _write_day(connection, path, day, per_day)
            files.append(path)
    return files


def _write_day(connection: duckdb.DuckDBPyConnection, path: Path, day: int, count: int) -> None:
    sql = _ATTEMPTS.format(
        day_us=START_US + day * DAY_US,
        day_len=DAY_US - 10_000_000,
        first=day * count,
        count=count,
        models=MODELS,
        accounts=ACCOUNTS,
        outage=_failing(),
    )
    aside = path.with_suffix(".partial")
    connection.execute(f"COPY (SELECT * FROM ({sql}) ORDER BY time) TO '{aside}' (FORMAT parquet, COMPRESSION zstd)")
    aside.rename(path)


def _failing() -> str:
    minute = f"(t - {START_US}) // 60000000"
    return " OR ".join(
        f"({minute} >= {start} AND {minute} < {start + length} AND storm < {share}"
        f"{f' AND m = {model}' if model >= 0 else ''})"
        for start, length, share, model in OUTAGES
    )
