"""Answers as providers word them, whole and broken, and what each tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.records.wire.asked import Asked
from makegood.records.wire.read import MOST_BODY, reader
from makegood.records.wire.told import CUT, EMPTY, ERROR, MALFORMED, NOT_JSON, Told
from tests.records.wire.answers import (
    CHAT_STREAM,
    JSON,
    MESSAGE_STREAM,
    RESPONSE_STREAM,
    SSE,
    block,
    chunk,
    completion,
    message,
    message_stream,
    response,
    said,
    sse,
    texts,
    told,
    told_of_stream,
)

CHAT, RESPONSES, MESSAGES = (Asked(name, streamed=True) for name in ("chat.completions", "responses", "messages"))
STREAMS = {
    "chat": (CHAT, sse(CHAT_STREAM), Told(90, 64, 7, True, None, "gpt-x-1")),
    "responses": (RESPONSES, sse(RESPONSE_STREAM, named=True), Told(40, 8, 5, True, None, "gpt-x-2")),
    "messages": (MESSAGES, sse(MESSAGE_STREAM, named=True), Told(60, 30, 9, True, None, "claude-x-1")),
}
# How many events at a stream's end may be missing, where it was closed and not reset.
AFTER_THE_END = {"chat": 2, "responses": 0, "messages": 0}
CALL = {"tool_calls": [{"id": "call_1", "function": {"name": "f", "arguments": "{}"}}]}
FILTERED = {"error": {"code": "content_filter", "innererror": {"code": "ResponsibleAIPolicyViolation"}}}

BODIES = {
    "a text": ("chat.completions", completion({"content": "yes"}), (True, None)),
    "a tool call": ("chat.completions", completion({"content": None, **CALL}, "tool_calls"), (True, None)),
    "a refusal": ("chat.completions", completion({"content": None, "refusal": "no"}), (True, None)),
    "nothing": ("chat.completions", completion({"content": ""}), (False, EMPTY)),
    "no choices": ("chat.completions", {"model": "gpt-x-1", "choices": []}, (False, EMPTY)),
    "nothing but thinking": ("chat.completions", completion({"reasoning_content": "hm"}), (None, None)),
    "nothing by the caller's own limit": ("chat.completions", completion({"content": ""}, "length"), (True, None)),
    "filtered": ("chat.completions", completion({"content": ""}, "content_filter"), (None, None)),
    "an error after all": ("chat.completions", {"error": {"message": "x", "type": "server_error"}}, (False, ERROR)),
    "a list": ("chat.completions", b"[]", (False, MALFORMED)),
    "no JSON": ("chat.completions", b'{"choices": [', (False, MALFORMED)),
    "no bytes": ("chat.completions", b"", (False, MALFORMED)),
    "an older completion": ("completions", {"choices": [{"text": "a", "finish_reason": "stop"}]}, (True, None)),
    "a response": ("responses", response([said("yes")]), (True, None)),
    "a response by its limit": (
        "responses",
        response([], "incomplete", incomplete_details={"reason": "max_output_tokens"}),
        (True, None),
    ),
    "a response that failed": ("responses", response([], "failed", error={"code": "server_error"}), (False, ERROR)),
    "a response without a word": ("responses", response([said("")]), (False, EMPTY)),
    "a response in the making": ("responses", response([], "queued"), (None, None)),
    "a function call": ("responses", response([{"type": "function_call", "name": "f"}]), (True, None)),
    "only reasoning": ("responses", response([{"type": "reasoning", "summary": []}]), (None, None)),
    "vectors": ("embeddings", {"data": [{"embedding": [0.5]}, {"embedding": "AAAA"}]}, (True, None)),
    "one vector missing": ("embeddings", {"data": [{"embedding": [0.5]}, {"embedding": []}]}, (False, EMPTY)),
    "no vectors": ("embeddings", {"data": []}, (False, EMPTY)),
    "a message": ("messages", message([{"type": "text", "text": "yes"}]), (True, None)),
    "tool use": ("messages", message([{"type": "tool_use", "input": {}}], "tool_use"), (True, None)),
    "an empty message": ("messages", message([]), (False, EMPTY)),
    "a message refused": ("messages", message([], "refusal"), (True, None)),
    "a message that met the stop word": ("messages", message([], "stop_sequence"), (True, None)),
    "an unknown service": ("images.generations", {"data": []}, (None, None)),
    "an unknown service that erred": ("images.generations", {"error": {"code": "boom"}}, (False, ERROR)),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_could_be_used_or_not(name: str):
    service, body, (usable, why) = BODIES[name]
    found = told(service, body)
    assert (found.usable, found.why) == (usable, why)


def test_the_tokens_of_bodies():
    assert told("chat.completions", completion({"content": "yes"})) == Told(90, 64, 7, True, None, "gpt-x-1")
    assert told("responses", response([said("yes")])) == Told(40, 8, 5, True, None, "gpt-x-2")
    assert told("messages", message([{"type": "text", "text": "y"}])) == Told(60, 30, 9, True, None, "claude-x-1")
    vectors = {"data": [{"embedding": [1]}], "model": "e-1", "usage": {"prompt_tokens": 8, "total_tokens": 8}}
    assert told("embeddings", vectors) == Told(8, 0, 0, True, None, "e-1")
    pages = {"model": "m", "usage": {"input_tokens": 3, "output_tokens": 4}}
    assert told("images.generations", pages) == Told(3, 0, 4, None, None, "m")


@pytest.mark.parametrize("usage", [{"prompt_tokens": -1}, {"prompt_tokens": True}, {"prompt_tokens": "9"}, [1], 2**70])
def test_usage_of_no_sense_is_no_usage(usage: object):
    assert told("chat.completions", completion({"content": "yes"}, usage=usage)).input_tokens == 0


@pytest.mark.parametrize("name", STREAMS)
def test_a_whole_stream(name: str):
    asked, stream, expected = STREAMS[name]
    assert told_of_stream(asked, stream) == expected


@pytest.mark.parametrize("name", STREAMS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_cut_of_the_bytes_and_any_line_ends_tell_the_same(name: str, data: st.DataObject):
    asked, stream, expected = STREAMS[name]
    stream = stream.replace(b"\n", data.draw(st.sampled_from([b"\n", b"\r\n", b"\r"])))
    places = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=30)))
    one = reader(asked, 200, SSE)
    for start, end in zip([0, *places], [*places, len(stream)], strict=True):
        one.feed(stream[start:end])
    assert one.end() == expected


@pytest.mark.parametrize("name", STREAMS)
def test_byte_by_byte(name: str):
    asked, stream, expected = STREAMS[name]
    one = reader(asked, 200, SSE)
    for place in range(len(stream)):
        one.feed(stream[place : place + 1])
    assert one.end() == expected


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("cut", [False, True], ids=["closed", "reset"])
def test_a_stream_that_stops_before_its_end_cannot_be_used(name: str, cut: bool):
    asked, stream, _ = STREAMS[name]
    events = stream.split(b"\n\n")[:-1]
    for end in range(len(events) - AFTER_THE_END[name]):
        found = told_of_stream(asked, b"\n\n".join(events[:end]) + b"\n\n", cut)
        assert (found.usable, found.why) == (False, CUT), events[:end]


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_with_an_event_that_no_library_can_read_cannot_be_used(name: str):
    asked, stream, _ = STREAMS[name]
    events = stream.split(b"\n\n")
    for place in range(1, len(events) - 2):
        for data, usable in ((b'{"id": "x, [}', False), (b'{"text": "\\ud83d"}', True), (b"", True)):
            inserted = b"\n\n".join([*events[:place], b"event: content_block_delta\ndata: " + data, *events[place:]])
            assert told_of_stream(asked, inserted).usable is usable, (place, data)


def test_comments_and_data_of_several_lines_and_a_mark_at_the_head():
    stream = b'\xef\xbb\xbf: hello\n\ndata: {"choices": [{"delta":\ndata: {"content": "a"},\n: ping\ndata: "index": 0,'
    stream += b'\ndata:"finish_reason": "stop"}]}\nid: 7\nretry: 5\n\n\n\ndata:[DONE]'
    assert told_of_stream(CHAT, stream).usable is True


def test_json_with_spaces_wherever_it_may_have_them():
    spaced = [json.dumps(one, separators=(" , ", " : ")) if isinstance(one, dict) else str(one) for one in CHAT_STREAM]
    assert told_of_stream(CHAT, sse(spaced)) == STREAMS["chat"][2]
    wide = [json.dumps(one) if isinstance(one, dict) else str(one) for one in CHAT_STREAM]
    assert told_of_stream(CHAT, sse(wide)) == STREAMS["chat"][2]


BROKEN = {
    "closed after the finish": (CHAT, sse(CHAT_STREAM[:-2]), False, (True, None, None)),
    "reset after the finish": (CHAT, sse(CHAT_STREAM[:-2]), True, (False, CUT, None)),
    "reset after [DONE]": (CHAT, sse(CHAT_STREAM), True, (True, None, None)),
    "closed at once": (CHAT, b"", False, (False, CUT, None)),
    "only a role": (
        CHAT,
        sse([chunk({"role": "assistant"}), chunk({}, "stop"), "[DONE]"]),
        False,
        (False, EMPTY, None),
    ),
    "an error within": (
        CHAT,
        sse([*CHAT_STREAM[:3], {"error": {"type": "server_error", "code": None, "message": "secret text"}}, "[DONE]"]),
        False,
        (False, ERROR, "server_error"),
    ),
    "an error by its event": (
        CHAT,
        sse(CHAT_STREAM[:3]) + b"event: error\ndata: oh no\n\n",
        False,
        (False, ERROR, "error"),
    ),
    "an error by its finish": (
        CHAT,
        sse([*CHAT_STREAM[:3], chunk({}, "error"), "[DONE]"]),
        False,
        (False, ERROR, "error"),
    ),
    "an event that is no JSON": (
        CHAT,
        sse([*CHAT_STREAM[:3], '{"choices": [}', *CHAT_STREAM[3:]]),
        False,
        (False, MALFORMED, "malformed"),
    ),
    "an event that looks like any other and is no JSON": (
        CHAT,
        sse(
            [
                *CHAT_STREAM[:3],
                '{"id":"c","choices":[{"index":0,"delta":{"content":"a"b"},"finish_reason":null}]}',
                *CHAT_STREAM[3:],
            ]
        ),
        False,
        (False, MALFORMED, "malformed"),
    ),
    "two documents in one event": (
        CHAT,
        sse([*CHAT_STREAM[:3], 2 * '{"id":"c","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}']),
        False,
        (False, MALFORMED, "malformed"),
    ),
    "a message's piece that looks like any other and is no JSON": (
        MESSAGES,
        sse(MESSAGE_STREAM[:5], named=True)
        + b'event: content_block_delta\ndata: {"type":"content_block_delta",oops}}\n\n',
        False,
        (False, MALFORMED, "malformed"),
    ),
    "a message's piece that is no JSON": (
        MESSAGES,
        sse(MESSAGE_STREAM[:5], named=True) + b'event: content_block_delta\ndata: {"id": "a, "choices": [}\n\n',
        False,
        (False, MALFORMED, "malformed"),
    ),
    "a response's piece that is no JSON": (
        RESPONSES,
        sse(RESPONSE_STREAM[:4], named=True) + b'event: response.output_text.delta\ndata: {"id": "a, "b": [}\n\n',
        False,
        (False, MALFORMED, "malformed"),
    ),
    "a lone surrogate": (
        CHAT,
        sse([*CHAT_STREAM[:3], '{"choices": [{"delta": {"content": "\\ud83d"}}]}', *CHAT_STREAM[3:]]),
        False,
        (True, None, None),
    ),
    "an HTML page": (CHAT, b"<html>busy</html>", False, (False, CUT, None)),
    "overloaded within": (
        MESSAGES,
        sse(
            [*MESSAGE_STREAM[:5], {"type": "error", "error": {"type": "overloaded_error", "message": "x"}}], named=True
        ),
        False,
        (False, ERROR, "overloaded_error"),
    ),
    "no message_stop": (MESSAGES, sse(MESSAGE_STREAM[:-1], named=True), False, (False, CUT, None)),
    "only thinking": (
        MESSAGES,
        sse(message_stream(block("thinking", [{"type": "thinking_delta", "thinking": "hm"}])), named=True),
        False,
        (None, None, None),
    ),
    "not a block": (MESSAGES, sse(message_stream([]), named=True), False, (False, EMPTY, None)),
    "no block by its limit": (MESSAGES, sse(message_stream([], "max_tokens"), named=True), False, (True, None, None)),
    "a tool": (
        MESSAGES,
        sse(message_stream(block("tool_use", [{"type": "input_json_delta", "partial_json": ""}])), named=True),
        False,
        (True, None, None),
    ),
    "a response that failed": (
        RESPONSES,
        sse(
            [{"type": "response.failed", "response": response([], "failed", error={"code": "server_error"})}],
            named=True,
        ),
        False,
        (False, ERROR, "server_error"),
    ),
    "an error of a response": (
        RESPONSES,
        sse([*RESPONSE_STREAM[:4], {"type": "error", "code": "rate_limit_exceeded", "message": "x"}], named=True),
        False,
        (False, ERROR, "rate_limit_exceeded"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_streams_that_went_another_way(name: str):
    asked, stream, cut, expected = BROKEN[name]
    found = told_of_stream(asked, stream, cut)
    assert (found.usable, found.why, found.error) == expected


def test_it_says_at_once_that_an_answer_began_or_failed():
    one = reader(MESSAGES, 200, SSE)
    begun = []
    for event in MESSAGE_STREAM[:4]:
        one.feed(sse([event], named=True))
        begun.append(one.began)
    assert begun == [False, False, False, True]
    one.feed(b'event: error\ndata: {"type":"error","error":{"type":"api_error"}}\n\n')
    assert one.failed == "api_error"


JSON_ASKED = {
    "an object": ('{"a": [1, 2]}', (True, None)),
    "a text": ("Sure! {}", (False, NOT_JSON)),
    "cut in its middle": ('{"a": [1', (False, NOT_JSON)),
    "a lone surrogate": ('{"a": "\\ud83d"}', (True, None)),
    "not a number": ('{"a": NaN}', (False, NOT_JSON)),
    "very deep": ("[" * 100_000, (False, NOT_JSON)),
}


@pytest.mark.parametrize("name", JSON_ASKED)
def test_json_was_asked_for(name: str):
    text, expected = JSON_ASKED[name]
    pieces = [text[:3], text[3:]]
    bodies = [
        told("chat.completions", completion({"content": text}), wants_json=True),
        told("responses", response([said(text)]), wants_json=True),
        told("messages", message([{"type": "text", "text": text}]), wants_json=True),
        told_of_stream(
            Asked("chat.completions", None, True, True),
            sse([*[chunk({"content": piece}) for piece in pieces], chunk({}, "stop"), "[DONE]"]),
        ),
        told_of_stream(Asked("messages", None, True, True), sse(message_stream(texts(*pieces)), named=True)),
    ]
    assert {(found.usable, found.why) for found in bodies} == {expected}


def test_json_that_the_callers_own_limit_cut_and_a_tool_call_are_usable():
    assert told("chat.completions", completion({"content": '{"a'}, "length"), wants_json=True).usable is True
    assert told("chat.completions", completion({"content": "so:", **CALL}), wants_json=True).usable is True


ERRORS = {
    "OpenAI": ({"error": {"message": "m", "type": "requests", "code": "rate_limit_exceeded"}}, "rate_limit_exceeded"),
    "OpenAI without a code": ({"error": {"message": "m", "type": "server_error", "code": None}}, "server_error"),
    "lack of room in the type": (
        {"error": {"type": "engine_overloaded_error", "code": "busy"}},
        "engine_overloaded_error",
    ),
    "Azure": ({"error": {"code": "429", "message": "m"}}, "429"),
    "Azure's filter": (FILTERED, "content_filter"),
    "Google": ([{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "m"}}], "RESOURCE_EXHAUSTED"),
    "AWS": ({"__type": "ThrottlingException", "message": "m"}, "ThrottlingException"),
    "vLLM": ({"object": "error", "type": "BadRequestError", "code": 400}, "BadRequestError"),
    "a text": ({"error": "model 'a' not found"}, None),
    "a key for a name": ({"error": {"code": "sk-abcdefgh", "type": "x y z"}}, None),
    "nothing": ({}, None),
    "a page": (b"<html>Bad gateway</html>", None),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_by_their_names(name: str):
    body, expected = ERRORS[name]
    found = told("chat.completions", body if isinstance(body, bytes) else json.dumps(body).encode(), 503)
    assert found == Told(error=expected)


@pytest.mark.parametrize(
    "code", ["mnxtynpob0u50o7q", "x.jixpeeflamdc857q", "9f86d081884c7d659a2f", "someone@example.org"]
)
def test_a_code_in_the_place_of_a_name_may_be_what_was_sent_and_is_no_name(code: str):
    error = {"message": "no", "type": "server_error", "code": code}
    assert told("chat.completions", {"error": error}, 500).error == "server_error"
    assert told("chat.completions", {"error": {"code": code}}, 500).error is None


def test_errors_that_were_seen_in_the_wild(shared: Path):
    known = json.loads((shared / "data" / "reference_facts" / "llm_error_responses.json").read_text(encoding="utf-8"))
    assert known
    for one in known:
        assert told("messages", one["body"], one["http_status"]) == Told(error=one["body"]["error"]["type"])


def test_a_stream_refused_with_a_body_and_a_stream_that_is_called_json():
    one = reader(CHAT, 429, JSON)
    one.feed(b'{"error": {"code": "insufficient_quota"}}')
    assert one.end() == Told(error="insufficient_quota")
    assert one.failed == "insufficient_quota"
    mislabelled = reader(CHAT, 200, JSON)
    mislabelled.feed(sse(CHAT_STREAM))
    assert mislabelled.end() == STREAMS["chat"][2]


def test_a_body_cut_by_its_transport_cannot_be_used_but_its_tokens_count():
    one = reader(Asked("chat.completions"), 200, JSON)
    one.feed(json.dumps(completion({"content": "yes"})).encode())
    assert one.end(cut=True) == Told(90, 64, 7, False, None, "gpt-x-1", CUT)


def test_large_bodies_are_judged_by_their_ends():
    vector = '{"object":"embedding","embedding":[' + ",".join(["-0.0123"] * 1536) + "]}"
    body = '{"object":"list","data":[' + ",".join([vector] * 20) + '],"model":"e-1","usage":{"prompt_tokens":160}}'
    assert told("embeddings", body.encode()) == Told(160, 0, 0, True, None, "e-1")
    assert told("embeddings", body.encode()[:-2]).why == MALFORMED
    text = completion({"content": "a" * MOST_BODY})
    assert told("chat.completions", text).usable is True
    assert told("chat.completions", text).output_tokens == 7


def test_a_last_event_too_long_to_hold_still_tells_its_usage():
    long = response([said("a" * 5_000_000)])
    stream = sse([*RESPONSE_STREAM[:3], {"type": "response.completed", "response": long}], named=True)
    one = reader(RESPONSES, 200, SSE)
    for place in range(0, len(stream), 65_536):
        one.feed(stream[place : place + 65_536])
    assert one.end() == Told(40, 8, 5, True, None, "gpt-x-2")


@pytest.mark.parametrize("service", ["chat.completions", "responses", "embeddings", "messages", "audio.speech"])
@settings(max_examples=20, deadline=None)
@given(
    chunks=st.lists(st.one_of(st.binary(max_size=60), st.sampled_from(sse(CHAT_STREAM + MESSAGE_STREAM).split(b",")))),
    form=st.sampled_from([SSE, JSON, "", "text/html"]),
    status=st.sampled_from([200, 204, 429, 500]),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_whatever_comes_nothing_is_raised(service, chunks, form, status, flags):
    one = reader(Asked(service, None, flags[0], flags[1]), status, form)
    for piece in chunks:
        one.feed(piece)
    assert isinstance(one.end(flags[2]), Told)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["choices", "delta", "message", "content", "usage", "error", "type", "output", "response", "index", "model",
         "stop_reason", "finish_reason", "prompt_tokens_details", "status", "incomplete_details", "data", "embedding"]
    ), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize("service", ["chat.completions", "responses", "embeddings", "messages", "other"])
@settings(max_examples=25, deadline=None)
@given(
    value=_VALUES, kind=st.sampled_from(["message_start", "message_delta", "response.completed", "x.delta", "error"])
)
def test_json_of_any_shape_is_read_without_a_fault(service: str, value: object, kind: str):
    assert isinstance(told(service, json.dumps(value).encode()), Told)
    event = {"type": kind, **value} if isinstance(value, dict) else {"type": kind, "delta": value, "message": value}
    found = told_of_stream(Asked(service, streamed=True), sse([event, value], named=False))
    assert isinstance(found, Told)
