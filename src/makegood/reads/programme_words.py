"""Programme words: what a provider gives of itself, offer by offer, and why an account gets nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from makegood.ledger.unit import SCALES, minor
from makegood.reads.award_words import amount_words
from makegood.reads.grant_words import form_words
from makegood.reads.legible import legible
from makegood.reads.part_words import Line, plain_number
from makegood.reads.words import Words
from makegood.terms.programme import DeclaredOffer, DeclaredProgramme, UnitWorth


def programme_lines(programme: DeclaredProgramme, words: Words) -> list[Line]:
    """Label, sentence and clause of each part, the offers in the order of preference."""
    clause = programme.clause
    least = words.many(
        "from {n} failed attempt of the provider on",
        "from {n} failed attempts of the provider on",
        programme.least_faults,
    )
    statuses = ", ".join(_status(one, words) for one in programme.statuses)
    rules = {
        "half_up": words.say("half up"),
        "half_even": words.say("half to even"),
        "floor": words.say("down"),
        "up": words.say("up"),
    }
    return [
        (words.say("Without a claim"), words.say("it comes by itself"), clause),
        (words.say("Reason told"), words.of_terms(programme.says), clause),
        (
            words.say("Who counts"),
            f"{least}; {words.say('state of the account: {statuses}', statuses=statuses)}",
            clause,
        ),
        *(
            (words.say("Offer {n}", n=words.number(number)), "; ".join(_offer(one, words)), one.clause)
            for number, one in enumerate(programme.offers, 1)
        ),
        (words.say("Rounding"), rules[programme.rounding], clause),
    ]


def forms_words(programme: DeclaredProgramme, words: Words) -> str:
    """The forms of a programme in a few words, for a list."""
    forms = dict.fromkeys(_form(one.form, words) for one in programme.offers)
    return ", ".join(forms)


def refusal_words(reason: str, detail: str, words: Words) -> str:
    """Why an account is granted nothing, from the codes of a refusal; a code nobody knows is spelled out."""
    named = {
        "status_not_eligible": words.say("the state of the account does not count"),
        "too_few_faults": words.say("it met too few failed attempts"),
        "no_usable_form": words.say("it can use none of the offers"),
        "nothing_charged": words.say("nothing was charged for what failed"),
        "below_smallest_unit": words.say("the amount is below the smallest unit"),
        "no_worth_in_budget_currency": words.say("what the offer takes of this budget is not declared"),
    }
    said = named.get(reason, reason.replace("_", " "))
    inside = legible(detail)
    if reason == "no_usable_form":
        inside = "; ".join(_skipped(legible(one), words) for one in detail.split())
    elif reason == "status_not_eligible":
        inside = _status(inside, words)
    return f"{said} ({inside})" if inside else said


def _form(form: str, words: Words) -> str:
    return form_words("usage_reset" if form == "reset" else form, words)


def _status(status: str, words: Words) -> str:
    named = {
        "active": words.say("active"),
        "suspended": words.say("suspended"),
        "closed": words.say("closed"),
    }
    return named.get(status, status)


def _offer(offer: DeclaredOffer, words: Words) -> Iterator[str]:
    yield f"{_form(offer.form, words)}: {_gives(offer, words)}"
    if offer.unit not in SCALES:
        yield words.say("for accounts billed in {currency}", currency=offer.unit)
    if offer.plans:
        yield words.say("for the plans {plans}", plans=", ".join(offer.plans))
    if offer.not_plans:
        yield words.say("not for the plans {plans}", plans=", ".join(offer.not_plans))
    if offer.product is not None:
        yield words.say("to be used for the product {product}", product=offer.product)
    if offer.plan is not None:
        yield words.say("to be used on the plan {plan}", plan=offer.plan)
    if offer.expires_days is not None:
        yield words.many("expires after {n} day", "expires after {n} days", offer.expires_days)
    if offer.worth is not None:
        yield _takes(offer.worth, _amount(Decimal(1), offer.unit, words), words)


def _takes(worth: UnitWorth, one: str, words: Words) -> str:
    if not worth.amount:
        return words.say("takes nothing of the budget")
    return words.say("{unit} takes {amount} of the budget", unit=one, amount=words.money(worth.amount, worth.currency))


def _gives(offer: DeclaredOffer, words: Words) -> str:
    if offer.flat is not None:
        return _amount(offer.flat, offer.unit, words)
    share = words.percent(plain_number(offer.waste_percent or Decimal(0)))
    said = words.say("{percent} of what was charged for nothing received", percent=share)
    if offer.at_least is not None:
        said = words.say("{share}, at least {amount}", share=said, amount=_amount(offer.at_least, offer.unit, words))
    if offer.at_most is not None:
        said = words.say("{share}, at most {amount}", share=said, amount=_amount(offer.at_most, offer.unit, words))
    return said


def _amount(amount: Decimal, unit: str, words: Words) -> str:
    return amount_words(unit, minor(amount, unit), words)


def _skipped(text: str, words: Words) -> str:
    """One offer that was passed over, "credit.USD:other_currency" in words."""
    offer, _, code = text.partition(":")
    form, _, unit = offer.partition(".")
    named = {
        "other_currency": words.say("billed in another currency"),
        "currency_not_known": words.say("the currency of its bills is not known"),
        "other_plan": words.say("for other plans"),
        "plan_cannot_use": words.say("its plan cannot use it"),
        "other_product": words.say("for another product"),
    }
    money = "" if unit in SCALES else f" {unit}"
    return f"{_form(form, words)}{money}: {named.get(code, code.replace('_', ' '))}"
