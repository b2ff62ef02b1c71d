"""Verb: strike the own calls with a past incident; what would have failed, cost, and been taken by the alternatives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from makegood.errors import BadUse
from makegood.incidents.documented import Past, Telling
from makegood.incidents.laid import lay
from makegood.losses.exposure import Alternative, Lane, Unit, rest_of
from makegood.losses.exposure_paths import Route, cost
from makegood.losses.exposure_units import units_of_windows
from makegood.losses.toll import STATED, TOTAL, Habit, Reading, Replay, Sums, Toll
from makegood.losses.waste import amount
from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse
from makegood.spans import Span, to_us

_PACKAGE = "makegood.losses"
_MOST_NAMED = 12
Finder = Callable[[str, Lane, tuple[str, str]], Alternative]
Scope = tuple[str, str, str]  # provider, model, region of the log


@dataclass(frozen=True)
class Ground:
    """What incidents are laid on: the log's span and scopes, how alternatives and one name of a provider are found.

    `on` is the provider of the log that is to be hit, None: the incident's own.
    """

    logged: Span
    scopes: Sequence[Scope]
    find: Finder
    routes: Sequence[Route]
    one_name: Callable[[str | None], str]
    zone: str = "UTC"
    on: str | None = None
    since_us: int = 0


def strike(warehouse: Warehouse, pasts: Sequence[Past], ground: Ground) -> tuple[Replay, ...]:
    """Each incident on the own calls; raise BadUse for a provider (`on`) that the log does not hold."""
    habits = _habits(warehouse)
    calls = dict(warehouse.query(statement(_PACKAGE, "exposure_calls")))
    laid = [_laid(past, ground, calls) for past in pasts]
    windows, parts = [], {}
    for at, (replay, scopes) in enumerate(laid):
        for number, telling in enumerate(replay.past.tellings if replay.laid else ()):
            observed = replay.laid.observed(telling.span) if replay.laid else None
            parts[at, number] = f"{at + 1}.{number + 1}"
            if observed:
                ends = to_us(observed.start), to_us(observed.end)
                windows += [(parts[at, number], *scope, *ends) for scope in scopes]
    found: dict[str, list[Unit]] = defaultdict(list)
    for one in units_of_windows(warehouse, windows, ground.since_us) if windows else ():
        found[one.part].append(one)
    made = []
    for at, (replay, _) in enumerate(laid):
        readings = tuple(
            _reading(replay, (parts[at, number], telling), found[parts[at, number]], (ground, habits))
            for number, telling in enumerate(replay.past.tellings if replay.laid else ())
        )
        made.append(_with(replay, readings))
    return tuple(made)


def _with(replay: Replay, readings: tuple[Reading, ...]) -> Replay:
    return Replay(replay.past, replay.laid, replay.on, replay.stands_in, replay.within, readings, replay.why_not)


def _laid(past: Past, ground: Ground, calls: Mapping[str, int]) -> tuple[Replay, list[Scope]]:
    """Where and on whom the incident lies, and the patterns of provider, model and region that it hits."""
    names, stands_in = _hit(past, ground, calls)
    scopes, within = _narrowed(past, [one for one in ground.scopes if one[0] in names])
    if not scopes:
        return Replay(past, None, names, stands_in, within, (), "region_not_in_log"), []
    laid = lay(past.span, ground.logged, ground.zone)
    if laid.rule == "none":
        return Replay(past, None, names, stands_in, within, (), "hours_not_in_log"), []
    return Replay(past, laid, names, stands_in, within, ()), scopes


def _hit(past: Past, ground: Ground, calls: Mapping[str, int]) -> tuple[tuple[str, ...], bool]:
    """The log's names of the provider that is hit; of one that it does not hold, the provider with the most calls
    stands in, and it is said.
    """
    logged = sorted({provider for provider, _, _ in ground.scopes})
    own = ground.one_name(past.scope.provider)
    if ground.on is not None:
        chosen = [name for name in logged if name.casefold() == ground.on.casefold()]
        if not chosen:
            known = ", ".join(logged[:_MOST_NAMED])
            raise BadUse(f"--on '{ground.on[:60]}' is no provider of this log; it holds calls to {known}.")
        return tuple(chosen), ground.one_name(chosen[0]) != own
    same = [name for name in logged if ground.one_name(name) == own]
    if same:
        return tuple(same), False
    sums: dict[str, int] = defaultdict(int)
    for name in logged:
        sums[ground.one_name(name)] += calls.get(name, 0)
    most = min(sums, key=lambda name: (-sums[name], name))
    return tuple(name for name in logged if ground.one_name(name) == most), True


def _narrowed(past: Past, scopes: Sequence[Scope]) -> tuple[list[Scope], str | None]:
    """The patterns: only the region or model that the page names, where the log tells regions or has such a model."""
    region, model = past.scope.region, past.scope.model
    models = [one for one in scopes if model and one[1].casefold() == model.casefold()]
    if models:
        return sorted({(provider, name, "*") for provider, name, _ in models}), model
    if region and any(one[2] for one in scopes):
        held = {(provider, "*", name) for provider, _, name in scopes if name.casefold() == region.casefold()}
        return sorted(held), region
    return sorted({(provider, "*", "*") for provider, _, _ in scopes}), None


def _reading(
    replay: Replay, named: tuple[str, Telling], units: Sequence[Unit], known: tuple[Ground, Mapping[str, Habit]]
) -> Reading:
    (part, telling), (ground, habits) = named, known
    assert replay.laid is not None
    shares = [(TOTAL, Fraction(1))] if telling.peak is None else [(STATED, telling.peak), (TOTAL, Fraction(1))]
    observed = replay.laid.observed(telling.span)
    return Reading(
        part,
        telling,
        replay.laid.moved(telling.span),
        observed,
        rest_of(units),
        sum(one.failed for one in units),
        tuple(_toll(one, units, replay, (ground, habits)) for one in shares) if observed else (),
    )


def _toll(
    at: tuple[str, Fraction], units: Sequence[Unit], replay: Replay, known: tuple[Ground, Mapping[str, Habit]]
) -> Toll:
    (basis, share), (ground, habits) = at, known
    spend: dict[str, Fraction] = defaultdict(Fraction)
    extra: dict[str, Fraction] = defaultdict(Fraction)
    taken = extra_unknown = Fraction(0)
    for one in units:
        for currency, paid in one.spend.amounts.items():
            spend[currency] += share * Fraction(paid)
        alternative = ground.find(*_thing(one, replay))
        if alternative.state != "tested" or alternative.target is None:
            continue
        caught = share * one.calls * alternative.share
        taken += caught
        more = _more(one, alternative, ground.routes)
        if more is None:
            extra_unknown += caught
        else:
            extra[more[0]] += share * alternative.share * more[1]
    least, most = _retries(units, share, habits)
    return Toll(
        basis,
        share,
        calls=share * sum(one.calls for one in units),
        attempts=share * sum(one.attempts for one in units),
        spend=dict(sorted(spend.items())),
        spend_unknown=share * sum(one.spend.unknown for one in units),
        retries_least=least,
        retries_most=most,
        taken=taken,
        extra=dict(sorted(extra.items())),
        extra_unknown=extra_unknown,
    )


def _thing(one: Unit, replay: Replay) -> tuple[str, Lane, tuple[str, str]]:
    """What of this unit is hit: its region or model where the incident was narrowed to one, else its provider."""
    target = one.target
    if replay.within is None:
        return "provider", one.lane, (target.provider, "")
    if target.region.casefold() == replay.within.casefold():
        return "region", one.lane, (target.provider, target.region)
    return "model", one.lane, (target.provider, target.model)


def _more(one: Unit, alternative: Alternative, routes: Sequence[Route]) -> tuple[str, Fraction] | None:
    """Currency and amount by which the unit's answers would have cost more there; None where a price is not known."""
    assert alternative.target is not None
    own = cost(one.lane, one.target, one.tokens, routes)
    there = cost(one.lane, alternative.target, one.tokens, routes)
    if own is None or there is None or own.currency != there.currency:
        return None
    return own.currency, Fraction(there.amount) - Fraction(own.amount)


def _retries(units: Sequence[Unit], share: Fraction, habits: Mapping[str, Habit]) -> tuple[Sums | None, Sums | None]:
    """At least and at most what the failing calls would have cost for nothing, as failing calls did so far."""
    least: dict[str, Fraction] = defaultdict(Fraction)
    most: dict[str, Fraction] = defaultdict(Fraction)
    calls: dict[str, int] = defaultdict(int)
    for one in units:
        calls[one.target.provider] += one.calls
    if any(habits.get(name, Habit()).calls == 0 for name, count in calls.items() if count):
        return None, None
    open_ended = False
    for name, count in calls.items():
        habit = habits.get(name, Habit())
        open_ended = open_ended or bool(count and habit.unpriced)
        for sums, amounts in ((least, [habit.charged]), (most, [habit.charged, habit.doubtful])):
            for currency, value in (pair for each in amounts for pair in each.items()):
                sums[currency] += share * count * Fraction(value) / habit.calls if count else 0
    return dict(sorted(least.items())), None if open_ended else dict(sorted(most.items()))


def _habits(warehouse: Warehouse) -> dict[str, Habit]:
    rows = warehouse.query(statement(_PACKAGE, "exposure_habits"))
    names = {row[0] for row in rows}
    return {name: _habit([row[1:] for row in rows if row[0] == name]) for name in names}


def _habit(rows: Iterable[tuple[str, str, int, int, int, int]]) -> Habit:
    sums: dict[str, dict[str, Decimal]] = {"charged": {}, "unknown": {}}
    calls = unpriced = 0
    for box, currency, count, known, units, nano in rows:
        if not box:
            calls = count
            continue
        unpriced += count - known
        if known:
            sums[box][currency] = sums[box].get(currency, Decimal(0)) + amount(units, nano)
    return Habit(calls, sums["charged"], sums["unknown"], unpriced)


@contextmanager
def struck(warehouse: Warehouse, part: str, share: Fraction) -> Iterator[None]:
    """While inside, `faulty` is as it would be had that share of a part's attempts failed."""
    params = {"part": part, "numerator": share.numerator, "denominator": share.denominator}
    warehouse.run(f"CREATE OR REPLACE TABLE struck_faulty AS {statement(_PACKAGE, 'struck_faulty')}", **params)
    warehouse.run("ALTER TABLE faulty RENAME TO faulty_as_logged")
    warehouse.run("ALTER TABLE struck_faulty RENAME TO faulty")
    try:
        yield
    finally:
        warehouse.run("DROP TABLE faulty")
        warehouse.run("ALTER TABLE faulty_as_logged RENAME TO faulty")
