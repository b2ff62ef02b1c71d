-- What was charged for nothing because of each incident, by account and currency; sums as in boxes.sql.
SELECT h.incident, w.account, w.currency, CAST(SUM(w.tokens) AS BIGINT) AS tokens,
  CAST(SUM(CASE WHEN w.amount_nano IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS known,
  CAST(SUM(COALESCE(w.amount_nano, 0) // 1000000000) AS BIGINT) AS units,
  CAST(SUM(COALESCE(w.amount_nano, 0) % 1000000000) AS BIGINT) AS nano
FROM hit_rows AS h
JOIN waste AS w ON w.row_id = h.row_id
GROUP BY h.incident, w.account, w.currency
