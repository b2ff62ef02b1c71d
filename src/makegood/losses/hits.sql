-- Provider faults of every account in every incident that it met, and all its attempts there.
WITH failing AS (
  SELECT incident, account, COUNT(*) AS faults
  FROM incident_rows
  GROUP BY incident, account
)
SELECT f.incident, f.account, COALESCE(t.attempts, f.faults) AS attempts, f.faults
FROM failing AS f
LEFT JOIN hit_attempts AS t ON t.incident = f.incident AND t.account = f.account
