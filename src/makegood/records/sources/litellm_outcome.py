"""How LiteLLM tells what became of a request, the same in its callback payload and in its spend rows.

https://docs.litellm.ai/docs/proxy/logging_spec and https://docs.litellm.ai/docs/exception_mapping
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from makegood.records.sources.error_names import UNTOLD, named_in, short, status_in, status_named

CACHE_ANSWER = (
    "CASE WHEN LOWER(cache_hit) = 'true' THEN 'was answered from LiteLLM''s own cache, not by a provider' END"
)
NOTES = (
    "The cost is LiteLLM's own reckoning at list prices in USD, not the provider's bill.",
    "What was charged for a failed request is not known unless LiteLLM shows a cost for it.",
)


@dataclass(frozen=True)
class Told:
    """SQL expressions: the outcome (success, failure), the error's code, class and message, the cost."""

    outcome: str
    code: str
    kind: str
    message: str
    cost: str


def outcome_columns(told: Told) -> Mapping[str, str]:
    """The columns status, error, charged and currency of what was told."""
    failed = f"COALESCE(LOWER({told.outcome}) = 'failure', FALSE)"
    coded = f"CASE WHEN regexp_full_match({told.code}, '[1-5]\\d\\d') THEN {told.code} END"
    return {
        "status": f"""CASE WHEN NOT {failed} THEN '200'
          ELSE COALESCE({coded}, {status_in(told.message)}, {status_named(told.kind)}, '{UNTOLD}') END""",
        "error": f"CASE WHEN {failed} THEN COALESCE({named_in(told.message)}, 'litellm.' || {short(told.kind)}) END",
        # a failure's cost of 0 says that LiteLLM did not learn of a charge, not that there was none
        "charged": f"CASE WHEN {failed} AND TRY_CAST({told.cost} AS DECIMAL(38,18)) = 0 THEN NULL ELSE {told.cost} END",
        "currency": "'USD'",
    }
