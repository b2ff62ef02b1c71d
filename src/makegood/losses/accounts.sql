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
)
SELECT a.account, COUNT(*) AS attempts, COALESCE(MAX(f.faults), 0) AS faults
FROM attempts AS a
JOIN met AS m ON m.account = a.account
LEFT JOIN failing AS f ON f.account = a.account
GROUP BY a.account
