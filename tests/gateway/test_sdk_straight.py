"""The real SDKs straight at the demo provider: it has the shapes that they expect, right and wrong."""

from __future__ import annotations

from fractions import Fraction

import pytest
from pydantic import BaseModel

from makegood.gateway.demo.plan import Plan
from makegood.gateway.demo.provider import DemoProvider, serving
from tests.gateway.asking import CHAT, EMBEDDINGS, MESSAGES, RESPONSES, Clients, Seen, ask, ask_async, seen
from tests.gateway.hosting import Loop

SERVICES = (CHAT, RESPONSES, MESSAGES)


class Form(BaseModel):
    """What JSON mode answers."""

    answer: str
    digest: str


@pytest.fixture(scope="module")
def loop():
    made = Loop()
    yield made
    made.close()


@pytest.fixture(scope="module")
def clients(loop: Loop):
    plan = Plan(hold_seconds=Fraction(1, 10), drip_ms=Fraction(2))
    made = Clients.at(loop.enter(serving(DemoProvider(plan))), timeout=5)
    yield made
    made.close(loop)


@pytest.mark.parametrize("service", SERVICES)
def test_an_answer_and_its_stream_say_the_same(clients: Clients, service: str):
    whole = seen(ask(clients, service, "hello", "demo-small"))
    streamed = seen(ask(clients, service, "hello", "demo-small", stream=True))
    words = whole.said.rsplit(" ", 1)[0]
    assert len(words.split()) > 7
    assert "".join(streamed.said.split("|")).count(words) >= 1
    assert whole.said.rsplit(" ", 1)[1] == str(len(words.split()))


@pytest.mark.parametrize("service", SERVICES)
def test_a_tool_is_called_with_arguments_that_fit_its_schema(clients: Clients, service: str):
    whole = seen(ask(clients, service, "hello", "demo-small", tools=True))
    streamed = seen(ask(clients, service, "hello", "demo-small", tools=True, stream=True))
    arguments = "{'city': 'harbour', 'days': 7}" if service == MESSAGES else '{"city":"harbour","days":7}'
    assert whole.said.startswith(arguments)
    assert '{"city":"harbour","days":7}' in "".join(streamed.said.split("|"))


@pytest.mark.parametrize("service", [*SERVICES, EMBEDDINGS])
@pytest.mark.parametrize("streamed", [False, True])
def test_the_asynchronous_sdk_sees_the_same(clients: Clients, loop: Loop, service: str, streamed: bool):
    more = {"stream": True} if streamed and service != EMBEDDINGS else {}
    sync = seen(ask(clients, service, "hello", "demo-small", **more))
    assert loop.run(ask_async(clients, service, "hello", "demo-small", **more)) == sync


def test_json_mode_is_parsed_by_both_sdks(clients: Clients):
    asked = {"model": "demo-small", "messages": [{"role": "user", "content": "hello"}]}
    chat = clients.openai.chat.completions.parse(**asked, response_format=Form).choices[0].message.parsed
    response = clients.openai.responses.parse(model="demo-small", input="hello", text_format=Form).output_parsed
    message = clients.anthropic.messages.parse(**asked, max_tokens=99, output_format=Form).parsed_output
    assert all(isinstance(one, Form) and one.answer for one in (chat, response, message))


def test_helpers_of_the_sdks_put_streams_together(clients: Clients):
    asked = {"model": "demo-small", "messages": [{"role": "user", "content": "hello"}]}
    with clients.openai.chat.completions.stream(**asked) as stream:
        chat = stream.get_final_completion().choices[0].message.content
    with clients.openai.responses.stream(model="demo-small", input="hello") as stream:
        response = stream.get_final_response()
    with clients.anthropic.messages.stream(**asked, max_tokens=99) as stream:
        message = stream.get_final_message()
    assert chat == message.content[0].text
    assert (response.status, message.stop_reason) == ("completed", "end_turn")
    assert response.usage.output_tokens == len(response.output_text.split())


def test_the_limit_of_tokens_cuts_an_answer_short(clients: Clients):
    asked = {"model": "demo-small", "messages": [{"role": "user", "content": "hello"}]}
    chat = clients.openai.chat.completions.create(**asked, max_completion_tokens=3)
    response = clients.openai.responses.create(model="demo-small", input="hello", max_output_tokens=3)
    message = clients.anthropic.messages.create(**asked, max_tokens=3)
    assert (chat.choices[0].finish_reason, chat.usage.completion_tokens) == ("length", 3)
    assert (response.status, response.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    assert (message.stop_reason, message.usage.output_tokens) == ("max_tokens", 3)


def test_long_prompts_are_partly_cached(clients: Clients):
    asked = {"model": "demo-small", "messages": [{"role": "user", "content": "harbour " * 400}]}
    chat = clients.openai.chat.completions.create(**asked).usage
    message = clients.anthropic.messages.create(**asked, max_tokens=9).usage
    assert (chat.prompt_tokens, chat.prompt_tokens_details.cached_tokens) == (812, 384)
    assert (message.input_tokens, message.cache_read_input_tokens) == (428, 384)


def test_models_are_listed_to_both(clients: Clients):
    assert [one.id for one in clients.openai.models.list()] == ["demo-small", "demo-large"]
    assert [one.id for one in clients.anthropic.models.list()] == ["demo-small", "demo-large"]


# What the SDKs make of each misbehaviour: (chat, streamed chat, messages, streamed messages).
MADE = {
    "error_500": ("InternalServerError 500",) * 4,
    "error_529": ("InternalServerError 529", "InternalServerError 529", "OverloadedError 529", "OverloadedError 529"),
    "quota_429": ("RateLimitError 429",) * 4,
    "timeout_before": ("APIConnectionError",) * 4,
    "reset_mid_stream": ("APIConnectionError", "APIConnectionError", "APIConnectionError", "ReadError"),
    "cut": ("JSONDecodeError", "stream", "JSONDecodeError", "stream"),
    "malformed": ("JSONDecodeError",) * 4,
    "wrong_length": ("APIConnectionError", "stream", "APIConnectionError", "RemoteProtocolError"),
    "short_length": ("JSONDecodeError", "stream", "JSONDecodeError", "stream"),
    "error_after_200": ("ChatCompletion", "APIError", "Message", "APIStatusError 200"),
    "empty": ("ChatCompletion", "stream", "Message", "stream"),
    "slow_drip": ("ChatCompletion", "stream", "Message", "stream"),
}  # fmt: skip


@pytest.mark.parametrize("what", MADE)
def test_what_the_sdks_make_of_each_misbehaviour(clients: Clients, what: str):
    ways = [(service, streamed) for service in (CHAT, MESSAGES) for streamed in (False, True)]
    outcomes = [seen(ask(clients, service, f"do:{what}", "demo-small", stream=streamed)) for service, streamed in ways]
    assert tuple(_short(one) for one in outcomes) == MADE[what]


def _short(one: Seen) -> str:
    return one.kind if one.status is None else f"{one.kind} {one.status}"
