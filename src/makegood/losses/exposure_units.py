"""Verb: add the attempts up by the work that was asked for and by who was asked, with what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from makegood.losses.exposure import Bar, Lane, Spend, Target, Tokens, Unit
from makegood.losses.prices import Conditions, price, thresholds
from makegood.losses.waste import amount
from makegood.money import Money
from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse
from makegood.spans import from_us

DAY_US = 86_400_000_000
_PACKAGE = "makegood.losses"
_LARGEST = 1 << 62


class _Row(NamedTuple):
    """A row of exposure_units.sql."""

    part: str
    route: str
    service: str
    lane_model: str
    provider: str
    model: str
    region: str
    key_name: str
    upstream: str
    day: int
    above: int
    most: int
    currency: str
    attempts: int
    calls: int
    answered: int
    failed: int
    recent_answered: int
    recent_failed: int
    answered_us: int
    detours: int
    units: int
    nano: int
    known: int
    unpriced: int
    doubtful: int
    unpriced_input: int
    unpriced_cached: int
    unpriced_output: int
    answered_input: int
    answered_cached: int
    answered_output: int


def prepare_units(warehouse: Warehouse, end_us: int) -> None:
    """Make `turns` and `sizes`; needs `attempts`, `minutes`, `calls`, `extras` and `marks`.

    `sizes` cuts the inputs where the price of some model in the log changes with the size of a request.
    """
    warehouse.run(f"CREATE OR REPLACE TABLE turns AS {statement(_PACKAGE, 'exposure_turns')}")
    models = warehouse.query("SELECT DISTINCT provider, model FROM scopes ORDER BY provider, model")
    cuts = sorted({cut for provider, model in models for cut in thresholds(provider, model, from_us(end_us))})
    edges = [-1, *cuts, _LARGEST]
    rows = [(*model, above, most) for model in models for above, most in pairwise(edges)]
    warehouse.put("sizes", "provider VARCHAR, model VARCHAR, above BIGINT, most BIGINT", rows)


def since(bar: Bar, end_us: int) -> int:
    """From when on answers are recent: so many days before the end of the log."""
    return end_us - bar.days * DAY_US


def units_of_log(warehouse: Warehouse, since_us: int) -> tuple[Unit, ...]:
    """One unit a lane and target, over the whole log."""
    warehouse.run("CREATE OR REPLACE VIEW audited AS SELECT '' AS part, * FROM attempts")
    return _units(warehouse, since_us)


def units_of_windows(
    warehouse: Warehouse, windows: Sequence[tuple[str, str, str, str, int, int]], since_us: int
) -> tuple[Unit, ...]:
    """One unit a window, lane and target; windows are (part, provider, model, region, start and end in microseconds).

    Of provider, model and region * stands for every one. Makes the table `replay_rows` of their attempts.
    """
    columns = "part VARCHAR, provider VARCHAR, model VARCHAR, region VARCHAR, start_us BIGINT, end_us BIGINT"
    warehouse.put("replay_spans", columns, windows)
    warehouse.run(f"CREATE OR REPLACE TABLE replay_rows AS {statement(_PACKAGE, 'exposure_rows')}")
    warehouse.run("CREATE OR REPLACE VIEW audited AS SELECT * FROM replay_rows")
    return _units(warehouse, since_us)


def _units(warehouse: Warehouse, since_us: int) -> tuple[Unit, ...]:
    found: dict[tuple[str, Lane, Target], Unit] = {}
    for cells in warehouse.query(statement(_PACKAGE, "exposure_units"), since=since_us):
        one = _unit(_Row(*cells))
        key = one.part, one.lane, one.target
        found[key] = found[key] + one if key in found else one
    return tuple(found[key] for key in sorted(found))


def _unit(row: _Row) -> Unit:
    tokens = Tokens(row.above, row.most, row.answered_input, row.answered_cached, row.answered_output)
    return Unit(
        row.part,
        Lane(row.route, row.service, row.lane_model),
        Target(row.provider, row.model, row.region, row.key_name, row.upstream),
        *(row.attempts, row.calls, row.answered, row.failed, row.recent_answered, row.recent_failed),
        row.answered_us,
        row.detours,
        _spend(row),
        ((row.day, tokens),) if row.answered else (),
    )


def _spend(row: _Row) -> Spend:
    """The log's own charges and, where it names none, the list price of what was charged by its nature."""
    own = Spend({row.currency: amount(row.units, row.nano)} if row.known else {}, row.doubtful)
    if not row.unpriced:
        return own
    tokens = Tokens(row.above, row.most, row.unpriced_input, row.unpriced_cached, row.unpriced_output)
    money = list_price(row.provider, row.model, [(row.day, tokens)])
    if money is None:
        return own + Spend(unknown=row.unpriced)
    return own + Spend({money.currency: money.amount}, listed=row.unpriced)


def list_price(provider: str, model: str, used: Iterable[tuple[int, Tokens]]) -> Money | None:
    """What tokens cost at a model by the list of each day; None where some of it is not known, or nothing was used."""
    total: Money | None = None
    for day, tokens in used:
        kinds = {"input": tokens.input - tokens.cached, "cached_input": tokens.cached, "output": tokens.output}
        on = Conditions(requests=None, context=(max(tokens.above, 0), tokens.most), whole_day=True)
        money = price(provider, model, kinds, from_us(day * DAY_US), on)
        if money is None:
            return None
        total = Money(money.amount + (total.amount if total else Decimal(0)), money.currency)
    return total
