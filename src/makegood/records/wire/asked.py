"""Verb: what a request asks for; service, model, stream or not, JSON or not, read from its path and body."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from makegood.records.names import name_of
from makegood.records.wire.shapes import mapping, parsed

CHAT, COMPLETIONS, RESPONSES, EMBEDDINGS, MESSAGES = (
    "chat.completions",
    "completions",
    "responses",
    "embeddings",
    "messages",
)
_KNOWN = (CHAT, COMPLETIONS, RESPONSES, EMBEDDINGS, MESSAGES)
# Other endpoints whose path ends with the same word.
_OTHER = {"threads", "conversations", "batches", "evals", "fine_tuning"}
_BASES = re.compile(r"v\d+(?:alpha|beta)?\d*|api|openai|anthropic")
_WORD = re.compile(r"[a-z][a-z_-]{1,23}")
_MOST_WORDS, _MOST_PATH = 5, 200
_FORMS = frozenset({"response_format", "text", "output_config", "output_format"})
_JSON = ("json_object", "json_schema")


class Asked(NamedTuple):
    """What a request asks for: `service` by name (see `asked`), `model` as named in it, `streamed`, and `wants_json`
    where the caller asked that the text of the answer be JSON."""

    service: str
    model: str | None = None
    streamed: bool = False
    wants_json: bool = False


def asked(path: str, body: bytes) -> Asked:
    """What a request to `path` (query and base path may be part of it) with this body asks for; never raises.

    A service that is read here is named chat.completions, completions, responses, embeddings or messages; any other by
    the words of its path (`images.generations`), with `id` for what is no plain word.
    """
    service, deployment = _of_path(path) if len(path) <= _MOST_PATH else _read_path(path)
    said = parsed(body) if body else None
    if not isinstance(said, dict):
        return Asked(service, deployment)
    model = said.get("model")
    named = name_of(model) if isinstance(model, str) else None
    return Asked(service, named or deployment, said.get("stream") is True, wants_json(said))


def _read_path(path: str) -> tuple[str, str | None]:
    words = [word for word in path.partition("?")[0].split("/") if word]
    return _service(words), _deployment(words)


# Few paths are asked for over and over.
_of_path = lru_cache(maxsize=1024)(_read_path)


def _service(words: list[str]) -> str:
    for known in _KNOWN:
        parts = known.split(".")
        if words[-len(parts) :] == parts and not _OTHER & set(words):
            return known
    own = words
    while own and _BASES.fullmatch(own[0]):
        own = own[1:]
    return ".".join(word if _WORD.fullmatch(word) else "id" for word in own[:_MOST_WORDS]) or "root"


def _deployment(words: list[str]) -> str | None:
    """Azure names the deployment, which stands for the model, in the path."""
    if "deployments" in words[:-1]:
        return name_of(words[words.index("deployments") + 1])
    return None


def wants_json(said: dict[str, object]) -> bool:
    """Whether a request asks that the text of its answer be JSON.

    Chat names it `response_format`, Responses `text.format`, Anthropic `output_config.format` or `output_format`.
    """
    if _FORMS.isdisjoint(said):
        return False
    forms = (
        said.get("response_format"),
        mapping(said.get("text")).get("format"),
        mapping(said.get("output_config")).get("format"),
        said.get("output_format"),
    )
    return any(mapping(form).get("type") in _JSON for form in forms)
