"""Rows of LiteLLM's table LiteLLM_SpendLogs, as JSON (also the answer of /spend/logs) or as CSV.

Columns: the model LiteLLM_SpendLogs in https://github.com/BerriAI/litellm/blob/main/schema.prisma. Rows of versions
without a `status` were written for answered requests only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from makegood.records.sources.attempt_format import AttemptFormat, Record
from makegood.records.sources.litellm_outcome import CACHE_ANSWER, NOTES, Told, outcome_columns
from makegood.records.sources.phrases import (
    elapsed_ms,
    first,
    inner,
    provider_named,
    provider_of_model,
    service_named,
    whole_input,
)

_KEYS = frozenset({"request_id", "call_type", "spend", "startTime", "endTime", "model", "prompt_tokens"})
_NAMES: Mapping[str, str] = {
    "reply": "request_id",
    "kind": "call_type",
    "cost": "spend",
    "prompt": "prompt_tokens",
    "completion": "completion_tokens",
    "begun": "startTime",
    "ended": "endTime",
    "lasted": "request_duration_ms",
    "model_name": "model",
    "maker": "custom_llm_provider",
    "member": "user",
    "team": "team_id",
    "organisation": "organization_id",
    "end_user": "end_user",
    "cache_hit": "cache_hit",
    "told": "status",
    "metadata": "metadata",
}


def _matches(record: Record) -> bool:
    return record.keys() >= _KEYS


def _fault(part: str) -> str:
    return inner("metadata", f"$.error_information.{part}")


_OUTCOME = first("told", inner("metadata", "$.status"))
_MAKER = first("maker", _fault("llm_provider"))
_CACHED = inner(
    "metadata",
    "$.usage_object.prompt_tokens_details.cached_tokens",
    "$.usage_object.cache_read_input_tokens",
    "$.additional_usage_values.cache_read_input_tokens",
)


LITELLM_SPEND_JSON = AttemptFormat(
    name="litellm-spend-json",
    title="LiteLLM spend logs, JSON",
    shape="json",
    needs=", ".join(sorted(_KEYS)),
    matches=_matches,
    fields={name: f"$.{key}" for name, key in _NAMES.items()},
    refuses=CACHE_ANSWER,
    columns={
        "time": "begun",
        "account": first("team", "organisation", "member", "end_user"),
        "provider": f"COALESCE({provider_named(_MAKER)}, {provider_of_model('model_name')})",
        "service": service_named("kind"),
        "model": first("model_name", inner("metadata", "$.model_map_information.model_map_key"), "'unknown'"),
        "request_id": "reply",
        "duration_ms": f"COALESCE(NULLIF(lasted, ''), {elapsed_ms('begun', 'ended')})",
        "input_tokens": whole_input("prompt", _CACHED),
        "cached_tokens": _CACHED,
        "output_tokens": "completion",
        **outcome_columns(Told(_OUTCOME, _fault("error_code"), _fault("error_class"), _fault("error_message"), "cost")),
    },
    shows_retries=False,
    notes=(*NOTES, "A row is written once a request, when its retries are over, so the single attempts are not shown."),
)
LITELLM_SPEND_TABLE = replace(
    LITELLM_SPEND_JSON,
    name="litellm-spend-table",
    title="LiteLLM spend logs, CSV or Parquet",
    shape="table",
    fields=_NAMES,
)
