"""Noun: what a missed promise gives: base, table or formula, reductions, limits, rounding, form and duties."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from makegood.terms.conditions import Condition
from makegood.terms.due import Within
from makegood.terms.parts import DIGITS, Bounds, End, Name, Part, Percent, Size

Form = Literal[
    "credit",
    "refund",
    "card",
    "extension",
    "quota",
    "usage_reset",
    "consumption_credits",
    "compensation",
    "price_reduction",
    "termination_right",
    "termination_right_with_refund",
    "notice_duty",
    "reasons_duty",
    "review_duty",
    "dispute_right",
]
Fixed = Annotated[Decimal, Field(ge=0, le=10**15, max_digits=30, decimal_places=15), DIGITS]


class Sum(Part):
    """A fixed amount of money."""

    amount: Fixed
    currency: str


class Quantity(Part):
    """A fixed amount of something that is no money, as days of service."""

    quantity: Fixed
    unit: Name


class Time(Part):
    """So much time of what was paid for: its fee, and the time itself."""

    hours: Size | None = None
    days: Size | None = None
    months: Size | None = None

    def named(self) -> tuple[tuple[str, Decimal], ...]:
        """The unit and amount of what is given; a sound part gives one."""
        units = (("hours", self.hours), ("days", self.days), ("months", self.months))
        return tuple((unit, size) for unit, size in units if size is not None)


class Yield(Part):
    """What a row or a unit gives: a percentage of the base, a sum, a quantity, or a multiple of what was paid for
    the down time (of the down time itself where the base is time), or the fee of so much time. `unread`: it gives
    something that was not read."""

    percent: Percent | None = None
    sum: Sum | None = None
    quantity: Quantity | None = None
    times: Size | None = None
    fee_of: Time | None = None
    unread: bool = False

    def given(self) -> int:
        """How many of the six are stated; a sound part states one."""
        stated = (self.percent, self.sum, self.quantity, self.times, self.fee_of)
        return self.unread + sum(one is not None for one in stated)


class Row(Yield):
    """A row of the table: for figures in the range, where its conditions hold; `name` is how the row is called."""

    range: Bounds | None = None
    when: tuple[Condition, ...] = ()
    name: str | None = None
    reason: Name | None = None
    clause: Name


class Tiers(Part):
    """The row in which the figure falls; one row without a range is a flat grant."""

    kind: Literal["tiers"]
    tiers: Annotated[tuple[Row, ...], Field(min_length=1)]


class PerUnit(Yield):
    """So much for each unit of the figure, of its excess over the threshold, or of what it lacks to the threshold.

    `threshold_percent` is one that is a part of the window, for figures in time. Where the text does not say which
    units count, `unstated` reads it in each way.
    """

    kind: Literal["per_unit"]
    of: Literal["value", "excess", "shortfall"] = "value"
    threshold: End | None = None
    threshold_percent: Percent | None = None
    unit_size: Size = Decimal(1)
    counted: Literal["started", "completed", "exact", "unstated"]
    name: str | None = None
    reason: Name | None = None
    clause: Name


class Multiple(Part):
    """So many times as much, where the conditions hold."""

    times: Size
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    clause: Name


class Linear(Part):
    """The base times the figure, or times what the figure lacks to 100 %; where `times` is given, that many times.

    Where several windows decide, `windows` says for which of them: the last that completes them, or all of the row.
    """

    kind: Literal["linear"]
    of: Literal["value", "shortfall"]
    windows: Literal["last", "row", "unstated"] = "last"
    times: tuple[Multiple, ...] = ()
    name: str | None = None
    reason: Name | None = None
    clause: Name


class Remainder(Part):
    """The base times (1 - figure), for a figure that is a share."""

    kind: Literal["remainder"]
    name: str | None = None
    reason: Name | None = None
    clause: Name


class Itself(Part):
    """The figure is the amount; or the amount is the fact named, which may be taken as nothing where it is absent."""

    kind: Literal["itself"]
    fact: Name | None = None
    if_not_given: Literal["unknown", "nothing"] = "unknown"
    name: str | None = None
    reason: Name | None = None
    clause: Name


class PerPart(Part):
    """A percentage of the base for each part of the figure (each clock hour, each run, each day) in the range.

    With `times` so many times what was paid for the time of those parts (of that time itself where the base is time),
    or for what of each lies over the `threshold`.
    """

    kind: Literal["per_part"]
    range: Bounds
    percent: Percent | None = None
    times: Size | None = None
    threshold: End | None = None
    name: str | None = None
    reason: Name | None = None
    clause: Name


class NoMoney(Part):
    """The breach gives rise to duties or rights only."""

    kind: Literal["no_money"]
    name: str | None = None
    reason: Name | None = None
    clause: Name


Single = Annotated[Tiers | PerUnit | Linear | Remainder | Itself | PerPart | NoMoney, Field(discriminator="kind")]


class GreaterOf(Part):
    """The one of several grants that gives most."""

    kind: Literal["greater_of"]
    grants: Annotated[tuple[Single, ...], Field(min_length=2)]
    name: str | None = None
    reason: Name | None = None
    clause: Name


Grant = Annotated[
    Tiers | PerUnit | Linear | Remainder | Itself | PerPart | NoMoney | GreaterOf, Field(discriminator="kind")
]


class Base(Part):
    """What a percentage or multiple applies to: the first of the facts that is given, the bill unless named.

    `plus` names further sums that are added where they are given, `less` such as are taken off, as one-time payments.
    `paid_for` is the time that the amount pays for, for multiples of the fee of the down time; `divided_by` turns an
    annual fee into a monthly one. `shared_by` names the fact how many units the amount pays for, `shares` how many of
    them are meant; each is one where it is not given. Where `kind` is `down_time` the base is the time lost itself.
    """

    says: str
    kind: Literal["money", "number", "down_time"] = "money"
    facts: tuple[Name, ...] = ("bill",)
    plus: tuple[Name, ...] = ()
    less: tuple[Name, ...] = ()
    unit: Name | None = None
    divided_by: Annotated[int, Field(ge=1)] = 1
    shared_by: Name | None = None
    shares: Name | None = None
    paid_for: Literal["window", "calendar_month"] = "window"
    clause: Name


class Reduction(Part):
    """Only so many percent are due where the conditions hold; `at_option_of` whoever may choose so."""

    to_percent: Percent
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    reason: Name
    at_option_of: Literal["provider", "customer"] | None = None
    clause: Name


class Cap(Part):
    """Never more than: a percentage of the base or of another fact, the base of so many days, a sum or a quantity.

    `less` names what was granted before and counts against the cap; `per` is the time over which it counts. `unread`:
    it was not read whether this version has it, so what would be due without it is told.
    """

    percent: Percent | None = None
    of: Name | None = None
    days: Size | None = None
    sum: Sum | None = None
    quantity: Quantity | None = None
    less: Name | None = None
    per: str | None = None
    unread: bool = False
    clause: Name

    @property
    def by_year(self) -> bool:
        """Does it count over a year, as its own words have it?"""
        return self.per is not None and any(word in self.per.casefold() for word in ("year", "12", "rolling"))


class Minimum(Part):
    """Issued only when the credit, or what was paid for the time that was down, lies in the range, in this currency."""

    of: Literal["credit", "loss", "unstated"] = "credit"
    range: Bounds
    currency: str
    clause: Name


class Rounding(Part):
    """The rule the text states; `unstated` shows every rule that gives another amount."""

    rule: Literal["unstated", "half_up", "half_even", "floor", "up"]
    clause: Name


class Duty(Part):
    """What must be done, by when; a duty with a condition is checked where its fact is given.

    It is a duty only where all of `when` holds.
    """

    item: Name
    of: Literal["provider", "customer", "third_party"]
    says: str
    by: Within | None = None
    condition: Condition | None = None
    when: tuple[Condition, ...] = ()
    clause: Name


class Remedy(Part):
    """A grant on a base, in a form, within limits; `pay_by` and `expires` are reckoned like any deadline.

    `nothing` is the reason told where the grant comes to nothing.
    """

    form: Form
    form_clause: Name
    nothing: Name = "nothing_billed"
    base: Base | None = None
    grant: Grant
    reductions: tuple[Reduction, ...] = ()
    caps: tuple[Cap, ...] = ()
    minimum: Minimum | None = None
    rounding: Rounding
    pay_by: Within | None = None
    pay_by_clause: Name | None = None
    expires: Within | None = None
    expires_clause: Name | None = None
    duties: tuple[Duty, ...] = ()
