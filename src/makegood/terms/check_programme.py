"""Verb: check that a declared programme can be carried out: its units, its amounts, and that every offer is reached."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from makegood.errors import BadMoney
from makegood.ledger.unit import SCALES, minor, unit_of
from makegood.money import check_currency
from makegood.terms.check_facts import Declared, Fault
from makegood.terms.programme import UNIT_OF_FORM, DeclaredOffer, DeclaredProgramme

_AMOUNTS = ("flat", "at_least", "at_most")


def offer_fits(part: DeclaredOffer, _declared: Declared) -> Iterator[Fault]:
    """The form has its unit, the amount is stated one way and can be posted, and the plans leave someone."""
    unit = yield from _unit(part)
    if unit is not None:
        yield from _amounts(part, unit)
        yield from _worth(part, unit)
    if (part.flat is None) == (part.waste_percent is None):
        yield (), "an offer gives one thing; give either 'flat' or 'waste_percent'"
    elif part.flat is not None and (part.at_least is not None or part.at_most is not None):
        yield ("flat",), "a flat amount has no bounds; leave out 'at_least' and 'at_most', or give 'waste_percent'"
    if part.at_least is not None and part.at_most is not None and part.at_least > part.at_most:
        yield ("at_least",), "the least is above the most; exchange 'at_least' and 'at_most'"
    yield from _plans(part)


def programme_fits(part: DeclaredProgramme, _declared: Declared) -> Iterator[Fault]:
    """No offer stands behind one that every account can use which could use it."""
    seen: dict[str, int] = {}
    for at, one in enumerate(part.offers):
        before = min((seen[unit] for unit in seen if unit == one.unit or unit in SCALES), default=None)
        if before is not None:
            yield ("offers", at), f"no account gets to this offer, offer {before + 1} takes all; reorder or remove it"
        elif one.for_anyone:
            seen[one.unit] = at


def _unit(part: DeclaredOffer) -> Generator[Fault, None, str | None]:
    """The faults of the unit; what is returned is its code where there are none."""
    try:
        code = unit_of(part.unit).code
    except BadMoney:
        yield ("unit",), f"'{part.unit[:20]}' is no unit; use a currency such as USD, or {', '.join(SCALES)}"
        return None
    if code != part.unit:
        yield ("unit",), f"'{part.unit}' is not written as a unit is; write {code}"
        return None
    wanted = UNIT_OF_FORM.get(part.form)
    if code in SCALES if wanted is None else code != wanted:
        yield ("unit",), f"the form {part.form} is given in {wanted or 'a currency'}; correct the form or the unit"
        return None
    return code


def _amounts(part: DeclaredOffer, unit: str) -> Iterator[Fault]:
    for name in _AMOUNTS:
        amount = getattr(part, name)
        if amount is None:
            continue
        try:
            minor(amount, unit)
        except BadMoney:
            yield (name,), f"the unit {unit} has {unit_of(unit).scale} decimals; write the amount with no more"


def _worth(part: DeclaredOffer, unit: str) -> Iterator[Fault]:
    in_kind, worth = unit in SCALES, part.worth
    if in_kind and part.waste_percent is not None and (worth is None or not worth.amount):
        yield ("waste_percent",), f"waste is money; say under 'worth' what one of {unit} is worth, or give 'flat'"
    if worth is None:
        return
    try:
        code = check_currency(worth.currency)
    except BadMoney as fault:
        yield ("worth", "currency"), str(fault).rstrip(".")
        return
    if code != worth.currency or code == "XXX":
        yield ("worth", "currency"), f"'{worth.currency}' is not written as a currency is; write its ISO 4217 code"
    if code == unit:
        yield ("worth",), f"{unit} is worth itself; leave 'worth' out or name the budget's currency"


def _plans(part: DeclaredOffer) -> Iterator[Fault]:
    for name in ("plans", "not_plans"):
        for at, plan in enumerate(getattr(part, name)):
            if plan != plan.casefold():
                yield (name, at), f"'{plan[:60]}' is held against small letters; write it in small letters"
            elif name == "not_plans" and plan in part.plans:
                yield (name, at), f"'{plan[:60]}' is among 'plans' as well; keep it in one of them"
    use = part.plan.casefold() if part.plan else None
    if use is not None and (use in part.not_plans or (part.plans and use not in part.plans)):
        yield ("plan",), f"those who get it cannot use it, their plan is not '{use[:60]}'; correct 'plan' or 'plans'"
