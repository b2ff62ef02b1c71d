-- Every attempt of `suspects` with whose fault it was and whether it was charged by rule.
-- `rulings` covers all time for each outcome, so that each row meets exactly one ruling.
SELECT s.*, r.fault AS fault, r.charged AS ruled, r.rule_no AS rule_no
FROM suspects AS s
JOIN rulings AS r
  ON r.provider = s.provider
  AND r.status = s.status
  AND r.error = s.error
  AND r.usable = s.usable
  AND r.empty = CASE WHEN s.output_tokens = 0 THEN 1 ELSE 0 END
  AND s.time_us >= r.from_us
  AND s.time_us < r.until_us
