"""Verb: what the credit table gives for a figure and a bill, unrounded, then capped, checked and rounded once."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from makegood.errors import BadUse
from makegood.money import Money, plain
from makegood.terms.pack import Tier, Tiers
from makegood.terms.verdict import Amount, Step, amount_of, exact_text


@dataclass(frozen=True)
class Granted:
    """`amount` is None without a bill; `refused` is the reason when nothing is issued after all."""

    amount: Amount | None
    refused: str | None
    remarks: tuple[str, ...]
    steps: tuple[Step, ...]


def rows_for(remedy: Tiers, value: Fraction) -> tuple[Tier, ...]:
    """The rows in which the figure falls: one in a sound table, none in a gap, several in an overlap."""
    return tuple(tier for tier in remedy.tiers if tier.range.holds(value))


def rows_beside(remedy: Tiers, value: Fraction) -> tuple[Tier, ...]:
    """The rows next to a gap: the one that begins next above the figure and the one that ends next below it."""
    over = [tier for tier in remedy.tiers if tier.range.lower is not None and Fraction(tier.range.lower) >= value]
    under = [tier for tier in remedy.tiers if tier.range.upper is not None and Fraction(tier.range.upper) <= value]
    nearest = sorted(over, key=lambda tier: tier.range.lower or 0)[:1]
    return (*nearest, *sorted(under, key=lambda tier: tier.range.upper or 0)[-1:])


def grant(remedy: Tiers, tier: Tier, bill: Money | None) -> Granted:
    """Apply one row to the bill; raise BadUse for a bill below zero. Without a bill the amount is None."""
    row = Step("tier", tier.clause, (), tier.range.words(), f"{tier.percent} %")
    if bill is None:
        return Granted(None, None, ("bill_not_given",), (row,))
    if bill.amount < 0:
        raise BadUse(f"The bill is below zero ({bill}); give what was charged for the service, before any credit.")
    base = Fraction(bill.amount)
    exact = base * Fraction(tier.percent) / 100
    arithmetic = f"{plain(bill.amount)} * {tier.percent} / 100"
    steps = [row, Step("base", remedy.base_clause, (("bill", str(bill)),), arithmetic, exact_text(exact))]
    if remedy.cap is not None:
        most, computed = base * Fraction(remedy.cap.percent_of_bill) / 100, exact_text(exact)
        exact = min(exact, most)
        arithmetic = f"min({computed}, {plain(bill.amount)} * {remedy.cap.percent_of_bill} / 100)"
        steps.append(Step("cap", remedy.cap.clause, (("computed", computed),), arithmetic, exact_text(exact)))
    amount = amount_of(exact, bill.currency, remedy.rounding.rule)
    refused, remarks = _refusal(remedy, amount)
    if remedy.minimum is not None:
        test = f"{exact_text(exact)} {bill.currency} {remedy.minimum.range.words()} {remedy.minimum.currency}"
        steps.append(Step("minimum", remedy.minimum.clause, (), test, refused or (*remarks, "issued")[0]))
    return Granted(amount, refused, remarks, tuple(steps))


def _refusal(remedy: Tiers, amount: Amount) -> tuple[str | None, tuple[str, ...]]:
    if amount.exact == 0:
        return "nothing_billed", ()
    if remedy.minimum is None:
        return None, ()
    if remedy.minimum.currency != amount.currency:
        return None, ("minimum_in_other_currency",)
    # the unrounded credit is compared: the text states no rounding before the test
    return (None, ()) if remedy.minimum.range.holds(amount.exact) else ("below_minimum_credit", ())
