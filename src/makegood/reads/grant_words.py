"""Grant words: what a missed promise gives, row by row, with reductions, limits and rounding, in either language."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from makegood.reads.part_words import (
    Line,
    condition_words,
    plain_number,
    quantity_words,
    range_words,
    sized_words,
)
from makegood.reads.words import Words
from makegood.terms.pack import Promise
from makegood.terms.remedies import Cap, Grant, GreaterOf, Linear, PerPart, PerUnit, Row, Tiers, Yield


def form_words(form: str, words: Words) -> str:
    """The form of a remedy."""
    named = {
        "credit": words.say("credit"),
        "refund": words.say("refund"),
        "card": words.say("payment to the card"),
        "extension": words.say("extension"),
        "quota": words.say("quota"),
        "usage_reset": words.say("reset of the usage limit"),
        "consumption_credits": words.say("consumption credits"),
        "compensation": words.say("compensation"),
        "price_reduction": words.say("price reduction"),
        "termination_right": words.say("right to terminate"),
        "termination_right_with_refund": words.say("right to terminate, with refund"),
        "notice_duty": words.say("duty to give notice"),
        "reasons_duty": words.say("duty to give reasons"),
        "review_duty": words.say("duty to review"),
        "dispute_right": words.say("right to dispute"),
        "none": words.say("none"),
    }
    return named.get(form, form.replace("_", " "))


def remedy_words(promise: Promise, words: Words) -> str:
    """The remedy in a few words, for a list: 10, 25, 100 %; 10 x; per unit."""
    grant = promise.remedy.grant
    if isinstance(grant, Tiers):
        percents = [row.percent for row in grant.tiers if row.percent is not None]
        if percents:
            return f"{', '.join(words.number(plain_number(one)) for one in percents)}%"
        return ", ".join(yield_words(row, words) for row in grant.tiers)
    if isinstance(grant, PerUnit):
        return words.say("{amount} a unit", amount=yield_words(grant, words))
    named = {
        "linear": words.say("in proportion"),
        "remainder": words.say("the unused part"),
        "itself": words.say("the amount itself"),
        "per_part": words.say("for each part"),
        "greater_of": words.say("the greater of several"),
        "no_money": words.say("no money"),
    }
    return named[grant.kind]


def yield_words(part: Yield, words: Words) -> str:
    """What a row or a unit gives."""
    if part.percent is not None:
        return words.percent(plain_number(part.percent))
    if part.sum is not None:
        return words.money(part.sum.amount, part.sum.currency)
    if part.quantity is not None:
        return _counted(part.quantity.quantity, part.quantity.unit, words)
    if part.unread:
        return words.say("not read")
    if part.fee_of is not None:
        (unit, size) = part.fee_of.named()[0]
        time = _counted(size, unit, words)
        return words.say("the fee of {time}", time=time)
    return _times(part.times, words)


def _times(times: Decimal | None, words: Words) -> str:
    return words.say("{times} times", times=words.number(plain_number(times or Decimal(0))))


def grant_lines(promise: Promise, words: Words) -> Iterator[Line]:
    """Label, sentence and clause of each part of the remedy."""
    remedy = promise.remedy
    if remedy.base is not None:
        yield words.say("Base"), words.of_terms(remedy.base.says), remedy.base.clause
        for fact in remedy.base.plus:
            yield words.say("Base"), words.say("and {amount}", amount=fact.replace("_", " ")), remedy.base.clause
        if remedy.base.shared_by is not None:
            says = words.say("shared among {units}", units=remedy.base.shared_by.replace("_", " "))
            yield words.say("Base"), says, remedy.base.clause
    yield from _grant(promise, remedy.grant, words)
    for cut in remedy.reductions:
        where = "; ".join(condition_words(one, words) for one in cut.when)
        part = words.percent(plain_number(cut.to_percent))
        says = words.say("{where}: only {percent} of it is due", where=where, percent=part)
        yield words.say("Reduction"), says, cut.clause
    for cap in remedy.caps:
        yield words.say("Never more than"), _cap(cap, words), cap.clause
    if remedy.minimum is not None:
        amount = range_words(remedy.minimum.range, "count", words)
        named = {
            "credit": words.say("it is {amount} {currency}", amount=amount, currency=remedy.minimum.currency),
            "loss": words.say(
                "what the lost time cost is {amount} {currency}", amount=amount, currency=remedy.minimum.currency
            ),
            "unstated": words.say(
                "it, or what the lost time cost, is {amount} {currency}",
                amount=amount,
                currency=remedy.minimum.currency,
            ),
        }
        says = named[remedy.minimum.of]
        yield words.say("Issued only when"), says, remedy.minimum.clause
    rules = {
        "unstated": words.say("not stated; every usual rule is shown"),
        "half_up": words.say("half up"),
        "half_even": words.say("half to even"),
        "floor": words.say("down"),
        "up": words.say("up"),
    }
    yield words.say("Rounding"), rules[remedy.rounding.rule], remedy.rounding.clause


def _grant(promise: Promise, grant: Grant, words: Words) -> Iterator[Line]:
    if isinstance(grant, Tiers):
        for row in grant.tiers:
            yield words.say("Remedy"), _row(promise, row, words), row.clause
    elif isinstance(grant, GreaterOf):
        yield words.say("Remedy"), words.say("the greater of:"), grant.clause
        for one in grant.grants:
            yield from _grant(promise, one, words)
    elif isinstance(grant, PerUnit):
        counted = {
            "started": words.say("for each unit begun"),
            "completed": words.say("for each full unit"),
            "exact": words.say("for each unit and part of one"),
            "unstated": words.say("for each unit, begun or full"),
        }
        size = _counted(grant.unit_size, promise.measure.unit, words)
        says = words.say(
            "{amount} {counted} of {size}", amount=yield_words(grant, words), counted=counted[grant.counted], size=size
        )
        yield words.say("Remedy"), says, grant.clause
    elif isinstance(grant, PerPart):
        yield words.say("Remedy"), _per_part(promise, grant, words), grant.clause
    else:
        yield words.say("Remedy"), remedy_words(promise, words), grant.clause
    for multiple in grant.times if isinstance(grant, Linear) else ():
        where = "; ".join(condition_words(part, words) for part in multiple.when)
        yield words.say("Remedy"), f"{where}: {_times(multiple.times, words)}", multiple.clause


def _per_part(promise: Promise, grant: PerPart, words: Words) -> str:
    if grant.percent is not None:
        return words.say("{percent} of the base for each part", percent=words.percent(plain_number(grant.percent)))
    parts = range_words(grant.range, promise.measure.unit, words)
    if grant.threshold is None:
        return words.say("{times} for each part of {range}", times=_times(grant.times, words), range=parts)
    edge = quantity_words(grant.threshold, promise.measure.unit, words)
    return words.say("{times} for what exceeds {edge} in each part", times=_times(grant.times, words), edge=edge)


def _row(promise: Promise, row: Row, words: Words) -> str:
    where = [range_words(row.range, promise.measure.unit, words)] if row.range else []
    where += [condition_words(one, words) for one in row.when]
    gives = yield_words(row, words)
    return f"{'; '.join(where)}: {gives}" if where else gives


def _cap(cap: Cap, words: Words) -> str:
    if cap.sum is not None:
        text = words.money(cap.sum.amount, cap.sum.currency)
    elif cap.quantity is not None:
        text = _counted(cap.quantity.quantity, cap.quantity.unit, words)
    elif cap.days is not None:
        text = words.say("the fee of {days} days", days=words.number(plain_number(cap.days)))
    else:
        base = cap.of.replace("_", " ") if cap.of else words.say("the base")
        text = words.say(
            "{percent} of {base}", percent=words.percent(plain_number(cap.percent or Decimal(0))), base=base
        )
    return f"{text}, {words.of_terms(cap.per)}" if cap.per else text


def _counted(size: Decimal, unit: str, words: Words) -> str:
    if unit == "percent":
        return f"{words.number(plain_number(size))} {words.say('percent')}"
    return sized_words(size, unit, words)
