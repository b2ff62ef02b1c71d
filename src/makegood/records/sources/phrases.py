"""Phrase: SQL that several formats say the same way, over expressions that hold text."""

from __future__ import annotations

from collections.abc import Sequence

# Names of OpenTelemetry's gen_ai.provider.name for what gateways call the same provider.
# https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ and https://docs.litellm.ai/docs/providers
_PROVIDERS = {
    "azure.ai.openai": ("azure", "azure_text", "azure openai", "azure_openai", "az.ai.openai"),
    "azure.ai.inference": ("azure_ai", "az.ai.inference"),
    "aws.bedrock": ("bedrock", "bedrock_converse", "aws", "amazon bedrock", "aws_bedrock"),
    "gcp.vertex_ai": ("vertex_ai", "vertex_ai_beta", "vertex", "vertexai", "google vertexai"),
    "gcp.gemini": ("gemini", "google", "google_ai_studio", "google_genai"),
    "openai": ("openai", "text-completion-openai"),
    "anthropic": ("anthropic", "anthropic_text"),
    "mistral_ai": ("mistral", "mistralai"),
    "x_ai": ("xai", "x"),
    "ibm.watsonx.ai": ("watsonx", "watsonx_text"),
    "cohere": ("cohere", "cohere_chat"),
}
# How the names of a maker's models begin; only for logs that name no provider.
_MAKERS = {
    "openai": "(gpt|chatgpt|o[1-9]|text-embedding|text-davinci|davinci|babbage|whisper|tts|dall-e)",
    "anthropic": "claude",
    "gcp.gemini": "(gemini|gemma|text-bison|chat-bison)",
    "mistral_ai": "(mistral|ministral|mixtral|codestral|magistral)",
    "deepseek": "deepseek",
    "x_ai": "grok",
    "cohere": "(command|rerank|embed-)",
}


def first(*expressions: str) -> str:
    """The first expression that holds text."""
    return "COALESCE(" + ", ".join(f"NULLIF({expression}, '')" for expression in expressions) + ")"


def inner(text: str, *paths: str) -> str:
    """The first JSON path found in an expression that holds JSON text; NULL where it holds none."""
    found = ", ".join(f"NULLIF(json_extract_string({text}, '{path}'), '')" for path in paths)
    return f"CASE WHEN json_valid({text}) THEN COALESCE({found}, NULL) END"


def provider_named(name: str) -> str:
    """The provider by OpenTelemetry's name where the log uses another one; else the log's own word, in lower case."""
    cases = " ".join(f"WHEN '{alias}' THEN '{known}'" for known, aliases in _PROVIDERS.items() for alias in aliases)
    return f"CASE LOWER({name}) {cases} ELSE LOWER(NULLIF({name}, '')) END"


def provider_of_model(model: str) -> str:
    """A provider told by the model alone: by a gateway's prefix (azure/gpt-4o), Bedrock's ids, or the model's maker."""
    bare = f"LOWER({model})"
    prefix = provider_named(f"split_part({model}, '/', 1)")
    makers = " ".join(f"WHEN regexp_matches({bare}, '^{start}') THEN '{name}'" for name, start in _MAKERS.items())
    return (
        f"CASE WHEN contains({model}, '/') THEN {prefix} "
        f"WHEN regexp_matches({bare}, '^([a-z]{{2,6}}\\.)?(anthropic|amazon|meta|mistral|cohere|ai21|deepseek)\\.') "
        f"THEN 'aws.bedrock' {makers} ELSE 'unknown' END"
    )


def elapsed_ms(start: str, end: str) -> str:
    """Milliseconds between two times, both counts of seconds or both written out; NULL where either is missing."""
    seconds = "TRY_CAST({} AS DECIMAL(28,9))".format
    written = "epoch_us(TRY_CAST({} AS TIMESTAMPTZ))".format
    return (
        f"COALESCE(CAST(({seconds(end)} - {seconds(start)}) * 1000 AS VARCHAR), "
        f"CAST(CAST({written(end)} - {written(start)} AS DECIMAL(28,3)) / 1000 AS VARCHAR))"
    )


def whole_input(tokens: str, cached: str, written: str = "NULL") -> str:
    """Input tokens with the cached ones: the sum where the log counts them apart, seen by cached being the larger."""
    count = "COALESCE(TRY_CAST({} AS DECIMAL(28,0)), 0)".format
    return (
        f"CASE WHEN TRY_CAST({cached} AS DECIMAL(28,0)) > {count(tokens)} AND {count(tokens)} >= 0 "
        f"THEN CAST({summed((tokens, cached, written))} AS VARCHAR) ELSE {tokens} END"
    )


def summed(counts: Sequence[str]) -> str:
    """The sum of counts that may be missing, as text; NULL when all are; a count that is none is shown as it stands."""
    known = " + ".join(f"COALESCE(TRY_CAST({count} AS DECIMAL(28,0)), 0)" for count in counts)
    wrong = ", ".join(
        f"CASE WHEN NOT regexp_full_match({count}, '[0-9]{{1,18}}(\\.0+)?') THEN {count} END" for count in counts
    )
    missing = " AND ".join(f"{count} IS NULL" for count in counts)
    return f"CASE WHEN {missing} THEN NULL ELSE COALESCE({wrong}, CAST({known} AS VARCHAR)) END"


def service_named(operation: str) -> str:
    """The endpoint family of an operation, by OpenAI's names where it is one of those; else the log's own word."""
    return (
        f"CASE LOWER({operation}) WHEN 'completion' THEN 'chat.completions' WHEN 'acompletion' THEN 'chat.completions' "
        "WHEN 'chatcompletions_create' THEN 'chat.completions' WHEN 'completions_create' THEN 'completions' "
        "WHEN 'text_completion' THEN 'completions' WHEN 'atext_completion' THEN 'completions' "
        "WHEN 'embedding' THEN 'embeddings' WHEN 'aembedding' THEN 'embeddings' "
        "WHEN 'embeddings_create' THEN 'embeddings' WHEN 'aresponses' THEN 'responses' "
        f"ELSE {operation} END"
    )
