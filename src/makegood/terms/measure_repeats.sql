-- Failing requests that are the same request again, by scope and bucket: of one call (by call id, else by model and
-- fingerprint) a failure is a repeat until so long after the first failure of its row. A row begins with a failure that
-- had none of its call before it within that time. `unnamed` counts failures that name no call.
WITH failing AS (
  SELECT
    CASE WHEN $by_service = 1 THEN service ELSE '' END AS scope_service,
    CASE WHEN $by_model = 1 THEN model ELSE '' END AS scope_model,
    CASE WHEN $by_region = 1 THEN region ELSE '' END AS scope_region,
    (minute - $offset) // $step AS bucket,
    minute, time_us, service, model, region, status, account, row_id,
    COALESCE(call_id, fingerprint, '') AS call_key,
    CASE WHEN call_id IS NOT NULL THEN '' ELSE model END AS key_model,
    CASE WHEN call_id IS NOT NULL THEN 1 WHEN fingerprint IS NOT NULL THEN 2 ELSE 0 END AS basis,
    CASE WHEN call_id IS NULL AND fingerprint IS NULL THEN row_id ELSE 0 END AS key_row
  FROM faulty
  WHERE provider IN ($provider) AND service IN ($service) AND model IN ($model)
    AND minute >= $since AND minute < $after
    AND (status IN ($error_status) OR (error <> '' AND error IN ($error_type)))
    AND NOT (status IN ($spared_status) OR (error <> '' AND error IN ($spared_type)))
),
followed AS (
  SELECT f.*,
    CASE
      WHEN time_us - LAG(time_us) OVER (
        PARTITION BY account, basis, call_key, key_model, key_row
        ORDER BY time_us, service, model, region, status, row_id
      ) <= $within_us THEN 0
      ELSE 1
    END AS opens
  FROM failing AS f
),
numbered AS (
  SELECT f.*,
    CAST(SUM(opens) OVER (
      PARTITION BY account, basis, call_key, key_model, key_row
      ORDER BY time_us, service, model, region, status, row_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS turn
  FROM followed AS f
),
placed AS (
  SELECT n.*,
    MIN(time_us) OVER (PARTITION BY account, basis, call_key, key_model, key_row, turn) AS first_us
  FROM numbered AS n
)
SELECT scope_service, scope_model, scope_region, bucket,
  CAST(SUM(CASE WHEN opens = 0 AND time_us - first_us <= $within_us THEN 1 ELSE 0 END) AS BIGINT) AS repeats,
  CAST(SUM(CASE WHEN basis = 0 THEN 1 ELSE 0 END) AS BIGINT) AS unnamed
FROM placed
WHERE minute >= $first
GROUP BY scope_service, scope_model, scope_region, bucket
