"""Award words: what a posting gives or takes back, why, and how it may be used, in either language."""

from __future__ import annotations

from makegood.campaigns.cause import is_incident
from makegood.ledger.basis import HELD_FORMS, Basis
from makegood.ledger.unit import PLAN_DAYS, TOKENS, USAGE_RESETS, major
from makegood.reads.legible import TEXT_LIMIT, legible
from makegood.reads.words import Words


def amount_words(unit: str, amount: int, words: Words) -> str:
    """Minor units of a unit as people say them: $20.50, 3 plan days; raise BadMoney for a unit nobody declared."""
    if unit == PLAN_DAYS:
        return words.many("{n} plan day", "{n} plan days", amount)
    if unit == TOKENS:
        return words.many("{n} token", "{n} tokens", amount)
    if unit == USAGE_RESETS:
        return words.many("{n} reset of the usage limit", "{n} resets of the usage limit", amount)
    return words.money(major(amount, unit), unit)


def left_words(basis: Basis, amount: str, account: str, words: Words) -> str:
    """What of an award can still be used, and until when, as one sentence; `amount` is already in words."""
    who, until = legible(account), words.moment(basis.expires) if basis.expires else "–"
    if basis.form == "credit":
        return words.say(
            "A credit of {amount} on account {account} can be used until {until}.",
            amount=amount,
            account=who,
            until=until,
        )
    return words.say("Account {account} can use this until {until}: {amount}.", amount=amount, account=who, until=until)


def given_words(form: str, amount: str, account: str, words: Words) -> str:
    """What an account gets, as one sentence; `amount` is already in words."""
    who = legible(account)
    named = {
        "credit": words.say("A credit of {amount} was posted to account {account}.", amount=amount, account=who),
        "refund": words.say("A refund of {amount} was posted to account {account}.", amount=amount, account=who),
        "extension": words.say("The plan of account {account} gets longer: {amount}.", amount=amount, account=who),
        "quota": words.say("Extra quota was posted to account {account}: {amount}.", amount=amount, account=who),
    }
    return named.get(form) or words.say("Account {account} gets {amount}.", amount=amount, account=who)


def taken_words(form: str, amount: str, account: str, words: Words) -> str:
    """What is taken back from an account, as one sentence; `amount` is already in words."""
    who = legible(account)
    named = {
        "credit": words.say("Credit of {amount} was taken back from account {account}.", amount=amount, account=who),
        "refund": words.say("A refund of {amount} to account {account} was taken back.", amount=amount, account=who),
        "extension": words.say(
            "A longer plan of account {account} was taken back: {amount}.", amount=amount, account=who
        ),
        "quota": words.say("Extra quota of account {account} was taken back: {amount}.", amount=amount, account=who),
    }
    return named.get(form) or words.say(
        "What account {account} had been given was taken back: {amount}.", amount=amount, account=who
    )


def why_words(basis: Basis, words: Words) -> tuple[str, ...]:
    """The reason and the text it rests on, as sentences; what is not stated is left out."""
    said = [words.of_terms(legible(basis.reason, TEXT_LIMIT))] if basis.reason else []
    parts = [
        words.say("terms {terms}", terms=legible(basis.terms)) if basis.terms else "",
        words.say("version {version}", version=legible(basis.version)) if basis.version else "",
        words.say("clause {clause}", clause=legible(basis.clause)) if basis.clause else "",
        _cause(legible(basis.cause), words) if basis.cause else "",
    ]
    if any(parts):
        said.append(words.say("It rests on: {parts}.", parts=", ".join(part for part in parts if part)))
    return tuple(said)


def _cause(cause: str, words: Words) -> str:
    return words.say("incident {cause}", cause=cause) if is_incident(cause) else words.say("cause {cause}", cause=cause)


def use_words(basis: Basis, words: Words) -> tuple[str, ...]:
    """Until when and for what an award can be used, as sentences; nothing for what is given and not held."""
    held = basis.form in HELD_FORMS
    said = []
    if basis.expires is not None:
        said.append(words.say("It can be used until {until}.", until=words.moment(basis.expires)))
    elif held:
        said.append(words.say("It does not expire."))
    product, plan = legible(basis.product), legible(basis.plan)
    if product and plan:
        said.append(words.say("It is for product {product} on plan {plan} alone.", product=product, plan=plan))
    elif product:
        said.append(words.say("It is for product {product} alone.", product=product))
    elif plan:
        said.append(words.say("It is for plan {plan} alone.", plan=plan))
    elif held:
        said.append(words.say("It can be used for every product and plan."))
    return tuple(said)
