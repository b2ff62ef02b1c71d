-- The attempts of the minutes in which one of `incident_spans` begins or ends.
WITH edge_minutes AS (
  SELECT start_us // 60000000 AS minute FROM incident_spans
  UNION
  SELECT end_us // 60000000 AS minute FROM incident_spans
)
SELECT a.provider, a.service, a.model, a.region, a.minute, a.time_us
FROM attempts AS a
JOIN edge_minutes AS e ON e.minute = a.minute
