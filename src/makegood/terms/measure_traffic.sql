SELECT
    scope_service,
    scope_model,
    scope_region,
    COUNT(*) AS bucket_count,
    CAST(SUM(bucket_attempts) AS BIGINT) AS scope_attempts
FROM (
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
GROUP BY scope_service, scope_model, scope_region
