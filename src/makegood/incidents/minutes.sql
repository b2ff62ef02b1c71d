-- Attempts and provider faults by scope and minute; only minutes with traffic have a row.
WITH traffic AS (
  SELECT provider, service, model, region, minute, COUNT(*) AS attempts
  FROM attempts
  GROUP BY provider, service, model, region, minute
),
failing AS (
  SELECT provider, service, model, region, minute, COUNT(*) AS faults,
    MIN(time_us) AS first_fault_us, MAX(time_us) AS last_fault_us
  FROM faulty
  WHERE fault = 'provider'
  GROUP BY provider, service, model, region, minute
)
SELECT t.provider, t.service, t.model, t.region, t.minute, t.attempts,
  COALESCE(f.faults, 0) AS faults,
  COALESCE(f.first_fault_us, 0) AS first_fault_us,
  COALESCE(f.last_fault_us, 0) AS last_fault_us
FROM traffic AS t
LEFT JOIN failing AS f
  ON f.provider = t.provider AND f.service = t.service AND f.model = t.model
  AND f.region = t.region AND f.minute = t.minute
