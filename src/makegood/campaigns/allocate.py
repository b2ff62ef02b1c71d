"""Verb: allocate; who gets how much of a budget, exact to the minor unit, with caps and floors.

What a wish asks for is its cost, at most its cap. When everything asked for fits the budget, everybody gets it. When
it does not, the draw is refused or the wishes are scaled by the rules at the head of makegood.campaigns.scale; a wish
in the budget's own currency can be cut, one in kind or in another currency is given whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from makegood.campaigns.allocation import Excluded
from makegood.campaigns.lot import lot
from makegood.campaigns.scale import Asks, scaled
from makegood.errors import BadUse
from makegood.ledger.unit import MOST_MINOR, major

SCALE, REFUSE = "scale", "refuse"
BELOW_FLOOR, OVER_BUDGET, OVER_CAP, NOTHING = "below_floor", "over_budget", "over_cap", "nothing"


@dataclass(frozen=True, slots=True)
class Wish:
    """What one loss would get: `amount` in minor units of `unit`, `cost` in those of the budget.

    A share of it costs at least `floor` and at most `cap`, None for no cap. `basis` is only carried along.
    """

    account: str
    cause: str
    unit: str
    amount: int
    cost: int
    floor: int = 0
    cap: int | None = None
    basis: int = 0

    @property
    def asked(self) -> int:
        """The cost, at most the cap."""
        return self.cost if self.cap is None else min(self.cost, self.cap)


@dataclass(frozen=True)
class Budget:
    """So many minor units of a currency; `overrun` is SCALE or REFUSE, `seed` draws the lots."""

    amount: int
    unit: str
    overrun: str = SCALE
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What a wish gets: `amount` in minor units of the wish's unit, `cost` in those of the budget."""

    wish: Wish
    amount: int
    cost: int


@dataclass(frozen=True)
class Shares:
    """Every wish is in exactly one of both, each by account and cause."""

    lines: tuple[Share, ...]
    excluded: tuple[Excluded, ...]

    @cached_property
    def total(self) -> int:
        """What the lines cost, in minor units of the budget."""
        return sum(one.cost for one in self.lines)


def allocate(wishes: Sequence[Wish], budget: Budget) -> Shares:
    """Shares of a budget by the rules above, the same for any order of the wishes.

    Exclusions name one of BELOW_FLOOR, OVER_CAP (a whole wish above its cap), OVER_BUDGET (a whole wish that found no
    room) or NOTHING, with the floor, cap or cost in minor units. Raise BadUse where a wish or the budget cannot be, or
    where more is asked than there is and the rule is to refuse.
    """
    excluded: list[Excluded] = []
    open_ = [one for one in _ordered(wishes, budget) if _stands(one, budget.unit, excluded)]
    asked = sum(one.asked for one in open_)
    if asked > budget.amount and budget.overrun == REFUSE:
        raise BadUse(
            f"the awards come to {major(asked, budget.unit)} {budget.unit} and the budget is "
            f"{major(budget.amount, budget.unit)} {budget.unit}; raise the budget, narrow the audience or scale."
        )
    asks = _asks(open_, budget)
    costs = asks.asked if asked <= budget.amount else scaled(asks, budget.amount)
    lines = []
    for wish, cost in zip(open_, costs, strict=True):
        if cost is None:
            excluded.append(_left_out(wish, budget.unit))
        else:
            lines.append(Share(wish, cost if wish.unit == budget.unit else wish.amount, cost))
    excluded.sort(key=lambda one: (one.account, one.cause))
    return Shares(tuple(lines), tuple(excluded))


def _ordered(wishes: Sequence[Wish], budget: Budget) -> list[Wish]:
    if budget.overrun not in (SCALE, REFUSE):
        raise BadUse(f"'{budget.overrun[:20]}' is no rule for an overrun; use {SCALE} or {REFUSE}.")
    if not 0 <= budget.amount < MOST_MINOR:
        raise BadUse(f"a budget of {budget.amount} minor units cannot be kept; give 0 to 2^62.")
    ordered = sorted(wishes, key=lambda one: (one.account, one.cause))
    before: Wish | None = None
    for one in ordered:
        if before and one.account == before.account and one.cause == before.cause:
            raise BadUse(f"{one.account[:60]} has two wishes for {one.cause[:60]}; a loss is made good once.")
        if not (0 <= one.cost < MOST_MINOR and 0 <= one.amount < MOST_MINOR and one.floor >= 0):
            raise BadUse(f"the wish of {one.account[:60]} is out of range: {one.amount} {one.unit}, cost {one.cost}.")
        if one.unit == budget.unit and one.amount != one.cost:
            raise BadUse(f"the wish of {one.account[:60]} costs {one.cost} and pays {one.amount} of one currency.")
        before = one
    return ordered


def _stands(wish: Wish, unit: str, excluded: list[Excluded]) -> bool:
    """Could it ever be given? If not, say why."""
    if not wish.amount:
        excluded.append(Excluded(wish.account, wish.cause, NOTHING))
    elif wish.unit != unit and wish.asked < wish.cost:
        excluded.append(Excluded(wish.account, wish.cause, OVER_CAP, str(wish.cap)))
    elif wish.asked < _least(wish, unit):
        excluded.append(Excluded(wish.account, wish.cause, BELOW_FLOOR, str(wish.floor)))
    else:
        return True
    return False


def _least(wish: Wish, unit: str) -> int:
    """The smallest share that is one."""
    return max(wish.floor, 1) if wish.unit == unit else max(wish.floor, wish.cost)


def _asks(wishes: Sequence[Wish], budget: Budget) -> Asks:
    drawn = lot(budget.seed, "budget")
    return Asks(
        [one.asked for one in wishes],
        [_least(one, budget.unit) for one in wishes],
        [one.unit != budget.unit for one in wishes],
        lambda at: drawn(f"{wishes[at].account}\0{wishes[at].cause}"),
    )


def _left_out(wish: Wish, unit: str) -> Excluded:
    if wish.unit == unit:
        return Excluded(wish.account, wish.cause, BELOW_FLOOR, str(wish.floor))
    return Excluded(wish.account, wish.cause, OVER_BUDGET, str(wish.cost))
