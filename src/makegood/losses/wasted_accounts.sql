-- What each account was charged for and did not get, by currency.
SELECT account, currency, COUNT(*) AS attempts, CAST(SUM(tokens) AS BIGINT) AS tokens,
  CAST(SUM(CASE WHEN amount_nano IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS known,
  CAST(SUM(COALESCE(amount_nano, 0) // 1000000000) AS BIGINT) AS units,
  CAST(SUM(COALESCE(amount_nano, 0) % 1000000000) AS BIGINT) AS nano
FROM waste
WHERE box = 'charged'
GROUP BY account, currency
