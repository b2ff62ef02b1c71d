"""Phrases and error names: what the SQL that formats share makes of single values."""

from collections.abc import Callable

import duckdb
import pytest

from makegood.records.sources.error_names import named_in, short, status_in, status_named
from makegood.records.sources.phrases import (
    elapsed_ms,
    first,
    inner,
    provider_named,
    provider_of_model,
    service_named,
    summed,
    whole_input,
)

OPENAI = "Error code: 429 - {'error': {'message': 'no', 'type': 'insufficient_quota', 'code': 'insufficient_quota'}}"
ANTHROPIC = 'AnthropicException - {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'
ESCAPED = '"{\\"error\\": {\\"code\\": \\"rate_limit_exceeded\\", \\"type\\": \\"tokens\\"}}"'
GOOGLE = 'VertexAIException - {"error": {"code": 503, "message": "later", "status": "UNAVAILABLE"}}'
TABLE: list[tuple[Callable[..., str], list[str | None], str | None]] = [
    (provider_named, ["azure"], "azure.ai.openai"),
    (provider_named, ["OPENAI"], "openai"),
    (provider_named, ["Google VertexAI"], "gcp.vertex_ai"),
    (provider_named, ["my-own-server"], "my-own-server"),
    (provider_named, [""], None),
    (provider_named, [None], None),
    (provider_of_model, ["azure/gpt-4o"], "azure.ai.openai"),
    (provider_of_model, ["gpt-4o"], "openai"),
    (provider_of_model, ["o3-mini"], "openai"),
    (provider_of_model, ["claude-sonnet-4-5"], "anthropic"),
    (provider_of_model, ["us.anthropic.claude-sonnet-4-5-v1:0"], "aws.bedrock"),
    (provider_of_model, ["gemini-2.5-pro"], "gcp.gemini"),
    (provider_of_model, ["house-model"], "unknown"),
    (provider_of_model, [None], "unknown"),
    (service_named, ["acompletion"], "chat.completions"),
    (service_named, ["Embeddings_Create"], "embeddings"),
    (service_named, ["Converse"], "Converse"),
    (first, ["", None, "a"], "a"),
    (lambda text: inner(text, "$.a.b", "$.c"), ['{"c": 3}'], "3"),
    (lambda text: inner(text, "$.a"), ["{broken"], None),
    (elapsed_ms, ["1772359200.5", "1772359201.75"], "1250.000000000"),
    (elapsed_ms, ["2026-03-01T10:00:00Z", "2026-03-01T19:00:01.25+09:00"], "1250.0"),
    (elapsed_ms, ["2026-03-01T10:00:00Z", None], None),
    (summed, ["3", "100", None], "103"),
    (summed, [None, None], None),
    (summed, ["3", "-1"], "-1"),
    (summed, ["some", "1"], "some"),
    (whole_input, ["120", "100"], "120"),
    (whole_input, ["20", "100"], "120"),
    (whole_input, ["120", None], "120"),
    (whole_input, ["-5", "3"], "-5"),
    (short, ["overloaded_error"], "overloaded_error"),
    (short, ["context canceled"], "context canceled"),
    (short, ["The model is overloaded, try again"], None),
    (short, ["x" * 81], None),
    (named_in, [OPENAI], "insufficient_quota"),
    (named_in, [ANTHROPIC], "overloaded_error"),
    (named_in, [ESCAPED], "rate_limit_exceeded"),
    (named_in, [GOOGLE], "UNAVAILABLE"),
    (named_in, ["It went wrong"], None),
    (status_in, [OPENAI], "429"),
    (status_in, ["HTTP 503 from upstream"], "503"),
    (status_in, ["after 200 tokens"], None),
    (status_named, ["openai.RateLimitError"], "429"),
    (status_named, ["ThrottlingException"], "429"),
    (status_named, ["UNAVAILABLE"], "503"),
    (status_named, ["504"], "504"),
    (status_named, ["timeout"], "0"),
    (status_named, ["ValueError"], "999"),
    (status_named, [""], None),
]


@pytest.mark.parametrize(("phrase", "given", "made"), TABLE)
def test_a_phrase(phrase: Callable[..., str], given: list[str | None], made: str | None) -> None:
    names = [f"g{number}" for number in range(len(given))]
    sql = phrase(names) if phrase is summed else phrase(*names)
    held = ", ".join(f"CAST(${name} AS VARCHAR) AS {name}" for name in names)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.execute(
            f"SELECT {sql} FROM (SELECT {held})", dict(zip(names, given, strict=True))
        ).fetchall()
    assert [row[0] for row in found] == [made]
