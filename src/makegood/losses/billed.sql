-- What each request that a charge names (`named`) stands for: the attempts with that id of their provider, else those
-- of the call with that id. One attempt is meant where it alone has the id, or where it got no id of its provider, as
-- one whose end nobody saw, and is alone in its call; else `row_id` is NULL, for no line says which of several it is.
WITH by_request AS (
  SELECT n.request_id, COUNT(*) AS attempts, MIN(a.row_id) AS row_id
  FROM named AS n
  JOIN attempts AS a ON a.request_id = n.request_id
  GROUP BY n.request_id
),
by_call AS (
  SELECT n.request_id, COUNT(*) AS attempts, MIN(a.row_id) AS row_id,
    CAST(SUM(CASE WHEN a.request_id IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS identified
  FROM named AS n
  JOIN attempts AS a ON a.call_id = n.request_id
  GROUP BY n.request_id
)
SELECT n.request_id, COALESCE(r.attempts, c.attempts) AS attempts,
  CASE
    WHEN r.attempts = 1 THEN r.row_id
    WHEN r.attempts IS NULL AND c.attempts = 1 AND c.identified = 0 THEN c.row_id
  END AS row_id
FROM named AS n
LEFT JOIN by_request AS r ON r.request_id = n.request_id
LEFT JOIN by_call AS c ON c.request_id = n.request_id
WHERE r.attempts IS NOT NULL OR c.attempts IS NOT NULL
