"""Noun: the small parts that packs are declared with: names, numbers, clause, range."""

from __future__ import annotations

from datetime import date as Day
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticKnownError

from makegood.errors import BadMoney
from makegood.money import decimal_of


def _digits(given: Any) -> Any:
    try:
        return decimal_of(given.strip()) if isinstance(given, str) else given
    except BadMoney as fault:
        raise PydanticKnownError("decimal_parsing") from fault


DIGITS = BeforeValidator(_digits)  # what `Decimal` reads beside the digits 0 to 9 is a slip of who wrote it
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
Exact = Annotated[Decimal, DIGITS]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=30, decimal_places=15), DIGITS]
# Short enough that exact arithmetic on it is always quick.
End = Annotated[Decimal, Field(ge=-(10**15), le=10**15, max_digits=30, decimal_places=15), DIGITS]
Size = Annotated[Decimal, Field(gt=0, le=10**15, max_digits=30, decimal_places=15), DIGITS]
# P provider's own text read, S secondary source, T wording of the provider's sibling terms, U unverified.
Status = Literal["P", "S", "T", "U"]


class Part(BaseModel):
    """What every declared part shares: nothing undeclared is let in, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    @model_validator(mode="wrap")
    @classmethod
    def _kept(cls, given: Any, made: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        """Leave each part that reads well in the context, if one is given, by the identity of what it was read from."""
        part = made(given)
        if isinstance(info.context, dict):
            info.context[id(given)] = part
        return part


class Clause(Part):
    """One sentence of the terms in our own words, with where it was read, when, and how well it is known.

    `ko` is the same sentence in Korean.
    """

    says: str
    ko: str | None = None
    source: str
    date: Day | None = None
    status: Status
    note: str | None = None


class Bounds(Part):
    """A range with explicit ends; an end that is not given is open to infinity."""

    at_least: End | None = None
    above: End | None = None
    at_most: End | None = None
    below: End | None = None

    def holds(self, value: Fraction) -> bool:
        """Is the value inside? Exact."""
        return self.holds_ratio(value.numerator, value.denominator)

    def holds_ratio(self, top: int, bottom: int) -> bool:
        """Is top / bottom inside, for a bottom above zero? Exact, and without reducing the fraction."""
        at_least, above, at_most, below = self._sides
        return (
            (at_least is None or top * at_least[1] >= at_least[0] * bottom)
            and (above is None or top * above[1] > above[0] * bottom)
            and (at_most is None or top * at_most[1] <= at_most[0] * bottom)
            and (below is None or top * below[1] < below[0] * bottom)
        )

    @cached_property
    def _sides(self) -> tuple[tuple[int, int] | None, ...]:
        ends = (self.at_least, self.above, self.at_most, self.below)
        return tuple(None if end is None else end.as_integer_ratio() for end in ends)

    @property
    def lower(self) -> Decimal | None:
        """The lower end, whether it belongs to the range or not."""
        return self.at_least if self.at_least is not None else self.above

    @property
    def upper(self) -> Decimal | None:
        """The upper end, whether it belongs to the range or not."""
        return self.at_most if self.at_most is not None else self.below

    def ends(self) -> tuple[Decimal, ...]:
        """The given ends, in no order that matters."""
        return tuple(end for end in (self.at_least, self.above, self.at_most, self.below) if end is not None)

    def words(self) -> str:
        """ ">=99.0 and <99.5"."""
        named = ((">=", self.at_least), (">", self.above), ("<=", self.at_most), ("<", self.below))
        return " and ".join(f"{sign}{end}" for sign, end in named if end is not None)
