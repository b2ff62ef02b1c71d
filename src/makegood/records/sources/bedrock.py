"""Amazon Bedrock model invocation logs, as delivered to S3 or CloudWatch, one JSON object an invocation.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html; tokens read from or written to the
prompt cache are counted apart from `inputTokenCount`
(https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html).
"""

from __future__ import annotations

from makegood.records.sources.attempt_format import AttemptFormat, Record
from makegood.records.sources.error_names import short, status_named
from makegood.records.sources.phrases import summed

_KEYS = frozenset({"timestamp", "requestId", "operation", "modelId"})


def _matches(record: Record) -> bool:
    return record.get("schemaType") == "ModelInvocationLog" and record.keys() >= _KEYS


BEDROCK = AttemptFormat(
    name="bedrock",
    title="Amazon Bedrock model invocation logs",
    shape="json",
    needs="schemaType ModelInvocationLog, timestamp, requestId, operation, modelId",
    matches=_matches,
    fields={
        "logged": "$.timestamp",
        "account_no": "$.accountId",
        "place": "$.region",
        "request": "$.requestId",
        "operation": "$.operation",
        "model_name": "$.modelId",
        "fault": "$.errorCode",
        "latency": "$.output.outputBodyJson.metrics.latencyMs",
        "prompt": "$.input.inputTokenCount",
        "cache_read": "$.input.cacheReadInputTokenCount",
        "cache_write": "$.input.cacheWriteInputTokenCount",
        "completion": "$.output.outputTokenCount",
        "body": "$.input.inputBodyJson",
    },
    columns={
        "time": "logged",
        "account": "account_no",
        "provider": "'aws.bedrock'",
        "service": "operation",
        # an inference profile's ARN holds an account; the model's id is its last part
        "model": "regexp_extract(model_name, '[^/]+$')",
        "region": "place",
        "request_id": "request",
        "fingerprint": "md5(account_no || ' ' || body)",
        "status": f"COALESCE({status_named('fault')}, '200')",
        "error": short("fault"),
        "duration_ms": "latency",
        "input_tokens": summed(("prompt", "cache_read", "cache_write")),
        "cached_tokens": "cache_read",
        "output_tokens": "completion",
    },
    notes=(
        "The log names an error but no HTTP status; the status is the one that AWS documents for that error.",
        "The log names no cost.",
    ),
)
