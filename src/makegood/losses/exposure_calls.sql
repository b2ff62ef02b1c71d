-- Attempts that opened a call, by provider: who stands in for one that the log does not hold.
SELECT a.provider, COUNT(*) AS calls
FROM attempts AS a
LEFT JOIN turns AS u ON u.row_id = a.row_id
WHERE COALESCE(u.turn, '') = ''
GROUP BY a.provider
