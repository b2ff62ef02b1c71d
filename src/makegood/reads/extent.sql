-- The first and last minute with an attempt, and all attempts.
SELECT MIN(minute) AS first_minute, MAX(minute) AS last_minute, COALESCE(CAST(SUM(attempts) AS BIGINT), 0) AS attempts
FROM minutes
