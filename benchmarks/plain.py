"""Plain: the answers of an assessment by the SQL one would write first, every window over all rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

# The rule book for this traffic in one CASE: everything is logged with its charge, so that no billing rule speaks.
_RULED = """
CREATE TEMP TABLE ruled AS
SELECT *, CASE WHEN status BETWEEN 200 AND 299 AND usable IS DISTINCT FROM FALSE THEN 'none'
  WHEN status >= 500 OR status = 0 OR usable = FALSE THEN 'provider' ELSE 'client' END AS fault
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY provider, request_id ORDER BY time) AS copy FROM read_parquet('{files}')
) WHERE copy = 1
"""
_CALLS = """
CREATE TEMP TABLE grouped AS
SELECT *, CASE WHEN call_id IS NOT NULL THEN account || '/' || call_id
  ELSE account || '/' || model || '/' || fingerprint || '/' || turn END AS call
FROM (
  SELECT *, SUM(CASE WHEN before = 'provider' AND time - earlier <= INTERVAL 10 MINUTE THEN 0 ELSE 1 END) OVER (
    PARTITION BY account, model, call_id, fingerprint ORDER BY time, retry, request_id) AS turn
  FROM (
    SELECT *, LAG(fault) OVER w AS before, LAG(time) OVER w AS earlier FROM ruled
    WINDOW w AS (PARTITION BY account, model, call_id, fingerprint ORDER BY time, retry, request_id)
  )
)
"""
_WASTE = """
CREATE TEMP TABLE wasted AS
SELECT *, CASE WHEN fault = 'provider' THEN 'own' WHEN faults_before > 0 THEN 'duplicate' ELSE 'caller' END AS kind
FROM (
  SELECT *, SUM(CASE WHEN fault = 'provider' THEN 1 ELSE 0 END) OVER w AS faults_before,
    MIN(CASE WHEN fault = 'none' THEN place END) OVER (PARTITION BY call) AS first_usable
  FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY call ORDER BY time, retry, request_id) AS place FROM grouped)
  WINDOW w AS (PARTITION BY call ORDER BY place)
) WHERE first_usable IS NULL OR place <> first_usable
"""
_BOXES = """
SELECT CASE WHEN charged > 0 AND kind = 'caller' THEN 'caller' WHEN charged > 0 THEN 'charged'
    WHEN fault = 'provider' THEN 'not_charged' END AS box,
  COUNT(*), SUM(input_tokens + output_tokens), SUM(charged)
FROM wasted GROUP BY 1
"""


def answers(connection: Any, files: str) -> dict[str, Any]:
    """Rows, faults, accounts hit, and attempts, tokens and dollars of each box."""
    for statement in (_RULED.format(files=files), _CALLS, _WASTE):
        connection.execute(statement).fetchall()
    minutes = "SELECT provider, service, model, region, date_trunc('minute', time) AS minute, COUNT(*) AS attempts, "
    minutes += "SUM(CASE WHEN fault = 'provider' THEN 1 ELSE 0 END) AS faults FROM ruled GROUP BY ALL"
    rows, faults = connection.execute(f"SELECT SUM(attempts), SUM(faults) FROM ({minutes})").fetchall()[0]
    hit = connection.execute(
        "SELECT COUNT(*) FROM (SELECT account, COUNT(*), SUM(CASE WHEN fault = 'provider' THEN 1 ELSE 0 END) AS f "
        "FROM ruled GROUP BY account HAVING f > 0)"
    ).fetchall()[0][0]
    boxes = {row[0]: row[1:] for row in connection.execute(_BOXES).fetchall() if row[0]}
    return {"rows": int(rows), "faults": int(faults), "accounts": hit} | {
        name: [attempts, int(tokens), _text(amount)] for name, (attempts, tokens, amount) in boxes.items()
    }


def _text(amount: Decimal) -> str:
    return format(amount.normalize(), "f") if amount else "0"
