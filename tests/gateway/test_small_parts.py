"""Small parts: rewriting a model's name, Retry-After, judging an ending."""

from __future__ import annotations

import itertools
import ssl
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import aiohttp
import pytest
from yarl import URL

from makegood.gateway import faults
from makegood.gateway.retry_after import retry_after
from makegood.gateway.rewrite import with_model
from makegood.losses.faults import read_rules
from makegood.losses.rule import Outcome

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"model":"a"}', b'{"model":"new"}'),
        (b'{ "n" : 1.0, "model"\t:\n "a" , "x":[]}', b'{ "n" : 1.0, "model"\t:\n "new" , "x":[]}'),
        (b'{"tools":[{"model":"a"}],"model":"a"}', b'{"tools":[{"model":"a"}],"model":"new"}'),
        (b'{"m":"\\"model\\":\\"a\\"","model":"a"}', b'{"m":"\\"model\\":\\"a\\"","model":"new"}'),
        (b'{"mod\\u0065l":"a"}', b'{"mod\\u0065l":"new"}'),
        (b'{"model":"a","model":"b"}', b'{"model":"new","model":"new"}'),  # whichever of the two is read
        (
            b'{"seed":123456789012345678901234567890,"model":"a"}',
            b'{"seed":123456789012345678901234567890,"model":"new"}',
        ),
        ('{"q":"\u00e9\U0001f600","model":"a"}'.encode(), '{"q":"\u00e9\U0001f600","model":"new"}'.encode()),
        (b"{}", b"{}"),
        (b'["model","a"]', b'["model","a"]'),
        (b'{"model":"a"', b'{"model":"a"'),
        (b'{"model":}', b'{"model":}'),
        (b"", b""),
        (b'\xff{"model":"a"}', b'\xff{"model":"a"}'),
        (b"[" * 100_000, b"[" * 100_000),
    ],
)
def test_only_the_models_name_is_rewritten(before: bytes, after: bytes):
    assert with_model(before, "new") == after


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "3"}, 3),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "Sun, 22 Nov 2026 12:00:30 GMT"}, 30),
        ({"Retry-After": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "9" * 400}, None),
        ({"Retry-After": "5", "retry-after-ms": "250"}, 0.25),
    ],
)
def test_how_long_an_answer_asks_for_peace(headers, seconds):
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "error", "failed", "verdict"),
    [
        (200, None, None, faults.ANSWERED),
        (200, None, "server_error", faults.REFUSED),
        (200, None, "overloaded_error", faults.REFUSED),
        (200, None, "invalid_request_error", faults.ANSWERED),
        (400, "invalid_request_error", "invalid_request_error", faults.ANSWERED),
        (401, None, "error", faults.ANSWERED),
        (404, "overloaded_error", "overloaded_error", faults.ANSWERED),
        (429, "rate_limit_exceeded", "x", faults.ANSWERED),
        (429, "insufficient_quota", "x", faults.ANSWERED),
        (429, None, "error", faults.ANSWERED),
        (429, "engine_overloaded", "x", faults.REFUSED),
        (429, "overloaded_error", "x", faults.REFUSED),
        (429, "server_busy", "x", faults.REFUSED),
        (500, None, "error", faults.REFUSED),
        (503, "slow_down", "error", faults.REFUSED),
        (529, "overloaded_error", "overloaded_error", faults.REFUSED),
        (302, None, None, faults.ANSWERED),
    ],
)
def test_what_an_answer_means_for_a_further_attempt(status, error, failed, verdict):
    assert faults.verdict(status, error, failed) == verdict


def every_outcome() -> Iterator[tuple[str, int, str | None]]:
    """Each provider's names, with every status and error that the rules of any speak of; none is read with a blank."""
    book = read_rules()
    rules = [rule for one in (*book.providers, book.default) for rule in one.faults]
    statuses = {edge for rule in rules for span in rule.selector.statuses for edge in span if edge}
    errors = {error.text for rule in rules for error in rule.selector.errors if " " not in error.text} | {
        None,
        "anything",
    }
    names = [alias.text for one in book.providers for alias in one.aliases]
    return itertools.product([*names, "nobody"], sorted(statuses), errors)


def test_nobody_else_is_asked_on_what_the_rules_call_the_callers_fault_and_on_a_refusal_somebody_is():
    book, at, judged = read_rules(), NOW, Counter()
    for provider, status, error in every_outcome():
        usable = False if status < 300 else None
        fault = book.fault_of(Outcome(provider, status, error, usable), at).fault
        verdict = faults.verdict(status, error, error, provider)
        judged[fault, verdict] += 1
        if fault == "client":
            assert verdict == faults.ANSWERED, (provider, status, error)
        if fault == "provider" and (status == 429 or status >= 500):
            late = status in faults.LATE_STATUSES  # the provider's too, but somebody may still be serving it
            assert verdict == (faults.UNANSWERED if late else faults.REFUSED), (provider, status, error)
    assert min(judged["client", faults.ANSWERED], judged["provider", faults.REFUSED]) > 100


@pytest.mark.parametrize(
    ("fault", "ending", "error"),
    [
        (aiohttp.ConnectionTimeoutError(), faults.UNSENT, "connect_timeout"),
        (aiohttp.ClientConnectorError(None, OSError(111, "refused")), faults.UNSENT, "connect_refused"),
        (aiohttp.ClientConnectorDNSError(None, OSError(-2, "no name")), faults.UNSENT, "connect_dns"),
        (aiohttp.ClientConnectorCertificateError(None, ValueError()), faults.UNSENT, "connect_tls"),
        (TimeoutError(), faults.UNANSWERED, "timeout"),
        (aiohttp.ServerDisconnectedError(), faults.UNANSWERED, "connection_reset"),
        (ssl.SSLError("bad record"), faults.UNANSWERED, "connection_reset"),  # amid the answer
        (aiohttp.ClientOSError(104, "reset"), faults.UNANSWERED, "connection_reset"),
        (ConnectionResetError(), faults.UNANSWERED, "connection_reset"),
        (aiohttp.ClientPayloadError(), faults.UNANSWERED, "cut"),
        (aiohttp.http_exceptions.BadHttpMessage("x"), faults.UNANSWERED, "malformed_http"),
        (aiohttp.InvalidURL(URL("x:")), faults.UNANSWERED, "connection_reset"),
    ],
)
def test_what_a_broken_attempt_means(fault, ending, error):
    assert faults.of_exception(fault) == (ending, error)
