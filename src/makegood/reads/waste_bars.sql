-- Undelivered attempts by model, kind and box; the amount is null where no row of the group has one.
SELECT provider, model, kind, box, currency,
  COUNT(*) AS attempts,
  CAST(SUM(tokens) AS BIGINT) AS tokens,
  CAST(SUM(amount_nano) AS BIGINT) AS amount_nano
FROM waste
WHERE box IN ('charged', 'not_charged', 'unknown', 'caller')
GROUP BY provider, model, kind, box, currency
ORDER BY provider, model, kind, box, currency
