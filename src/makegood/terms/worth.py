"""Noun: what verdicts come to; at least and at most so much of each currency, and how often it is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from makegood.terms.pack import Version
from makegood.terms.remedies import NoMoney
from makegood.terms.verdict import Told, Verdict

Size = TypeVar("Size", Decimal, Fraction)
_AMOUNTS = ("amount", "half_up", "half_even", "floor", "up")


@dataclass(frozen=True)
class Worth:
    """`least` and `most` by currency, rounded as each award is; `extent` by unit, for what is no money.

    `unknown` counts what is not known (verdicts, or whole windows): then there is no most. `owed` counts what is owed,
    `rights` what of it gives a right and no amount, `goodwill` what may only be asked for.
    """

    least: Mapping[str, Decimal] = field(default_factory=dict)
    most: Mapping[str, Decimal] = field(default_factory=dict)
    extent: Mapping[str, Fraction] = field(default_factory=dict)
    unknown: int = 0
    owed: int = 0
    rights: int = 0
    goodwill: int = 0

    def __add__(self, other: Worth) -> Worth:
        return Worth(
            _added(self.least, other.least),
            _added(self.most, other.most),
            _added(self.extent, other.extent),
            self.unknown + other.unknown,
            self.owed + other.owed,
            self.rights + other.rights,
            self.goodwill + other.goodwill,
        )


def _added(one: Mapping[str, Size], two: Mapping[str, Size]) -> dict[str, Size]:
    found = dict(one)
    for name, size in two.items():
        found[name] = found[name] + size if name in found else size
    return found


def worth_of(version: Version, verdict: Verdict) -> Worth:
    """What one verdict comes to: nothing that is not known counts as nothing."""
    if verdict.verdict == "not_owed":
        return Worth()
    if verdict.verdict == "goodwill":
        return Worth(goodwill=1)
    if verdict.verdict == "ambiguous":
        return _of_readings(verdict)
    if verdict.verdict != "owed":
        return Worth(unknown=1)
    if verdict.amount is not None:
        values, currency = [value for _, value in verdict.amount.rules], verdict.amount.currency
        return Worth({currency: min(values)}, {currency: max(values)}, owed=1)
    if verdict.quantity is not None:
        return Worth(extent={verdict.quantity.unit: verdict.quantity.exact}, owed=1)
    rights = {one.id for one in version.promises if isinstance(one.remedy.grant, NoMoney)}
    return Worth(owed=1, rights=1) if verdict.promise in rights else Worth(owed=1, unknown=1)


def _of_readings(verdict: Verdict) -> Worth:
    """From the least to the most that a reading gives; one that says `not_owed` gives nothing."""
    found: dict[str, list[Decimal]] = {}
    nothing = False
    for told in verdict.readings:
        amounts = _amounts(told)
        nothing = nothing or (dict(told.outcome).get("verdict") == "not_owed" and not amounts)
        for currency, value in amounts:
            found.setdefault(currency, []).append(value)
    if len(found) != 1:
        return Worth(unknown=1)
    ((currency, values),) = found.items()
    return Worth({currency: min([*values, *([Decimal(0)] if nothing else [])])}, {currency: max(values)})


def _amounts(told: Told) -> list[tuple[str, Decimal]]:
    """(currency, value) of each amount that a reading comes to; what is given in another unit is none."""
    found = []
    for name, text in told.outcome:
        value, _, unit = text.partition(" ")
        if name in _AMOUNTS and len(unit) == 3 and unit.isupper():
            found.append((unit, Decimal(value)))
    return found
