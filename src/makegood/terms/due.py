"""Noun: a deadline as declared: from which moment, how long, to the end of what, by which days and readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from makegood.terms.lines import Path
from makegood.terms.parts import Name, Part

Anchor = Literal[
    "window_start",
    "window_end",
    "month_end",
    "quarter_end",
    "breach",
    "incident_start",
    "incident_end",
    "resumption",
    "awareness",
    "event",
    "report",
    "eligible",
    "request",
    "receipt",
    "notice",
    "confirmed",
    "decision",
    "posting",
    "invoice_date",
    "charge",
    "purchase",
    "issue",
    "contract_start",
    "renewal",
    "term_end",
    "now",
]
# Ends of spans, which are half-open: their day is the day that ends there, not the one that begins.
ENDS: frozenset[str] = frozenset({"window_end", "month_end", "quarter_end", "incident_end", "term_end"})
Unit = Literal["hours", "days", "business_days", "weeks", "months", "years", "cycles"]
Whole = Literal["none", "day", "month", "quarter", "year", "cycle"]
UNITS: tuple[Unit, ...] = ("hours", "days", "business_days", "weeks", "months", "years", "cycles")
_WHOLE_BY_UNIT: Mapping[Unit, Whole] = {"hours": "none", "cycles": "cycle"}


class Calendar(Part):
    """Whose working days count: a country by its ISO 3166 code, or a part of it; without one Monday to Friday.

    `by_fact` names a fact of the case, such as the place, whose value picks the part through `places`; a value that
    is not among them, or not given, falls back on `subdivision`, and without that the days cannot be told.
    """

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    subdivision: str | None = None
    by_fact: Name | None = None
    places: dict[str, str] = Field(default_factory=dict)
    clause: Name


class Within(Part):
    """One way to reckon a deadline: so much time after an anchor, or before it, to the end of a whole unit.

    Exactly one unit is given. `hours` are elapsed hours; all others count days of the zone, of which the anchor's
    own is day 0, or day 1 with `counts_first_day`. `whole` is the unit to whose end the time runs: by itself `none`
    for hours, `cycle` for cycles and `day` for the rest; `none` keeps the time of day, and with
    `counts_last_instant` the very second reached is still in time. `month_rule` is where months land that are
    counted from the last day of a month; `unstated` gives both readings wherever they differ. `on_day_off` says
    whether a last day that is no working day is moved.
    """

    id: Name
    anchor: Anchor
    hours: Annotated[int, Field(ge=0, le=100_000)] | None = None
    days: Annotated[int, Field(ge=0, le=40_000)] | None = None
    business_days: Annotated[int, Field(ge=0, le=1_000)] | None = None
    weeks: Annotated[int, Field(ge=0, le=5_000)] | None = None
    months: Annotated[int, Field(ge=0, le=1_200)] | None = None
    years: Annotated[int, Field(ge=0, le=100)] | None = None
    cycles: Annotated[int, Field(ge=0, le=1_200)] | None = None
    before: bool = False
    whole: Whole | None = None
    month_rule: Literal["same_day", "last_day", "unstated"] = "unstated"
    counts_first_day: bool = False
    counts_last_instant: bool = False
    on_day_off: Literal["stays", "next", "before"] = "stays"
    calendar: Calendar | None = None
    used: bool = False
    says: str

    @cached_property
    def unit(self) -> Unit:
        """The unit that is given; `unsound` tells when there is none or more than one."""
        return next((unit for unit in UNITS if getattr(self, unit) is not None), "days")

    @cached_property
    def amount(self) -> int:
        """How many of the unit, below zero before the anchor."""
        amount: int = getattr(self, self.unit) or 0
        return -amount if self.before else amount

    @cached_property
    def until(self) -> Whole:
        """The unit to whose end the time runs."""
        return self.whole or _WHOLE_BY_UNIT.get(self.unit, "day")

    def unsound(self) -> Iterator[tuple[Path, str]]:
        """What cannot be right beyond single fields, with the path inside this part and the mend."""
        given = [unit for unit in UNITS if getattr(self, unit) is not None]
        if len(given) != 1:
            yield (), f"a deadline counts in exactly one unit; give one of {', '.join(UNITS)}"
            return
        if self.unit == "cycles" and self.until != "cycle":
            yield ("whole",), "billing cycles run to the end of a cycle; remove 'whole'"
        needs_days = self.unit == "business_days" or self.on_day_off != "stays"
        if needs_days and self.calendar is None:
            yield (), "working days need a 'calendar'; name its country, or none for Monday to Friday"
        if not needs_days and self.calendar is not None:
            yield ("calendar",), "no working days are counted; remove the calendar or count 'business_days'"
        if self.month_rule != "unstated" and self.unit not in ("months", "years"):
            yield ("month_rule",), "only months and years need a 'month_rule'; remove it"
        if self.until == "none" and (self.counts_first_day or self.on_day_off != "stays"):
            yield ("whole",), "'none' keeps the time of day, so no day is counted in or moved; use 'whole: day'"
        if self.until != "none" and self.counts_last_instant:
            yield ("counts_last_instant",), "a deadline to the end of a day has no instant to count; remove it"


class Deadline(Part):
    """Until when one step of a claim must be taken; several readings where the text has several, one of them used.

    `counts` is what must lie before the deadline: the claim's receipt or its sending. `in_time`, `late` and `passed`
    are the reasons told of a claim in time, of one too late, and of time that ran out without one.
    """

    step: Name = "claim"
    says: str | None = None
    readings: Annotated[tuple[Within, ...], Field(min_length=1)]
    counts: Literal["received", "sent"] = "received"
    in_time: Name = "claim_in_time"
    late: Name = "claim_late"
    passed: Name = "deadline_passed"
    clause: Name

    def unsound(self) -> Iterator[tuple[Path, str]]:
        """What cannot be right among its readings, with the path inside this part and the mend."""
        if sum(one.used for one in self.readings) != 1:
            yield ("readings",), "exactly one reading of the deadline must say 'used: true'; mark one"
        seen: set[str] = set()
        for index, one in enumerate(self.readings):
            if one.id in seen:
                yield ("readings", index, "id"), f"reading '{one.id}' is given twice; give each its own id"
            seen.add(one.id)


def unsound_steps(steps: tuple[Deadline, ...]) -> Iterator[tuple[Path, str]]:
    """What cannot be right in deadlines that follow each other, with the path inside the list and the mend."""
    seen: set[str] = set()
    for index, one in enumerate(steps):
        if one.step in seen:
            yield (index, "step"), f"step '{one.step}' is given twice; give each deadline its own"
        seen.add(one.step)
