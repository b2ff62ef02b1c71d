"""Verb: draw; awards and exclusions become one frozen allocation, the same whatever order they come in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

from makegood.campaigns.allocate import REFUSE, SCALE, Budget, Share, Wish, allocate
from makegood.campaigns.allocation import GRANT, HOLDOUT, MILLION, Allocation, Draft, Excluded, Line
from makegood.campaigns.lot import lot
from makegood.campaigns.waves import cuts
from makegood.errors import BadUse
from makegood.keys import content_hash
from makegood.ledger.basis import Basis
from makegood.ledger.unit import SCALES, unit_of


class Awarded(Protocol):
    """What a draw needs of an award; `amount` in minor units of `unit`, `cost` in those of the budget."""

    @property
    def account(self) -> str:
        """Who gets it."""

    @property
    def cause(self) -> str:
        """For which loss, with the account."""

    @property
    def unit(self) -> str:
        """A unit of the ledger."""

    @property
    def amount(self) -> int:
        """How much of it."""

    @property
    def cost(self) -> int:
        """What it takes of the budget."""

    @property
    def basis(self) -> Basis:
        """What it stands on."""


def draw(draft: Draft, awards: Sequence[Awarded], excluded: Iterable[Excluded], owes: bool = False) -> Allocation:
    """The allocation of a draft: shares within the budget, in a fair order of posting that nobody chose.

    Lots, whose seed comes from the draft, say which accounts are in which wave; so the canary is a fair sample. The
    last of them, floor(share × accounts), are the holdout: a line of theirs says what they would have got, its money
    stays unspent, and its number lies behind all that is granted. Within a wave lines are in the order of their
    accounts. `owes` says that the terms owe what is granted; a holdout is refused then. Raise BadUse where the draft
    cannot be, or where the wishes exceed the budget and are not to be scaled.
    """
    _check(draft, owes)
    bases, place = _bases(awards)
    shares = allocate(_wishes(awards, draft, place), Budget(draft.budget, draft.unit, draft.overrun, seed_of(draft)))
    out = sorted([*excluded, *shares.excluded], key=lambda one: (one.account, one.cause, one.reason, one.detail))
    _check_apart(out, shares.lines)
    return Allocation(draft, bases, _lines(shares.lines, draft), tuple(out))


def seed_of(draft: Draft) -> str:
    """The seed of every lot in a draw, from what the draft is about.

    Anyone can reckon it from the draft, and no turning of budget, days or shares draws another order.
    """
    return content_hash([sorted(draft.causes), draft.terms, draft.version, sorted(draft.filters)])


def _check(draft: Draft, owes: bool) -> None:
    for name, ppm in (("canary", draft.canary_ppm), ("holdout", draft.holdout_ppm)):
        if not 0 <= ppm <= MILLION:
            raise BadUse(f"the share of the {name} is {ppm} millionths; give 0 % to 100 %.")
    if draft.overrun not in (SCALE, REFUSE):
        raise BadUse(f"'{draft.overrun[:20]}' is no rule for an overrun; use {SCALE} or {REFUSE}.")
    if unit_of(draft.unit).code in SCALES:
        raise BadUse(f"a budget is money, not {draft.unit}; name a currency.")
    if draft.budget <= 0 or draft.days < 0 or draft.floor < 0 or (draft.cap is not None and draft.cap < 0):
        raise BadUse("budget, days, floor and cap are not below zero, and a budget is above it; mend the draft.")
    if draft.holdout_ppm and owes:
        raise BadUse(f"{draft.terms} owes what is granted, so nobody can be held out; draw without a holdout.")


def _check_apart(excluded: Iterable[Excluded], shares: Iterable[Share]) -> None:
    out = {(one.account, one.cause) for one in excluded}
    both = next((one.wish for one in shares if (one.wish.account, one.wish.cause) in out), None)
    if both:
        raise BadUse(f"{both.account[:60]} is granted and excluded for the same cause; decide which.")


def _wishes(awards: Iterable[Awarded], draft: Draft, place: dict[int, int]) -> list[Wish]:
    """A wish an award; the draft's cap is on all that an account gets, used up in the order of its causes."""
    wishes: list[Wish] = []
    account, left = "", draft.cap
    for one in sorted(awards, key=lambda each: (each.account, each.cause)):
        if one.account != account:
            account, left = one.account, draft.cap
        basis = place[id(one.basis)]
        wish = Wish(one.account, one.cause, one.unit, one.amount, one.cost, draft.floor, left, basis)
        wishes.append(wish)
        if left is not None and (wish.unit == draft.unit or wish.cost <= left):
            left -= wish.asked
    return wishes


def _bases(awards: Iterable[Awarded]) -> tuple[tuple[Basis, ...], dict[int, int]]:
    """The bases by their hash, and the place among them of each object of a basis."""
    met = {id(one.basis): one.basis for one in awards}
    known = {basis.hash: basis for basis in met.values()}
    ordered = sorted(known)
    place = {name: at for at, name in enumerate(ordered)}
    return tuple(known[name] for name in ordered), {key: place[basis.hash] for key, basis in met.items()}


def _lines(shares: Sequence[Share], draft: Draft) -> tuple[Line, ...]:
    """Lines wave by wave; the lots of the accounts say who is in which, and within a wave accounts are in order."""
    drawn = lot(seed_of(draft), "order")
    # by account and cause already, so that equal lots, which are of one account, stay in the order of its causes
    by_lot = sorted(shares, key=lambda one: drawn(one.wish.account))
    lots = list(dict.fromkeys(one.wish.account for one in by_lot))
    held = set(lots[len(lots) - len(lots) * draft.holdout_ppm // MILLION :])
    granted = sum(one.wish.account not in held for one in by_lot)
    lines: list[Line] = []
    for first, end in pairwise([0, *cuts(granted, draft), len(by_lot)]):
        # a database adds neighbours to its indexes in half the time
        for one in sorted(by_lot[first:end], key=lambda each: (each.wish.account, each.wish.cause)):
            wish, group = one.wish, HOLDOUT if one.wish.account in held else GRANT
            lines.append(
                Line(
                    len(lines), wish.account, wish.cause, wish.unit, one.amount, one.cost, wish.basis, group, wish.cost
                )
            )
    return tuple(lines)
