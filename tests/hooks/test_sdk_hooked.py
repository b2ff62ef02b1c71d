"""The real SDKs, hooked: the caller sees what it would have seen, and each attempt is a row as the provider counted."""

from __future__ import annotations

from typing import Any

import pytest

from makegood.gateway.demo.misbehaviour import KINDS
from makegood.gateway.demo.provider import DemoProvider
from tests.gateway.asking import CHAT, EMBEDDINGS, MESSAGES, RESPONSES, Clients, ask, ask_async, seen
from tests.gateway.hosting import Loop
from tests.hooks.hooked import Hooked

STREAM: dict[str, Any] = {"stream": True}
# Of answers of status 200: whether they could be used, and by which name they could not.
UNUSABLE = {
    "reset_mid_stream": {"connection_reset"},
    "cut": {"cut", "malformed"},
    "error_first": {"server_error", "overloaded_error", "api_error"},
    "error_after_200": {"server_error", "overloaded_error", "api_error"},
    "malformed": {"malformed", "cut"},
    "empty": {"empty"},
    "wrong_length": {"cut"},
    "short_length": {"malformed", "cut"},
}
ERRORS = {
    "error_500": {"server_error", "api_error"},
    "html_502": {None},
    "error_503": {"service_unavailable", "api_error"},
    "error_529": {"overloaded", "overloaded_error"},
    "overloaded_429": {"engine_overloaded", "overloaded_error"},
    "quota_429": {"insufficient_quota", "rate_limit_error"},
    "timeout_before": {"connection_reset"},
    "timeout_after": {"connection_reset"},
    "reset_before": {"connection_reset"},
}
TOKENS = ("input_tokens", "cached_tokens", "output_tokens")


def check(row: dict[str, Any], provider: DemoProvider) -> None:
    """Is the row what the provider's ledger says of its latest request?"""
    met = provider.ledger.met[-1]
    assert (row["status"], row["model"], row["streamed"]) == (met.status, met.model, met.streamed)
    assert (row["account"], row["provider"], row["retry"]) == ("acme", "demo", 0)
    if met.status and met.did not in ("echo_400", "html_502"):
        assert row["request_id"] == met.id
    if met.status != 200:
        assert row["usable"] is None
        assert row["error"] in ERRORS.get(met.did, {row["error"]})
    elif met.did in UNUSABLE and not (met.did == "wrong_length" and met.streamed):
        assert row["usable"] is False
        assert row["error"] in UNUSABLE[met.did]
    else:
        assert (row["usable"], row["error"]) == (True, None)
        if met.tells:
            assert tuple(row[name] for name in TOKENS) == tuple(getattr(met, name) for name in TOKENS)


WAYS = [(kind, CHAT, more) for kind in KINDS for more in ({}, STREAM)]
WAYS += [(kind, MESSAGES, STREAM) for kind in ("fine", "overloaded_429", *UNUSABLE)]


@pytest.mark.parametrize(("kind", "service", "more"), WAYS, ids=str)
def test_the_caller_sees_the_same_and_the_attempt_is_recorded(
    plain: Clients, hooked: Hooked, provider: DemoProvider, kind: str, service: str, more: dict[str, Any]
):
    text = f"hello do:{kind}"
    expected = seen(ask(plain, service, text, "demo-small", **more))
    assert seen(ask(hooked.clients, service, text, "demo-small", **more)) == expected
    (row,) = hooked.new()
    check(row, provider)


@pytest.mark.parametrize("kind", ["fine", "error_after_200", "reset_mid_stream"])
@pytest.mark.parametrize(("service", "more"), [(RESPONSES, {}), (RESPONSES, STREAM), (EMBEDDINGS, {})], ids=str)
def test_other_services_and_asynchronous_clients(
    loop: Loop, hooked: Hooked, plain: Clients, provider: DemoProvider, kind: str, service: str, more: dict[str, Any]
):
    text = f"hello do:{kind}"
    expected = loop.run(ask_async(plain, service, text, "demo-small", **more))
    assert loop.run(ask_async(hooked.clients, service, text, "demo-small", **more)) == expected
    (row,) = hooked.new()
    assert row["service"] == service
    check(row, provider)


def test_a_stream_of_chat_without_usage_has_no_tokens(hooked: Hooked):
    stream = hooked.clients.openai.chat.completions.create(
        model="demo-small", messages=[{"role": "user", "content": "hello"}], stream=True
    )
    assert len(list(stream)) > 2
    (row,) = hooked.new()
    assert (row["usable"], row["input_tokens"], row["output_tokens"]) == (True, 0, 0)
    assert 0 <= row["first_byte_ms"] <= row["duration_ms"]


def test_nothing_of_prompts_answers_and_keys_is_in_the_folder(hooked: Hooked):
    word = "xyzzy-4711-plugh"
    for service in (CHAT, RESPONSES, MESSAGES):
        seen(ask(hooked.clients, service, f"{word} do:echo_400", "demo-small"))
        seen(ask(hooked.clients, service, word, "demo-small", stream=True))
    hooked.new()
    held = b"".join(path.read_bytes() for path in hooked.folder.rglob("*") if path.is_file())
    assert b"demo-small" in held
    for secret in (word, "sk-test-openai", "sk-ant-test", "harbour"):
        assert secret.encode() not in held
