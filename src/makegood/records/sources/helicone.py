"""Helicone's export of requests, JSON, JSON lines or CSV, as its export tool and its query API give it.

Fields: https://docs.helicone.ai/rest/request/post-v1requestquery-clickhouse (HeliconeRequest), and for CSV the columns
of https://github.com/Helicone/helicone/tree/main/examples/export/typescript; the table request_response_rmt of
https://docs.helicone.ai/features/hql names some of them differently. Helicone counts tokens read from or written to a
provider's cache apart from `prompt_tokens`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from makegood.records.sources.attempt_format import AttemptFormat, Record
from makegood.records.sources.error_names import NO_RESPONSE
from makegood.records.sources.phrases import first, provider_named, provider_of_model, summed

_NAMES: Mapping[str, str] = {
    "begun": "request_created_at",
    "reply": "request_id",
    "response": "response_id",
    "told": "response_status",
    "told_short": "status",
    "asked": "request_model",
    "model_name": "model",
    "answered": "response_model",
    "maker": "provider",
    "path": "request_path",
    "person": "request_user_id",
    "person_short": "user_id",
    "delay": "delay_ms",
    "latency": "latency",
    "prompt": "prompt_tokens",
    "cache_read": "prompt_cache_read_tokens",
    "cache_write": "prompt_cache_write_tokens",
    "completion": "completion_tokens",
    "cost": "cost",
    "cost_usd": "costUSD",
    "cache_of": "cache_reference_id",
}
_NO_CACHE = "00000000-0000-0000-0000-000000000000"
_STATUS = first("told", "told_short")
_MODEL = first("asked", "model_name", "answered")
_COST = first("cost_usd", "cost")


def _matches(record: Record) -> bool:
    return "request_created_at" in record and bool({"response_status", "status"} & record.keys())


HELICONE_JSON = AttemptFormat(
    name="helicone-json",
    title="Helicone requests, JSON",
    shape="json",
    needs="request_created_at, response_status or status",
    matches=_matches,
    fields={name: f"$.{key}" for name, key in _NAMES.items()},
    refuses=f"""CASE WHEN NULLIF(cache_of, '') <> '{_NO_CACHE}'
      THEN 'was answered from Helicone''s cache, not by a provider' END""",
    columns={
        "time": "begun",
        "account": first("person", "person_short"),
        "provider": f"COALESCE(NULLIF({provider_named('maker')}, 'custom'), {provider_of_model(_MODEL)})",
        "service": "REPLACE(regexp_extract(path, '/v\\d+[a-z]*/([a-z/_-]+)', 1), '/', '.')",
        "model": f"COALESCE({_MODEL}, 'unknown')",
        "request_id": first("reply", "response"),
        # Helicone's own words for what never got an answer: -1 timed out, -3 cancelled by the caller
        "status": f"CASE WHEN {_STATUS} IN ('-1', '-3') THEN '{NO_RESPONSE}' ELSE {_STATUS} END",
        "error": f"CASE {_STATUS} WHEN '-1' THEN 'timeout' WHEN '-3' THEN 'cancelled' END",
        "duration_ms": first("delay", "latency"),
        "input_tokens": summed(("NULLIF(prompt, '')", "NULLIF(cache_read, '')", "NULLIF(cache_write, '')")),
        "cached_tokens": "cache_read",
        "output_tokens": "completion",
        "charged": f"""CASE WHEN {_STATUS} NOT LIKE '2__' AND COALESCE(TRY_CAST({_COST} AS DECIMAL(38,18)), 0) = 0
          THEN NULL ELSE {_COST} END""",
        "currency": "'USD'",
    },
    notes=(
        "The cost is Helicone's own reckoning in USD, not the provider's bill.",
        "What was charged for a failed request is not known unless Helicone shows a cost for it.",
        "The export names no error, so a 429 counts as the caller's own limit even where the provider was overloaded.",
        "Retries that Helicone makes itself are not shown.",
    ),
)
HELICONE_TABLE = replace(
    HELICONE_JSON, name="helicone-table", title="Helicone requests, CSV or Parquet", shape="table", fields=_NAMES
)
