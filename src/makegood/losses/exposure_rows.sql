-- The attempts that began inside each of `replay_spans` and its scope (* stands for every value), `part` by `part`. The
-- scopes and minutes in which a span lies are looked up in `minutes` first, so that attempts meet them by equal values.
WITH lain AS (
  SELECT s.part, s.start_us, s.end_us, m.provider, m.service, m.model, m.region, m.minute
  FROM replay_spans AS s
  JOIN minutes AS m
    ON m.minute * 60000000 < s.end_us AND (m.minute + 1) * 60000000 > s.start_us
    AND (s.provider = '*' OR s.provider = m.provider)
    AND (s.model = '*' OR s.model = m.model)
    AND (s.region = '*' OR s.region = m.region)
)
SELECT l.part, a.row_id, a.time_us, a.minute, a.account, a.provider, a.service, a.model, a.region, a.request_id,
  a.call_id, a.fingerprint, a.retry, a.status, a.error, a.duration_ms, a.input_tokens, a.cached_tokens,
  a.output_tokens, a.usable, a.charged_nano, a.currency
FROM attempts AS a
JOIN lain AS l
  ON l.minute = a.minute AND l.provider = a.provider AND l.service = a.service AND l.model = a.model
  AND l.region = a.region
WHERE a.time_us >= l.start_us AND a.time_us < l.end_us
