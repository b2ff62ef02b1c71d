-- The first and last minute with an attempt, and all attempts.
SELECT MIN(minute), MAX(minute), COALESCE(CAST(SUM(attempts) AS BIGINT), 0)
FROM minutes
