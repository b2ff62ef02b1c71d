"""Noun: facts that a case may give, and conditions on them that hold, fail or cannot be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from makegood.money import Money
from makegood.terms.due import Anchor
from makegood.terms.parts import Bounds, Name, Part

FactValue = Fraction | bool | str | datetime | Money
Facts = Mapping[str, FactValue]


class FactRule(Part):
    """A fact that the terms ask for beside what logs and bills show; a dotted name stands for a nested value.

    A moment may be the `anchor` of deadlines; `asks` marks the moment at which the customer asked for the remedy.
    `also` lists other names under which people give it. A flag named like a group of facts is true where one of the
    group is given.
    """

    name: Name
    also: tuple[Name, ...] = ()
    kind: Literal["number", "flag", "word", "moment", "money"]
    unit: str | None = None
    one_of: tuple[str, ...] = ()
    anchor: Anchor | None = None
    asks: bool = False
    says: str


def plain_word(word: object) -> str:
    """The word however people write it: "Git Operations" and "git_operations" are one."""
    return " ".join(str(word).casefold().replace("_", " ").replace("-", " ").split())


class Condition(Part):
    """One test of one fact; `otherwise` is the reason told when it fails, `if_not_given` what silence means.

    It holds as well where `alternatively` holds.
    """

    fact: Name
    range: Bounds | None = None
    is_: Annotated[bool | None, Field(alias="is")] = None
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    if_not_given: Literal["holds", "fails", "unknown"] = "unknown"
    otherwise: Name | None = None
    alternatively: Condition | None = None
    clause: Name

    def tell(self, facts: Facts) -> bool | None:
        """Does it hold? None when the fact is not given and silence means nothing."""
        told = self._alone(facts)
        if told or self.alternatively is None:
            return told
        other = self.alternatively.tell(facts)
        return other if other or told is False else None

    def unknown_fact(self, facts: Facts) -> str:
        """The fact that must be given to tell it: its own, or else one of its alternative."""
        if self.alternatively is None or facts.get(self.fact) is None:
            return self.fact
        return self.alternatively.unknown_fact(facts)

    def _alone(self, facts: Facts) -> bool | None:
        value = facts.get(self.fact)
        if value is None:
            return {"holds": True, "fails": False, "unknown": None}[self.if_not_given]
        if self.is_ is not None:
            return value is self.is_
        if self.range is not None:
            number = Fraction(value.amount) if isinstance(value, Money) else value
            return isinstance(number, Fraction) and self.range.holds(number)
        if self.one_of:
            return plain_word(value) in self._words
        return plain_word(value) not in self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(plain_word(word) for word in self.one_of or self.none_of)


def first_failing(conditions: Iterable[Condition], facts: Facts) -> Condition | None:
    """The first condition that fails; conditions that cannot be told are passed over."""
    return next((one for one in conditions if one.tell(facts) is False), None)


def first_open(conditions: Iterable[Condition], facts: Facts) -> Condition | None:
    """The first condition that cannot be told."""
    return next((one for one in conditions if one.tell(facts) is None), None)


def all_hold(conditions: Iterable[Condition], facts: Facts) -> bool | None:
    """True when all hold, False when one fails, None when none fails and one cannot be told."""
    told = [one.tell(facts) for one in conditions]
    return False if False in told else None if None in told else True
