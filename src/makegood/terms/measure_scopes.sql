SELECT
    provider AS scope_provider,
    service AS scope_service,
    model AS scope_model,
    CAST(SUM(attempts) AS BIGINT) AS scope_attempts
FROM minutes
WHERE minute >= $first AND minute < $after
GROUP BY provider, service, model
