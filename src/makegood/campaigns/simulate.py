"""Verb: simulate; what an allocation would do, before anyone approves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from makegood.campaigns.allocation import GRANT, Allocation, Draft, Line
from makegood.campaigns.distribution import Distribution, distribution
from makegood.campaigns.oddest import Odd, oddest
from makegood.campaigns.waves import Wave, waves
from makegood.losses.hit import Hit


@dataclass(frozen=True, slots=True)
class FormSum:
    """All lines of one form and unit: `amount` in minor units of `unit`, `cost` in those of the budget."""

    form: str
    unit: str
    lines: int
    amount: int
    cost: int


@dataclass(frozen=True, slots=True)
class WaveSum:
    """A wave, what it costs, and what has been spent when it is out."""

    wave: Wave
    cost: int
    so_far: int


@dataclass(frozen=True)
class Simulation:
    """An allocation in figures; all money in minor units of the draft's unit, `hash` is what an approval signs.

    `accounts` are granted `lines` that cost `cost`; `cut` of them cost less than the `wished` sum of their wishes.
    `held_accounts` are held out, and `held_cost` is kept back with them. `excluded` counts the accounts of each reason,
    most first; an account that is left out for one cause may be granted, or left out for another reason, for another.
    """

    hash: str
    draft: Draft
    accounts: int
    lines: int
    cost: int
    wished: int
    cut: int
    held_accounts: int
    held_cost: int
    forms: tuple[FormSum, ...]
    costs: Distribution
    waves: tuple[WaveSum, ...]
    excluded: tuple[tuple[str, int], ...]
    oddest: tuple[Odd, ...]


def simulate(allocation: Allocation, started: datetime, hits: Iterable[Hit] = ()) -> Simulation:
    """The figures of an allocation that would start at a moment; `hits` show which awards are odd for their loss."""
    draft = allocation.draft
    granted = [one for one in allocation.lines if one.group == GRANT]
    held = [one for one in allocation.lines if one.group != GRANT]
    reasons = Counter(reason for _, reason in {(one.account, one.reason) for one in allocation.excluded})
    return Simulation(
        hash=allocation.hash,
        draft=draft,
        accounts=len({one.account for one in granted}),
        lines=len(granted),
        cost=allocation.total,
        wished=sum(one.wish for one in granted),
        cut=sum(one.cost < one.wish for one in granted),
        held_accounts=len({one.account for one in held}),
        held_cost=sum(one.cost for one in held),
        forms=_forms(allocation, granted),
        costs=distribution(one.cost for one in granted),
        waves=_waves(granted, draft, started),
        excluded=tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        oddest=oddest(granted, hits, draft.unit),
    )


def _forms(allocation: Allocation, granted: Sequence[Line]) -> tuple[FormSum, ...]:
    """By form and unit, the dearest first."""
    sums: dict[tuple[int, str], list[int]] = {}
    for one in granted:
        found = sums.setdefault((one.basis, one.unit), [0, 0, 0])
        found[0] += 1
        found[1] += one.amount
        found[2] += one.cost
    forms: dict[tuple[str, str], tuple[int, int, int]] = {}
    for (basis, unit), (lines, amount, cost) in sums.items():
        key = allocation.bases[basis].form, unit
        before = forms.get(key, (0, 0, 0))
        forms[key] = (before[0] + lines, before[1] + amount, before[2] + cost)
    ordered = sorted(forms.items(), key=lambda item: (-item[1][2], item[0]))
    return tuple(FormSum(*key, *figures) for key, figures in ordered)


def _waves(granted: Sequence[Line], draft: Draft, started: datetime) -> tuple[WaveSum, ...]:
    spent = [0, *accumulate(one.cost for one in granted)]
    return tuple(
        WaveSum(one, spent[one.end] - spent[one.first], spent[one.end]) for one in waves(len(granted), draft, started)
    )
