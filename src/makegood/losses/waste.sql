-- Attempts of `calls` that were not delivered: kind of waste, and the box it falls into.
-- A call of over twenty attempts is no call but a session: what was sent again in it may well have been other work, so
-- that of its repetitions nothing is claimed.
-- kind: unusable (a 200 that could not be used), failed (other provider fault), duplicate (again although an earlier
-- attempt of the call met a provider fault), caller (again with no provider fault before it), unclear (fault not known).
WITH delivered AS (
  SELECT call_no, MIN(place) AS first_usable
  FROM calls
  WHERE fault = 'none'
  GROUP BY call_no
),
ordered AS (
  SELECT c.*, d.first_usable, b.nano AS billed_nano, b.currency AS billed_currency,
    COUNT(*) OVER (PARTITION BY c.call_no) AS attempts_of_call,
    CAST(SUM(CASE WHEN c.fault = 'provider' THEN 1 ELSE 0 END) OVER (
      PARTITION BY c.call_no ORDER BY c.place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS faults_so_far
  FROM calls AS c
  LEFT JOIN delivered AS d ON d.call_no = c.call_no
  LEFT JOIN bills AS b ON b.row_id = c.row_id
),
kinds AS (
  SELECT o.*,
    CASE
      WHEN fault = 'provider' AND status >= 200 AND status < 300 THEN 'unusable'
      WHEN fault = 'provider' THEN 'failed'
      WHEN faults_so_far > 0 THEN 'duplicate'
      WHEN fault = 'unknown' THEN 'unclear'
      ELSE 'caller'
    END AS kind,
    CASE
      WHEN charged_nano > 0 OR billed_nano > 0 THEN 'yes'
      WHEN charged_nano = 0 OR billed_nano <= 0 THEN 'no'
      ELSE ruled
    END AS charged,
    CASE
      WHEN charged_nano > 0 THEN 'log'
      WHEN billed_nano > 0 THEN 'bill'
      WHEN charged_nano IS NOT NULL THEN 'log'
      WHEN billed_nano IS NOT NULL THEN 'bill'
      WHEN ruled = 'unknown' THEN 'none'
      ELSE 'rule'
    END AS charge_basis
  FROM ordered AS o
  WHERE first_usable IS NULL OR place <> first_usable
)
SELECT row_id, call_no, place, basis, time_us, account, provider, service, model, region, request_id, status, error,
  fault, kind, charged, charge_basis, rule_no, input_tokens, cached_tokens, output_tokens,
  input_tokens + output_tokens AS tokens,
  CASE WHEN charge_basis = 'bill' THEN billed_nano ELSE charged_nano END AS amount_nano,
  CASE WHEN charge_basis = 'bill' THEN billed_currency ELSE currency END AS currency,
  CASE
    WHEN kind = 'unclear' AND charged <> 'no' THEN 'unknown'
    WHEN kind = 'caller' AND charged = 'yes' THEN 'caller'
    WHEN kind = 'caller' AND charged = 'unknown' THEN 'caller_in_doubt'
    WHEN kind = 'caller' OR kind = 'unclear' THEN 'none'
    WHEN kind = 'duplicate' AND attempts_of_call > 20 AND charged = 'yes' THEN 'unknown'
    WHEN charged = 'yes' THEN 'charged'
    WHEN charged = 'unknown' THEN 'unknown'
    WHEN fault = 'provider' THEN 'not_charged'
    ELSE 'none'
  END AS box
FROM kinds
