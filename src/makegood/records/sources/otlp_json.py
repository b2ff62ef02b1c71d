"""OpenTelemetry GenAI spans, as the OTLP/JSON file exporter writes them.

Shape: https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/ (a TracesData object a line, names in lower
camel case; exports in snake case exist). Attributes: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
and, for the older names, the same pages at version 1.36.
"""

from __future__ import annotations

from makegood.records.sources.attempt_format import AttemptFormat, Record
from makegood.records.sources.error_names import NO_RESPONSE, short, status_named
from makegood.records.sources.phrases import first, whole_input


def _attribute(*names: str) -> str:
    """The value of the first attribute of these names that holds one, whatever its type."""
    found = (
        f"json_extract_string(list_filter(pairs, lambda pair: pair.key = '{name}')[1].value, '$.*')[1]"
        for name in names
    )
    return first(*found)


_ATTRIBUTES = {
    "provider_name": ("gen_ai.provider.name", "gen_ai.system"),
    "operation": ("gen_ai.operation.name",),
    "model_name": ("gen_ai.request.model", "gen_ai.response.model"),
    "answer": ("gen_ai.response.id",),
    "http": ("http.response.status_code", "http.status_code"),
    "fault": ("error.type",),
    "prompt": ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
    "cached": ("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"),
    "written": ("gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens"),
    "completion": ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
}
_NOT_REQUESTS = "('execute_tool', 'invoke_agent', 'create_agent', 'invoke_workflow', 'plan', 'retrieval')"


def _matches(record: Record) -> bool:
    return isinstance(record.get("resourceSpans", record.get("resource_spans")), list)


OTLP_JSON = AttemptFormat(
    name="otlp-json",
    title="OpenTelemetry GenAI spans, OTLP/JSON",
    shape="json",
    needs="resourceSpans",
    matches=_matches,
    # resourceSpans[].scopeSpans[].spans[] under every spelling of the outer names
    explode="$.*[*].*[*].spans[*]",
    fields={
        "attributes": "$.attributes",
        "start": "$.startTimeUnixNano",
        "start_snake": "$.start_time_unix_nano",
        "finish": "$.endTimeUnixNano",
        "finish_snake": "$.end_time_unix_nano",
        "status_code": "$.status.code",
    },
    derived=(
        {
            "pairs": """from_json(attributes, '[{"key":"VARCHAR","value":"JSON"}]')""",
            "begun": first("start", "start_snake"),
            "ended": first("finish", "finish_snake"),
            "failed": "COALESCE(status_code IN ('2', 'STATUS_CODE_ERROR'), FALSE)",
        },
        {name: _attribute(*keys) for name, keys in _ATTRIBUTES.items()},
    ),
    refuses=f"""CASE
      WHEN COALESCE(LEN(list_filter(pairs, lambda pair: starts_with(pair.key, 'gen_ai.'))), 0) = 0
        THEN 'is not a GenAI span'
      WHEN operation IN {_NOT_REQUESTS} THEN 'is not a request to a model: ' || operation END""",
    columns={
        "time": "begun",
        "provider": "COALESCE(provider_name, 'unknown')",
        "service": "operation",
        "model": "COALESCE(model_name, 'unknown')",
        "request_id": "answer",
        "status": f"""CASE WHEN http IS NOT NULL THEN http WHEN fault IS NOT NULL THEN {status_named("fault")}
          WHEN failed AND answer IS NULL THEN '{NO_RESPONSE}' ELSE '200' END""",
        "error": short("fault"),
        "duration_ms": "CAST((TRY_CAST(ended AS HUGEINT) - TRY_CAST(begun AS HUGEINT)) / 1000000 AS VARCHAR)",
        "input_tokens": whole_input("prompt", "cached", "written"),
        "cached_tokens": "cached",
        "output_tokens": "completion",
        "usable": "CASE WHEN failed AND answer IS NOT NULL THEN 'false' END",
    },
    shows_retries=False,
    notes=(
        "A span covers all automatic retries of one call, so attempts that a client library repeated are not shown.",
        "A failed span without status, error type or response id counts as no response (status 0).",
        "Spans name no account.",
    ),
)
