-- Undelivered attempts by model, kind and box; units and billionths are null where no row has an amount.
SELECT provider, model, kind, box, currency,
  COUNT(*) AS attempts,
  CAST(SUM(tokens) AS BIGINT) AS tokens,
  CAST(SUM(amount_nano // 1000000000) AS BIGINT) AS units,
  CAST(SUM(amount_nano % 1000000000) AS BIGINT) AS nano
FROM waste
WHERE box IN ('charged', 'not_charged', 'unknown', 'caller')
GROUP BY provider, model, kind, box, currency
ORDER BY provider, model, kind, box, currency
