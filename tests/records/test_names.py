"""Which foreign texts are recorded as they are, and which only as a hash."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.records.fingerprint import fingerprint
from makegood.records.names import call_id_of, id_of, name_of

SALT = bytes(range(32))
NAMES = [
    "gpt-4o-2024-08-06",
    "claude-opus-4-1-20250805",
    "ft:gpt-4o-mini-2024-07-18:my-org:custom-suffix:ABC123xy",
    "meta-llama/Llama-3.3-70B-Instruct-Turbo",
    "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
    "@cf/meta/llama-3.1-8b-instruct",
    "overloaded_error",
    "api_error",
    "token_limit_exceeded",
    "ResponsibleAIPolicyViolation",
    "asia-northeast3",
    "mask-rcnn",
]
IDS = [
    "req_011CSHoEeqs5C35K2UUqR7Fy",
    "req_7d2a3b0123456789abcdef0123456789",
    "7d2a3b0123456789abcdef0123456789",
    "0b5f3a52-62a7-4b1c-9a60-0d9f60e3a1b2",
    "chatcmpl-ABCdef0123456789ghijklmnopqrs",
    "8f2c1a7b9d3e4f50-ICN",
]
# All made up here.
SECRETS = [
    "sk-proj-abcdefghijklmnop",
    "sk_live_0123456789",
    "my:sk-0123456789",
    "req_sk-0123456789",
    "AKIAABCDEFGHIJKLMNOP",
    "AIzaSyA0123456789abcdefghijklmnop",
    "ghp_0123456789abcdefghij",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "0123456789abcdef" * 4,
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEYabcdefgh12345",
    "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_models_and_errors(name: str):
    assert name_of(name) == name


@pytest.mark.parametrize("text", [*SECRETS, "Bearer abc", "two words", "a\nb", "이름", "-x", "", None, "a" * 129])
def test_what_is_no_name(text: str | None):
    assert name_of(text) is None


@pytest.mark.parametrize("text", IDS)
def test_ids_that_providers_give(text: str):
    assert id_of(text, SALT) == text


@pytest.mark.parametrize("text", [*SECRETS, "Bearer abc", "tell me a story", "이름", "a" * 129, "\ud800"])
def test_what_may_be_a_secret_is_hashed(text: str):
    for hashed in (id_of(text, SALT), call_id_of(text, SALT)):
        assert hashed is not None
        assert hashed.startswith("h-")
        assert len(hashed) == 34
        assert hashed == id_of(text, SALT)
        assert hashed != id_of(text, bytes(32))


def test_a_callers_own_id_is_kept_only_where_it_is_plainly_no_key():
    kept = ["0b5f3a52-62a7-4b1c-9a60-0d9f60e3a1b2", "order-17:try-2", "batch7/row18"]
    assert [call_id_of(text, SALT) for text in kept] == kept
    for key in (secrets.token_hex(16), secrets.token_hex(32), "abc-" + "q" * 24):
        assert (call_id_of(key, SALT) or "").startswith("h-")
    assert call_id_of("", SALT) is None
    assert call_id_of(None, SALT) is None
    assert id_of(None, SALT) is None


@given(st.text())
def test_a_recorded_id_is_plain(text: str):
    for found in (id_of(text, SALT), call_id_of(text, SALT), name_of(text)):
        assert found is None or (found.isascii() and found.isprintable() and len(found) <= 128)


def test_a_fingerprint_tells_equal_bodies_and_needs_the_salt():
    assert fingerprint(SALT, b"{}") == fingerprint(SALT, b"{}")
    assert len({fingerprint(SALT, b"{}"), fingerprint(bytes(32), b"{}"), fingerprint(SALT, b"{ }")}) == 3
    assert len(fingerprint(SALT, b"")) == 32
