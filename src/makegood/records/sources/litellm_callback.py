"""LiteLLM's standard logging payload, as its file, bucket and generic callbacks write it, one JSON object a request.

Fields: https://docs.litellm.ai/docs/proxy/logging_spec. `prompt_tokens` hold the cached ones; `trace_id` may be a whole
session, so it only salts the fingerprint and never stands for one call.
"""

from __future__ import annotations

from makegood.records.sources.attempt_format import AttemptFormat, Record
from makegood.records.sources.litellm_outcome import CACHE_ANSWER, NOTES, Told, outcome_columns
from makegood.records.sources.phrases import (
    elapsed_ms,
    first,
    provider_named,
    provider_of_model,
    service_named,
    whole_input,
)

_KEYS = frozenset({"id", "call_type", "startTime", "endTime", "model", "prompt_tokens", "completion_tokens"})
_OWN = frozenset({"response_cost", "custom_llm_provider", "hidden_params", "model_map_information"})


def _matches(record: Record) -> bool:
    return record.keys() >= _KEYS and bool(_OWN & record.keys()) and "spend" not in record


LITELLM_CALLBACK = AttemptFormat(
    name="litellm-callback",
    title="LiteLLM standard logging payload",
    shape="json",
    needs="id, call_type, startTime, endTime, model, prompt_tokens, completion_tokens, response_cost",
    matches=_matches,
    fields={
        "reply": "$.id",
        "trace": "$.trace_id",
        "trace_old": "$.litellm_trace_id",
        "kind": "$.call_type",
        "begun": "$.startTime",
        "ended": "$.endTime",
        "model_name": "$.model",
        "maker": "$.custom_llm_provider",
        "outcome": "$.status",
        "cost": "$.response_cost",
        "prompt": "$.prompt_tokens",
        "completion": "$.completion_tokens",
        "cached_nested": "$.metadata.usage_object.prompt_tokens_details.cached_tokens",
        "cached_plain": "$.metadata.usage_object.cache_read_input_tokens",
        "team": "$.metadata.user_api_key_team_id",
        "member": "$.metadata.user_api_key_user_id",
        "end_user": "$.end_user",
        "cache_hit": "$.cache_hit",
        "error_str": "$.error_str",
        "error_message": "$.error_information.error_message",
        "error_code": "$.error_information.error_code",
        "error_class": "$.error_information.error_class",
        "error_maker": "$.error_information.llm_provider",
        "messages": "$.messages",
    },
    refuses=CACHE_ANSWER,
    columns={
        "time": "begun",
        "account": first("team", "member", "end_user"),
        "provider": f"COALESCE({provider_named(first('maker', 'error_maker'))}, {provider_of_model('model_name')})",
        "service": service_named("kind"),
        "model": first("model_name", "'unknown'"),
        "request_id": "CASE WHEN LOWER(COALESCE(outcome, '')) <> 'failure' THEN reply END",
        "fingerprint": f"md5({first('trace', 'trace_old')} || ' ' || COALESCE(messages, ''))",
        "duration_ms": elapsed_ms("begun", "ended"),
        "input_tokens": whole_input("prompt", first("cached_nested", "cached_plain")),
        "cached_tokens": first("cached_nested", "cached_plain"),
        "output_tokens": "completion",
        **outcome_columns(Told("outcome", "error_code", "error_class", first("error_str", "error_message"), "cost")),
    },
    notes=(*NOTES, "Attempts that a provider's client library repeated by itself are not shown."),
)
