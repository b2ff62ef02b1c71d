-- All attempts of the accounts that met an incident, inside its span and scope (* stands for every value). The scopes
-- and minutes in which an incident lies are looked up in `minutes` first, so that attempts meet them by equal values.
WITH met AS (
  SELECT DISTINCT incident, account FROM incident_rows
),
lain AS (
  SELECT s.incident, s.start_us, s.end_us, m.provider, m.service, m.model, m.region, m.minute
  FROM incident_spans AS s
  JOIN minutes AS m
    ON m.minute * 60000000 < s.end_us AND (m.minute + 1) * 60000000 > s.start_us
    AND (s.provider = '*' OR s.provider = m.provider)
    AND (s.service = '*' OR s.service = m.service)
    AND (s.model = '*' OR s.model = m.model)
    AND (s.region = '*' OR s.region = m.region)
  WHERE s.incident IN (SELECT incident FROM met)
)
SELECT l.incident, a.account, COUNT(*) AS attempts
FROM attempts AS a
JOIN lain AS l
  ON l.minute = a.minute AND l.provider = a.provider AND l.service = a.service AND l.model = a.model
  AND l.region = a.region
JOIN met AS t ON t.incident = l.incident AND t.account = a.account
WHERE a.time_us >= l.start_us AND a.time_us < l.end_us
GROUP BY l.incident, a.account
