"""Figures: what the charts draw, as tables for those who read rather than look."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from makegood.reads.charts import MINUTE_US, model_name
from makegood.reads.labels import label
from makegood.reads.legible import legible
from makegood.reads.series import Bucket, Rate, Series
from makegood.reads.words import Words
from makegood.spans import from_us

RATE_ROWS, RATE_COLUMNS = 40, 8


@dataclass(frozen=True)
class RateTable:
    """`rows` are (start, one cell a model); a cell without attempts is a dash."""

    models: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def rate_table(series: Series, words: Words) -> RateTable:
    """Faults of attempts by model in at most 40 equal steps of time."""
    steps = max(1, (series.end - series.first) // series.width)
    width = series.width * -(-steps // RATE_ROWS)
    rates = series.rates[:RATE_COLUMNS]
    names = [rate.model for rate in rates]
    columns = [_summed(rate, series.first, width) for rate in rates]
    rows = [
        (words.time(from_us(start * MINUTE_US)), tuple(_cell(column.get(start), words) for column in columns))
        for start in range(series.first, series.end, width)
    ]
    return RateTable(tuple(model_name((rate.provider, rate.model), names) for rate in rates), tuple(rows))


def _summed(rate: Rate, first: int, width: int) -> dict[int, Bucket]:
    found: dict[int, Bucket] = {}
    for bucket in rate.buckets:
        start = first + (bucket.start - first) // width * width
        so_far = found.get(start, Bucket(start, 0, 0))
        found[start] = Bucket(start, so_far.attempts + bucket.attempts, so_far.faults + bucket.faults)
    return found


def _cell(bucket: Bucket | None, words: Words) -> str:
    if bucket is None or not bucket.attempts:
        return "–"
    return f"{words.number(bucket.faults)} / {words.number(bucket.attempts)}"


def waste_table(series: Series, words: Words) -> tuple[Sequence[str], ...]:
    """Model, kind, box, attempts, tokens, amount; an amount that is not known is said so."""
    models = [model for _, model in dict.fromkeys((bar.provider, bar.model) for bar in series.waste)]
    return tuple(
        (
            model_name((bar.provider, bar.model), models),
            label(words, "kind", bar.kind),
            label(words, "box", bar.box),
            words.number(bar.attempts),
            words.number(bar.tokens),
            words.say("not known")
            if bar.amount_nano is None
            else words.money(Decimal(bar.amount_nano).scaleb(-9), bar.currency),
        )
        for bar in series.waste
    )


@dataclass(frozen=True)
class ReadingRow:
    """One figure of one component, and the readings that come to it as (reading, variant or "").

    `agreed` says that every reading of the component comes to it; `minutes` are down, added up and total, or None
    where attempts were counted.
    """

    facts: Mapping[str, Any]
    minutes: tuple[str, str, str] | None
    names: tuple[tuple[str, str], ...]
    agreed: bool


def reading_rows(assessment: Mapping[str, Any]) -> list[ReadingRow]:
    """The readings, those of a component that come to the same figure in one row."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    asked: dict[str, set[tuple[str, str]]] = {}
    for one in assessment["readings"]:
        component = repr((one["scope"], one["component"], one.get("basis")))
        figure = repr((component, one["availability"], one.get("down_minutes"), one.get("added_minutes")))
        groups.setdefault(figure, []).append(one)
        asked.setdefault(component, set()).add((one["reading"], one.get("variant") or ""))
    return [_joined(group, asked) for group in groups.values()]


def _joined(group: Sequence[Mapping[str, Any]], asked: Mapping[str, set[tuple[str, str]]]) -> ReadingRow:
    first = group[0]
    every = asked[repr((first["scope"], first["component"], first.get("basis")))]
    here = {(one["reading"], one.get("variant") or "") for one in group}
    names: dict[tuple[str, str], None] = {}
    for reading, variant in ((one["reading"], one.get("variant") or "") for one in group):
        both = {pair for pair in every if pair[0] == reading} <= here
        names[(reading, "" if both else variant)] = None
    minutes = (
        (first["down_minutes"], first["added_minutes"], first["total_minutes"]) if "down_minutes" in first else None
    )
    return ReadingRow(first, minutes, tuple(names), len(every) > 1 and here == every)


def left_out(assessment: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Bulletins that some reading leaves out, each with why, named once."""
    named = {(one["title"], one["why"]) for reading in assessment["readings"] for one in reading.get("left_out", [])}
    return sorted(named)


@dataclass(frozen=True)
class Billing:
    """The bill against the list: open amounts, and moves as (from, to, amount)."""

    open: tuple[str, ...]
    currencies: tuple[str, ...]
    moves: tuple[tuple[str, str, str], ...]


def billing(overbilling: Mapping[str, Any] | None, words: Words) -> Billing | None:
    """The comparison in words, all amounts unrounded; `open` by currency or in the one currency beside it."""
    if not overbilling:
        return None
    opened = overbilling["open"]
    opened = opened if isinstance(opened, Mapping) else {overbilling["currency"]: opened}
    only = next(iter(opened), "")
    moves = []
    for move in overbilling["moves"]:
        sources = [move["from"]] if isinstance(move["from"], str) else move["from"]
        amount = f"{words.number(move['amount'])} {legible(move.get('currency', only))}"
        moves.append((words.listed(words.day(day) for day in sources), words.day(move["to"]), amount))
    sums = tuple(f"{words.number(amount)} {legible(currency)}" for currency, amount in sorted(opened.items()))
    return Billing(sums, tuple(legible(currency) for currency in sorted(opened)), tuple(moves))


def padded(overbilling: Mapping[str, Any] | None, words: Words) -> Callable[[str | None], str]:
    """How the days' amounts are written: all with as many decimals as the finest has, none rounded."""
    days = overbilling["days"] if overbilling else []
    values = [
        Decimal(day[name]) for day in days for name in ("priced", "billed", "difference") if day[name] is not None
    ]
    places = max((-int(value.as_tuple().exponent) for value in values), default=0)

    def write(value: str | None) -> str:
        if value is None:
            return words.say("not known")
        return words.number(Decimal(value).quantize(Decimal(1).scaleb(-max(places, 0))))

    return write
