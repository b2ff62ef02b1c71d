-- The provider faults inside each of `incident_spans` and its scope (* stands for every value).
SELECT s.incident, f.row_id, f.account
FROM incident_spans AS s
JOIN faulty AS f
  ON f.time_us >= s.start_us AND f.time_us < s.end_us
  AND (s.provider = '*' OR s.provider = f.provider)
  AND (s.service = '*' OR s.service = f.service)
  AND (s.model = '*' OR s.model = f.model)
  AND (s.region = '*' OR s.region = f.region)
WHERE f.fault = 'provider'
