"""Noun: a programme; what a provider grants of itself to those whom a cause met, as declared in a terms pack."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Offer:
    """One form of the grant, for the accounts that can use it.

    `plans` are those that can use it, empty for all; `not_plans` those that cannot. The amount, in whole units (not
    minor ones), is `flat`, or `waste_percent` of what was charged for nothing received; `at_least` and `at_most` bound
    it. `worth` is what one unit costs the budget, as (amount, currency), None where the unit is the budget's currency.
    """

    form: str
    unit: str
    plans: tuple[str, ...] = ()
    not_plans: tuple[str, ...] = ()
    flat: Decimal | None = None
    waste_percent: Decimal | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    worth: tuple[Decimal, str] | None = None
    expires_days: int | None = None
    product: str = ""
    plan: str = ""
    priority: int = 100
    clause: str = ""


@dataclass(frozen=True)
class Programme:
    """Offers in the order of preference: an account gets the first that it can use.

    `least_faults` is how many failed attempts make an account eligible; `rounding` is a rule of makegood.money.
    """

    terms: str
    version: str
    offers: tuple[Offer, ...]
    least_faults: int = 1
    rounding: str = "half_up"
    statuses: tuple[str, ...] = ("active", "suspended")
    reason: str = ""
    clause: str = ""
