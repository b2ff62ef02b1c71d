"""Noun: credit lots; what each award still holds, what can be used now, and which lot a use draws on first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from makegood.errors import BadPeriod, BadUse
from makegood.ledger.basis import Basis
from makegood.ledger.posting import Posted
from makegood.spans import moment, to_us

PAID_OUT = "refund"  # money that leaves by itself: drawing on it as well would pay it twice
_COLUMN = {"use": "used", "expiry": "expired", "award": "taken"}
_WORD = {"use": "uses", "expiry": "expires", "award": "takes back"}


@dataclass(frozen=True, slots=True)
class Lot:
    """One award as something to draw on; `position` is the award's, `amount` in minor units, empty scope is any."""

    position: int
    account: str
    unit: str
    amount: int
    at_us: int
    form: str = "credit"
    expires: datetime | None = None
    product: str = ""
    plan: str = ""
    priority: int = 100


@dataclass(frozen=True, slots=True)
class Held:
    """A lot and where its amount went; amount = rest + used + expired + taken, always."""

    lot: Lot
    used: int = 0
    expired: int = 0
    taken: int = 0

    @property
    def rest(self) -> int:
        """What is left of it, whether it can still be used or not."""
        return self.lot.amount - self.used - self.expired - self.taken

    def lapsed(self, now: datetime) -> bool:
        """Whether its time is over: from the moment `expires` on."""
        return self.lot.expires is not None and self.lot.expires <= now


@dataclass(frozen=True)
class Holding:
    """Every lot of a fold by position, and one sentence for each posting that cannot be; such a one is not counted.

    `wrong` has the same postings as (position, code), the codes being those of Misfit.
    """

    lots: tuple[Held, ...]
    faults: tuple[str, ...] = ()
    wrong: tuple[tuple[int, str], ...] = ()


class Misfit(NamedTuple):
    """Why a posting cannot be: `place`, `shape`, `basis`, `early`, `overdrawn`, `nothing` or `other`, in words too."""

    code: str
    says: str


@dataclass(frozen=True, slots=True)
class Use:
    """What an account wants to use: minor units of a unit, for a product on a plan."""

    account: str
    unit: str
    amount: int
    product: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Burn:
    """What to draw, as (position of the lot, amount) in the order of drawing, and what no lot covers."""

    draws: tuple[tuple[int, int], ...]
    short: int


def balance(lots: Iterable[Held], now: datetime) -> dict[str, int]:
    """What can be used at `now` of these lots, by unit and whatever their scope; a unit with nothing is absent."""
    sums: dict[str, int] = {}
    for held_ in lots:
        if _usable(held_, now):
            sums[held_.lot.unit] = sums.get(held_.lot.unit, 0) + held_.rest
    return sums


def burn(lots: Iterable[Held], use: Use, now: datetime) -> Burn:
    """Draw lower priority numbers first, then what expires earlier, then what was granted earlier.

    A lot of another account or unit, of a product or plan that does not fit, expired, or a refund is never drawn.
    Raise BadUse where the amount is not above zero.
    """
    if use.amount <= 0:
        raise BadUse(f"{use.amount} {use.unit} cannot be used; ask for more than 0 minor units.")
    draws, short = [], use.amount
    for held_ in sorted((one for one in lots if _usable(one, now) and _fits(one.lot, use)), key=_turn):
        if not short:
            break
        drawn = min(short, held_.rest)
        draws.append((held_.lot.position, drawn))
        short -= drawn
    return Burn(tuple(draws), short)


def expired(lots: Iterable[Held], now: datetime) -> tuple[tuple[int, int], ...]:
    """What is to be posted as expired: (position of the lot, its rest), by position."""
    return tuple(sorted((one.lot.position, one.rest) for one in lots if one.rest > 0 and one.lapsed(now)))


def held(entries: Iterable[Posted], bases: Mapping[str, Basis]) -> Holding:
    """Fold postings, given in any order, into their lots; `bases` are by hash. Nothing is raised, faults are named.

    A use or expiry draws on the award at `lot`. A reversal of an award takes back at most what is left of it; one of a
    use or expiry gives at most that much back to its lot. `repeat` entries are answers, not postings: leave them out.
    """
    fold = _Fold(bases)
    for entry in sorted(entries, key=lambda one: one.position):
        fault = fold.take(entry)
        if fault:
            fold.faults.append((entry.position, fault))
    return Holding(
        tuple(fold.lots.values()),
        tuple(f"posting {at}: {fault.says}" for at, fault in fold.faults),
        tuple((at, fault.code) for at, fault in fold.faults),
    )


def lot_of(award: Posted, basis: Basis) -> Lot:
    """The lot that an award makes under its basis; raise BadPeriod where the basis says no readable end."""
    posting, expires = award.posting, moment(basis.expires) if basis.expires else None
    scope = (basis.form, expires, basis.product, basis.plan, basis.priority)
    return Lot(award.position, posting.account, posting.unit, posting.amount, award.at_us, *scope)


def _usable(held_: Held, now: datetime) -> bool:
    return held_.rest > 0 and held_.lot.form != PAID_OUT and not held_.lapsed(now)


def _fits(lot: Lot, use: Use) -> bool:
    return (
        (lot.account, lot.unit) == (use.account, use.unit)
        and lot.product.casefold() in ("", use.product.casefold())
        and lot.plan.casefold() in ("", use.plan.casefold())
    )


def _turn(held_: Held) -> tuple[int, bool, int, int]:
    lot = held_.lot
    return lot.priority, lot.expires is None, to_us(lot.expires) if lot.expires else 0, lot.position


@dataclass
class _Fold:
    """The state of held(): lots by position, moves that can be taken back with how much of them still can."""

    bases: Mapping[str, Basis]
    lots: dict[int, Held] = field(default_factory=dict)
    moves: dict[int, tuple[Posted, int]] = field(default_factory=dict)
    faults: list[tuple[int, Misfit]] = field(default_factory=list)
    seen: int | None = None

    def take(self, entry: Posted) -> Misfit | None:
        """Count one posting, later than all before; the reason where it cannot be."""
        if entry.position == self.seen:
            return Misfit("place", "its position is taken by another posting.")
        self.seen = entry.position
        if entry.posting.amount <= 0:
            return Misfit("shape", f"it moves {entry.posting.amount}; a posting moves more than 0.")
        if entry.posting.kind == "award":
            return self._award(entry)
        if entry.posting.kind in _COLUMN:
            return self._draw(entry, entry.posting.lot, entry.posting.kind)
        if entry.posting.kind == "reversal":
            return self._reverse(entry)
        return Misfit("shape", f"'{entry.posting.kind[:40]}' is not a kind of posting.")

    def _award(self, entry: Posted) -> Misfit | None:
        basis = self.bases.get(entry.posting.basis)
        if basis is None:
            return Misfit("basis", f"its basis {entry.posting.basis[:12]} is not in the book.")
        try:
            self.lots[entry.position] = Held(lot_of(entry, basis))
        except BadPeriod as fault:
            return Misfit("basis", f"its basis cannot be read: {fault}")
        return None

    def _draw(self, entry: Posted, lot: int | None, kind: str) -> Misfit | None:
        """Move an amount of a lot into the column of the kind."""
        posting = entry.posting
        drawn = None if lot is None else self.lots.get(lot)
        fault = self._misfit(entry, drawn, lot)
        if fault or drawn is None:
            return fault
        if kind == "expiry" and (drawn.lot.expires is None or entry.at_us < to_us(drawn.lot.expires)):
            return Misfit("early", f"it expires the award at {lot} before its time.")
        if posting.amount > drawn.rest:
            return Misfit(
                "overdrawn", f"it {_WORD[kind]} {posting.amount} of the award at {lot}, which has {drawn.rest} left."
            )
        self._count(drawn, kind, posting.amount)
        if kind != "award":
            self.moves[entry.position] = entry, posting.amount
        return None

    def _reverse(self, entry: Posted) -> Misfit | None:
        posting = entry.posting
        if posting.reverses in self.lots:
            if posting.lot not in (None, posting.reverses):
                return Misfit(
                    "other", f"it takes back the award at {posting.reverses}, but names the lot {posting.lot}."
                )
            return self._draw(entry, posting.reverses, "award")
        if posting.reverses is None or posting.reverses not in self.moves:
            return Misfit("nothing", f"it takes back {posting.reverses}, which is no award, use or expiry before it.")
        move, left = self.moves[posting.reverses]
        lot = move.posting.lot
        drawn = None if lot is None else self.lots.get(lot)
        if posting.lot not in (None, lot):
            return Misfit("other", f"it gives back to the lot {posting.lot} what was drawn on {lot}.")
        fault = self._misfit(entry, drawn, lot)
        if fault or drawn is None:
            return fault
        if posting.amount > left:
            what = f"the {move.posting.kind} at {move.position}"
            return Misfit("overdrawn", f"it gives back {posting.amount} of {what}, which has {left} left.")
        self._count(drawn, move.posting.kind, -posting.amount)
        self.moves[move.position] = move, left - posting.amount
        return None

    def _misfit(self, entry: Posted, drawn: Held | None, lot: int | None) -> Misfit | None:
        posting = entry.posting
        if drawn is None:
            says = "it draws on no award." if lot is None else f"it draws on {lot}, which is no award before it."
            return Misfit("nothing", says)
        if drawn.lot.unit != posting.unit:
            return Misfit("other", f"it moves {posting.unit} of the award at {lot}, which is in {drawn.lot.unit}.")
        if drawn.lot.account != posting.account:
            return Misfit(
                "other", f"it belongs to {posting.account[:80]}, the award at {lot} to {drawn.lot.account[:80]}."
            )
        return None

    def _count(self, drawn: Held, kind: str, amount: int) -> None:
        column = _COLUMN[kind]
        self.lots[drawn.lot.position] = replace(drawn, **{column: getattr(drawn, column) + amount})
