"""Azure OpenAI diagnostic logs, category RequestResponse: one record a line, or batches under `records`.

Shape: https://learn.microsoft.com/azure/azure-monitor/essentials/resource-logs-schema; the properties as Elastic's
integration documents them, https://www.elastic.co/docs/reference/integrations/azure_openai. `properties` is an object
or its JSON text. The caller's address is never read.
"""

from __future__ import annotations

from dataclasses import replace

from makegood.records.sources.attempt_format import AttemptFormat, Record
from makegood.records.sources.error_names import UNTOLD, short
from makegood.records.sources.phrases import first, inner, service_named

_TICKS_1970 = 621_355_968_000_000_000  # .NET ticks of 100 ns from the year 1 to 1970


def _is_record(record: Record) -> bool:
    return record.keys() >= {"category", "operationName", "resourceId", "time"} and "properties" in record


def _is_batch(record: Record) -> bool:
    records = record.get("records")
    return isinstance(records, list) and bool(records) and isinstance(records[0], dict) and _is_record(records[0])


def _property(*names: str) -> str:
    return inner("properties", *(f"$.{name}" for name in names))


_BEGUN_TICKS = _property("requestTime")
_SIGNATURE = first("signature", "status_code")

AZURE_OPENAI = AttemptFormat(
    name="azure-openai",
    title="Azure OpenAI diagnostic logs",
    shape="json",
    needs="time, category, operationName, resourceId, properties",
    matches=_is_record,
    fields={
        "logged": "$.time",
        "category": "$.category",
        "operation": "$.operationName",
        "resource": "$.resourceId",
        "correlation": "$.correlationId",
        "signature": "$.resultSignature",
        "status_code": "$.httpStatusCode",
        "result": "$.resultType",
        "duration": "$.durationMs",
        "place": "$.location",
        "properties": "$.properties",
    },
    refuses="CASE WHEN COALESCE(category, '') <> 'RequestResponse' "
    "THEN 'is not a request to a model: category ' || COALESCE(category, 'none') END",
    columns={
        # the record's own time is that of its writing, some seconds after the request
        "time": f"""CASE WHEN regexp_full_match({_BEGUN_TICKS}, '\\d{{18}}')
          THEN CAST((CAST({_BEGUN_TICKS} AS BIGINT) - {_TICKS_1970}) * 100 AS VARCHAR) ELSE logged END""",
        "account": "LOWER(regexp_extract(resource, '(?i)/subscriptions/([^/]+)', 1))",
        "provider": "'azure.ai.openai'",
        "service": service_named("operation"),
        "model": f"COALESCE({_property('modelName', 'modelDeploymentName')}, 'unknown')",
        "region": "LOWER(place)",
        "request_id": "correlation",
        "status": f"""COALESCE({_SIGNATURE}, CASE WHEN LOWER(result) IN ('success', 'succeeded') THEN '200'
          WHEN result IS NOT NULL THEN '{UNTOLD}' END)""",
        "error": f"CASE WHEN {_SIGNATURE} NOT LIKE '2__' THEN {short(_property('errorCode', 'error.code'))} END",
        "duration_ms": "duration",
        "input_tokens": _property("promptTokens", "prompt_tokens"),
        "output_tokens": _property("completionTokens", "completion_tokens"),
    },
    notes=(
        "The logs count no tokens as a rule, so money can only come from a bill.",
        "The logs name no error code as a rule, so a 429 counts as the caller's own limit.",
        "A deployment stands for the model where the log names no model.",
    ),
)
AZURE_OPENAI_BATCHES = replace(
    AZURE_OPENAI,
    name="azure-openai-batches",
    title="Azure OpenAI diagnostic logs, batches",
    needs="records of time, category, operationName, resourceId, properties",
    matches=_is_batch,
    explode="$.records[*]",
)
