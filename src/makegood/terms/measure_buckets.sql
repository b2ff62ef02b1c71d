-- Attempts by scope and bucket, cut once. A row for each outcome other than a plain answer in each bucket that holds
-- one, with all attempts of the bucket beside it; and a row for each scope, of bucket -1, with its attempts inside the
-- period and how many buckets they fill. Error types are told apart only where the terms name them.
WITH filled AS (
  SELECT scope_service, scope_model, scope_region, bucket, CAST(SUM(tried) AS BIGINT) AS attempts
  FROM (
    SELECT
      CASE WHEN $by_service = 1 THEN service ELSE '' END AS scope_service,
      CASE WHEN $by_model = 1 THEN model ELSE '' END AS scope_model,
      CASE WHEN $by_region = 1 THEN region ELSE '' END AS scope_region,
      (minute - $offset) // $step AS bucket,
      attempts AS tried
    FROM minutes
    WHERE provider IN ($provider) AND service IN ($service) AND model IN ($model)
      AND minute >= $first AND minute < $after
  ) AS cut
  GROUP BY scope_service, scope_model, scope_region, bucket
),
failed AS (
  SELECT scope_service, scope_model, scope_region, bucket, fault_status, fault_error, COUNT(*) AS faults
  FROM (
    SELECT
      CASE WHEN $by_service = 1 THEN service ELSE '' END AS scope_service,
      CASE WHEN $by_model = 1 THEN model ELSE '' END AS scope_model,
      CASE WHEN $by_region = 1 THEN region ELSE '' END AS scope_region,
      (minute - $offset) // $step AS bucket,
      status AS fault_status,
      CASE WHEN error IN ($error) THEN error ELSE '' END AS fault_error
    FROM faulty
    WHERE provider IN ($provider) AND service IN ($service) AND model IN ($model)
      AND minute >= $first AND minute < $after
  ) AS cut_faults
  WHERE fault_status < 200 OR fault_status > 299 OR fault_error <> ''
  GROUP BY scope_service, scope_model, scope_region, bucket, fault_status, fault_error
)
SELECT
  f.scope_service, f.scope_model, f.scope_region, f.bucket, t.attempts, f.fault_status, f.fault_error, f.faults
FROM failed AS f
INNER JOIN filled AS t
  ON t.scope_service = f.scope_service AND t.scope_model = f.scope_model AND t.scope_region = f.scope_region
  AND t.bucket = f.bucket
UNION ALL
SELECT
  scope_service, scope_model, scope_region, -1 AS bucket, CAST(SUM(attempts) AS BIGINT) AS attempts,
  -1 AS fault_status, '' AS fault_error, COUNT(*) AS faults
FROM filled
WHERE bucket * $step + $offset >= $opens AND bucket * $step + $offset < $closes
GROUP BY scope_service, scope_model, scope_region
