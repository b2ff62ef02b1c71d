"""Which lane is asked next: order, weight, breakers; and what stays known when the config is read again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from makegood.gateway.breaker import OPEN, PASS, PROBE, Failure
from makegood.gateway.config import read_config
from makegood.gateway.routing import Route, Table, build_table

UPSTREAMS = "\n".join(
    f"[upstreams.{name}]\nwire = 'openai'\nbase_url = 'https://{name}.example/v1'\nsend_key = false" for name in "abcd"
)
PRICES = "price = { input = '1', output = '%s' }"


def table_of(tmp_path: Path, routes: str, before: Table | None = None) -> Table:
    path = tmp_path / "gateway.toml"
    path.write_text(f"{UPSTREAMS}\n{routes}\n[default]\nopenai = 'd'\n")
    return build_table(read_config(path, {}), before)


def route_of(tmp_path: Path, steps: str, more: str = "") -> Route:
    route = table_of(tmp_path, f"[routes.m]\nupstreams = [{steps}]\n{more}").route("openai", "m")
    assert route is not None
    return route


def named(choice) -> str | None:
    return choice and choice[0].upper.name


THREE = "{ upstream = 'a' }, { upstream = 'b' }, { upstream = 'c' }"


def test_in_the_order_of_the_list_each_once(tmp_path: Path):
    route, tried, order = route_of(tmp_path, THREE), [], []
    while choice := route.choose(0, tried):
        tried.append(choice[0])
        order.append(named(choice))
    assert order == ["a", "b", "c"]


def test_a_lower_order_comes_first(tmp_path: Path):
    route = route_of(tmp_path, "{ upstream = 'a', order = 2 }, { upstream = 'b', order = 1 }")
    assert named(route.choose(0, [])) == "b"


def test_equals_share_by_weight_evenly_spread(tmp_path: Path):
    steps = "{ upstream = 'a', order = 1, weight = 3 }, { upstream = 'b', order = 1 }, { upstream = 'c' }"
    route = route_of(tmp_path, steps)
    first = [named(route.choose(0, [])) for _ in range(400)]
    assert Counter(first) == {"a": 300, "b": 100}
    assert all(Counter(first[at : at + 4]) == {"a": 3, "b": 1} for at in range(0, 400, 4))


def test_whom_a_breaker_holds_back_is_passed_over(tmp_path: Path):
    route = route_of(tmp_path, THREE)
    first = route.groups[0][0]
    for _ in range(5):
        first.breaker.failed(Failure(0))
    assert first.breaker.state == OPEN
    assert named(route.choose(1, [])) == "b"
    assert route.choose(5, []) == (first, PROBE)
    assert named(route.choose(5, [])) == "b"  # the probe is out


def test_where_no_breaker_admits_the_next_to_open_is_asked_all_the_same(tmp_path: Path):
    route = route_of(tmp_path, "{ upstream = 'a' }, { upstream = 'b' }")
    for at, group in enumerate(route.groups):
        for _ in range(5):
            group[0].breaker.failed(Failure(-at))
    assert route.choose(0, []) == (route.groups[1][0], PASS)
    assert route.choose(0, [route.groups[1][0]]) is None  # that one was asked: the other is not run over


def test_who_said_when_to_come_back_is_not_asked_before(tmp_path: Path):
    route = route_of(tmp_path, "{ upstream = 'a' }")
    route.groups[0][0].breaker.failed(Failure(0, retry_after=9))
    assert (route.choose(8, []), route.waits(8)) == (None, 1)
    assert named(route.choose(9, [])) == "a"


def test_whom_the_ceiling_leaves_out_is_never_asked(tmp_path: Path):
    steps = f"{{ upstream = 'a', {PRICES % '2'} }}, {{ upstream = 'b', {PRICES % '9'} }}"
    route = route_of(tmp_path, steps, "ceiling = { input = '1', output = '5' }")
    assert [lane.upper.name for group in route.groups for lane in group] == ["a"]
    assert [lane.upper.name for lane in route.left_out] == ["b"]


def test_what_is_first_by_order_sets_the_price_that_detours_are_held_against(tmp_path: Path):
    steps = f"{{ upstream = 'a', order = 2, {PRICES % '9'} }}, {{ upstream = 'b', order = 1, {PRICES % '2'} }}"
    assert route_of(tmp_path, steps).first_price.output_pico == 2_000_000


def test_routes_that_ask_the_same_share_what_is_known(tmp_path: Path):
    table = table_of(
        tmp_path, "[routes.m]\nupstreams = [{upstream = 'a'}]\n[routes.n]\nupstreams = [{upstream = 'a', model = 'm'}]"
    )
    one, other = table.route("openai", "m"), table.route("openai", "n")
    assert one.groups[0][0].breaker is other.groups[0][0].breaker


def test_what_hangs_on_an_earlier_answer_goes_to_the_first_only(tmp_path: Path):
    only = route_of(tmp_path, THREE, "hedge_after_ms = 5").only_first()
    assert ([lane.upper.name for group in only.groups for lane in group], only.hedge_seconds) == (["a"], None)


@pytest.mark.parametrize(("address", "kept"), [("a.example", True), ("elsewhere.example", False)])
def test_a_breaker_outlives_a_new_config_where_its_address_stays(tmp_path: Path, address: str, kept: bool):
    steps = f"[routes.m]\nupstreams = [{THREE}]"
    before = table_of(tmp_path, steps)
    text = (tmp_path / "gateway.toml").read_text()
    (tmp_path / "gateway.toml").write_text(text.replace("a.example", address) + "[breaker]\nfailures = 9")
    after = build_table(read_config(tmp_path / "gateway.toml", {}), before)
    old, new = (table.route("openai", "m").groups[0][0].breaker for table in (before, after))
    assert (old is new) is kept
    assert new.rules.failures == 9


def test_a_wire_finds_its_own_routes_only(tmp_path: Path):
    table = table_of(tmp_path, f"[routes.m]\nupstreams = [{THREE}]")
    assert table.route("anthropic", "m") is None
    assert table.route("openai", None) is None
    assert list(table.defaults) == ["openai"]


def played(route: Route, seconds: range, ending) -> list[bool]:
    """Calls one after the other, as the relay makes them; `ending(name, now)` says how an upstream ends an attempt:
    "fine", "refused" (the next is asked), or "lost", which costs the caller the answer. Which calls were answered."""
    answered = []
    for now in seconds:
        tried: list = []
        told = "refused"
        while told == "refused" and (choice := route.choose(now, tried)):
            lane, _ = choice
            tried.append(lane)
            told = ending(named(choice), now)
            if told == "fine":
                lane.breaker.succeeded(now, now)
            else:
                lane.breaker.failed(Failure(now, costly=told == "lost"))
        answered.append(told == "fine")
    return answered


TWO = "{ upstream = 'a' }, { upstream = 'b' }"


def test_who_comes_back_is_asked_soon_where_everybody_was_lost(tmp_path: Path):
    """Both hang; b is well again after ten seconds, a stays as it is: callers do not wait for a."""
    route = route_of(tmp_path, TWO)
    answered = played(route, range(0, 900, 2), lambda name, now: "fine" if name == "b" and now >= 10 else "lost")
    assert answered.index(True) * 2 <= 40
    assert answered[answered.index(True) :].count(False) <= 2  # of over four hundred


def test_a_spared_upstream_is_asked_where_the_others_refuse(tmp_path: Path):
    """a hung for ten seconds; b refuses every fifth call, which then tries a whatever it may cost."""
    route = route_of(tmp_path, TWO)

    def ending(name: str, now: int) -> str:
        if name == "a":
            return "lost" if now < 10 else "fine"
        return "refused" if now % 5 == 0 else "fine"

    assert played(route, range(600), ending)[5:].count(False) <= 3


def test_what_hangs_costs_one_call_in_a_thousand_while_another_answers(tmp_path: Path):
    route = route_of(tmp_path, TWO)
    answered = played(route, range(10_000), lambda name, _: "lost" if name == "a" else "fine")
    # one in a thousand calls, or in ten minutes where calls are as few as one a second
    assert answered[5:].count(False) <= 10_000 // 600
