-- Attempts and provider faults of every account that met a fault or has waste.
WITH met AS (
  SELECT account FROM faulty WHERE fault = 'provider' GROUP BY account
  UNION
  SELECT account FROM waste WHERE box = 'charged' GROUP BY account
),
failing AS (
  SELECT account, COUNT(*) AS faults
  FROM faulty
  WHERE fault = 'provider'
  GROUP BY account
),
traffic AS (
  SELECT account, COUNT(*) AS attempts
  FROM attempts
  GROUP BY account
)
SELECT t.account, t.attempts, COALESCE(f.faults, 0) AS faults
FROM met AS m
JOIN traffic AS t ON t.account = m.account
LEFT JOIN failing AS f ON f.account = m.account
