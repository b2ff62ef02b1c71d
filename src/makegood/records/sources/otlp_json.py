"""OpenTelemetry GenAI spans, as the OTLP/JSON file exporter writes them.

Shape: https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/ (a TracesData object a line, names in lower
camel case; exports in snake case exist). Attributes: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
and, for the older names, the same pages at version 1.36.
"""

from __future__ import annotations

from makegood.records.sources.attempt_format import AttemptFormat, Record
from makegood.records.sources.error_names import NO_RESPONSE, short, status_named
from makegood.records.sources.phrases import first, whole_input

_PAIRS = """from_json(attributes, '[{"key":"VARCHAR","value":"JSON"}]')"""


def _attribute(*names: str) -> str:
    """The value of the first attribute of these names that holds one, whatever its type."""
    found = (
        f"json_extract_string(list_filter({_PAIRS}, lambda pair: pair.key = '{name}')[1].value, '$.*')[1]"
        for name in names
    )
    return first(*found)


def _ns(time: str) -> str:
    return f"TRY_CAST({time} AS DECIMAL(28,0))"


_FAILED = "status_code IN ('2', 'STATUS_CODE_ERROR')"
_HTTP = _attribute("http.response.status_code", "http.status_code")
_ERROR = _attribute("error.type")
_ANSWER = _attribute("gen_ai.response.id")
_OPERATION = _attribute("gen_ai.operation.name")
_INPUT = _attribute("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")
_CACHED = _attribute("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens")
_WRITTEN = _attribute("gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens")
_START = first("start", "start_snake")
_END = first("finish", "finish_snake")
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
    refuses=f"""CASE
      WHEN COALESCE(LEN(list_filter({_PAIRS}, lambda pair: starts_with(pair.key, 'gen_ai.'))), 0) = 0
        THEN 'is not a GenAI span'
      WHEN {_OPERATION} IN {_NOT_REQUESTS} THEN 'is not a request to a model: ' || {_OPERATION} END""",
    columns={
        "time": _START,
        "provider": f"COALESCE({_attribute('gen_ai.provider.name', 'gen_ai.system')}, 'unknown')",
        "service": _OPERATION,
        "model": f"COALESCE({_attribute('gen_ai.request.model', 'gen_ai.response.model')}, 'unknown')",
        "request_id": _ANSWER,
        "status": f"""CASE WHEN {_HTTP} IS NOT NULL THEN {_HTTP}
          WHEN {_ERROR} IS NOT NULL THEN {status_named(_ERROR)}
          WHEN {_FAILED} AND {_ANSWER} IS NULL THEN '{NO_RESPONSE}' ELSE '200' END""",
        "error": short(_ERROR),
        "duration_ms": f"CAST(({_ns(_END)} - {_ns(_START)}) / 1000000 AS VARCHAR)",
        "input_tokens": whole_input(_INPUT, _CACHED, _WRITTEN),
        "cached_tokens": _CACHED,
        "output_tokens": _attribute("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
        "usable": f"CASE WHEN {_FAILED} AND {_ANSWER} IS NOT NULL THEN 'false' END",
    },
    shows_retries=False,
    notes=(
        "A span covers all automatic retries of one call, so attempts that a client library repeated are not shown.",
        "A failed span without status, error type or response id counts as no response (status 0).",
        "Spans name no account.",
    ),
)
