"""The Azure LLM inference traces of 2023 and 2024: time and tokens of requests that were served.

https://github.com/Azure/AzurePublicDataset (CC BY 4.0)
"""

from __future__ import annotations

from makegood.records.sources.attempt_format import AttemptFormat, Record

_KEYS = frozenset({"TIMESTAMP", "ContextTokens", "GeneratedTokens"})


def _matches(record: Record) -> bool:
    return record.keys() >= _KEYS


AZURE_TRACE = AttemptFormat(
    name="azure-trace",
    title="Azure LLM inference trace",
    shape="table",
    needs=", ".join(sorted(_KEYS)),
    matches=_matches,
    fields={"begun": "TIMESTAMP", "context": "ContextTokens", "generated": "GeneratedTokens"},
    columns={
        "time": "begun",
        "provider": "'azure.ai.openai'",
        "model": "'unknown'",
        "status": "'200'",
        "input_tokens": "context",
        "output_tokens": "generated",
    },
    shows_retries=False,
    notes=(
        "The trace holds served requests only, so every one has status 200: it can show no failure.",
        "The trace names no model, account or request.",
        "Times without a zone are read as UTC.",
    ),
)
