SELECT
    failed.scope_service,
    failed.scope_model,
    failed.scope_region,
    failed.bucket,
    filled.bucket_attempts,
    failed.fault_status,
    failed.fault_count
FROM (
    SELECT
        scope_service,
        scope_model,
        scope_region,
        bucket,
        fault_status,
        COUNT(*) AS fault_count
    FROM (
        SELECT
            CASE WHEN $by_service = 1 THEN service ELSE '' END AS scope_service,
            CASE WHEN $by_model = 1 THEN model ELSE '' END AS scope_model,
            CASE WHEN $by_region = 1 THEN region ELSE '' END AS scope_region,
            minute // $step AS bucket,
            status AS fault_status
        FROM faulty
        WHERE
            provider IN ($provider) AND service IN ($service) AND model IN ($model)
            AND minute >= $first AND minute < $after
            AND (status < 200 OR status > 399)
    ) AS cut_faults
    GROUP BY scope_service, scope_model, scope_region, bucket, fault_status
) AS failed
INNER JOIN (
    SELECT
        scope_service,
        scope_model,
        scope_region,
        bucket,
        CAST(SUM(tried) AS BIGINT) AS bucket_attempts
    FROM (
        SELECT
            CASE WHEN $by_service = 1 THEN service ELSE '' END AS scope_service,
            CASE WHEN $by_model = 1 THEN model ELSE '' END AS scope_model,
            CASE WHEN $by_region = 1 THEN region ELSE '' END AS scope_region,
            minute // $step AS bucket,
            attempts AS tried
        FROM minutes
        WHERE provider IN ($provider) AND service IN ($service) AND model IN ($model)
            AND minute >= $first AND minute < $after
    ) AS cut
    GROUP BY scope_service, scope_model, scope_region, bucket
) AS filled
    ON
        failed.scope_service = filled.scope_service
        AND failed.scope_model = filled.scope_model
        AND failed.scope_region = filled.scope_region
        AND failed.bucket = filled.bucket
