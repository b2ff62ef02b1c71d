"""GenAI spans flattened to one JSON object a line, as published trace data sets carry them.

Keys as in the data set Exgentic/agent-llm-traces (CDLA-Permissive-2.0), made from OpenTelemetry client spans.
"""

from __future__ import annotations

from makegood.records.sources.attempt_format import AttemptFormat, Record
from makegood.records.sources.error_names import NO_RESPONSE
from makegood.records.sources.phrases import first, provider_of_model

_KEYS = frozenset({"span_id", "start_time_s", "request_model", "is_error", "input_tokens"})


_FAILED = "COALESCE(is_error = 'true' OR status_code = '2', FALSE)"


def _matches(record: Record) -> bool:
    return record.keys() >= _KEYS


SPAN_LINES = AttemptFormat(
    name="span-lines",
    title="GenAI spans, one flat JSON object a line",
    shape="json",
    needs=", ".join(sorted(_KEYS)),
    matches=_matches,
    fields={
        name: f"$.{name}"
        for name in (
            "start_time_s",
            "request_model",
            "response_model",
            "operation_name",
            "response_id",
            "session_id",
            "input_messages_hash",
            "is_error",
            "status_code",
            "duration_ms",
            "input_tokens",
            "output_tokens",
        )
    },
    columns={
        "time": "start_time_s",
        "provider": provider_of_model(first("request_model", "response_model")),
        "service": "operation_name",
        "model": first("request_model", "response_model"),
        "request_id": "response_id",
        "fingerprint": "md5(session_id || ' ' || input_messages_hash)",
        "status": f"CASE WHEN {_FAILED} AND response_id IS NULL THEN '{NO_RESPONSE}' ELSE '200' END",
        "duration_ms": "duration_ms",
        "input_tokens": "input_tokens",
        "output_tokens": "output_tokens",
        "usable": f"CASE WHEN {_FAILED} AND response_id IS NOT NULL THEN 'false' END",
    },
    shows_retries=False,
    notes=(
        "A span covers all automatic retries of one call, so attempts that a client library repeated are not shown.",
        "A failed span has no response id and names no cause: it counts as no response (status 0).",
        "The data names no account.",
    ),
)
