-- Attempts inside each of `incident_spans` and its scope (* stands for every value): minutes that lie inside are taken
-- whole from `minutes`, the attempts of the two minutes at its edges one by one from `edge_attempts`.
WITH inside AS (
  SELECT s.incident, CAST(SUM(m.attempts) AS BIGINT) AS attempts
  FROM incident_spans AS s
  JOIN minutes AS m
    ON m.minute * 60000000 >= s.start_us AND (m.minute + 1) * 60000000 <= s.end_us
    AND (s.provider = '*' OR s.provider = m.provider)
    AND (s.service = '*' OR s.service = m.service)
    AND (s.model = '*' OR s.model = m.model)
    AND (s.region = '*' OR s.region = m.region)
  GROUP BY s.incident
),
edges AS (
  SELECT s.incident, COUNT(*) AS attempts
  FROM incident_spans AS s
  JOIN edge_attempts AS a
    ON a.time_us >= s.start_us AND a.time_us < s.end_us
    AND (a.minute * 60000000 < s.start_us OR (a.minute + 1) * 60000000 > s.end_us)
    AND (s.provider = '*' OR s.provider = a.provider)
    AND (s.service = '*' OR s.service = a.service)
    AND (s.model = '*' OR s.model = a.model)
    AND (s.region = '*' OR s.region = a.region)
  GROUP BY s.incident
),
parts AS (
  SELECT incident, attempts FROM inside
  UNION ALL
  SELECT incident, attempts FROM edges
)
SELECT incident, CAST(SUM(attempts) AS BIGINT) AS attempts
FROM parts
GROUP BY incident
