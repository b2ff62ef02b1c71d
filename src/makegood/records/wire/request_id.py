"""Noun: the provider's id of a request, in an answer's headers; the one list of the names that it goes by."""

from __future__ import annotations

from collections.abc import Mapping

# In the order in which they are asked for. x-request-id is OpenAI's, and that of most who speak its wire; request-id is
# Anthropic's (each by its API reference). Azure sends apim-request-id from its front and x-ms-request-id by its REST
# guidelines, AWS x-amzn-requestid; the last three are DeepSeek's, Mistral's and OpenRouter's, as seen in their answers.
# Google names none.
NAMES = (
    "x-request-id",
    "request-id",
    "apim-request-id",
    "x-ms-request-id",
    "x-amzn-requestid",
    "x-ds-trace-id",
    "mistral-correlation-id",
    "x-generation-id",
)


def request_id(headers: Mapping[str, str], prefix: str = "") -> str | None:
    """The first of the names that the headers hold; `headers` must find lower-case names, `prefix` stands before them.

    As it came; what of it may be recorded is `records.names.id_of`'s to say.
    """
    for name in NAMES:
        found = headers.get(prefix + name)
        if isinstance(found, str) and found:
            return found
    return None
