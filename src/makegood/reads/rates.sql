-- Attempts and faults by provider and model in steps of $width minutes from minute $first.
SELECT provider, model, (minute - $first) // $width AS place,
  CAST(SUM(attempts) AS BIGINT) AS attempts,
  CAST(SUM(faults) AS BIGINT) AS faults
FROM minutes
GROUP BY provider, model, (minute - $first) // $width
ORDER BY provider, model, place
