"""The real SDKs through the gateway: the caller sees what it would have seen straight at the provider, or better."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from makegood.gateway.demo.misbehaviour import KINDS
from tests.gateway.asking import CHAT, EMBEDDINGS, MESSAGES, RESPONSES, Clients, Seen, ask, ask_async, seen
from tests.gateway.hosting import Loop
from tests.gateway.reckoning import reckon, rows_of
from tests.gateway.rig import Pace, Rig, rigged

# What the caller sees where the route has one upstream, where it has another, and where it may repeat, of an answer in
# one piece and of a stream. SAME: as straight at the provider. NAMED: an error with a status, a name and the word not
# to repeat it, instead of a broken connection or of text that is none. OTHER: the answer of the other upstream.
SAME, NAMED, OTHER = "same", "named", "other"
SEEN = {
    #                   one upstream    another         may repeat
    #                   whole  stream   whole  stream   whole  stream
    "fine":             (SAME,  SAME,   SAME,  SAME,    SAME,  SAME),
    "slow_drip":        (SAME,  SAME,   SAME,  SAME,    SAME,  SAME),
    "error_500":        (SAME,  SAME,   OTHER, OTHER,   OTHER, OTHER),
    "html_502":         (SAME,  SAME,   OTHER, OTHER,   OTHER, OTHER),
    "error_503":        (SAME,  SAME,   OTHER, OTHER,   OTHER, OTHER),
    "error_529":        (SAME,  SAME,   OTHER, OTHER,   OTHER, OTHER),
    "overloaded_429":   (SAME,  SAME,   OTHER, OTHER,   OTHER, OTHER),
    "quota_429":        (SAME,  SAME,   SAME,  SAME,    SAME,  SAME),
    "echo_400":         (SAME,  SAME,   SAME,  SAME,    SAME,  SAME),
    "timeout_before":   (NAMED, NAMED,  NAMED, NAMED,   OTHER, OTHER),
    "timeout_after":    (NAMED, NAMED,  NAMED, NAMED,   OTHER, OTHER),
    "reset_before":     (NAMED, NAMED,  NAMED, NAMED,   OTHER, OTHER),
    "reset_mid_stream": (NAMED, SAME,   NAMED, SAME,    OTHER, SAME),
    "cut":              (SAME,  SAME,   SAME,  SAME,    OTHER, SAME),
    "error_first":      (SAME,  SAME,   OTHER, OTHER,   OTHER, OTHER),
    "error_after_200":  (SAME,  SAME,   OTHER, SAME,    OTHER, SAME),
    "malformed":        (SAME,  SAME,   SAME,  SAME,    OTHER, SAME),
    "empty":            (SAME,  SAME,   SAME,  SAME,    SAME,  SAME),
    "wrong_length":     (NAMED, SAME,   NAMED, SAME,    OTHER, SAME),
    "short_length":     (NAMED, NAMED,  NAMED, NAMED,   OTHER, OTHER),
}  # fmt: skip
ROUTES = ("alone", "both", "again")
FORMS = ((CHAT, False), (EMBEDDINGS, False), (MESSAGES, False), (CHAT, True), (RESPONSES, True), (MESSAGES, True))
_ANSWERS = {"ChatCompletion", "CreateEmbeddingResponse", "Message", "Response", "stream"}
_BROKEN = {"APIConnectionError", "ReadError", "RemoteProtocolError"}
_AT_ONCE = 48


@dataclass(frozen=True)
class Stage:
    """The rig with clients of both kinds, straight at the first provider and through the gateway."""

    loop: Loop
    rig: Rig
    straight: Clients
    through: Clients


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory):
    loop = Loop()
    rig = loop.enter(rigged(tmp_path_factory.mktemp("through"), pace=Pace(connect=2, first_byte=2, between=2)))
    made = Stage(loop, rig, Clients.at(rig.straight, timeout=2.5), Clients.at(rig.address, timeout=15))
    yield made
    made.straight.close(loop)
    made.through.close(loop)
    loop.close()


@pytest.fixture(scope="module")
def outcomes(stage: Stage) -> dict[tuple[str, str, str, bool], Seen]:
    """What is seen of every misbehaviour, by where it was asked (straight, or a route), kind, service and form."""

    async def every() -> dict[tuple[str, str, str, bool], Seen]:
        gate, found = asyncio.Semaphore(_AT_ONCE), {}

        async def one(where: str, kind: str, form: tuple[str, bool]) -> None:
            service, streamed = form
            clients = stage.straight if where == "straight" else stage.through
            model = "demo-small" if where == "straight" else _route(where, service)
            async with gate:
                more = {"stream": True} if streamed else {}
                found[where, kind, *form] = await ask_async(clients, service, f"do:{kind}@one", model, **more)

        await asyncio.gather(*(one(w, k, f) for w in ("straight", *ROUTES) for k in KINDS for f in FORMS))
        return found

    return stage.loop.run(every())


def _route(name: str, service: str) -> str:
    return f"{name}-a" if service == MESSAGES else name


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_misbehaviour_is_seen_as_it_is_or_better(outcomes, kind: str, route: str):
    for service, streamed in FORMS:
        wanted = SEEN[kind][2 * ROUTES.index(route) + streamed]
        straight, through = outcomes["straight", kind, service, streamed], outcomes[route, kind, service, streamed]
        assert _judged(straight, through) == wanted, f"{service} {streamed}: straight {straight}; through {through}"


def _judged(straight: Seen, through: Seen) -> str:
    if _alike(straight) == _alike(through):
        return SAME
    if through.kind in _ANSWERS:
        return OTHER
    return NAMED if through.status in (502, 504) and through.said else str(through)


def _alike(one: Seen) -> object:
    """Names of models differ between routes; ways in which a connection breaks are alike."""
    return "broken" if one.kind in _BROKEN else one


def test_every_kind_has_its_line():
    assert set(SEEN) == set(KINDS)


def test_all_of_it_is_recorded_once_as_the_providers_counted_it(stage: Stage, outcomes):
    rig = stage.rig
    through = [met for met in rig.one.ledger.met if met.call is not None]
    reckoned = reckon(rows_of(rig.folder), {"one": through, "two": rig.two.ledger.met}, rig.log.salt)
    assert len(outcomes) == 4 * len(KINDS) * len(FORMS)
    assert reckoned.met > 3 * len(KINDS) * len(FORMS)
    assert reckoned.faults == []


@pytest.mark.parametrize("service", [CHAT, RESPONSES, MESSAGES])
@pytest.mark.parametrize("streamed", [False, True])
def test_tools_and_plain_answers_come_through_unchanged(stage: Stage, service: str, streamed: bool):
    for more in ({}, {"tools": True}):
        more = {**more, "stream": True} if streamed else more
        straight = seen(ask(stage.straight, service, "hello", "demo-small", **more))
        assert seen(ask(stage.through, service, "hello", _route("both", service), **more)) == straight
        assert straight.kind in _ANSWERS


@pytest.mark.parametrize("kind", ["error_503", "reset_before", "reset_mid_stream", "cut", "error_first"])
def test_the_synchronous_sdks_see_what_the_others_see(stage: Stage, outcomes, kind: str):
    for service, streamed in ((CHAT, False), (MESSAGES, True)):
        more = {"stream": True} if streamed else {}
        sync = seen(ask(stage.through, service, f"do:{kind}@one", _route("both", service), **more))
        assert sync == outcomes["both", kind, service, streamed]


def test_what_the_gateway_cannot_undo_it_says_not_to_repeat(stage: Stage):
    told = stage.through.openai.with_options(max_retries=2, timeout=15)
    before = len(stage.rig.one.ledger.met)
    with pytest.raises(Exception, match="may have been served and charged") as fault:
        told.chat.completions.create(model="alone", messages=[{"role": "user", "content": "do:timeout_after@one"}])
    assert fault.value.response.headers["x-should-retry"] == "false"
    assert len(stage.rig.one.ledger.met) == before + 1


def test_models_can_be_listed(stage: Stage):
    names = [one.id for one in stage.through.openai.models.list()]
    assert "demo-small" in names
