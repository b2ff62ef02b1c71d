"""Verb: decide what a programme grants an account that a cause met: the first form it can use, rounded once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from makegood.awards.award import Award, Holder, Refusal
from makegood.awards.programme import Offer, Programme
from makegood.ledger.basis import Basis
from makegood.ledger.unit import SCALES, minor, unit_of
from makegood.losses.hit import Hit
from makegood.money import quantized
from makegood.spans import iso

_DAY = timedelta(days=1)


def decide(programme: Programme, hit: Hit, holder: Holder, budget_unit: str, now: datetime) -> Award | Refusal:
    """The award with what it takes of a budget in `budget_unit`, or why there is none.

    What is granted expires `expires_days` times 24 hours after `now`. Raise BadMoney for an amount that no posting
    can hold, and for a unit that nobody declared.
    """
    found = granted(programme, hit, holder)
    if isinstance(found, Refusal):
        return found
    offer, amount = found
    cost = cost_of(offer, amount, budget_unit)
    if cost is None:
        return Refusal("no_worth_in_budget_currency", f"{_named(offer)} {budget_unit}")
    basis = _basis(programme, offer, hit.cause, now)
    return Award(hit.account, hit.cause, offer.form, offer.unit, amount, cost, basis)


def granted(programme: Programme, hit: Hit, holder: Holder) -> tuple[Offer, int] | Refusal:
    """The offer that the account gets and its amount in minor units, whatever it costs; or why there is none."""
    if holder.status not in programme.statuses:
        return Refusal("status_not_eligible", holder.status)
    if hit.faults < programme.least_faults:
        return Refusal("too_few_faults", f"{hit.faults}/{programme.least_faults}")
    passed_over = []
    for offer in programme.offers:
        why = _unusable(offer, holder)
        if why is None:
            return _sized(offer, hit, programme.rounding)
        passed_over.append(f"{_named(offer)}:{why}")
    return Refusal("no_usable_form", " ".join(passed_over))


def cost_of(offer: Offer, amount: int, budget_unit: str) -> int | None:
    """What so many minor units of the offer take of the budget, in its minor units; None where no worth tells.

    A part of a minor unit counts as a whole one, so that many small awards never exceed a budget together.
    """
    if offer.unit == budget_unit:
        return amount
    if offer.worth is None or offer.worth[1] != budget_unit:
        return None
    scale = unit_of(budget_unit).scale
    whole = Fraction(amount, 10 ** unit_of(offer.unit).scale)
    return minor(quantized(whole * Fraction(offer.worth[0]), scale, "up"), budget_unit)


def _sized(offer: Offer, hit: Hit, rounding: str) -> tuple[Offer, int] | Refusal:
    if offer.flat is not None:
        return offer, minor(offer.flat, offer.unit)
    exact = _of_waste(offer, hit)
    amount = minor(quantized(exact, unit_of(offer.unit).scale, rounding), offer.unit)
    if amount > 0:
        return offer, amount
    return Refusal("below_smallest_unit" if exact else "nothing_charged", _named(offer))


def _of_waste(offer: Offer, hit: Hit) -> Fraction:
    """The share of the charged waste in whole units, within the bounds, not rounded; never below zero.

    Waste in another currency than the offer is reckoned in is not converted, and so counts nothing.
    """
    each, currency = (Decimal(1), offer.unit) if offer.worth is None or offer.unit not in SCALES else offer.worth
    waste = sum((Fraction(amount) for code, amount in hit.wasted if code == currency), Fraction(0))
    exact = max(Fraction(0), waste) * Fraction(offer.waste_percent or 0) / 100 / Fraction(each)
    exact = exact if offer.at_least is None else max(exact, Fraction(offer.at_least))
    return exact if offer.at_most is None else min(exact, Fraction(offer.at_most))


def _unusable(offer: Offer, holder: Holder) -> str | None:
    """Why the account cannot use the offer, None where it can."""
    plan = holder.plan.casefold()
    if offer.unit not in SCALES and holder.currency.upper() != offer.unit:
        return "other_currency" if holder.currency else "currency_not_known"
    if offer.plans and all(plan != one.casefold() for one in offer.plans):
        return "other_plan"
    if any(plan == one.casefold() for one in offer.not_plans):
        return "plan_cannot_use"
    if offer.plan and plan != offer.plan.casefold():
        return "other_plan"
    if offer.product and holder.product and holder.product.casefold() != offer.product.casefold():
        return "other_product"
    return None


def _named(offer: Offer) -> str:
    return f"{offer.form}.{offer.unit}"


@lru_cache(maxsize=1024)
def _basis(programme: Programme, offer: Offer, cause: str, now: datetime) -> Basis:
    expires = None if offer.expires_days is None else iso(now.astimezone(UTC) + offer.expires_days * _DAY)
    return Basis(
        form=offer.form,
        cause=cause,
        terms=programme.terms,
        version=programme.version,
        clause=offer.clause or programme.clause,
        reason=programme.reason,
        expires=expires,
        product=offer.product,
        plan=offer.plan,
        priority=offer.priority,
    )
