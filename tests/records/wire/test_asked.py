"""Requests as SDKs send them, and what they ask for."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.records.wire.asked import Asked, asked

PATHS = {
    "/v1/chat/completions": "chat.completions",
    "/chat/completions/": "chat.completions",
    "/v1beta/openai/chat/completions": "chat.completions",
    "/openai/deployments/mine/chat/completions?api-version=2024-10-21": "chat.completions",
    "/v1/completions": "completions",
    "/v1/responses": "responses",
    "/openai/v1/responses?api-version=preview": "responses",
    "/v1/responses/resp_0123/cancel": "responses.id.cancel",
    "/v1/embeddings": "embeddings",
    "/v1/messages": "messages",
    "/anthropic/v1/messages?beta=true": "messages",
    "/v1/messages/count_tokens": "messages.count_tokens",
    "/v1/threads/thread_1/messages": "threads.id.messages",
    "/v1/images/generations": "images.generations",
    "/v1/models/gpt-4o": "models.id",
    "/": "root",
}


@pytest.mark.parametrize("path", PATHS)
def test_the_service_by_its_path(path: str):
    assert asked(path, b"").service == PATHS[path]


def body(**fields: object) -> bytes:
    """The body of a request."""
    return json.dumps({"model": "gpt-x", **fields}).encode()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (body(), Asked("chat.completions", "gpt-x")),
        (body(stream=True), Asked("chat.completions", "gpt-x", True)),
        (body(stream="true"), Asked("chat.completions", "gpt-x")),
        (body(response_format={"type": "json_object"}), Asked("chat.completions", "gpt-x", False, True)),
        (body(response_format={"type": "text"}), Asked("chat.completions", "gpt-x")),
        (body(text={"format": {"type": "json_schema"}}), Asked("chat.completions", "gpt-x", False, True)),
        (body(output_config={"format": {"type": "json_schema"}}), Asked("chat.completions", "gpt-x", False, True)),
        (body(output_format={"type": ["json_schema"]}), Asked("chat.completions", "gpt-x")),
        (body(model="a model of my own prompt"), Asked("chat.completions")),
        (body(model="sk-0123456789abcdef"), Asked("chat.completions")),
        (body(user="cut \ud83d"), Asked("chat.completions", "gpt-x")),  # as libraries send a halved emoji
        (body(temperature=float("nan"), stream=True), Asked("chat.completions", "gpt-x", True)),
        (b'{"x":' + b"[" * 100_000, Asked("chat.completions")),
        (body(model=7), Asked("chat.completions")),
        (b"[]", Asked("chat.completions")),
        (b'{"model"', Asked("chat.completions")),
    ],
)
def test_what_the_body_asks_for(said: bytes, expected: Asked):
    assert asked("/v1/chat/completions", said) == expected


def test_azure_names_the_model_in_the_path():
    assert asked("/openai/deployments/mine/embeddings", b"{}") == Asked("embeddings", "mine")


@given(st.text(), st.binary())
def test_nothing_is_raised(path: str, said: bytes):
    assert isinstance(asked(path, said), Asked)
