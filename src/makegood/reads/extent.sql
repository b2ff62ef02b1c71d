-- The first and last minute with an attempt, and all attempts.
SELECT MIN(minute), MAX(minute), CAST(COALESCE(SUM(attempts), 0) AS BIGINT)
FROM minutes
