-- Attempts in the minutes that each of `incident_spans` touches, in its scope ('' stands for every value).
SELECT s.incident, CAST(SUM(m.attempts) AS BIGINT) AS attempts
FROM incident_spans AS s
JOIN minutes AS m
  ON m.minute >= s.start_us // 60000000 AND m.minute * 60000000 < s.end_us
  AND (s.provider = '' OR s.provider = m.provider)
  AND (s.service = '' OR s.service = m.service)
  AND (s.model = '' OR s.model = m.model)
  AND (s.region = '' OR s.region = m.region)
GROUP BY s.incident
