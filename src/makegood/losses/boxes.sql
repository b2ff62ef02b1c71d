-- Waste by box, kind and currency; `known` counts the attempts whose amount is known. Whole units and billionths are
-- added up apart, so that no sum outgrows 64 bits in any currency.
SELECT box, kind, currency, COUNT(*) AS attempts, CAST(SUM(tokens) AS BIGINT) AS tokens,
  CAST(SUM(CASE WHEN amount_nano IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS known,
  CAST(SUM(COALESCE(amount_nano, 0) // 1000000000) AS BIGINT) AS units,
  CAST(SUM(COALESCE(amount_nano, 0) % 1000000000) AS BIGINT) AS nano
FROM waste
WHERE box <> 'none' AND box <> 'caller_in_doubt'
GROUP BY box, kind, currency
