-- Attempts of `members` grouped to calls: by (account, call_id); without it by (account, model, fingerprint) where the
-- attempt starts within ten minutes after an attempt that met a provider fault; else each attempt is a call of its own.
-- `place` counts the attempts of a call in order of time; ties are settled by all of the content (a charge is never
-- below 0), never by where a row stood.
WITH followed AS (
  SELECT m.*,
    CASE WHEN call_id IS NOT NULL THEN 'call_id' WHEN fingerprint IS NOT NULL THEN 'fingerprint' ELSE 'single' END AS basis,
    LAG(fault) OVER (
      PARTITION BY account, model, call_id, fingerprint
      ORDER BY time_us, retry, COALESCE(request_id, ''), status, error, usable, input_tokens, output_tokens, duration_ms,
        provider, service, region, cached_tokens, COALESCE(charged_nano, -1), currency
    ) AS fault_before,
    LAG(time_us) OVER (
      PARTITION BY account, model, call_id, fingerprint
      ORDER BY time_us, retry, COALESCE(request_id, ''), status, error, usable, input_tokens, output_tokens, duration_ms,
        provider, service, region, cached_tokens, COALESCE(charged_nano, -1), currency
    ) AS time_before
  FROM members AS m
),
opened AS (
  SELECT f.*,
    CASE WHEN fault_before = 'provider' AND time_us - time_before <= 600000000 THEN 0 ELSE 1 END AS opens
  FROM followed AS f
),
numbered AS (
  SELECT o.*,
    CAST(SUM(opens) OVER (
      PARTITION BY account, model, call_id, fingerprint
      ORDER BY time_us, retry, COALESCE(request_id, ''), status, error, usable, input_tokens, output_tokens, duration_ms,
        provider, service, region, cached_tokens, COALESCE(charged_nano, -1), currency
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS turn
  FROM opened AS o
),
keyed AS (
  SELECT n.*,
    CASE WHEN basis = 'call_id' THEN '' ELSE model END AS key_model,
    CASE WHEN basis = 'fingerprint' THEN fingerprint ELSE '' END AS key_print,
    CASE basis WHEN 'call_id' THEN 0 WHEN 'fingerprint' THEN turn ELSE row_id END AS key_turn
  FROM numbered AS n
)
SELECT k.*,
  MIN(row_id) OVER (PARTITION BY account, call_id, basis, key_model, key_print, key_turn) AS call_no,
  ROW_NUMBER() OVER (
    PARTITION BY account, call_id, basis, key_model, key_print, key_turn
    ORDER BY time_us, retry, COALESCE(request_id, ''), status, error, usable, input_tokens, output_tokens, duration_ms,
      provider, service, region, cached_tokens, COALESCE(charged_nano, -1), currency, model, COALESCE(fingerprint, '')
  ) AS place
FROM keyed AS k
