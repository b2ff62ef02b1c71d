-- Each row of `waste` that was charged for nothing because of an incident, with that one incident: the failed attempts
-- inside it, and what was charged again in a call after one of them, even where the incident was over by then. Of
-- several incidents that hold the same failure, the first by `incident_order` takes it, so that no charge counts twice.
WITH led_to AS (
  SELECT w.row_id, i.incident
  FROM waste AS w
  JOIN incident_rows AS i ON i.row_id = w.row_id
  WHERE w.box = 'charged' AND w.kind <> 'duplicate'
  UNION ALL
  SELECT w.row_id, i.incident
  FROM waste AS w
  JOIN calls AS c ON c.call_no = w.call_no AND c.place < w.place
  JOIN incident_rows AS i ON i.row_id = c.row_id
  WHERE w.box = 'charged' AND w.kind = 'duplicate'
),
ordered AS (
  SELECT l.row_id, l.incident, ROW_NUMBER() OVER (PARTITION BY l.row_id ORDER BY o.turn) AS turn
  FROM led_to AS l
  JOIN incident_order AS o ON o.incident = l.incident
)
SELECT row_id, incident
FROM ordered
WHERE turn = 1
