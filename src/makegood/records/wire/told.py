"""Noun: what an answer told, once it has ended; counts and names only, never a text."""

from __future__ import annotations

from typing import NamedTuple

# Why an answer of status 200 could not be used.
CUT, ERROR, EMPTY, MALFORMED, NOT_JSON = "cut", "error", "empty", "malformed", "not_json"


class Told(NamedTuple):
    """The end of one answer, in canonical terms.

    Tokens are whole numbers, `cached_tokens` a part of `input_tokens`, all 0 where the answer carries no usage (a chat
    stream without `stream_options.include_usage` carries none). `usable` is False where a 200 could not be used, None
    where that is not known: another status, or a format that is not read here. `error` is the provider's own name of
    an error. `model` is the model that answered. `why` names the reason of `usable=False`: one of CUT, ERROR, EMPTY,
    MALFORMED, NOT_JSON.
    """

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    usable: bool | None = None
    error: str | None = None
    model: str | None = None
    why: str | None = None
