"""LiteLLM's callbacks, as version 1.106.2 calls them; LiteLLM itself is stood in for."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest

import makegood.hooks
from makegood.errors import BadUse
from tests.hooks.hooked import rows

# LiteLLM's times bear no zone.
START = datetime(2026, 11, 22, 9, 0, 0)  # noqa: DTZ001
TRACE = "75571222-f289-4021-af65-489d1a710a9d"
ANSWER = {
    "model": "gpt-x",
    "choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}},
}


class CustomLogger:
    """LiteLLM's own base class, as far as a callback meets it."""

    def __init__(self, turn_off_message_logging: bool = False) -> None:
        self.turn_off_message_logging = turn_off_message_logging


class StatusError(Exception):
    """An error with a status, as LiteLLM's and the SDKs' are."""

    def __init__(self, status: object, body: object = None, message: str = "") -> None:
        super().__init__(message)
        self.status_code, self.body = status, body


@pytest.fixture
def callback(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Any:
    names = ("litellm", "litellm.integrations", "litellm.integrations.custom_logger")
    for name in names:
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    sys.modules[names[-1]].CustomLogger = CustomLogger  # type: ignore[attr-defined]
    made = makegood.hooks.litellm(folder=folder, account="acme")
    assert isinstance(made, CustomLogger)
    return made


def kwargs(number: int = 1, **more: Any) -> dict[str, Any]:
    """What LiteLLM tells of an attempt; `number` tells them apart."""
    start = START + timedelta(seconds=number)
    return {
        "litellm_call_id": f"0000000{number}-98b2-4bf9-826e-0b1ea5070714",
        "litellm_trace_id": TRACE,
        "api_call_start_time": start,
        "call_type": "completion",
        "custom_llm_provider": "openai",
        "model": "gpt-x",
        "messages": [{"role": "user", "content": "a secret prompt"}],
        "optional_params": {},
        "api_key": "sk-secret",
        **more,
    }


def end(number: int = 1) -> datetime:
    """A quarter of a second after the start."""
    return START + timedelta(seconds=number, milliseconds=250)


def failed(callback: Any, said: dict[str, Any], number: int = 1) -> None:
    """An attempt that began and failed."""
    callback.log_pre_api_call("gpt-x", [], said)
    callback.log_failure_event(said, None, START, end(number))


def test_an_answer(callback: Any, folder: Path):
    said = kwargs()
    callback.log_pre_api_call("gpt-x", said["messages"], said)
    headers = {"llm_provider-x-request-id": "req_1"}
    said["standard_logging_object"] = {"hidden_params": {"additional_headers": headers}}
    callback.log_success_event(said, ANSWER, START, end())
    (row,) = rows(folder)
    told = {name: row[name] for name in ("account", "provider", "service", "model", "status", "usable", "call_id")}
    assert told == {
        "account": "acme",
        "provider": "openai",
        "service": "chat.completions",
        "model": "gpt-x",
        "status": 200,
        "usable": True,
        "call_id": TRACE,
    }
    assert (row["input_tokens"], row["cached_tokens"], row["output_tokens"]) == (9, 4, 2)
    assert (row["request_id"], row["duration_ms"], row["time"]) == ("req_1", 250, told_time(1))


def told_time(number: int) -> str:
    """The start of an attempt in UTC, as a row has it."""
    return f"{(START + timedelta(seconds=number)).astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def test_retries_and_fallbacks_of_one_call_are_kept_together(callback: Any, folder: Path):
    for number, model in ((1, "gpt-x"), (2, "gpt-x"), (3, "gpt-y")):
        failed(callback, kwargs(number, model=model, exception=StatusError(503)), number)
    asyncio.run(callback.async_log_success_event(kwargs(4, model="gpt-y"), ANSWER, START, end(4)))
    found = rows(folder)
    assert [(row["model"], row["retry"], row["reason"], row["status"]) for row in found] == [
        ("gpt-x", 0, "first", 503),
        ("gpt-x", 1, "first", 503),
        ("gpt-y", 2, "failover", 503),
        ("gpt-y", 3, "failover", 200),
    ]
    assert {row["call_id"] for row in found} == {TRACE}


def caused(outer: Exception, inner: Exception) -> Exception:
    """An exception as LiteLLM raises it: over the one that says more."""
    outer.__cause__ = inner
    return outer


QUOTED = '{"type":"error","error":{"type":"overloaded_error","message":"a secret text"}}'
LOST = httpx2.ReadError("x")
FAILURES = {
    "a refusal": (lambda: StatusError(429, {"code": "insufficient_quota"}), {}, (429, None, "insufficient_quota")),
    "Anthropic's 529, which LiteLLM calls 500": (
        lambda: caused(StatusError(500, None, f"AnthropicError - {QUOTED}"), StatusError(529)),
        {},
        (529, None, "overloaded_error"),
    ),
    "a lost connection, which LiteLLM calls 500": (
        lambda: caused(StatusError(500), httpx2.ReadTimeout("x")),
        {},
        (0, None, "timeout"),
    ),
    "a stream that broke": (
        lambda: caused(StatusError(500), httpx2.RemoteProtocolError("x")),
        {"stream": True, "completion_start_time": START},
        (200, False, "cut"),
    ),
    "an error after 200": (
        lambda: StatusError("server_error"),
        {"response_headers": {"x-request-id": "req_1"}},
        (200, False, "server_error"),
    ),
    "no JSON": (
        lambda: caused(StatusError(500), type("JSONDecodeError", (ValueError,), {})()),
        {},
        (200, False, "malformed"),
    ),
    "nothing known": (lambda: None, {}, (0, None, None)),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_told_by_its_innermost_cause(callback: Any, folder: Path, name: str):
    made: Callable[[], Any]
    made, more, expected = FAILURES[name]
    failed(callback, kwargs(exception=made(), **more))
    (row,) = rows(folder)
    assert (row["status"], row["usable"], row["error"]) == expected
    held = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"secret" not in held


def test_ends_come_twice_and_beginnings_come_late(callback: Any, folder: Path):
    said = kwargs()
    callback.log_success_event(said, ANSWER, START, end())
    callback.log_pre_api_call("gpt-x", [], said)
    asyncio.run(callback.async_log_success_event(said, ANSWER, START, end()))
    assert [row["status"] for row in rows(folder)] == [200]


def test_what_never_left_is_no_attempt(callback: Any, folder: Path):
    callback.log_success_event(kwargs(cache_hit=True), ANSWER, START, end())
    callback.log_failure_event(kwargs(api_call_start_time=None, exception=StatusError(400)), None, START, end())
    assert rows(folder) == []


@pytest.mark.parametrize("said", [None, {}, [], {"litellm_call_id": 7, "exception": "x", "api_call_start_time": "x"}])
def test_whatever_is_told_nothing_is_raised(callback: Any, said: Any):
    callback.log_pre_api_call(None, None, said)
    callback.log_success_event(said, object(), None, None)
    callback.log_failure_event(said, None, None, None)


def test_without_litellm_it_says_so(folder: Path):
    with pytest.raises(BadUse, match="LiteLLM is not installed"):
        makegood.hooks.litellm(folder=folder)
