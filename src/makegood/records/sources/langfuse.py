"""Langfuse exports of observations: JSON, JSON lines, CSV or Parquet, from blob storage, the screen or the public API.

Fields: https://langfuse.com/docs/api-and-data-platform/features/blob-storage-export-fields (snake case, times in UTC
without a zone) and https://api.reference.langfuse.com (camel case). The kinds in `usage_details` do not overlap: every
kind whose name holds "input" is a part of the input
(https://langfuse.com/docs/observability/features/token-and-cost-tracking).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from makegood.records.sources.attempt_format import AttemptFormat, Record
from makegood.records.sources.error_names import UNTOLD, named_in, short, status_in, status_named
from makegood.records.sources.phrases import elapsed_ms, first, inner, provider_named, provider_of_model

_KINDS = "('GENERATION', 'EMBEDDING')"
# local name -> the key in snake case and in camel case
_BOTH = {
    "observation": ("id", "id"),
    "kind": ("type", "type"),
    "label": ("name", "name"),
    "level": ("level", "level"),
    "project": ("project_id", "projectId"),
    "person": ("user_id", "userId"),
    "begun": ("start_time", "startTime"),
    "ended": ("end_time", "endTime"),
    "told": ("status_message", "statusMessage"),
    "asked": ("provided_model_name", "providedModelName"),
    "model_name": ("model", "model"),
    "spent": ("usage_details", "usageDetails"),
    "usage": ("usage", "usage"),
    "total": ("total_cost", "totalCost"),
    "reckoned": ("calculated_total_cost", "calculatedTotalCost"),
    "costs": ("cost_details", "costDetails"),
    "metadata": ("metadata", "metadata"),
}
_NAMES: Mapping[str, str] = {
    name if place == 0 else f"{name}_camel": key
    for name, keys in _BOTH.items()
    for place, key in enumerate(dict.fromkeys(keys))
}


def _matches(record: Record) -> bool:
    times = {"start_time", "startTime"} & record.keys()
    traces = {"trace_id", "traceId"} & record.keys()
    return bool(times and traces) and {"id", "type", "level"} <= record.keys()


def _both(name: str) -> str:
    return first(name, f"{name}_camel") if f"{name}_camel" in _NAMES else first(name)


_SPENT = first("spent", "spent_camel", "usage")
_COST = first("total", "total_camel", "reckoned", "reckoned_camel", inner(_both("costs"), "$.total"))
_MAKER = inner("metadata", '$.attributes."gen_ai.provider.name"', '$.attributes."gen_ai.system"', "$.ls_provider")


def _tokens(*wanted: str) -> str:
    """The sum over the kinds of tokens whose name holds one of the words."""
    holds = " OR ".join(f"contains(LOWER(pair.key), '{word}')" for word in wanted)
    kinds = f"list_filter(kinds, lambda pair: ({holds}) AND pair.key NOT LIKE '%Cost')"
    return f"CAST(list_sum(list_transform({kinds}, lambda pair: TRY_CAST(pair.value AS DECIMAL(28,3)))) AS VARCHAR)"


LANGFUSE_JSON = AttemptFormat(
    name="langfuse-json",
    title="Langfuse observations, JSON",
    shape="json",
    needs="id, type, level, traceId or trace_id, startTime or start_time",
    matches=_matches,
    fields={name: f"$.{key}" for name, key in _NAMES.items()},
    derived=(
        {
            "started": _both("begun"),
            "finished": _both("ended"),
            "message": _both("told"),
            "failed": "COALESCE(level = 'ERROR', FALSE)",
            "model_asked": first("asked", "asked_camel", "model_name", "'unknown'"),
            "maker": _MAKER,
            "cost": _COST,
            "kinds": f"""CASE WHEN json_valid({_SPENT})
              THEN map_entries(TRY_CAST(CAST({_SPENT} AS JSON) AS MAP(VARCHAR, VARCHAR))) END""",
        },
    ),
    refuses=f"""CASE WHEN COALESCE(kind, '') NOT IN {_KINDS}
      THEN 'is not a request to a model: ' || COALESCE(kind, 'no type') END""",
    columns={
        "time": "started",
        "account": first("project", "project_camel", "person", "person_camel"),
        "provider": f"COALESCE({provider_named('maker')}, {provider_of_model('model_asked')})",
        "service": "LOWER(kind)",
        "model": "model_asked",
        "request_id": "observation",
        "status": f"""CASE WHEN NOT failed THEN '200'
          ELSE COALESCE({status_in("message")}, {status_named(named_in("message"))}, '{UNTOLD}') END""",
        "error": f"CASE WHEN failed THEN COALESCE({named_in('message')}, {short('message')}) END",
        "duration_ms": elapsed_ms("started", "finished"),
        "input_tokens": _tokens("input", "prompt"),
        "cached_tokens": _tokens("input_cached", "cache_read"),
        "output_tokens": _tokens("output", "completion"),
        "charged": "CASE WHEN failed AND COALESCE(TRY_CAST(cost AS DECIMAL(38,18)), 0) = 0 THEN NULL ELSE cost END",
        "currency": "'USD'",
    },
    shows_retries=False,
    notes=(
        "An observation covers all automatic retries of one call, so what a client library repeated is not shown.",
        "Langfuse names no provider: unless the metadata does, the maker of the model is taken, so a model that Azure, "
        "Bedrock or Vertex AI serves under its maker's name cannot be told apart.",
        "The cost is Langfuse's own reckoning in USD, not the provider's bill.",
        "What was charged for a failed request is not known unless Langfuse shows a cost for it.",
        "A failure whose message names no status counts with status 999: whose fault it was stays open.",
    ),
)
LANGFUSE_TABLE = replace(
    LANGFUSE_JSON,
    name="langfuse-table",
    title="Langfuse observations, CSV or Parquet",
    shape="table",
    fields=_NAMES,
)
