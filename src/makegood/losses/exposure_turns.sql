-- What the attempts of `calls` past the first one of a call were, with the route, service and model that its first one
-- asked for. `detour`: went on for the call after a provider fault, with no answer before it, so that it shows that the
-- work can be done there. `again`: anything else of a call. Of what looks like a session (over twenty attempts under
-- one call id) each attempt stands for itself and has no row here.
WITH followed AS (
  SELECT c.row_id, c.call_no, c.place, c.fault, c.service, c.model,
    COUNT(*) OVER (PARTITION BY c.call_no) AS attempts_of_call,
    CAST(SUM(CASE WHEN c.fault = 'provider' THEN 1 ELSE 0 END) OVER (
      PARTITION BY c.call_no ORDER BY c.place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS faults_so_far,
    CAST(SUM(CASE WHEN c.fault = 'none' THEN 1 ELSE 0 END) OVER (
      PARTITION BY c.call_no ORDER BY c.place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS answers_so_far
  FROM calls AS c
),
first_ones AS (
  SELECT f.call_no, f.service, f.model, COALESCE(m.route, '') AS route
  FROM followed AS f
  LEFT JOIN extras AS e ON e.row_id = f.row_id
  LEFT JOIN marks AS m ON m.mark = e.mark
  WHERE f.place = 1
)
SELECT f.row_id,
  CASE
    WHEN f.faults_so_far - CASE WHEN f.fault = 'provider' THEN 1 ELSE 0 END > 0
      AND f.answers_so_far - CASE WHEN f.fault = 'none' THEN 1 ELSE 0 END = 0 THEN 'detour'
    ELSE 'again'
  END AS turn,
  o.route, o.service, o.model
FROM followed AS f
JOIN first_ones AS o ON o.call_no = f.call_no
WHERE f.place > 1 AND f.attempts_of_call <= 20
