"""Verb: find the oddest awards; those farthest from the middle one, each with the reason why it is odd.

What an award costs is compared in three ways: as it is, for each failed attempt of its account, and for each unit of
money that the account lost. A line is so many times above or below the middle line of that measure; from one and a
half times on it is odd. An award to an account of which no failed attempt is known is odd whatever it costs. The most
extreme account of each reason comes first, then the second of each, until there are enough: so ten alike do not hide
the one of another kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from heapq import nsmallest

from makegood.campaigns.allocation import Line
from makegood.losses.hit import Hit

NO_FAULT = "no_fault"
COST_HIGH, COST_LOW = "cost_high", "cost_low"
PER_FAULT_HIGH, PER_FAULT_LOW = "per_fault_high", "per_fault_low"
PER_LOSS_HIGH, PER_LOSS_LOW = "per_loss_high", "per_loss_low"
REASONS = (NO_FAULT, COST_HIGH, PER_LOSS_HIGH, PER_FAULT_HIGH, PER_LOSS_LOW, PER_FAULT_LOW, COST_LOW)
_BITS = 64  # measures are ordered as whole numbers of 2^-64; what is shown of them is exact
_FAR = Fraction(3, 2)
_Ranked = list[tuple[int, Fraction | None]]


@dataclass(frozen=True)
class Odd:
    """A line and one of REASONS; `times` is how far from the middle, None where there is nothing to compare with.

    `faults` and `lost`, in the budget's currency, are the account's for that cause, None where they are not known.
    """

    line: Line
    reason: str
    times: Fraction | None
    faults: int | None = None
    lost: Decimal | None = None


def oddest(lines: Sequence[Line], hits: Iterable[Hit], currency: str, most: int = 10) -> tuple[Odd, ...]:
    """The oddest of these lines, an account once; without hits only by what they cost."""
    met = {(one.account, one.cause): one for one in hits}
    own = [met.get((one.account, one.cause)) for one in lines]
    faults = [one.faults if one else None for one in own]
    lost = [dict(one.wasted).get(currency) if one and one.wasted else None for one in own]
    ranked: dict[str, _Ranked] = {NO_FAULT: _no_fault(lines, faults, most) if met else []}
    measures: dict[tuple[str, str], Callable[[int], tuple[int, int]]] = {
        (COST_HIGH, COST_LOW): lambda at: (lines[at].cost, 1),
        (PER_FAULT_HIGH, PER_FAULT_LOW): lambda at: (lines[at].cost, faults[at] or 0),
        (PER_LOSS_HIGH, PER_LOSS_LOW): lambda at: _per_loss(lines[at].cost, lost[at]),
    }
    for (high, low), measure in measures.items():
        ranked[high], ranked[low] = _ends(lines, measure, most)
    chosen: dict[str, Odd] = {}
    for turn in range(most):
        for reason in REASONS:
            if turn < len(ranked[reason]):
                at, times = ranked[reason][turn]
                chosen.setdefault(lines[at].account, Odd(lines[at], reason, times, faults[at], lost[at]))
    return tuple(chosen.values())[:most]


def _no_fault(lines: Sequence[Line], faults: Sequence[int | None], most: int) -> _Ranked:
    places = (at for at, count in enumerate(faults) if not count)
    return [(at, None) for at in nsmallest(most, places, key=lambda at: (-lines[at].cost, lines[at].account))]


def _per_loss(cost: int, lost: Decimal | None) -> tuple[int, int]:
    if lost is None or lost <= 0:
        return 0, 0
    above, below = lost.as_integer_ratio()
    return cost * below, above


def _ends(lines: Sequence[Line], measure: Callable[[int], tuple[int, int]], most: int) -> tuple[_Ranked, _Ranked]:
    """The places farthest above the middle and farthest below it, with how many times; a measure of 0 says nothing."""
    keys = [(above << _BITS) // below if below else 0 for above, below in map(measure, range(len(lines)))]
    known = sorted(one for one in keys if one)
    if not known:
        return [], []
    middle = known[(len(known) - 1) // 2]
    exact = Fraction(*measure(keys.index(middle)))
    above_it = (at for at, one in enumerate(keys) if one > middle)
    below_it = (at for at, one in enumerate(keys) if 0 < one < middle)
    high = nsmallest(most, above_it, key=lambda at: (-keys[at], lines[at].account))
    low = nsmallest(most, below_it, key=lambda at: (keys[at], lines[at].account))
    above = [(at, Fraction(*measure(at)) / exact) for at in high]
    below = [(at, exact / Fraction(*measure(at))) for at in low]
    return _far(above), _far(below)


def _far(ranked: Iterable[tuple[int, Fraction]]) -> _Ranked:
    return [(at, times) for at, times in ranked if times >= _FAR]
