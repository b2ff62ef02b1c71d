"""Overbilling: what was billed beside what the usage export, priced, explains; day cuts that differ are seen through.

Two exports can cut the day differently: then one day looks overcharged and its neighbour undercharged. A difference
that usage rows of an adjacent day explain exactly is a move, not an overcharge. What stays open is a sum over the
whole span, billed less priced usage; it is a question to the provider, not yet a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from itertools import combinations

from makegood.losses.prices import CURRENCY, SOURCE, Conditions, quote
from makegood.money import Money
from makegood.records.charge import Charge
from makegood.spans import Span

_DAY = timedelta(days=1)
_DIGITS = 60
_SILENT = "the usage export says nothing about this day"
_OUTSIDE = "outside the span that is compared"


@dataclass(frozen=True)
class Comparison:
    """What to compare: the span (None: all that both exports speak about) and how hard to look.

    `usage_covered` are spans the usage export speaks about even where it holds no row (its reading's coverage);
    they do not tell whose export, so where several providers have usage only the rows themselves count.
    Differences below `tolerance` are rounding. At most `most_rows` usage rows are taken together to explain a
    day, and at most `most_tries` sums are tried for it.
    """

    span: Span | None = None
    usage_covered: tuple[Span, ...] = ()
    tolerance: Decimal = Decimal("0.000001")
    most_rows: int = 4
    most_tries: int = 200_000


@dataclass(frozen=True)
class UsageRow:
    """A usage line with its price."""

    charge: Charge
    price: Decimal


@dataclass(frozen=True)
class Move:
    """Usage rows that one export puts on `from_day` and the bill on `to_day`."""

    provider: str
    from_days: tuple[datetime, ...]
    to_day: datetime
    amount: Money
    rows: tuple[UsageRow, ...]


@dataclass(frozen=True)
class DayRow:
    """One UTC day of one provider: as exported (`usage`, `billed`, `difference` = billed less usage)
    and once moves are undone (`open`).

    `state`: agrees; moved (agrees once rows are moved); open; no_usage (billed, and no usage row is left for it);
    unpriced (a usage row has no known price, so nothing can be said of the day).
    """

    provider: str
    currency: str
    span: Span
    usage: Decimal
    billed: Decimal
    difference: Decimal
    open: Decimal
    state: str


@dataclass(frozen=True)
class Unpriced:
    """A usage line that has no known price, and why."""

    charge: Charge
    reason: str


@dataclass(frozen=True)
class Overbilling:
    """The comparison: `open` holds billed less usage for each currency over the compared days, moves undone.

    `left_out` are charges that were not compared (credits, longer than a day, another currency ...), and why.
    """

    days: tuple[DayRow, ...]
    moves: tuple[Move, ...]
    open: tuple[Money, ...]
    unpriced: tuple[Unpriced, ...]
    left_out: tuple[tuple[Charge, str], ...]
    notes: tuple[str, ...]
    prices: str = SOURCE

    @property
    def compared(self) -> int:
        """Days compared: those whose usage is priced."""
        return sum(1 for day in self.days if day.state != "unpriced")


@dataclass
class _Day:
    """A day being explained; `pinned` when it agrees as it stands, so that its rows are not taken away."""

    start: datetime
    billed: Decimal
    rows: list[UsageRow]
    own: Decimal
    unpriced: bool = False
    moved: bool = False

    @property
    def left(self) -> Decimal:
        return self.billed - sum((row.price for row in self.rows), Decimal(0))


def overbilling(charges: Iterable[Charge], comparison: Comparison = Comparison()) -> Overbilling:
    """Compare cost lines with priced usage lines, day by day and over the whole span."""
    with localcontext() as context:
        context.prec = _DIGITS
        return _compare(charges, comparison)


def _compare(charges: Iterable[Charge], comparison: Comparison) -> Overbilling:
    lines, left_out = _comparable(charges, comparison)
    usage, unpriced = _priced(line for line in lines if line.amount is None)
    bills = [line for line in lines if line.amount is not None]
    days: list[DayRow] = []
    moves: list[Move] = []
    notes: list[str] = []
    for provider in sorted({line.provider for line in bills}):
        priced = [row for row in usage if row.charge.provider == provider]
        blind = [one.charge for one in unpriced if one.charge.provider == provider]
        table = _table([bill for bill in bills if bill.provider == provider], priced, blind)
        found, stopped = _explain(table, comparison)
        moves += [replace(move, provider=provider) for move in found]
        days += [_row(day, provider, comparison.tolerance) for day in table.values()]
        notes += [f"The search for moves on {day:%Y-%m-%d} stopped at {comparison.most_tries} sums." for day in stopped]
    if any(day.state == "unpriced" for day in days):
        notes.append("Days with usage of unknown price are not part of the open amount.")
    return Overbilling(tuple(days), tuple(moves), _open(days), tuple(unpriced), tuple(left_out), tuple(notes))


def _comparable(charges: Iterable[Charge], comparison: Comparison) -> tuple[list[Charge], list[tuple[Charge, str]]]:
    lines, left_out = [], []
    told = sorted(charges, key=lambda c: (c.span, c.provider, c.source, c.line, c.item))
    windows = _windows(told, comparison)
    for line in told:
        window = windows.get(line.provider)
        if line.amount is None and not line.tokens:
            left_out.append((line, "a usage line without token counts has no price here"))
        elif line.category != "Usage":
            left_out.append((line, f"category {line.category} is not billed usage"))
        elif line.currency not in (None, CURRENCY):
            left_out.append((line, f"list prices are in {CURRENCY}, the bill is in {line.currency}"))
        elif line.span.end - _start(line) > _DAY:
            left_out.append((line, "the line spans more than one UTC day"))
        elif window is None or not window.holds(line.span.start):
            left_out.append((line, _SILENT if line.amount is not None else _OUTSIDE))
        else:
            lines.append(line)
    return lines, left_out


def _windows(lines: list[Charge], comparison: Comparison) -> dict[str, Span]:
    """For each provider, from the first to the last day that its usage export speaks about, inside the asked span."""
    spans: dict[str, list[Span]] = {}
    for line in lines:
        if line.amount is None and line.tokens:
            spans.setdefault(line.provider, []).append(line.span)
    covered = comparison.usage_covered if len(spans) == 1 else ()
    result = {}
    for provider, found in spans.items():
        every = [*found, *covered]
        hull = Span(min(span.start for span in every), max(span.end for span in every))
        cut = hull if comparison.span is None else hull.cut(comparison.span)
        if cut:
            result[provider] = cut
    return result


def _start(line: Charge) -> datetime:
    return line.span.start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _priced(lines: Iterable[Charge]) -> tuple[list[UsageRow], list[Unpriced]]:
    rows, unpriced = [], []
    for line in lines:
        on = Conditions(line.tier, line.requests, line.context, whole_day=line.span.end - line.span.start > _DAY / 24)
        told = quote(line.provider, line.model or "", line.tokens, line.span.start, on)
        if told.money is None:
            unpriced.append(Unpriced(line, told.reason or "no price"))
        else:
            rows.append(UsageRow(line, told.money.amount))
    return rows, unpriced


def _table(bills: list[Charge], usage: list[UsageRow], blind: list[Charge]) -> dict[datetime, _Day]:
    billed: dict[datetime, Decimal] = {}
    rows: dict[datetime, list[UsageRow]] = {}
    for bill in bills:
        billed[_start(bill)] = billed.get(_start(bill), Decimal(0)) + (bill.amount or Decimal(0))
    for row in usage:
        rows.setdefault(_start(row.charge), []).append(row)
    unpriced = {_start(line) for line in blind}
    return {
        day: _Day(
            start=day,
            billed=billed.get(day, Decimal(0)),
            rows=list(rows.get(day, [])),
            own=sum((row.price for row in rows.get(day, [])), Decimal(0)),
            unpriced=day in unpriced,
        )
        for day in sorted({*billed, *rows, *unpriced})
    }


def _explain(table: dict[datetime, _Day], comparison: Comparison) -> tuple[list[Move], list[datetime]]:
    """Move rows from days that do not agree to an adjacent day that was billed for exactly those rows."""
    moves: list[Move] = []
    stopped: list[datetime] = []
    pinned = {start for start, day in table.items() if abs(day.left) < comparison.tolerance or day.unpriced}
    for start, day in table.items():
        if start in pinned or day.left < comparison.tolerance:
            continue
        near = [table[near] for near in (start - _DAY, start + _DAY) if near in table and near not in pinned]
        rows = [
            (other, row) for other in near for row in other.rows if row.price > 0 and _start(row.charge) == other.start
        ]
        chosen, exhausted = _sum_to(day.left, [row.price for _, row in rows], comparison)
        if exhausted:
            stopped.append(start)
        if not chosen:
            continue
        taken = [rows[place] for place in chosen]
        for other, row in taken:
            other.rows.remove(row)
            day.rows.append(row)
            other.moved = day.moved = True
        whole = sum((row.price for _, row in taken), Decimal(0))
        from_days = tuple(sorted({other.start for other, _ in taken}))
        moves.append(Move("", from_days, start, Money(whole, CURRENCY), tuple(row for _, row in taken)))
    return moves, stopped


def _sum_to(wanted: Decimal, prices: list[Decimal], comparison: Comparison) -> tuple[tuple[int, ...], bool]:
    """Places of the fewest prices that add up to the wanted sum, first in order; and whether the search was cut."""
    for tries, places in enumerate(_choices(len(prices), comparison.most_rows)):
        if tries >= comparison.most_tries:
            return (), True
        if abs(sum((prices[place] for place in places), Decimal(0)) - wanted) < comparison.tolerance:
            return places, False
    return (), False


def _choices(count: int, most: int) -> Iterator[tuple[int, ...]]:
    for size in range(1, min(most, count) + 1):
        yield from combinations(range(count), size)


def _row(day: _Day, provider: str, tolerance: Decimal) -> DayRow:
    left = day.left
    if day.unpriced:
        state = "unpriced"
    elif abs(left) < tolerance:
        state = "moved" if day.moved else "agrees"
    else:
        state = "open" if day.rows else "no_usage"
    return DayRow(
        provider, CURRENCY, Span(day.start, day.start + _DAY), day.own, day.billed, day.billed - day.own, left, state
    )


def _open(days: list[DayRow]) -> tuple[Money, ...]:
    """Billed less usage for each currency over the priced days; what moves undo cancels in the sum."""
    amounts: dict[str, Decimal] = {}
    for day in days:
        if day.state != "unpriced":
            amounts[day.currency] = amounts.get(day.currency, Decimal(0)) + day.open
    return tuple(Money(amount, currency) for currency, amount in sorted(amounts.items()))
