"""BurstGPT: a trace of ChatGPT and GPT-4 requests served through Azure, with failures.

https://github.com/HPMLL/BurstGPT (CC BY 4.0). Times are seconds since the first day's midnight of a date that the trace
does not name; they are laid from Monday 2001-01-01 UTC, a date nobody can take for a real one.
"""

from __future__ import annotations

from makegood.records.sources.attempt_format import AttemptFormat, Record
from makegood.records.sources.error_names import NO_RESPONSE
from makegood.spans import moment, to_us

_KEYS = frozenset({"Timestamp", "Model", "Request tokens", "Response tokens", "Log Type"})
_ANCHOR = to_us(moment("2001-01-01T00:00:00Z")) // 1_000_000


def _matches(record: Record) -> bool:
    return record.keys() >= _KEYS


BURSTGPT = AttemptFormat(
    name="burstgpt",
    title="BurstGPT trace",
    shape="table",
    needs=", ".join(sorted(_KEYS)),
    matches=_matches,
    fields={
        "second": "Timestamp",
        "model_name": "Model",
        "request": "Request tokens",
        "response": "Response tokens",
        "log": "Log Type",
        "elapsed": "Elapsed time",
    },
    columns={
        "time": f"COALESCE(CAST(TRY_CAST(second AS DECIMAL(28,6)) + {_ANCHOR} AS VARCHAR), second)",
        "provider": "'azure.ai.openai'",
        "service": "log",
        "model": "model_name",
        "status": f"CASE WHEN TRY_CAST(response AS DECIMAL(28,3)) = 0 THEN '{NO_RESPONSE}' ELSE '200' END",
        "duration_ms": "CAST(TRY_CAST(elapsed AS DECIMAL(28,6)) * 1000 AS VARCHAR)",
        "input_tokens": "request",
        "output_tokens": "response",
    },
    shows_retries=False,
    notes=(
        "The trace names no date: its first day is laid on Monday 2001-01-01 UTC, so nothing that goes by date holds.",
        "A failure is a request whose response has 0 tokens; its cause is not named (status 0).",
        "Rows have no request id: rows alike in every column count once.",
    ),
)
