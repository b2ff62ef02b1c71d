-- Attempts and faults of one scope in [$first, $end) in steps of $width minutes; '' stands for every one.
SELECT (minute - $first) // $width AS place,
  CAST(SUM(attempts) AS BIGINT) AS attempts,
  CAST(SUM(faults) AS BIGINT) AS faults
FROM minutes
WHERE minute >= $first AND minute < $end
  AND (provider = $provider OR $provider = '')
  AND (service = $service OR $service = '')
  AND (model = $model OR $model = '')
  AND (region = $region OR $region = '')
GROUP BY (minute - $first) // $width
ORDER BY place
