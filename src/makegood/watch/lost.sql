-- What was not delivered in one scope and span, by box and currency; '' stands for every one. `known` counts the
-- attempts whose amount is known; whole units and billionths are added up apart.
SELECT box, currency, COUNT(*) AS attempts,
  CAST(SUM(CASE WHEN amount_nano IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS known,
  CAST(SUM(COALESCE(amount_nano, 0) // 1000000000) AS BIGINT) AS units,
  CAST(SUM(COALESCE(amount_nano, 0) % 1000000000) AS BIGINT) AS nano
FROM waste
WHERE time_us >= $first AND time_us < $end
  AND (provider = $provider OR $provider = '')
  AND (service = $service OR $service = '')
  AND (model = $model OR $model = '')
  AND (region = $region OR $region = '')
GROUP BY box, currency
ORDER BY box, currency
