-- The attempts of `audited`, added up by part, lane (the work that was asked for: its route, else service and model),
-- target (who was asked), UTC day, currency and size of the input (by `sizes`, in which no price changes).
-- calls: attempts that opened a call. answered: delivered. failed: met a provider fault. recent: since $since. known: the
-- log says what was charged, or a charge that names the request (`bills`). unpriced: charged by their nature (answered,
-- or by rule), and neither names an amount. doubtful: nothing says what was charged.
WITH paid AS (
  SELECT a.*,
    CASE WHEN a.charged_nano > 0 OR b.nano IS NULL THEN a.charged_nano ELSE b.nano END AS paid_nano,
    CASE WHEN a.charged_nano > 0 OR b.nano IS NULL THEN a.currency ELSE b.currency END AS paid_currency
  FROM audited AS a
  LEFT JOIN bills AS b ON b.row_id = a.row_id
),
told AS (
  SELECT a.part, a.row_id, a.time_us, a.provider, a.model, a.region, a.paid_currency AS currency,
    a.paid_nano AS charged_nano,
    a.input_tokens, a.cached_tokens, a.output_tokens, z.above, z.most,
    CASE WHEN u.turn = 'detour' THEN u.route ELSE COALESCE(m.route, '') END AS own_route,
    CASE WHEN u.turn = 'detour' THEN u.service ELSE a.service END AS asked_service,
    CASE WHEN u.turn = 'detour' THEN u.model ELSE a.model END AS asked_model,
    COALESCE(m.upstream, '') AS upstream,
    COALESCE(m.key_name, '') AS key_name,
    COALESCE(m.reason, '') AS reason,
    COALESCE(u.turn, '') AS turn,
    COALESCE(f.fault, 'none') AS fault,
    CASE
      WHEN a.paid_nano IS NOT NULL THEN 'known'
      WHEN f.ruled = 'no' AND f.fault <> 'none' THEN 'no'
      WHEN a.input_tokens + a.output_tokens = 0 THEN 'unknown'
      WHEN f.fault IS NULL OR f.fault = 'none' THEN 'yes'
      ELSE f.ruled
    END AS charge
  FROM paid AS a
  JOIN sizes AS z
    ON z.provider = a.provider AND z.model = a.model AND a.input_tokens > z.above AND a.input_tokens <= z.most
  LEFT JOIN faulty AS f ON f.row_id = a.row_id
  LEFT JOIN extras AS e ON e.row_id = a.row_id
  LEFT JOIN marks AS m ON m.mark = e.mark
  LEFT JOIN turns AS u ON u.row_id = a.row_id
)
SELECT part, own_route AS route,
  CASE WHEN own_route = '' THEN asked_service ELSE '' END AS service,
  CASE WHEN own_route = '' THEN asked_model ELSE '' END AS lane_model,
  provider, model, region, key_name, upstream, time_us // 86400000000 AS day, above, most, currency,
  COUNT(*) AS attempts,
  CAST(SUM(CASE WHEN turn = '' THEN 1 ELSE 0 END) AS BIGINT) AS calls,
  CAST(SUM(CASE WHEN fault = 'none' THEN 1 ELSE 0 END) AS BIGINT) AS answered,
  CAST(SUM(CASE WHEN fault = 'provider' THEN 1 ELSE 0 END) AS BIGINT) AS failed,
  CAST(SUM(CASE WHEN fault = 'none' AND time_us >= $since THEN 1 ELSE 0 END) AS BIGINT) AS recent_answered,
  CAST(SUM(CASE WHEN fault = 'provider' AND time_us >= $since THEN 1 ELSE 0 END) AS BIGINT) AS recent_failed,
  MAX(CASE WHEN fault = 'none' THEN time_us ELSE 0 END) AS answered_us,
  CAST(SUM(CASE WHEN turn = 'detour' OR reason = 'failover' OR reason = 'hedge' THEN 1 ELSE 0 END) AS BIGINT) AS detours,
  CAST(SUM(COALESCE(charged_nano, 0) // 1000000000) AS BIGINT) AS units,
  CAST(SUM(COALESCE(charged_nano, 0) % 1000000000) AS BIGINT) AS nano,
  CAST(SUM(CASE WHEN charge = 'known' THEN 1 ELSE 0 END) AS BIGINT) AS known,
  CAST(SUM(CASE WHEN charge = 'yes' THEN 1 ELSE 0 END) AS BIGINT) AS unpriced,
  CAST(SUM(CASE WHEN charge = 'unknown' THEN 1 ELSE 0 END) AS BIGINT) AS doubtful,
  CAST(SUM(CASE WHEN charge = 'yes' THEN input_tokens ELSE 0 END) AS BIGINT) AS unpriced_input,
  CAST(SUM(CASE WHEN charge = 'yes' THEN cached_tokens ELSE 0 END) AS BIGINT) AS unpriced_cached,
  CAST(SUM(CASE WHEN charge = 'yes' THEN output_tokens ELSE 0 END) AS BIGINT) AS unpriced_output,
  CAST(SUM(CASE WHEN fault = 'none' THEN input_tokens ELSE 0 END) AS BIGINT) AS answered_input,
  CAST(SUM(CASE WHEN fault = 'none' THEN cached_tokens ELSE 0 END) AS BIGINT) AS answered_cached,
  CAST(SUM(CASE WHEN fault = 'none' THEN output_tokens ELSE 0 END) AS BIGINT) AS answered_output
FROM told
GROUP BY part, own_route, CASE WHEN own_route = '' THEN asked_service ELSE '' END,
  CASE WHEN own_route = '' THEN asked_model ELSE '' END,
  provider, model, region, key_name, upstream, time_us // 86400000000, above, most, currency
