"""Verb: tell of each thing of a log what stands ready if it fails, how well that is tested, and what would stop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from makegood.losses.exposure import (
    DIMENSIONS,
    STATES,
    Alternative,
    Bar,
    Exposure,
    Lane,
    Rest,
    Side,
    Stand,
    Target,
    Thing,
    Unit,
    rest_of,
    summed,
)
from makegood.losses.exposure_paths import Route, declared_targets

Named = tuple[str, str]
Finder = Callable[[str, Lane, Named], Alternative]


def exposure(units: Sequence[Unit], routes: Sequence[Route], bar: Bar, since_us: int) -> Exposure:
    """Every thing of every dimension, ranked by the calls that would stop with it, then by spend and name.

    `routes` are what a gateway declares: it lends a state (`declared`) only where nothing was ever answered.
    """
    find = finder(units, routes, bar)
    sides, things = [], []
    for dimension in DIMENSIONS:
        side, own = _side(dimension, units, find)
        sides.append(side)
        things += own
    return Exposure(bar, since_us, rest_of(units), tuple(sides), tuple(sorted(things, key=_rank)))


def finder(units: Sequence[Unit], routes: Sequence[Route], bar: Bar) -> Finder:
    """What finds the best alternative for a lane if a thing (provider, name) of a dimension fails."""
    lanes: dict[Lane, list[Unit]] = defaultdict(list)
    for one in units:
        lanes[one.lane].append(one)
    known: dict[tuple[str, Lane, Named], Alternative] = {}

    def find(dimension: str, lane: Lane, thing: Named) -> Alternative:
        key = dimension, lane, thing
        if key not in known:
            known[key] = _best(dimension, lanes[lane], thing, bar) or _declared(dimension, lane, thing, routes)
        return known[key]

    return find


def _side(dimension: str, units: Sequence[Unit], find: Finder) -> tuple[Side, list[Thing]]:
    groups: dict[Named, list[Unit]] = defaultdict(list)
    untold = []
    for one in units:
        named = one.target.named(dimension)
        if named is None:
            untold.append(one)
        else:
            groups[named].append(one)
    things = [_thing(dimension, named, group, find) for named, group in sorted(groups.items())]
    states = dict.fromkeys(STATES, 0)
    for stand in (stand for thing in things for stand in thing.stands):
        states[stand.alternative.state] += stand.rest.calls
    told, without = (sum((part(one) for one in things), Rest()) for part in (_whole, _stops))
    return Side(dimension, told, rest_of(untold), without, states), things


def _whole(thing: Thing) -> Rest:
    return thing.whole


def _stops(thing: Thing) -> Rest:
    return thing.stops


def _thing(dimension: str, named: Named, units: Sequence[Unit], find: Finder) -> Thing:
    lanes: dict[Lane, list[Unit]] = defaultdict(list)
    for one in units:
        lanes[one.lane].append(one)
    stands = tuple(Stand(lane, rest_of(lanes[lane]), find(dimension, lane, named)) for lane in sorted(lanes))
    stops = sum((one.rest for one in stands if one.alternative.state != "tested"), Rest())
    return Thing(
        dimension, *named, rest_of(units), stops, tuple(sorted(stands, key=lambda one: (-one.rest.calls, one.lane)))
    )


def _rank(thing: Thing) -> tuple[object, ...]:
    spend = sum(thing.stops.spend.amounts.values())
    return -thing.stops.calls, -spend, -thing.whole.calls, DIMENSIONS.index(thing.dimension), thing.provider, thing.name


def _best(dimension: str, lane: Sequence[Unit], thing: Named, bar: Bar) -> Alternative | None:
    """The best other thing of the dimension that was ever asked in the lane; None where there is none."""
    others: dict[Named, list[Unit]] = defaultdict(list)
    for one in lane:
        named = _other(dimension, one.target, thing)
        if named is not None:
            others[named].append(one)
    judged = [_judged(named, group, bar) for named, group in sorted(others.items())]
    return min(judged, key=lambda one: (STATES.index(one.state), -one.recent_answered, -one.answered), default=None)


def _other(dimension: str, target: Target, thing: Named) -> Named | None:
    """What else it is in the dimension; one that the log does not name may be the same, unless its provider differs."""
    named = target.named(dimension) or ((target.provider, "") if target.provider != thing[0] else None)
    return named if named != thing else None


def _judged(named: Named, units: Sequence[Unit], bar: Bar) -> Alternative:
    whole = summed(units)
    assert whole is not None
    most = max(units, key=lambda one: (one.recent_answered, one.answered, one.target))
    found = Alternative(
        "none",
        *named,
        most.target,
        *(whole.answered, whole.failed, whole.recent_answered, whole.recent_failed, whole.answered_us),
    )
    return replace(found, state=_state(found, bar))


def _state(one: Alternative, bar: Bar) -> str:
    if not one.answered:
        return "failing"
    if one.recent_answered >= bar.answers:
        return "tested" if one.recent_answered > one.recent_failed else "failing"
    return "stale" if one.answered >= bar.answers else "tried"


def _declared(dimension: str, lane: Lane, thing: Named, routes: Sequence[Route]) -> Alternative:
    """What the gateway's file declares for the route and nobody ever asked."""
    for path in declared_targets(lane, routes):
        named = _other(dimension, path, thing)
        if named is not None:
            return Alternative("declared", *named)
    return Alternative("none")
