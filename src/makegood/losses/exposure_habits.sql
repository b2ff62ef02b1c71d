-- What failing calls cost at each provider so far: calls that met a provider fault there, and what was charged, or may
-- have been, for attempts that delivered nothing, by box and currency (of box '' the calls alone).
WITH failing AS (
  SELECT provider, COUNT(DISTINCT call_no) AS calls
  FROM calls
  WHERE fault = 'provider'
  GROUP BY provider
)
SELECT provider, '' AS box, '' AS currency, calls, 0 AS known, 0 AS units, 0 AS nano
FROM failing
UNION ALL
SELECT w.provider, w.box, w.currency, COUNT(*) AS calls,
  CAST(SUM(CASE WHEN w.amount_nano IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS known,
  CAST(SUM(COALESCE(w.amount_nano, 0) // 1000000000) AS BIGINT) AS units,
  CAST(SUM(COALESCE(w.amount_nano, 0) % 1000000000) AS BIGINT) AS nano
FROM waste AS w
WHERE (w.box = 'charged' OR w.box = 'unknown') AND (w.kind = 'failed' OR w.kind = 'unusable' OR w.kind = 'duplicate')
GROUP BY w.provider, w.box, w.currency
