-- What detours cost beyond the route's first upstream, by incident (empty: in none), reason and currency. A detour is
-- in an incident if it began inside its span or at most $grace_us after it, on a route that met a fault of it; of
-- several the first by `incident_order` takes it, so that no detour counts twice. A probe is none: it asks the upstream
-- whose turn it is whether it is back.
WITH routed AS (
  SELECT DISTINCT i.incident, m.route
  FROM incident_rows AS i
  JOIN extras AS e ON e.row_id = i.row_id
  JOIN marks AS m ON m.mark = e.mark
  WHERE m.route <> ''
),
spans AS (
  SELECT incident, MIN(start_us) AS start_us, MAX(end_us) AS end_us
  FROM incident_spans
  GROUP BY incident
),
made AS (
  SELECT a.row_id, a.time_us, m.route, m.reason, m.extra_currency, e.extra_nano,
    CASE WHEN f.fault IS NULL OR f.fault = 'none' THEN 1 ELSE 0 END AS answered
  FROM extras AS e
  JOIN marks AS m ON m.mark = e.mark AND m.reason <> 'first' AND m.reason <> 'probe'
  JOIN attempts AS a ON a.row_id = e.row_id
  LEFT JOIN faulty AS f ON f.row_id = a.row_id
),
held AS (
  SELECT d.row_id, s.incident, ROW_NUMBER() OVER (PARTITION BY d.row_id ORDER BY o.turn) AS turn
  FROM made AS d
  JOIN routed AS r ON r.route = d.route
  JOIN spans AS s ON s.incident = r.incident AND d.time_us >= s.start_us AND d.time_us < s.end_us + $grace_us
  JOIN incident_order AS o ON o.incident = s.incident
)
SELECT COALESCE(h.incident, '') AS incident, d.reason, d.extra_currency AS currency,
  COUNT(*) AS attempts,
  CAST(SUM(d.answered) AS BIGINT) AS answered,
  CAST(SUM(CASE WHEN d.extra_nano IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS known,
  CAST(SUM(CASE WHEN d.extra_nano IS NULL AND d.answered = 1 THEN 1 ELSE 0 END) AS BIGINT) AS doubtful,
  CAST(SUM(COALESCE(d.extra_nano, 0) // 1000000000) AS BIGINT) AS units,
  CAST(SUM(COALESCE(d.extra_nano, 0) % 1000000000) AS BIGINT) AS nano
FROM made AS d
LEFT JOIN held AS h ON h.row_id = d.row_id AND h.turn = 1
GROUP BY COALESCE(h.incident, ''), d.reason, d.extra_currency
