"""Verb: the base of a grant: the sums given, of how many units, and what was paid for the time that was down."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from makegood.errors import BadUse
from makegood.money import Money
from makegood.spans import month, zone
from makegood.terms.case import Case
from makegood.terms.found import Found
from makegood.terms.gauge import UNIT_SECONDS
from makegood.terms.pack import Promise
from makegood.terms.remedies import Base
from makegood.terms.verdict import exact_text


@dataclass(frozen=True)
class Basis:
    """The base of a grant: its size in its unit; `size` is None where it is not given."""

    size: Fraction | None
    unit: str | None
    money: bool
    shown: str


def basis(promise: Promise, case: Case, found: Found) -> Basis:
    """The base that the remedy names; raise BadUse for an amount below zero."""
    base = promise.remedy.base
    if base is None:
        return Basis(None, None, True, "")
    if base.kind == "down_time":
        unit = promise.measure.unit
        size = None if found.down is None else found.down / UNIT_SECONDS[unit]
        return Basis(size, base.unit or unit, False, "" if size is None else f"{exact_text(size)} {unit}")
    for fact in base.facts:
        money, number = case.money(fact), case.number(fact)
        if money is not None:
            added, taken = _added(base, case, money)
            whole = sum((Fraction(one.amount) for one in added), Fraction(0))
            whole = max(Fraction(0), whole - sum((Fraction(one.amount) for one in taken), Fraction(0)))
            shown = " + ".join(map(str, added)) + "".join(f" - {one}" for one in taken)
            return Basis(whole / base.divided_by * _share(base, case), money.currency, True, shown)
        if number is not None and base.kind == "number":
            return Basis(number / base.divided_by * _share(base, case), base.unit, False, exact_text(number))
    return Basis(None, base.unit, base.kind == "money", "")


def _added(base: Base, case: Case, first: Money) -> tuple[list[Money], list[Money]]:
    """The sums given, those to add and those to take off; raise BadUse for several currencies or one below zero."""
    added = [first, *(money for fact in base.plus if (money := case.money(fact)) is not None)]
    taken = [money for fact in base.less if (money := case.money(fact)) is not None]
    for money in (*added, *taken):
        not_negative(money)
    if len({money.currency for money in (*added, *taken)}) > 1:
        shown = ", ".join(map(str, (*added, *taken)))
        raise BadUse(f"The amounts {shown} come in several currencies; give them in one.")
    return added, taken


def _share(base: Base, case: Case) -> Fraction:
    """Which part of the amount is meant: so many of the units that it pays for; raise BadUse for no such part."""
    whole, part = (
        Fraction(1) if fact is None or case.number(fact) is None else case.number(fact) or Fraction(0)
        for fact in (base.shared_by, base.shares)
    )
    if whole <= 0 or not 0 <= part <= whole:
        raise BadUse(f"'{base.shares or 1}' of '{base.shared_by}' is no part of a whole; correct the two numbers.")
    return part / whole


def not_negative(money: Money) -> None:
    """Raise BadUse for an amount below zero."""
    if money.amount < 0:
        raise BadUse(f"The bill is below zero ({money}); give what was charged for the service, before any credit.")


def paid_for_down_time(promise: Promise, case: Case, found: Found) -> Fraction | None:
    """What of the base was paid for the time that was down; None where the base is not known."""
    held, base = basis(promise, case, found), promise.remedy.base
    if held.size is None or base is None:
        return None
    return held.size * (found.down or Fraction(0)) / paid_for(base, promise, case, found)


def paid_for(base: Base, promise: Promise, case: Case, found: Found) -> Fraction:
    """Seconds that the base pays for."""
    if base.paid_for == "window" and found.window:
        return found.window
    return paid_seconds(promise, case)


def paid_seconds(promise: Promise, case: Case) -> Fraction:
    """Seconds that the base pays for by the calendar, whatever of them is measured."""
    if promise.remedy.base is None or promise.remedy.base.paid_for == "window":
        return case.period.seconds
    named = promise.window.named_zone(case.zone)
    local = case.period.start.astimezone(zone(named))
    return month(f"{local.year:04d}-{local.month:02d}", named).seconds
