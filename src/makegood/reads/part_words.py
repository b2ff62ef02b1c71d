"""Part words: ranges, units, numbers and conditions of declared parts, in either language."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from makegood.money import plain, quantized
from makegood.reads.legible import legible
from makegood.reads.words import Words
from makegood.terms.conditions import Condition
from makegood.terms.parts import Bounds

Line = tuple[str, str, str]  # label, sentence, clause
_LONGEST, _DECIMALS = 200, 6
_EXACT = re.compile(r"-?[0-9]+(?:\.[0-9]+|/0*[1-9][0-9]*)?")


def range_words(bounds: Bounds, unit: str, words: Words) -> str:
    """A range as people say it: at least 99.9 %, below 95 %."""
    parts = []
    if bounds.at_least is not None:
        parts.append(words.say("at least {end}", end=quantity_words(bounds.at_least, unit, words)))
    if bounds.above is not None:
        parts.append(words.say("above {end}", end=quantity_words(bounds.above, unit, words)))
    if bounds.at_most is not None:
        parts.append(words.say("at most {end}", end=quantity_words(bounds.at_most, unit, words)))
    if bounds.below is not None:
        parts.append(words.say("below {end}", end=quantity_words(bounds.below, unit, words)))
    return words.say("{low} and {high}", low=parts[0], high=parts[1]) if len(parts) == 2 else parts[0]


def quantity_words(value: Decimal, unit: str, words: Words) -> str:
    """A number in its unit."""
    if unit == "percent":
        return words.percent(plain_number(value))
    if unit in ("share", "count", "amount"):
        return words.number(plain_number(value))
    return sized_words(value, unit, words)


def sized_words(value: Decimal, unit: str, words: Words) -> str:
    """So many of a unit: 1 day, 15 days, 15일; a unit that the terms name themselves as it stands there."""
    n = plain_number(value)
    named = {
        "seconds": words.many("{n} second", "{n} seconds", n),
        "minutes": words.many("{n} minute", "{n} minutes", n),
        "hours": words.many("{n} hour", "{n} hours", n),
        "days": words.many("{n} day", "{n} days", n),
        "months": words.many("{n} month", "{n} months", n),
    }
    return named.get(unit) or f"{words.number(n)} {unit_words(unit, words)}"


def unit_words(unit: str, words: Words) -> str:
    """A unit in this language; a unit that the terms name themselves as it stands there."""
    named = {
        "seconds": words.say("seconds"),
        "minutes": words.say("minutes"),
        "hours": words.say("hours"),
        "days": words.say("days"),
        "months": words.say("months"),
    }
    return named.get(unit, unit.replace("_", " "))


def condition_words(condition: Condition, words: Words) -> str:
    """A test of a fact, or of another one in its stead."""
    if condition.alternatively is None:
        return _alone(condition, words)
    other = condition_words(condition.alternatively, words)
    return words.say("{this}, or {other}", this=_alone(condition, words), other=other)


def _alone(condition: Condition, words: Words) -> str:
    name = condition.fact
    if condition.range is not None:
        return f"{name}: {range_words(condition.range, 'count', words)}"
    if condition.is_ is not None:
        return f"{name}: {words.say('yes') if condition.is_ else words.say('no')}"
    if condition.one_of:
        return f"{name}: {', '.join(condition.one_of)}"
    return words.say("{name}: not {values}", name=name, values=", ".join(condition.none_of))


def plain_number(value: Decimal) -> Decimal:
    """Without zeros at the end, and without an exponent."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def in_decimals(exact: str, words: Words) -> str:
    """An exact figure of an assessment, decimals or a fraction, in at most six decimals; anything else as it is."""
    if len(exact) > _LONGEST or not _EXACT.fullmatch(exact):
        return legible(exact)
    return words.number(plain(quantized(Fraction(exact), _DECIMALS, "half_up")))
