-- `faulty` as it would be had $numerator of every $denominator attempts of a part of `replay_rows` failed, evenly in
-- order of time: those get status 503 and are nobody's charge; whatever else they were is forgotten.
WITH numbered AS (
  SELECT r.*, ROW_NUMBER() OVER (
    ORDER BY time_us, model, service, region, COALESCE(request_id, ''), account, input_tokens, output_tokens, row_id
  ) AS turn
  FROM replay_rows AS r
  WHERE part = $part
),
struck AS (
  SELECT n.*
  FROM numbered AS n
  WHERE turn * $numerator // $denominator > (turn - 1) * $numerator // $denominator
)
SELECT f.*
FROM faulty AS f
LEFT JOIN struck AS s ON s.row_id = f.row_id
WHERE s.row_id IS NULL
UNION ALL
SELECT row_id, time_us, minute, account, provider, service, model, region, request_id, call_id, fingerprint, retry,
  503 AS status, 'server_error' AS error, duration_ms, input_tokens, cached_tokens, 0 AS output_tokens, -1 AS usable,
  charged_nano, currency, 'provider' AS fault, 'no' AS ruled, -1 AS rule_no
FROM struck
